"""Making listings: what everybody may see of a profile, in the form in which it is searched.

Run by reactions (office "reaction") when a profile, somebody's hours or bookings, or their reviews change, and nightly
for all. Only facts that everybody sees go in: what members alone see is not searched.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from tillit.directory import facts, places, queries
from tillit.directory.models import Listing, Offer, Profile
from tillit.directory.models.search import ANY, DAYS_AHEAD
from tillit.directory.places import Place
from tillit.directory.queries import Shown
from tillit.directory.search import formula, hours, sources
from tillit.directory.search.words import marks, tokens
from tillit.identity.queries import organisation_by_id
from tillit.kernel import clock
from tillit.kernel.ids import new_id

BATCH = 100
SOON = 14  # days that the step of free time looks at


def remake(people: Iterable[UUID]) -> None:
    """The listings of these people as their profiles are now; gone where others do not see a profile."""
    wanted = sorted(set(people))
    shown = queries.profiles_of(wanted)
    visible = set(
        Profile.objects.filter(person__in=wanted, standing="open", here=True)
        .exclude(approved=None)
        .values_list("person_id", flat=True)
    )
    listed = {person: one for person, one in shown.items() if person in visible and place_of(one) is not None}
    Listing.objects.filter(person__in=[one for one in wanted if one not in listed]).delete()
    if listed:
        _write(list(listed.values()))


def remake_all() -> int:
    """Every listing of the acting organisation anew, what is left of old ones cleared. Returns how many there are."""
    done, after = 0, None
    while rows := queries.visible_profiles(after=after, most=BATCH):
        remake([one.person for one in rows])
        done, after = done + len(rows), rows[-1].id
    with connection.cursor() as cursor:
        cursor.execute(CLEAR_STEPS)
        cursor.execute(COUNT_WORDS)
    return done


CLEAR_STEPS = """
delete from directory_step s where not exists (
  select from directory_offer o where o.organisation_id = s.organisation_id and o.category = s.category
    and o.place = s.place and o.grade = s.grade)
"""
COUNT_WORDS = """
update directory_word w set seen = c.n from (
  select unnest(tsvector_to_array(l.words)) as word, count(*)::int as n from directory_listing l group by 1) c
where c.word = w.word and w.seen is distinct from c.n
"""


def place_of(profile: Shown) -> Place | None:
    """The place of a profile that everybody sees, by its number or its name; None where none is said."""
    area = _public(profile, "area") or {}
    if str(area.get("place", "")).isdecimal() and (found := places.get(int(area["place"]))):
        return found
    return next(iter(places.find(str(area.get("name", "")), most=1)), None)


def _public(profile: Shown, kind: str) -> Any:
    fact = profile.facts.get(kind)
    return fact.value if fact is not None and fact.seen_by == "everybody" else None


def _write(profiles: Sequence[Shown]) -> None:
    organisation = organisation_by_id(profiles[0].organisation)
    now = clock.now()
    today = hours.today(organisation.time_zone)
    people = [one.person for one in profiles]
    free = sources.free(people, today, DAYS_AHEAD)
    reviews = sources.reviews(people)
    names = {one.pk: one.name for one in queries.categories(retired=True)}
    known = {one.person_id: one for one in Listing.objects.filter(person__in=people)}
    rows, texts = [], {}
    for one in profiles:
        before = known.get(one.person)
        days = list(free.get(one.person, ()))
        row = Listing(
            id=before.pk if before else new_id(), organisation_id=one.organisation, profile_id=one.id,
            person_id=one.person, languages=_public(one, "languages") or [], ages=_public(one, "ages") or [],
            years=min(int((_public(one, "experience") or {}).get("years", 0) or 0), 99),
            free_from=today if days else None, free=days, listed=before.listed if before else now,
            turn=before.turn if before else random.randrange(32768),  # noqa: S311 (a lot among equals, guards nothing)
        )  # fmt: skip
        texts[row.pk] = sorted(tokens(_texts(one, names)))
        rows.append((one, row, bool(before)))
    _store(rows, texts)
    for one, row, _ in rows:
        _offers(one, row, names, reviews.get(one.person, (0, 0.0)), organisation.currency)
    _words({word for words in texts.values() for word in words}, profiles[0].organisation)


def _store(rows: list[tuple[Shown, Listing, bool]], texts: dict[UUID, list[str]]) -> None:
    where = {row.pk: marks(place, _services(one)) for one, row, _ in rows if (place := place_of(one))}
    with connection.cursor() as cursor:
        for _, row, there in rows:
            words = [*texts[row.pk], *where[row.pk]]
            values = [row.languages, row.ages, row.years, row.free_from, row.free, words]
            if there:
                cursor.execute(CHANGE, [*values, row.pk])
            else:
                cursor.execute(
                    ADD, [row.pk, row.organisation_id, row.profile_id, row.person_id, *values, row.listed, row.turn]
                )


CHANGE = """
update directory_listing set languages = %s::varchar[], ages = %s::varchar[], years = %s, free_from = %s,
  free = %s::bigint[], words = array_to_tsvector(%s::text[]) where id = %s
