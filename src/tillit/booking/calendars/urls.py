"""Addresses below an organisation's /o/<slug>/: the feed for calendar programs, and the host's pages about them."""

from __future__ import annotations

from django.urls import path

from tillit.booking.calendars import account_views, feed, views

urlpatterns = [
    path("feed/<str:token>.ics", feed.feed, name="feed"),
    path("calendar/connections/", views.connections, name="connections"),
    path("calendar/connections/feed/<slug:what>/", views.feed, name="connections_feed"),
    path("calendar/connections/new/<slug:kind>/", views.new, name="connection_new"),
    path("calendar/connections/account/<slug:kind>/", account_views.account, name="connection_account"),
    path("calendar/connections/account/<slug:kind>/back/", account_views.back, name="connection_account_back"),
    path("calendar/connections/<uuid:one>/", views.connection, name="connection"),
    path("calendar/connections/<uuid:one>/<slug:what>/", views.do, name="connection_do"),
    path("calendar/connections/question/<uuid:one>/<slug:what>/", views.question, name="connection_question"),
]
