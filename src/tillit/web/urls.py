"""Every address of the installation. tests/guards/test_urls.py lists who may reach each."""

from __future__ import annotations

from typing import Any

from django.urls import include, path

from tillit.journeys.embedding import framed
from tillit.kernel import config
from tillit.notify import doors as notify
from tillit.web import embed_office, embedded, live, views
from tillit.web.api import urls as api

handler400 = "tillit.web.errors.bad_request"
handler403 = "tillit.web.errors.forbidden"
handler404 = "tillit.web.errors.not_found"
handler500 = "tillit.web.errors.server_error"

urlpatterns: list[Any] = [
    path("", views.start, name="start"),
    path("healthz", views.healthz, name="healthz"),
    path("messages.js", notify.service_worker, name="service_worker"),
    path("l/<str:told>/", notify.go, name="go"),
    path("api/v1/", api.urlpatterns),
    path("help/", include("tillit.web.help_urls")),
    path("o/<slug:slug>/help/", include("tillit.web.help_urls", namespace="o_help")),
    path("design/", views.gallery, name="gallery"),
    path("o/<slug:slug>/", views.organisation, name="organisation"),
    path("o/<slug:slug>/live/", live.member, name="live"),
    path("o/<slug:slug>/live/badge/", live.badge, name="live_badge"),
    path("o/<slug:slug>/booking/<str:token>/live/", live.by_link, name="live_by_link"),
    path("embed.js", embedded.script, name="embed_script"),
    path("o/<slug:slug>/embed/", framed(views.organisation, of="organisation"), name="embed_organisation"),
    path("o/<slug:slug>/office/embed/", embed_office.page, name="office_embed"),
    path("o/<slug:slug>/office/embed/<uuid:site>/end/", embed_office.end, name="office_embed_end"),
    path("o/<slug:slug>/", include("tillit.journeys.urls")),
    path("account/", include("tillit.identity.urls")),
    path("", include("tillit.privacy.incidents.site_urls")),
    path("", include("tillit.privacy.rights.site_urls")),
    path("o/<slug:slug>/people/", include("tillit.identity.organisation_urls")),
    path("o/<slug:slug>/calendar/", include("tillit.booking.urls")),
    path("o/<slug:slug>/", include("tillit.booking.calendars.urls")),
    path("", include("tillit.booking.calendars.site_urls")),
    path("o/<slug:slug>/log/", include("tillit.evidence.urls")),
    path("o/<slug:slug>/", include("tillit.privacy.urls")),
    path("o/<slug:slug>/", include("tillit.notify.urls")),
    path("o/<slug:slug>/", include("tillit.wallet.urls")),
    path("o/<slug:slug>/", include("tillit.desk.urls")),
    path("o/<slug:slug>/", include("tillit.exchange.urls")),
    path("o/<slug:slug>/", include("tillit.directory.urls")),
    path("o/<slug:slug>/", include("tillit.directory.upkeep.urls")),
    path("o/<slug:slug>/", include("tillit.directory.adverts.urls")),
    path("o/<slug:slug>/", include("tillit.messaging.urls")),
    path("o/<slug:slug>/", include("tillit.sales.urls")),
    path("o/<slug:slug>/", include("tillit.documents.urls")),
    path("o/<slug:slug>/", include("tillit.moderation.urls")),
]

if config.mode() == "demo":
    urlpatterns.append(path("demo/", include("tillit.web.demo")))
