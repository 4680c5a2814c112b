"""Pages about a person's own data, mounted twice: below me/ for who is logged in, below my/<token>/ for a link."""

from __future__ import annotations

from django.urls import path

from tillit.privacy.rights import choices_views, views

app_name = "rights"
urlpatterns = [
    path("", views.data, name="data"),
    path("evidence/", views.evidence_list, name="evidence"),
    path("evidence/<uuid:event>.tlog-proof", views.receipt, name="receipt"),
    path("choices/", choices_views.choices, name="choices"),
    path("choices/<slug:do>/", choices_views.choose, name="choose"),
    path("choices/object/<str:use>/", choices_views.object_with_reasons, name="object"),
    path("rest/", choices_views.rest, name="rest"),
]
