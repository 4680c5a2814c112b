"""Pages of the office about what is closed and what people object to, below /o/<slug>/office/."""

from __future__ import annotations

from django.urls import path

from tillit.privacy.rights import closing_views, glass_views, objection_views

urlpatterns = [
    path("glass/", glass_views.overview, name="office_glass"),
    path("glass/two/", glass_views.demand, name="office_glass_two"),
    path("glass/<uuid:asked>/", glass_views.opened, name="office_glass_opened"),
    path("glass/<uuid:asked>/answer/", glass_views.answer, name="office_glass_answer"),
    path("glass/<uuid:asked>/close/", glass_views.close, name="office_glass_close"),
    path("leaving/", closing_views.leaving, name="office_leaving"),
    path("leaving/<uuid:copy>.zip", closing_views.download, name="office_leaving_file"),
    path("objections/", objection_views.waiting, name="office_objections"),
    path("objections/<uuid:objection>/", objection_views.answer, name="office_objection"),
]
