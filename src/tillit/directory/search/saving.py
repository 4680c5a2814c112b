"""What seekers keep for themselves: searches, with alerts if they like, favourites, and what counts for them.

Nobody else sees any of it. An alert says that there is something new, never what is looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404, QueryDict

from tillit.access import current
from tillit.directory import queries
from tillit.directory.events import SearchFound
from tillit.directory.models import Favourite, Profile, Saved, Weighting
from tillit.directory.models.search import MOST_FAVOURITES, MOST_SAVED
from tillit.directory.queries import Shown
from tillit.directory.search import finding, formula, question
from tillit.directory.search.question import Question
from tillit.identity.queries import organisation_by_id
from tillit.kernel import clock, ends, outbox
from tillit.kernel.ticket import Actor
from tillit.privacy.rights import queries as rights

KEPT = timedelta(days=183)


class TooMany(Exception):
    """Nobody keeps more than so many: the text says how many."""


def member() -> tuple[UUID, UUID]:
    """The organisation and the person that act, or 404 for whoever is no member."""
    actor = current() or Actor()
    if actor.person is None or actor.organisation is None or actor.office != "member":
        raise Http404
    return actor.organisation, actor.person


def placed(rows: QuerySet[Any], most: int, make: Callable[[int], Any]) -> Any:
    """Save a row at the lowest of `most` places that none of `rows` has; two at once never share one.

    Raises TooMany."""
    for _ in range(most):
        taken = set(rows.values_list("number", flat=True))
        free = next((number for number in range(most) if number not in taken), None)
        if free is None:
            raise TooMany(str(most))
        try:
            with transaction.atomic():
                row = make(free)
                row.save(force_insert=True)
                return row
        except IntegrityError:
            continue  # somebody took the place in between: look again
    raise TooMany(str(most))


def keep(asked: Question, name: str, *, alerts: bool) -> Saved:
    """Keep a search of the acting person. Raises TooMany, Http404 for whoever is no member."""
    organisation, person = member()
    now = clock.now()
    row: Saved = placed(
        Saved.objects.filter(person_id=person),
        MOST_SAVED,
        lambda number: Saved(
            organisation_id=organisation, person_id=person, number=number, name=name[:80], question=asked.address(),
            alerts=alerts, told=now,
        ),
    )  # fmt: skip
    ends.set("directory.saved", object=row.pk, subject=person, due=now + KEPT)
    return row


def kept() -> list[Saved]:
    """The acting person's searches, the latest first."""
    return list(Saved.objects.order_by("-made"))


def get(search: UUID) -> Saved:
    """One of the acting person's searches, or 404."""
    found = Saved.objects.filter(pk=search).first()
    if found is None:
        raise Http404
    return found


def used(search: Saved) -> None:
    """It was opened: it is kept half a year from now, and what is there now is known."""
    search.told = clock.now()
    search.save(update_fields=["told"])
    ends.set("directory.saved", object=search.pk, subject=search.person_id, due=clock.now() + KEPT)


def set_alerts(search: Saved, wanted: bool) -> None:
    """Tell its owner of new ones from now on, or no more."""
    search.alerts, search.told = wanted, clock.now()
    search.save(update_fields=["alerts", "told"])


def take_away(search: Saved) -> None:
    """It is gone."""
    ends.cancel("directory.saved", search.pk)
    search.delete()


def asked_by(search: Saved) -> Question:
    """The question that a kept search asks now; a day that is over is left out."""
    organisation = organisation_by_id(search.organisation_id)
    return question.read(QueryDict(search.question), zone=organisation.time_zone)


def look(search: UUID) -> bool:
    """As whoever keeps it: is somebody found who was not there before? Then they are told, once a day at most."""
    row = Saved.objects.filter(pk=search, alerts=True).first()
    if row is None or rights.restricted(row.person_id):
        return False
    if not finding.find(asked_by(row), most=1, listed_since=row.told).found:
        return False
    row.told = clock.now()
    row.save(update_fields=["told"])
    outbox.emit(SearchFound(search=row.pk, person=row.person_id))
    return True


def like(profile: UUID) -> None:
    """Keep a profile as a favourite; again is no error. Raises TooMany, Http404 where it is not seen."""
    organisation, person = member()
    if not Profile.objects.filter(pk=profile).exists():
        raise Http404
    if Favourite.objects.filter(profile_id=profile).exists():
        return
    placed(
        Favourite.objects.filter(person_id=person),
        MOST_FAVOURITES,
        lambda number: Favourite(
            organisation_id=organisation, person_id=person, profile_id=profile, number=number, made=clock.now()
        ),
    )


def like_no_more(profile: UUID) -> None:
    """It is no favourite any more; again is no error."""
    Favourite.objects.filter(profile_id=profile).delete()


def liked() -> list[Shown]:
    """The acting person's favourites that others see now, the latest first."""
    ids = list(Favourite.objects.order_by("-made").values_list("profile_id", flat=True))
    shown = queries.profiles(ids)
    return [shown[one] for one in ids if one in shown]


def liked_ids(among: Iterable[UUID]) -> set[UUID]:
    """Which of these profiles the acting person likes."""
    return set(Favourite.objects.filter(profile__in=list(among)).values_list("profile_id", flat=True))


def weights() -> tuple[int, ...] | None:
    """What counts for the acting person, if they asked us to remember it."""
    row = Weighting.objects.first() if (current() or Actor()).person else None
    if row is None or not isinstance(row.weights, dict):
        return None
    return tuple(min(max(int(row.weights.get(key, formula.WEIGHTS[key])), 0), 3) for key in formula.KEYS)


def remember(wanted: tuple[int, ...] | None) -> None:
    """Remember what counts for the acting person; None forgets it."""
    organisation, person = member()
    Weighting.objects.filter(person_id=person).delete()
    if wanted is not None:
        Weighting(
            organisation_id=organisation, person_id=person, weights=dict(zip(formula.KEYS, wanted, strict=True))
        ).save(force_insert=True)
