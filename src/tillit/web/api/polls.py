"""Polls for a common time: for their hosts with a token, for who answers by a link."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Router, Status

from tillit.access import Actor, acting, current
from tillit.booking.polls import actions, links, queries
from tillit.booking.polls.models import MOST_TIMES
from tillit.booking.queries import all_hosts, my_host
from tillit.identity import throttle
from tillit.identity.queries import people_by_id, roles
from tillit.journeys.polls import ANSWERED
from tillit.kernel import mail
from tillit.web.api import doors
from tillit.web.api.bookings import of_age
from tillit.web.api.problems import Problem
from tillit.web.api.types import (
    At,
    Email,
    Field,
    In,
    InstantText,
    Out,
    Slug,
    StrictBool,
    StrictStr,
    Whole,
    Zone,
    instant,
)

if TYPE_CHECKING:
    from tillit.booking.models import Poll, PollAnswer

router = Router(tags=["Polls"])
read, write = doors.needs("calendar:read"), doors.needs("calendar:write")
_READABLE = r"[^\x00-\x20\x7f]"
Line = Annotated[StrictStr, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Text = Annotated[StrictStr, Field(max_length=1000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")]
Word = Literal["yes", "maybe", "no"]


class PollIn(In):
    """What to ask. hosts: colleagues (their `slug`) who must be there besides the owner. closes: until when one can
    answer, at the latest when the last of the times begins."""

    title: Annotated[StrictStr, Field(min_length=1, max_length=200, pattern=_READABLE)]
    place: Line = ""
    about: Text = ""
    minutes: Annotated[int, Field(ge=5, le=1440), Whole]
    times: Annotated[list[InstantText], Field(min_length=1, max_length=MOST_TIMES)]
    closes: InstantText
    hosts: Annotated[list[Slug], Field(max_length=19)] = []
    keeps_free: StrictBool = True
    shows_names: StrictBool = False


class ChooseIn(In):
    """The start of the time that is chosen."""

    start: InstantText


class AskIn(In):
    """Whom to ask by mail."""

    addresses: Annotated[list[Email], Field(min_length=1, max_length=50)]


class SaidIn(In):
    """One time, by its start, and whether one can."""

    start: InstantText
    answer: Word


class PollAnswerIn(In):
    """Who answers, and when they can. Times that are left out count as no."""

    name: Annotated[StrictStr, Field(min_length=1, max_length=200, pattern=_READABLE)]
    email: Email | None = None
    note: Text = ""
    said: Annotated[list[SaidIn], Field(min_length=1, max_length=MOST_TIMES)]
    zone: Zone | None = None


class PollChangeIn(In):
    """The same, of somebody who has a link of their own; the address stays."""

    name: Annotated[StrictStr, Field(min_length=1, max_length=200, pattern=_READABLE)]
    note: Text = ""
    said: Annotated[list[SaidIn], Field(min_length=1, max_length=MOST_TIMES)]
    zone: Zone | None = None


class PollTimeOut(Out):
    """A time, and how many can."""

    start: At
    end: At
    yes: int
    maybe: int


class PollOut(Out):
    """A poll, as everybody with its link sees it."""

    title: str
    place: str
    about: str
    hosts: list[str]
    minutes: int
    state: str
    closes: At
    shows_names: bool
    answered: int
    times: list[PollTimeOut]
    chosen: At | None


class PollSaidOut(Out):
    """One time, by its start, and what was said of it."""

    start: At
    answer: str


class ParticipantOut(Out):
    """One who answered; or who was asked by mail and is silent, whose name is empty."""

    name: str
    email: str
    note: str
    answered: bool
    said: list[PollSaidOut]


class HostedPollOut(PollOut):
    """A poll as its hosts see it. best: the times that can be chosen, the one that suits most people first."""

    id: UUID
    url: str
    participants: list[ParticipantOut]
    best: list[At]


class PollLineOut(Out):
    """A poll in the list of its host."""

    id: UUID
    title: str
    state: str
    closes: At


class PollsOut(Out):
    items: list[PollLineOut]


class MyAnswerOut(Out):
    """What somebody said, by their own link."""

    poll: PollOut
    name: str
    note: str
    said: list[PollSaidOut]
    link: str
    url: str


@router.get("o/{slug:slug}/polls", response=PollsOut, auth=read)
def polls(request: HttpRequest, slug: str) -> Any:
    """The owner's polls, the newest first."""
    _host()
    lines = [{"id": p.pk, "title": p.title, "state": p.state, "closes": p.closes} for p in queries.my_polls()]
    return {"items": lines}


