"""Addresses below an organisation's /o/<slug>/: the links under messages, and behind both doors to a person's own data
how they are told and what they were told."""

from __future__ import annotations

from django.urls import include, path

from tillit.notify import views

own = (
    [
        path("told/", views.settings, name="told"),
        path("messages/", views.notes, name="notes"),
        path("devices/", views.add_device, name="add_device"),
        path("devices/forget/", views.forget_devices, name="forget_devices"),
    ],
    "notify",
)

urlpatterns = [
    path("told/<str:token>/", views.settings_by_link, name="told_by_link"),
    path("told/<str:token>/<str:kind>/", views.unsubscribe, name="unsubscribe"),
    path("me/", include(own, namespace="me-notify")),
    path("my/<str:token>/", include(own, namespace="my-notify")),
]
