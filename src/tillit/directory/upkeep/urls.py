"""Addresses of training and of the ethical code, below the organisation's."""

from __future__ import annotations

from django.urls import path

from tillit.directory.upkeep import views

urlpatterns = [
    path("training/", views.training, name="training"),
    path("training/setup/", views.setup, name="training_setup"),
    path("training/setup/<uuid:course>/remove/", views.no_longer, name="training_no_longer"),
    path("training/<uuid:training>/remove/", views.remove, name="training_remove"),
    path("ethical-code/", views.code, name="ethical_code"),
    path("ethical-code/new/", views.write_code, name="ethical_code_new"),
]