@router.post("o/{slug:slug}/polls", response={201: HostedPollOut}, auth=write)
def open_poll(request: HttpRequest, slug: str, body: PollIn) -> Any:
    """Ask when others can."""
    me = _host()
    by_slug = {host.slug: host.pk for host in all_hosts() if host.bookable and host.here}
    try:
        poll = actions.open_poll(
            organisation=me.organisation_id,
            hosts=list(dict.fromkeys([me.pk, *(by_slug.get(one, uuid4()) for one in body.hosts)])),
            title=body.title, place=body.place, about=body.about, minutes=body.minutes,
            starts=[instant(one) for one in body.times], closes=instant(body.closes), shows_names=body.shows_names,
            keeps_free=body.keeps_free,
        )  # fmt: skip
    except actions.Refused as why:
        raise _refused(str(why)) from None
    return Status(201, _hosted(queries.hosted(poll), slug))


@router.get("o/{slug:slug}/polls/{uuid:poll}", response=HostedPollOut, auth=read)
def poll(request: HttpRequest, slug: str, poll: UUID) -> Any:
    """One poll with all that was said. That it was read is recorded, and those who take part can see it."""
    _host()
    return _hosted(queries.hosted(poll), slug)


@router.post("o/{slug:slug}/polls/{uuid:poll}/choose", response=HostedPollOut, auth=write)
def choose(request: HttpRequest, slug: str, poll: UUID, body: ChooseIn) -> Any:
    """Choose a time: it stands in the calendars of all its hosts. The same again is no error."""
    _host()
    try:
        actions.choose(queries.hosted(poll), instant(body.start))
    except actions.Refused as why:
        raise _refused(str(why)) from None
    return _hosted(queries.hosted(poll), slug)


@router.post("o/{slug:slug}/polls/{uuid:poll}/cancel", response=HostedPollOut, auth=write)
def call_off(request: HttpRequest, slug: str, poll: UUID) -> Any:
    """Call the poll off, or the meeting that came of it. Again is no error."""
    _host()
    try:
        actions.call_off(queries.hosted(poll))
    except actions.Refused as why:
        raise _refused(str(why)) from None
    return _hosted(queries.hosted(poll), slug)


@router.post("o/{slug:slug}/polls/{uuid:poll}/link", response=HostedPollOut, auth=write)
def renew(request: HttpRequest, slug: str, poll: UUID) -> Any:
    """Make a new link; the old one opens nothing any more."""
    _host()
    try:
        actions.renew(queries.hosted(poll))
    except actions.Refused as why:
        raise _refused(str(why)) from None
    return _hosted(queries.hosted(poll), slug)


@router.post("o/{slug:slug}/polls/{uuid:poll}/ask", response=HostedPollOut, auth=write)
def ask(request: HttpRequest, slug: str, poll: UUID, body: AskIn) -> Any:
    """Ask by mail; addresses that the poll has already are left out."""
    _host()
    one = queries.hosted(poll)
    try:
        actions.ask(one, body.addresses, language=get_language() or "en", zone=one.organisation.time_zone)
    except actions.Refused:
        raise Problem(429) from None
    return _hosted(queries.hosted(poll), slug)


@router.get("o/{slug:slug}/poll/{str:link}", response=PollOut, auth=None)
def shared(request: HttpRequest, slug: str, link: str) -> Any:
    """The poll of a link that was shared."""
    with _shared(link) as found:
        return _poll(found)


@router.post("o/{slug:slug}/poll/{str:link}/answers", response={201: MyAnswerOut}, auth=None)
def answer(request: HttpRequest, slug: str, link: str, body: PollAnswerIn) -> Any:
    """Answer, by a link that was shared. What comes back holds a link of one's own."""
    of_age(doors.here(request))
    with _shared(link) as found:
        try:
            made, person, _new = actions.answer(
                found, form=uuid4(), name=body.name, email=body.email or "", note=body.note, said=_said(body.said),
                language=get_language() or "en", zone=body.zone or found.organisation.time_zone,
            )  # fmt: skip
        except actions.Refused as why:
            raise _refused(str(why)) from None
        if not ANSWERED.take(throttle.network(request)):
            raise Problem(429)
    doors.concerns(request, person)
    with _own(links.own(made, person, mailed=False)) as (mine, one):
        return Status(201, _mine(mine, one, slug))


@router.get("o/{slug:slug}/poll/mine/{str:link}", response=MyAnswerOut, auth=None)
def mine(request: HttpRequest, slug: str, link: str) -> Any:
    """What was said, by one's own link."""
    with _own(link) as (found, one):
        doors.concerns(request, found.person_id)
        return _mine(found, one, slug)


