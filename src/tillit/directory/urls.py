"""Addresses of directory, below the organisation's."""

from __future__ import annotations

from typing import Any

from django.urls import path

from tillit.directory import find_views, own_views, setup_views, views

urlpatterns: list[Any] = [
    path("p/<slug:code>/", views.profile, name="profile"),
    path("p/<slug:code>/picture/<uuid:fact>/<slug:size>/", views.picture, name="profile_picture"),
    path("p/<slug:code>/film/", views.film, name="profile_film"),
    path("p/<slug:code>/check/", views.check, name="profile_check"),
    path("p/<slug:code>/like/", find_views.favourite, name="favourite"),
    path("find/", find_views.find, name="find"),
    path("find/how/", find_views.how, name="find_how"),
    path("find/map/", find_views.on_map, name="find_map"),
    path("find/weights/", find_views.weights, name="find_weights"),
    path("find/save/", find_views.save, name="save_search"),
    path("find/saved/", find_views.saved, name="saved_searches"),
    path("find/saved/<uuid:search>/", find_views.saved_one, name="saved_search"),
    path("find/favourites/", find_views.favourites, name="favourites"),
    path("profile/", own_views.mine, name="my_profile"),
    path("profile/preview/", own_views.preview, name="my_profile_preview"),
    path("profile/whole/", own_views.whole, name="my_profile_whole"),
    path("profile/fact/<slug:kind>/", own_views.fact, name="my_profile_fact"),
    path("profile/<slug:section>/", own_views.section, name="my_profile_section"),
    path("directory/", setup_views.setup, name="directory_setup"),
    path("directory/demand/", setup_views.demand, name="directory_demand"),
    path("directory/<uuid:category>/", setup_views.setup, name="directory_category"),
]
