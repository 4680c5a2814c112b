"""Addresses of the whole installation: whom to tell of a weakness."""

from __future__ import annotations

from django.urls import path

from tillit.privacy.incidents import public_views

urlpatterns = [
    path("security/", public_views.security, name="security"),
    path(".well-known/security.txt", public_views.security_txt, name="security_txt"),
]
