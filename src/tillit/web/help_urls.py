"""The help, mounted twice: at /help/, and below an organisation's /o/<slug>/help/ in its own surroundings."""

from __future__ import annotations

from django.urls import path

from tillit.web import help

app_name = "help"
urlpatterns = [
    path("", help.index, name="index"),
    path("<slug:topic>/", help.article, name="article"),
]
