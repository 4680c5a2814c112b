"""The parts of the API, below /api/v1/."""

from __future__ import annotations

from tillit.web.api import bookings, calendar, clients, mine, office, organisations, told, webhooks
from tillit.web.api.site import api

for part in (organisations, bookings, calendar, mine, told, office, webhooks, clients):
    api.add_router("", part.router)

urlpatterns = api.urls
