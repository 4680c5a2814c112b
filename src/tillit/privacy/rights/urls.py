"""Pages about a person's own data, mounted twice: below me/ for who is logged in, below my/<token>/ for a link."""

from __future__ import annotations

from django.urls import path

from tillit.privacy.rights import views

app_name = "rights"
urlpatterns = [
    path("", views.data, name="data"),
    path("evidence/", views.evidence_list, name="evidence"),
    path("evidence/<uuid:event>.tlog-proof", views.receipt, name="receipt"),
]
