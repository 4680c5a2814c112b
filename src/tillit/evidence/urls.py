"""Below /o/<organisation>/log/."""

from __future__ import annotations

from django.urls import path

from tillit.evidence import views

app_name = "evidence"
urlpatterns = [
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("key", views.key, name="key"),
    path("tile/entries/<path:place>", views.entries, name="entries"),
    path("tile/<str:level>/<path:place>", views.tile, name="tile"),
]
