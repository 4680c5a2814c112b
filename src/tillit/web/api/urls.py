"""The parts of the API, below /api/v1/."""

from __future__ import annotations

from tillit.web.api import (
    bookings,
    calendar,
    clients,
    desk,
    imports,
    intake,
    lists,
    mine,
    offers,
    office,
    organisations,
    resources,
    rights,
    searching,
    sent,
    sharing,
    told,
    trust,
    webhooks,
)
from tillit.web.api.site import api

for part in (
    organisations, trust, bookings, intake, calendar, mine, rights, told, searching, offers, sharing, resources, office,
    desk, sent, imports, lists, webhooks, clients,
):  # fmt: skip
    api.add_router("", part.router)

urlpatterns = api.urls
