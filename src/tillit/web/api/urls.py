"""The parts of the API, below /api/v1/."""

from __future__ import annotations

from tillit.web.api import (
    adverts,
    asking,
    bookings,
    calendar,
    clients,
    desk,
    documents,
    finding,
    hosting,
    imports,
    intake,
    jobs,
    lists,
    living,
    mine,
    moderation,
    numbers,
    offers,
    office,
    organisations,
    payments,
    polls,
    profiles,
    resources,
    rights,
    sales,
    searching,
    sent,
    sharing,
    talking,
    told,
    trust,
    webhooks,
)
from tillit.web.api.site import api

for part in (
    organisations, trust, bookings, payments, intake, calendar, hosting, polls, mine, living, moderation, rights,
    told, searching, offers, asking, sharing, resources, numbers, office, desk, sent, imports, lists, webhooks,
    clients, profiles, finding, adverts, talking, sales, jobs, documents,
):  # fmt: skip
    api.add_router("", part.router)

urlpatterns = api.urls
