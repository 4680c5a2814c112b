"""Addresses of the trust page and of a person's own evidence, below an organisation's /o/<slug>/."""

from __future__ import annotations

from django.urls import path

from tillit.privacy import views

urlpatterns = [
    path("trust/", views.trust, name="trust"),
    path("me/evidence/", views.my_evidence, name="my_evidence"),
    path("me/evidence/<uuid:event>.tlog-proof", views.my_receipt, name="my_receipt"),
]
