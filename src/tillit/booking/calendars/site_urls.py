"""The address to which providers of calendars send a browser back."""

from __future__ import annotations

from django.urls import path

from tillit.booking.calendars import account_views

urlpatterns = [path("calendar/back/<slug:kind>/", account_views.come_back, name="calendar_back")]
