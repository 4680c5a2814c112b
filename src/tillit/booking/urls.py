"""Addresses of the host's own pages, below an organisation's /o/<slug>/calendar/."""

from __future__ import annotations

from django.urls import path

from tillit.booking import views

urlpatterns = [
    path("", views.calendar, name="calendar"),
    path("block/", views.block, name="calendar_block"),
    path("free/<uuid:busy>/", views.unblock, name="calendar_free"),
]
