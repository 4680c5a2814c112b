"""Addresses of messages, below the organisation's."""

from __future__ import annotations

from django.urls import path

from tillit.messaging import reporting, views

urlpatterns = [
    path("messages/", views.talks, name="messages"),
    path("messages/looked-for/", views.looked_for, name="messages_looked_for"),
    path("messages/<uuid:thread>/", views.thread, name="thread"),
    path("messages/<uuid:thread>/report/", reporting.report, name="thread_report"),
    path("messages/<uuid:thread>/<slug:what>/", views.do, name="thread_do"),
    path("messages/<uuid:thread>/<uuid:message>/<uuid:upload>", views.file, name="thread_file"),
]
