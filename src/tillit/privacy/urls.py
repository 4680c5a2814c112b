"""Addresses of the trust page, below an organisation's /o/<slug>/."""

from __future__ import annotations

from django.urls import path

from tillit.privacy import views

urlpatterns = [
    path("trust/", views.trust, name="trust"),
]
