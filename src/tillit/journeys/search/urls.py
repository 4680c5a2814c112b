"""The address of the search, below an organisation's /o/<slug>/."""

from __future__ import annotations

from django.urls import path

from tillit.journeys.search import views

urlpatterns = [path("search/", views.page, name="search")]