@router.post("o/{slug:slug}/poll/mine/{str:link}", response=MyAnswerOut, auth=None)
def change(request: HttpRequest, slug: str, link: str, body: PollChangeIn) -> Any:
    """Say it anew."""
    with _own(link) as (found, one):
        doors.concerns(request, found.person_id)
        try:
            zone = body.zone or one.organisation.time_zone
            actions.change(found, name=body.name, note=body.note, said=_said(body.said), zone=zone)
        except actions.Refused as why:
            raise _refused(str(why)) from None
        return _mine(queries.my_answer(found.pk), one, slug)


@router.delete("o/{slug:slug}/poll/mine/{str:link}", response={204: None}, auth=None)
def withdraw(request: HttpRequest, slug: str, link: str) -> Any:
    """Take it back. The link then opens nothing."""
    with _own(link) as (found, _one):
        doors.concerns(request, found.person_id)
        actions.withdraw(found)
    return Status(204, None)


def _host() -> Any:
    host = my_host()
    if host is None:
        raise Http404
    return host


@contextmanager
def _shared(link: str) -> Iterator[Poll]:
    """The poll of a shared link, in the office of whoever holds it; 404 for a forged one and one that was renewed."""
    poll, number = links.read_shared(link)
    with acting(Actor(organisation=(current() or Actor()).organisation, office="poll", subject=str(poll))):
        found = queries.get_poll(poll)
        if found.number != number:
            raise Http404
        yield found


@contextmanager
def _own(link: str) -> Iterator[tuple[PollAnswer, Poll]]:
    """The answer of one's own link and its poll, as the person who gave it; 404 for a forged one."""
    answer, person, _mailed = links.read_own(link)
    with acting(Actor(office="guest", person=person, organisation=(current() or Actor()).organisation)):
        me = people_by_id([person]).get(person)
        if me is None or me.account_id or roles():
            raise Http404
        found = queries.my_answer(answer)
        yield found, queries.get_poll(found.poll_id)


def _said(said: list[SaidIn]) -> dict[Any, str]:
    return {instant(one.start): one.answer for one in said}


def _poll(poll: Poll, rows: list[queries.TimeRow] | None = None) -> dict[str, Any]:
    rows = queries.counts(poll) if rows is None else rows
    span = queries.chosen(poll) if poll.state == "chosen" else None
    return {
        "title": poll.title, "place": poll.place, "about": poll.about, "minutes": poll.minutes, "state": poll.state,
        "hosts": [one.host.name for one in poll.hosts.all()], "closes": poll.closes, "shows_names": poll.shows_names,
        "answered": rows[0].answered if rows else 0,
        "times": [{"start": r.start, "end": r.end, "yes": r.yes, "maybe": r.maybe} for r in rows],
        "chosen": span.lower if span else None,
    }  # fmt: skip


def _hosted(poll: Poll, slug: str) -> dict[str, Any]:
    table = queries.table(poll)
    people = []
    for number, one in enumerate(table.people):
        said = [{"start": row.start, "answer": row.said[number]} for row in table.rows]
        people.append({"name": one.name, "email": one.email, "note": one.note, "answered": True, "said": said})
    for one in table.silent:
        people.append({"name": one.name, "email": one.email, "note": "", "answered": False, "said": []})
    return _poll(poll, table.rows) | {
        "id": poll.pk,
        "url": mail.link(reverse("poll_shared", args=[slug, links.shared(poll.pk, poll.number)])),
        "participants": people,
        "best": [row.start for row in table.best],
    }


def _mine(answer: PollAnswer, poll: Poll, slug: str) -> dict[str, Any]:
    person = people_by_id([answer.person_id])[answer.person_id]
    link = links.own(answer.pk, answer.person_id, mailed=False)
    rows = queries.counts(poll)
    said = [{"start": row.start, "answer": answer.choices.get(queries.key(row.start), "no")} for row in rows]
    return {
        "poll": _poll(poll, rows),
        "name": person.display_name,
        "note": answer.note,
        "said": said if answer.state == "answered" else [],
        "link": link,
        "url": mail.link(reverse("poll_mine", args=[slug, link])),
    }


def _refused(why: str) -> Problem:
    words = {
        "taken": (
            _("Something else stands in a calendar then by now. Nothing has changed; choose another time."),
            "not-free",
        ),
        "past": (_("That time is over. Nothing has changed."), "over"),
        "times": (_("One of the times is over already. Take it out."), "over"),
        "many": (_("You have many open polls. Decide some of them first."), "too-many"),
        "nobody": (_("One of the colleagues cannot be booked any more. Look who must be there."), "not-bookable"),
        "late": (_("This poll can no longer be answered."), "closed"),
        "full": (_("So many have answered that nobody else can."), "full"),
    }  # fmt: skip
    said, kind = words.get(why, (_("The poll is not open any more. Nothing has changed."), "closed"))
    return Problem(409, said, kind=kind)
