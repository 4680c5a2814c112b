"""Profiles of providers: read by everybody as far as they are shown, written by their owners."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from tillit import evidence
from tillit.directory import actions, facts, queries, shown, telling
from tillit.directory.sections import SECTIONS, held, write
from tillit.identity.queries import roles
from tillit.web.api import doors
from tillit.web.api.problems import Problem
from tillit.web.api.types import Field, In, Out, StrictStr

router = Router(tags=["Profiles"])
read, write_scope = doors.needs("profile:read"), doors.needs("profile:write")


class FactOut(Out):
    """One thing that a profile says. checked: who of the organisation checked it, how and when ("" for nobody)."""

    kind: str
    heading: str
    words: str
    checked: str


class ProfileOut(Out):
    """A profile as whoever asks may see it. price: of an hour, in minor units of the currency; null: not said.
    picture: its address, or "". facts: the same in the same order for everybody; "" where nothing is said."""

    code: str
    name: str
    price: int | None
    currency: str
    vat_included: bool | None
    picture: str
    facts: list[FactOut]


class OwnFactOut(Out):
    """What one's own profile says, newest. stage: draft, waiting (for a moderator), live (others see it)."""

    kind: str
    heading: str
    words: str
    stage: str
    seen_by: str


class OwnProfileOut(Out):
    """One's own profile. visible: others see it now. missing: what has to be said before it is handed in."""

    code: str
    standing: str
    visible: bool
    waits: bool
    facts: list[OwnFactOut]
    missing: list[str]


Given = Annotated[StrictStr, Field(max_length=4000)]


class SectionIn(In):
    """A section as its form asks it: field → what is typed, or several of the values that can be chosen. What is left
    out is not said any more."""

    fields: Annotated[dict[StrictStr, Given | Annotated[list[Given], Field(max_length=60)]], Field(max_length=20)]


class SeenIn(In):
    """Who sees a fact from now on; null deletes it, at once."""

    seen_by: Literal["everybody", "members", "threads"] | None


@router.get("o/{slug:slug}/profiles/{slug:code}", response=ProfileOut, auth=None)
def one(request: HttpRequest, slug: str, code: str) -> Any:
    """A profile that others see."""
    organisation = doors.here(request)
    if "directory" not in organisation.modules:
        raise Http404
    found = queries.profile(code)
    if any(fact.seen_by != "everybody" for fact in found.facts.values()):
        evidence.saw([found.person], "directory.profile", "shown")
    doors.concerns(request, found.person)
    rate = found.value("rate")
    listed = [
        shown.line(kind, found.facts.get(kind), short=found.short, house=organisation.name, zone=organisation.time_zone)
        for kind in facts.KINDS
        if kind not in ("name", "picture", "film")
    ]
    return {
        "code": found.slug, "name": found.name, "price": rate["minor"] if rate else None,
        "currency": rate["currency"] if rate else organisation.currency, "vat_included": rate["vat"] if rate else None,
        "picture": shown.picture(slug, found.slug, found.facts),
        "facts": [{"kind": o.kind, "heading": o.heading, "words": o.words, "checked": o.checked} for o in listed],
    }  # fmt: skip


@router.get("o/{slug:slug}/profile", response=OwnProfileOut, auth=read)
def own(request: HttpRequest, slug: str) -> Any:
    """The owner's own profile, drafts included."""
    _provider(request)
    return _own()


@router.put("o/{slug:slug}/profile/sections/{slug:section}", response=OwnProfileOut, auth=write_scope)
def put_section(request: HttpRequest, slug: str, section: str, body: SectionIn) -> Any:
    """Write a section, as drafts. A picture is sent on the page."""
    organisation = _provider(request)
    if section not in SECTIONS:
        raise Http404
    latest = held()[1]
    values = {name: fact.value for name, fact in latest.items()}
    data = _Typed({name: one if isinstance(one, list) else [one] for name, one in body.fields.items()})
    form = SECTIONS[section][1](data, held=values, currency=organisation.currency)
    if not form.is_valid():
        said = " ".join(f"{name}: {' '.join(map(str, words))}" for name, words in form.errors.items())
        raise Problem(422, said, kind="not-accepted")
    write(form, latest)
    return _own()


@router.put("o/{slug:slug}/profile/facts/{slug:kind}", response=OwnProfileOut, auth=write_scope)
def put_seen(request: HttpRequest, slug: str, kind: str, body: SeenIn) -> Any:
    """Say who sees a fact, or delete it."""
    _provider(request)
    if kind not in facts.KINDS:
        raise Http404
    if body.seen_by is None:
        actions.unsay(kind)
        return _own()
    try:
        actions.show_to(kind, body.seen_by)
    except ValueError:
        raise Problem(409, _("The name is seen by everybody."), kind="name-is-seen") from None
    return _own()


@router.post("o/{slug:slug}/profile/submit", response=OwnProfileOut, auth=write_scope)
def submit(request: HttpRequest, slug: str) -> Any:
    """Hand the drafts in; a moderator looks before others see them."""
    _provider(request)
    with _refusals():
        actions.submit()
    return _own()


class _Typed(dict):
    """What was sent, as forms read it."""

    def getlist(self, name: str) -> list[str]:
        return list(super().get(name, []))

    def get(self, name: str, otherwise: Any = None) -> Any:
        return (super().get(name) or [otherwise])[-1]


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except actions.Refused as why:
        words = {
            "missing": _("Something is still missing."), "waits": _("A moderator looks at it already."),
            "nothing": _("Nothing has changed since."),
        }  # fmt: skip
        raise Problem(409, words[why.why], kind=why.why) from None


def _provider(request: HttpRequest) -> Any:
    doors.me()
    organisation = doors.here(request)
    if "directory" not in organisation.modules:
        raise Http404
    if "provider" not in roles():
        raise PermissionDenied
    return organisation


def _own() -> dict[str, Any]:
    profile, latest, _live = held()
    waiting = any(fact.stage == "waiting" for fact in latest.values())
    rows = [
        {"kind": kind, "heading": str(facts.KINDS[kind].heading), "words": telling.told(fact), "stage": fact.stage,
         "seen_by": fact.seen_by}
        for kind, fact in latest.items()
    ]  # fmt: skip
    return {
        "code": profile.slug if profile else "", "standing": profile.standing if profile else "open",
        "visible": bool(profile and profile.approved and profile.standing == "open" and profile.here),
        "waits": waiting, "facts": rows,
        "missing": [kind for kind in facts.KINDS if kind in queries.rules().required and kind not in latest],
    }  # fmt: skip
