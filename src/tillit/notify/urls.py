"""Addresses below an organisation's /o/<slug>/: the links under messages. What a person sees of it behind the doors
to their own data is in `own`, which rights' addresses are joined with."""

from __future__ import annotations

from django.urls import path

from tillit.notify import views

app_name = "notify"
urlpatterns = [
    path("told/<str:token>/", views.settings_by_link, name="by_link"),
    path("told/<str:token>/<str:kind>/", views.unsubscribe, name="unsubscribe"),
]

own = [
    path("told/", views.settings, name="told"),
    path("messages/", views.notes, name="notes"),
    path("devices/", views.add_device, name="add_device"),
    path("devices/forget/", views.forget_devices, name="forget_devices"),
]
