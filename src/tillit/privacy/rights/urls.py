"""Pages about a person's own data, mounted twice: below me/ for who is logged in, below my/<token>/ for a link."""

from __future__ import annotations

from django.urls import path

from tillit.privacy.desk import person_views as requests
from tillit.privacy.rights import choices_views, copy_views, correct_views, erase_views, shown_views, views

app_name = "rights"
urlpatterns = [
    path("", views.data, name="data"),
    path("evidence/", views.evidence_list, name="evidence"),
    path("evidence/<uuid:event>.tlog-proof", views.receipt, name="receipt"),
    path("correct/<str:label>/<uuid:row>/", correct_views.correct, name="correct"),
    path("prove/<str:proof>/", correct_views.prove, name="prove"),
    path("shown/", shown_views.shown, name="shown"),
    path("shown/address/", shown_views.address, name="address"),
    path("shown/end/", shown_views.end_all, name="end_all"),
    path("shown/<uuid:grant>/end/", shown_views.end, name="end"),
    path("choices/", choices_views.choices, name="choices"),
    path("choices/<slug:do>/", choices_views.choose, name="choose"),
    path("choices/object/<str:use>/", choices_views.object_with_reasons, name="object"),
    path("rest/", choices_views.rest, name="rest"),
    path("requests/", requests.requests, name="requests"),
    path("requests/<uuid:wanted>/", requests.one, name="request"),
    path("copy/", copy_views.copy, name="copy"),
    path("copy/<uuid:copy>.zip", copy_views.download, name="download"),
    path("erase/", erase_views.erase, name="erase"),
]
