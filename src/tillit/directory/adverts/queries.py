"""Reads of advertisements and offers. Who sees which, the database decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from tillit.access import current
from tillit.directory import places
from tillit.directory.models import Advert, Application
from tillit.directory.places import Place
from tillit.directory.search import words as compared
from tillit.kernel import clock
from tillit.kernel.ticket import Actor

MOST = 100  # that are shown at once
READ = 500  # the latest that words are looked for in


@dataclass(frozen=True)
class Wanted:
    """What a provider looks for among advertisements. km: from the middle of the place."""

    service: UUID | None = None
    place: Place | None = None
    km: int = 25
    text: str = ""


def open_ones(wanted: Wanted, *, most: int = MOST) -> list[Advert]:
    """What the acting provider may answer, the latest first; nothing of their own."""
    me = (current() or Actor()).person
    rows = Advert.objects.filter(state="open", ends__gt=clock.now()).exclude(person_id=me).order_by("-made", "-pk")
    if wanted.service:
        rows = rows.filter(category=wanted.service)
    if wanted.place:
        rows = rows.filter(place__in=[place for place, _km in places.near(wanted.place.id, wanted.km)])
    typed = compared.typed(wanted.text)
    if not typed:
        return list(rows[:most])
    return [one for one in rows[:READ] if _says(one, typed)][:most]


def _says(advert: Advert, typed: list[str]) -> bool:
    known = compared.tokens([advert.words, advert.when])
    return all(any(word.startswith(one) for word in known) for one in typed)


def mine() -> list[Advert]:
    """The acting person's advertisements, the latest first."""
    me = (current() or Actor()).person
    return list(Advert.objects.filter(person_id=me).order_by("-made", "-pk")) if me else []


def get(advert: UUID) -> Advert:
    """One that is the acting person's, or that they may answer. Raises Http404."""
    return _one(Advert.objects.filter(pk=advert, ends__gt=clock.now()))


def seen(adverts: list[UUID]) -> dict[UUID, Advert]:
    """Those of them that whoever acts sees."""
    return Advert.objects.filter(ends__gt=clock.now()).in_bulk(adverts)


def offers(advert: Advert) -> list[Application]:
    """Who offers to do it, for whoever advertised: the first comes first; withdrawn ones are left out."""
    return list(Application.objects.filter(advert=advert).exclude(state="withdrawn").order_by("made", "pk"))


def my_offer(advert: Advert) -> Application | None:
    """The acting provider's offer."""
    return Application.objects.filter(advert=advert, person_id=(current() or Actor()).person).first()


def my_offers() -> list[Application]:
    """All of the acting provider's, the latest first."""
    me = (current() or Actor()).person
    return list(Application.objects.filter(person_id=me).order_by("-made", "-pk")) if me else []


def application(wanted: UUID) -> Application:
    """One that the acting person made or received. Raises Http404."""
    return _one(Application.objects.filter(pk=wanted))


def _one(rows: QuerySet[Any]) -> Any:
    found = rows.first()
    if found is None:
        raise Http404
    return found
