"""Below /o/<slug>/people/."""

from __future__ import annotations

from django.urls import path

from tillit.identity import joining, people
from tillit.identity.programs import views as programs

app_name = "people"
urlpatterns = [
    path("", people.people, name="list"),
    path("join/", joining.page, name="join"),
    path("joining/", joining.setting, name="joining"),
    path("programs/", programs.clients, name="programs"),
    path("programs/<uuid:client>/stop/", programs.stop, name="program_stop"),
    path("roles/<uuid:membership>/end/", people.end_role, name="end_role"),
    path("invitations/<uuid:invitation>/withdraw/", people.withdraw, name="withdraw"),
]
