"""Addresses of moderation, below the organisation's: the desk, reports by anybody, one's own, and the figures."""

from __future__ import annotations

from django.urls import include, path

from tillit.moderation import desk_views, own_views, report_views

own = (
    [
        path("decisions/", own_views.mine, name="mine"),
        path("decisions/<uuid:decision>/", own_views.decision, name="decision"),
        path("decisions/reports/<uuid:report>/", own_views.report, name="report"),
    ],
    "moderation",
)

urlpatterns = [
    path("moderation/", desk_views.queue, name="moderation"),
    path("moderation/<slug:queue>/", desk_views.queue, name="moderation_queue"),
    path("moderation/case/<uuid:case>/", desk_views.one, name="moderation_case"),
    path("moderation/case/<uuid:case>/<slug:what>/", desk_views.do, name="moderation_do"),
    path("trust/moderation/", report_views.figures, name="moderation_figures"),
    path("notice/", report_views.notice, name="notice"),
    path("notice/<str:token>/", report_views.by_link, name="notice_link"),
    path("me/", include(own, namespace="me-moderation")),
    path("my/<str:token>/", include(own, namespace="my-moderation")),
]
