"""Addresses of the host's own pages, below an organisation's /o/<slug>/calendar/."""

from __future__ import annotations

from django.urls import path

from tillit.booking import (
    afterwards_views,
    limits_views,
    other_hours,
    price_views,
    setup_views,
    sharing_views,
    statistics_views,
    team,
    views,
)
from tillit.booking.away import views as away
from tillit.booking.intake import editor_views
from tillit.booking.intake.views import host_file
from tillit.booking.polls import views as polls
from tillit.booking.resources import views as resources

urlpatterns = [
    path("", views.calendar, name="calendar"),
    path("meeting/<uuid:meeting>/", views.meeting, name="calendar_meeting"),
    path("block/", views.block, name="calendar_block"),
    path("hours/", setup_views.hours, name="hours"),
    path("hours/other/", other_hours.page, name="other_hours_new"),
    path("hours/other/<uuid:one>/", other_hours.page, name="other_hours"),
    path("hours/other/<uuid:one>/remove/", other_hours.remove, name="other_hours_remove"),
    path("offers/", setup_views.offers, name="offers"),
    path("away/", away.page, name="away"),
    path("away/<uuid:absence>/end/", away.end, name="away_end"),
    path("away/meeting/<uuid:meeting>/", away.hand_over, name="hand_over"),
    path("statistics/", statistics_views.page, name="statistics"),
    path("team/", team.page, name="team"),
    path("hosts/<uuid:host>/limits/", limits_views.page, name="host_limits"),
    path("hosts/new/", setup_views.host_new, name="host_new"),
    path("reminders/", setup_views.reminders, name="reminders"),
    path("offers/new/", setup_views.offer, name="offer_new"),
    path("offers/<uuid:kind>/", setup_views.offer, name="offer"),
    path("offers/<uuid:kind>/sharing/", sharing_views.page, name="sharing"),
    path("booking/<uuid:booking>/file/<uuid:upload>/", host_file, name="host_file"),
    path("offers/<uuid:kind>/afterwards/", afterwards_views.afterwards, name="afterwards"),
    path("offers/<uuid:kind>/price/", price_views.price, name="offer_price"),
    path("booking/<uuid:booking>/confirm/", afterwards_views.host_confirm, name="host_confirm"),
    path("offers/<uuid:kind>/questions/", editor_views.questions, name="questions"),
    path("offers/<uuid:kind>/questions/arrange/", editor_views.arrange, name="questions_arrange"),
    path("offers/<uuid:kind>/questions/routes/", editor_views.routes, name="questions_routes"),
    path("offers/<uuid:kind>/questions/new/", editor_views.question, name="question_new"),
    path("offers/<uuid:kind>/questions/preview/", editor_views.preview, name="questions_preview"),
    path("offers/<uuid:kind>/questions/one/<slug:key>/", editor_views.question, name="question"),
    path("polls/", polls.polls, name="polls"),
    path("polls/new/", polls.new, name="poll_new"),
    path("polls/<uuid:poll>/", polls.poll, name="poll"),
    path("polls/<uuid:poll>/choose/", polls.choose, name="poll_choose"),
    path("polls/<uuid:poll>/off/", polls.call_off, name="poll_off"),
    path("polls/<uuid:poll>/link/", polls.renew, name="poll_renew"),
    path("offers/<uuid:kind>/beside/", resources.beside, name="beside"),
    path("resources/", resources.listed, name="resources"),
    path("resources/new/", resources.resource, name="resource_new"),
    path("resources/<uuid:resource>/", resources.resource, name="resource"),
    path("resources/<uuid:resource>/block/", resources.block, name="resource_block"),
    path("resources/<uuid:resource>/free/<uuid:busy>/", resources.unblock, name="resource_free"),
    path("free/<uuid:busy>/", views.unblock, name="calendar_free"),
]
