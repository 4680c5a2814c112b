"""Addresses of the booking journey, below an organisation's /o/<slug>/."""

from __future__ import annotations

from django.urls import include, path

from tillit.journeys import (
    again,
    answers,
    attendance,
    callers,
    hosting,
    hosting_series,
    paying,
    polls,
    series_views,
    views,
)
from tillit.journeys.embedding import framed
from tillit.journeys.market import adverts, documents, money, sharing_views
from tillit.journeys.market import messages as market_messages
from tillit.privacy.policy import children

urlpatterns = [
    path("jobs/<uuid:job>/invoice/", money.for_job, name="invoice_for_job"),
    path("messages/<uuid:thread>/invoice/", money.for_thread, name="invoice_for_thread"),
    path("", include("tillit.journeys.search.urls")),
    path("", include("tillit.journeys.hire.urls")),
    path("p/<slug:code>/write/", market_messages.write, name="write"),
    path("adverts/<uuid:advert>/apply/", adverts.answer, name="advert_apply"),
    path("book/<slug:kind>/", children.first(views.book), name="book"),
    path("embed/book/<slug:kind>/", framed(children.first(views.book), of="book"), name="embed_book"),
    path("embed/booked/<str:token>/", framed(views.booked, of="booking_manage"), name="embed_booked"),
    path("booking/<str:token>/", views.manage, name="booking_manage"),
    path("booking/<str:token>/cancel/", views.cancel, name="booking_cancel"),
    path("booking/<str:token>/move/", views.move, name="booking_move"),
    path("booking/<str:token>/series/cancel/", series_views.cancel, name="series_cancel"),
    path("booking/<str:token>/series/move/", series_views.move, name="series_move"),
    path("booking/<str:token>/calendar.ics", views.calendar_file, name="booking_ics"),
    path("booking/<str:token>/pay/", paying.pay, name="booking_pay"),
    path("booking/<str:token>/paid/", paying.paid, name="booking_paid"),
    path("booking/<str:token>/again/", again.again, name="booking_again"),
    path("booking/<str:token>/answers/", answers.answers, name="booking_answers"),
    path("booking/<str:token>/answers/file/<uuid:upload>/", answers.file, name="booking_file"),
    path("calendar/booking/<uuid:booking>/cancel/", views.host_cancel, name="host_cancel"),
    path("calendar/meeting/<uuid:meeting>/cancel/", views.meeting_cancel, name="meeting_cancel"),
    path("booking/<str:token>/no-show/", attendance.by_guest, name="booking_no_show"),
    path("calendar/booking/<uuid:booking>/no-show/", attendance.by_host, name="host_no_show"),
    path("calendar/booking/<uuid:booking>/move/", hosting.move, name="host_move"),
    path("calendar/booking/<uuid:booking>/series/", hosting_series.move, name="host_series"),
    path("calendar/book/", hosting.by_phone, name="host_book"),
    path("poll/<str:token>/", children.first(polls.shared), name="poll_shared"),
    path("poll/mine/<str:token>/", polls.mine, name="poll_mine"),
    path("poll/mine/<str:token>/withdraw/", polls.withdraw, name="poll_withdraw"),
    path("poll/mine/<str:token>/calendar.ics", polls.calendar_file, name="poll_ics"),
    path("messages/<uuid:thread>/documents/", documents.of_thread, name="thread_documents"),
    path("sharing/<uuid:thread>/", sharing_views.share, name="share"),
    path("sharing/<uuid:thread>/end/", sharing_views.end, name="share_end"),
    path("desk/call/<uuid:call>/book/", callers.page, name="call_book"),
]
