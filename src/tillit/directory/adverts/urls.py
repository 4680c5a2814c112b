"""Addresses of advertisements, below the organisation's."""

from __future__ import annotations

from django.urls import path

from tillit.directory.adverts import views

urlpatterns = [
    path("adverts/", views.adverts, name="adverts"),
    path("adverts/new/", views.new, name="advert_new"),
    path("adverts/<uuid:advert>/", views.advert, name="advert"),
    path("adverts/offers/<uuid:application>/", views.offer, name="advert_offer"),
]
