"""Who sees what of whom, for those whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Max, QuerySet

from tillit.access import current
from tillit.access.models import GlassRequest, Grant
from tillit.kernel import clock
from tillit.kernel.ticket import Actor

WAITS = timedelta(days=1)


def shown_of_me() -> list[Grant]:
    """Live grants on the acting person, soonest end first."""
    return list(_live().filter(subject_id=(current() or Actor()).person).order_by("ends", "pk"))


def shown_to_me() -> list[Grant]:
    """Live grants to the acting person, soonest end first."""
    return list(_live().filter(grantee_id=(current() or Actor()).person).order_by("ends", "pk"))


def whom_i_see(scope: str, *, most: int, since: date | None = None, until: date | None = None) -> list[UUID]:
    """Whose `scope` is shown to the acting person now, the latest shown first, at most so many; shown from and to these
    days (UTC)."""
    found = _live().filter(grantee_id=(current() or Actor()).person, scope=scope)
    if since:
        found = found.filter(made__gte=datetime.combine(since, time(), UTC))
    if until:
        found = found.filter(made__lt=datetime.combine(until, time(), UTC) + timedelta(days=1))
    latest = found.values("subject").annotate(latest=Max("made")).order_by("-latest", "-subject")
    return [row["subject"] for row in latest[:most]]


def relations_to(people: Iterable[UUID]) -> list[tuple[UUID, str, UUID | None]]:
    """By what the acting person may see the contact of these people now, the soonest end first: whose, the relation,
    and what it is about (a booking)."""
    me = (current() or Actor()).person
    found = _live().filter(grantee_id=me, scope="contact", subject_id__in=list(people)).order_by("ends")
    return list(found.values_list("subject_id", "relation", "object_id"))


def waiting() -> list[GlassRequest]:
    """Requests that a second person can still answer, oldest first: for administrators and privacy officers."""
    return list(GlassRequest.objects.filter(state="waiting", made__gte=clock.now() - WAITS).order_by("made", "pk"))


def broken_of_me() -> list[GlassRequest]:
    """What was broken open of the acting person, latest first."""
    me = (current() or Actor()).person
    return list(GlassRequest.objects.filter(state="opened", subject_id=me).order_by("-answered", "pk"))


def opened_request(request: UUID) -> GlassRequest | None:
    """What was broken open, with its organisation, for the reaction that tells of it; None once it is forgotten."""
    return GlassRequest.objects.select_related("organisation").filter(pk=request, state="opened").first()


def open_now() -> dict[UUID, UUID]:
    """What is broken open of anybody at this moment: request → grant; for those who may close it, others get none."""
    with connection.cursor() as cursor:
        cursor.execute("select request, opened_by from access.open_glass()")
        return dict(cursor.fetchall())


def requests(ids: Iterable[UUID]) -> list[GlassRequest]:
    """These requests, soonest end first: for administrators and privacy officers."""
    return list(GlassRequest.objects.filter(pk__in=list(ids)).order_by("ends", "pk"))


def opened_by_me(request: UUID) -> tuple[GlassRequest, Grant] | None:
    """What the acting person has broken open and still sees, with the grant by which they do; None otherwise."""
    grant = _live().filter(object_id=request, relation="glass", grantee_id=(current() or Actor()).person).first()
    asked = GlassRequest.objects.filter(pk=request).first() if grant else None
    return (asked, grant) if asked and grant else None


def needs_two_people() -> bool:
    """Does the acting organisation want a second person for what is broken open?"""
    with connection.cursor() as cursor:
        cursor.execute("select access.two_people()")
        return bool(cursor.fetchone()[0])


def _live() -> QuerySet[Grant]:
    now = clock.now()
    return Grant.objects.filter(revoked=None, starts__lte=now, ends__gt=now)
