"""Addresses of directory, below the organisation's."""

from __future__ import annotations

from typing import Any

from django.urls import path

from tillit.directory import own_views, setup_views, views

urlpatterns: list[Any] = [
    path("p/<slug:code>/", views.profile, name="profile"),
    path("p/<slug:code>/picture/<uuid:fact>/<slug:size>/", views.picture, name="profile_picture"),
    path("p/<slug:code>/film/", views.film, name="profile_film"),
    path("p/<slug:code>/check/", views.check, name="profile_check"),
    path("profile/", own_views.mine, name="my_profile"),
    path("profile/preview/", own_views.preview, name="my_profile_preview"),
    path("profile/whole/", own_views.whole, name="my_profile_whole"),
    path("profile/fact/<slug:kind>/", own_views.fact, name="my_profile_fact"),
    path("profile/<slug:section>/", own_views.section, name="my_profile_section"),
    path("directory/", setup_views.setup, name="directory_setup"),
    path("directory/demand/", setup_views.demand, name="directory_demand"),
    path("directory/<uuid:category>/", setup_views.setup, name="directory_category"),
]
