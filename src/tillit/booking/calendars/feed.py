"""A host's bookings at a secret address, for calendar programs that read (RFC 5545). Nobody's name is in it; whether it
says what was booked, or that time is taken and no more, the host decides."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from tillit.access import as_office
from tillit.booking import links
from tillit.booking.calendars.spans import uid
from tillit.booking.models import Feed, MeetingType
from tillit.identity.queries import current_organisation

READ_AGAIN = timedelta(minutes=30)


def content(language: str) -> bytes:
    """The calendar behind the feed in whose office we act. The same bookings make the same bytes."""
    with connection.cursor() as cursor:
        cursor.execute("select meeting, lower(span), upper(span), words::text, made from booking.fed()")
        rows = cursor.fetchall()
    calendar = Calendar()
    calendar.add("prodid", "-//Tillit//Booking//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("refresh-interval", READ_AGAIN)
    with translation.override(language):
        taken = _("Booked time")
    for meeting, first, last, words, made in rows:
        event = Event()
        event.add("uid", uid(meeting))
        event.add("dtstamp", made)
        event.add("dtstart", first)
        event.add("dtend", last)
        event.add("summary", _title(words, language) or taken)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


@require_safe
def feed(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The feed behind a token; 404 for one that has ended or that we never gave."""
    organisation = current_organisation(request)
    one = links.feed_id(token)
    if organisation is None:
        raise Http404
    with as_office("feed", str(one)):
        if not Feed.objects.filter(pk=one).exists():
            raise Http404
        made = content(organisation.languages[0])
    etag = f'"{hashlib.sha256(made).hexdigest()[:32]}"'
    whole = HttpResponse(made, content_type="text/calendar; charset=utf-8")
    response = get_conditional_response(request, etag=etag, response=whole) or whole
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


def _title(words: str | None, language: str) -> str:
    """What was booked, where the host chose that the feed says it."""
    return MeetingType(words=json.loads(words)).word("title", language) if words else ""
