"""Addresses of what comes in and goes out, below an organisation's /o/<slug>/."""

from __future__ import annotations

from django.urls import path

from tillit.exchange import export_views, views

urlpatterns = [
    path("office/import/", views.listing, name="office_import"),
    path("office/import/contacts/", views.contacts, name="office_contacts"),
    path("office/import/<uuid:batch>/", views.one, name="office_import_one"),
    path("office/import/<uuid:batch>/refused.csv", views.refused, name="office_import_refused"),
    path("export/<slug:which>/", export_views.export, name="export"),
]
