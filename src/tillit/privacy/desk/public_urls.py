"""Below /o/<slug>/privacy/request/: asking without an account."""

from __future__ import annotations

from django.urls import path

from tillit.privacy.desk import public_views

urlpatterns = [
    path("", public_views.ask, name="ask"),
    path("<str:token>/", public_views.by_link, name="request_by_link"),
]
