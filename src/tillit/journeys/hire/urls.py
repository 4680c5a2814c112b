"""Addresses of jobs, below the organisation's."""

from __future__ import annotations

from django.urls import path

from tillit.journeys.hire import job_views, work_views

urlpatterns = [
    path("jobs/", job_views.jobs, name="jobs"),
    path("jobs/with/<uuid:thread>/", job_views.propose, name="job_propose"),
    path("jobs/with/<uuid:thread>/meeting/", work_views.propose_meeting, name="meeting_propose"),
    path("jobs/meeting/<uuid:meeting>/", work_views.first_meeting, name="first_meeting"),
    path("jobs/time/<uuid:report>/", work_views.decide, name="time_decide"),
    path("jobs/review/<uuid:review>/answer/", work_views.answer, name="review_answer"),
    path("jobs/reference/<uuid:reference>/ask/", work_views.ask, name="reference_ask"),
    path("jobs/asked/<uuid:ask>/", work_views.answer_ask, name="reference_answer"),
    path("jobs/<uuid:job>/", job_views.job, name="job"),
    path("jobs/<uuid:job>/change/", job_views.change, name="job_change"),
    path("jobs/<uuid:job>/time/", work_views.report, name="job_time"),
    path("jobs/<uuid:job>/time/<uuid:replaces>/", work_views.report, name="job_time_again"),
    path("jobs/<uuid:job>/review/", work_views.review, name="job_review"),
    path("jobs/<uuid:job>/reference/", work_views.refer, name="job_reference"),
    path("jobs/<uuid:job>/<slug:what>/", job_views.do, name="job_do"),
]
