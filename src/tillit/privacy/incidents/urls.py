"""Addresses of incidents and alarms, below an organisation's /o/<slug>/office/. What waits there is said here too."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from tillit.privacy import office
from tillit.privacy.incidents import alarm_views, views, waiting

office.section("wrong", _("Incidents"), "office_incidents")
office.section("wrong", _("Alarms"), "office_alarms")
office.waiting(waiting.incidents)
office.waiting(waiting.alarms)

urlpatterns = [
    path("incidents/", views.incidents, name="office_incidents"),
    path("incidents/new/", views.new, name="office_incident_new"),
    path("incidents/drill/", views.run_drill, name="office_drill"),
    path("incidents/<uuid:incident>/", views.incident, name="office_incident"),
    path("incidents/<uuid:incident>/counts/<uuid:count>/back/", views.uncount, name="office_uncount"),
    path("incidents/<uuid:incident>/authority/", views.authority, name="office_authority"),
    path("incidents/<uuid:incident>/authority.txt", views.authority_text, name="office_authority_text"),
    path("incidents/<uuid:incident>/authority.pdf", views.authority_pdf, name="office_authority_pdf"),
    path("incidents/<uuid:incident>/letter/<str:language>/", views.letter, name="office_letter"),
    path("alarms/", alarm_views.alarms, name="office_alarms"),
    path("alarms/rules/", alarm_views.alarm_rules, name="office_alarm_rules"),
    path("alarms/<uuid:alarm>/", alarm_views.answer, name="office_alarm"),
]