"""
ADD = """
insert into directory_listing (id, organisation_id, profile_id, person_id, languages, ages, years, free_from, free,
  words, listed, turn)
values (%s, %s, %s, %s, %s::varchar[], %s::varchar[], %s, %s, %s::bigint[], array_to_tsvector(%s::text[]), %s, %s)
"""


def _texts(profile: Shown, names: dict[UUID, dict[str, str]]) -> list[str]:
    """All that everybody can read on the profile, and the names of its services and languages in our languages."""
    texts = [str(_public(profile, kind) or "") for kind in ("name", "training", "insurance", "about")]
    texts += [str((_public(profile, "experience") or {}).get("words", "")), *(_public(profile, "skills") or ())]
    for service in _services(profile):
        texts += [str(words) for words in names.get(service, {}).values()]
    texts += [str(facts.LANGUAGES[code]) for code in _public(profile, "languages") or () if code in facts.LANGUAGES]
    place = place_of(profile)
    return [*texts, place.name, place.in_persian] if place else texts


def _services(profile: Shown) -> list[UUID]:
    return [UUID(str(one)) for one in _public(profile, "services") or ()]


def steps_of(profile: Shown, days: Sequence[int], reviews: tuple[int, float], currency: str) -> dict[str, int]:
    """On which step each part of a profile's score stands, but distance."""
    now = clock.now()
    today = now.date()
    checked = sum(
        1 for fact in profile.facts.values()
        if fact.checked and fact.seen_by == "everybody" and (fact.check_ends is None or fact.check_ends >= today)
    )  # fmt: skip
    rate = _public(profile, "rate") or {}
    return {
        "free": formula.free_step(sum(1 for day in days[:SOON] if day)),
        "checked": formula.checked_step(checked),
        "reviews": formula.review_step(*reviews),
        "fresh": formula.fresh_step(profile.changed, now),
        "price": formula.price_step(int(rate.get("minor", 0) or 0), str(rate.get("currency", currency))),
    }


def _offers(profile: Shown, row: Listing, names: Iterable[UUID], reviews: tuple[int, float], currency: str) -> None:
    place = place_of(profile)
    assert place is not None
    grade = formula.pack(steps_of(profile, row.free, reviews, currency))
    rate = _public(profile, "rate") or {}
    minor = int(rate.get("minor", 0) or 0) if rate.get("currency", currency) == currency else 0
    parts = hours.parts(row.free, row.free_from) if row.free_from else (0, 0, 0, 0)
    wanted = [ANY, *(one for one in _services(profile) if one in set(names))]
    Offer.objects.filter(listing_id=row.pk).exclude(category__in=wanted).delete()
    there = {one.category: one for one in Offer.objects.filter(listing_id=row.pk)}
    for category in sorted(wanted):
        fields = {"place": place.id, "grade": grade, "rate": minor}
        fields |= {f"parts_{number}": bits for number, bits in enumerate(parts)}
        if category in there:
            Offer.objects.filter(pk=there[category].pk).update(**fields)
        else:
            Offer(
                organisation_id=row.organisation_id, listing_id=row.pk, person_id=row.person_id, category=category,
                turn=row.turn, **fields,
            ).save(force_insert=True)  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(STEP, [[row.organisation_id, category, place.id, grade] for category in sorted(wanted)])


STEP = """
insert into directory_step (id, organisation_id, category, place, grade) values (gen_random_uuid(), %s, %s, %s, %s)
on conflict do nothing
"""
WORD = """
insert into directory_word (id, organisation_id, word, seen) select gen_random_uuid(), %s, unnest(%s::text[]), 1
on conflict do nothing
"""


def _words(words: Iterable[str], organisation: UUID) -> None:
    """In one order, so that two at once never wait for each other in a circle."""
    with connection.cursor() as cursor:
        cursor.execute(WORD, [organisation, sorted(words)])


__all__ = ["place_of", "remake", "remake_all", "steps_of"]
