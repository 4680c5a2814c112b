"""Addresses of the host's own pages, below an organisation's /o/<slug>/calendar/."""

from __future__ import annotations

from django.urls import path

from tillit.booking import setup_views, views
from tillit.booking.intake.views import host_file

urlpatterns = [
    path("", views.calendar, name="calendar"),
    path("meeting/<uuid:meeting>/", views.meeting, name="calendar_meeting"),
    path("block/", views.block, name="calendar_block"),
    path("hours/", setup_views.hours, name="hours"),
    path("offers/", setup_views.offers, name="offers"),
    path("hosts/new/", setup_views.host_new, name="host_new"),
    path("reminders/", setup_views.reminders, name="reminders"),
    path("offers/new/", setup_views.offer, name="offer_new"),
    path("offers/<uuid:kind>/", setup_views.offer, name="offer"),
    path("booking/<uuid:booking>/file/<uuid:upload>/", host_file, name="host_file"),
    path("free/<uuid:busy>/", views.unblock, name="calendar_free"),
]
