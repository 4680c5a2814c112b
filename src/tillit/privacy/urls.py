"""Addresses of the trust page and of a person's own data, below an organisation's /o/<slug>/."""

from __future__ import annotations

from django.urls import include, path

from tillit.privacy import views

urlpatterns = [
    path("trust/", views.trust, name="trust"),
    path("me/", include("tillit.privacy.rights.urls", namespace="me")),
    path("my/<str:token>/", include("tillit.privacy.rights.urls", namespace="my")),
]
