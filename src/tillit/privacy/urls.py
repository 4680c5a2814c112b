"""Addresses of the trust page and of a person's own data, below an organisation's /o/<slug>/."""

from __future__ import annotations

from django.urls import include, path

from tillit.privacy import office, views
from tillit.privacy.incidents.public_views import report
from tillit.privacy.rights import erased_views

urlpatterns = [
    path("trust/", views.trust, name="trust"),
    path("privacy/request/", include("tillit.privacy.desk.public_urls")),
    path("privacy/", include("tillit.privacy.policy.urls")),
    path("office/", office.start, name="office"),
    path("office/", include("tillit.privacy.desk.office_urls")),
    path("office/", include("tillit.privacy.incidents.urls")),
    path("report/", report, name="report"),
    path("office/", include("tillit.privacy.policy.office_urls")),
    path("office/", include("tillit.privacy.rights.office_urls")),
    path("me/", include("tillit.privacy.rights.urls", namespace="me")),
    path("my/<str:token>/", include("tillit.privacy.rights.urls", namespace="my")),
    path("erased/<str:token>/", erased_views.receipt, name="erased"),
    path("erased/<str:token>/receipt.tlog-proof", erased_views.proof, name="erased_proof"),
]
