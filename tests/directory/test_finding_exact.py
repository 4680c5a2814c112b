"""However the search goes about it, the order is the published one: compared with sorting everybody."""

from __future__ import annotations

import random
from datetime import time, timedelta
from uuid import UUID

import pytest
from django.db import connection

from tests.booking.conftest import make_person
from tests.conftest import privileged
from tests.marketplace import Market
from tillit.access import PUBLIC, Actor, acting
from tillit.directory import places
from tillit.directory.models import Category, Listing, Offer, Profile
from tillit.directory.models.search import ANY, Step, Word
from tillit.directory.search import finding, formula, hours
from tillit.directory.search.listing import ADD
from tillit.directory.search.question import Question
from tillit.directory.search.words import marks
from tillit.kernel import clock
from tillit.kernel.ids import new_id

TOWNS = ("eskilstuna", "torshalla", "strangnas", "vasteras", "malmo")
WORDS = ("bakar", "laser", "sjunger")
PEOPLE = 60


@pytest.fixture
def crowd(market: Market) -> list[Offer]:
    """Many listings drawn by lot in five places, few enough grades that many are equals."""
    lot = random.Random(7)
    today = hours.today("Europe/Stockholm")
    here = market.organisation.pk
    with acting(PUBLIC), privileged():
        services = list(Category.objects.values_list("pk", flat=True))
        people = [make_person(market.organisation, f"Person {n}").pk for n in range(PEOPLE)]
        profiles = [new_id() for _ in people]
        now = clock.now()
        Profile.objects.bulk_create(
            Profile(id=one, organisation_id=here, person_id=who, slug=f"p{n}", approved=now, changed=now, made=now)
            for n, (one, who) in enumerate(zip(profiles, people, strict=True))
        )
    with acting(Actor(organisation=here, office="reaction")):
        for profile, who in zip(profiles, people, strict=True):
            _listed(lot, here, profile, who, services, today)
        Word.objects.bulk_create(Word(organisation_id=here, word=word, seen=9) for word in WORDS)
    with acting(PUBLIC), privileged():
        return list(Offer.objects.select_related("listing"))


def _listed(lot: random.Random, here: UUID, profile: UUID, who: UUID, services: list[UUID], today: object) -> None:
    place = places.find(lot.choice(TOWNS), most=1)[0]
    offered = lot.sample(services, lot.randint(0, len(services)))
    free = [lot.choice([0, 0xFFF << 16, 0xFF << 20]) for _ in range(10)]
    row, grade, turn = new_id(), lot.choice([3, 57, 300, 575]), lot.randrange(4)
    words = [*lot.sample(WORDS, lot.randint(0, 2)), *marks(place, offered)]
    with connection.cursor() as cursor:
        cursor.execute(ADD, [row, here, profile, who, lot.choice([["sv"], ["sv", "fa"]]), [], 1, today, free, words,
                             clock.now(), turn])  # fmt: skip
    parts = {f"parts_{n}": bits for n, bits in enumerate(hours.parts(free, today))}  # type: ignore[arg-type]
    for category in (ANY, *offered):
        Offer(organisation_id=here, listing_id=row, person_id=who, category=category, place=place.id, grade=grade,
              turn=turn, rate=lot.choice([0, 20000, 40000]), **parts).save(force_insert=True)  # fmt: skip
        Step.objects.get_or_create(organisation_id=here, category=category, place=place.id, grade=grade)


def sorted_by_hand(question: Question, crowd: list[Offer]) -> list[UUID]:
    """Everybody who fits, in the order that docs/decisions/0051-finding.md promises."""
    near = dict(places.near(question.place.id, question.km)) if question.place else dict.fromkeys(places.every(), 0.0)
    counted = question.weights[formula.KEYS.index("distance")] if question.place else 0
    points, found = formula.points(question.weights), []
    shift = clock.now().toordinal() * finding._DAILY
    for one in crowd:
        row: Listing = one.listing
        if one.category != question.service or one.place not in near:
            continue
        free = row.free[(question.day - row.free_from).days] if question.day else 0  # type: ignore[operator]
        if question.day and free & question.mask != question.mask:
            continue
        if question.price and not 0 < one.rate <= question.price * 100:
            continue
        if not set(question.languages) <= set(row.languages) or (
            question.text and f"'{question.text}'" not in row.words
        ):
            continue
        score = points[one.grade] + counted * formula.distance_step(near[one.place])
        turn = (one.turn + shift) % finding._TURNS
        key = (-score, int(near[one.place] * 10), -one.grade, one.place, turn, str(row.pk))
        found.append((key, row.pk))
    return [listing for _key, listing in sorted(found)]


@pytest.mark.parametrize("way", ["as it is", "never by words", "step by step"])
def test_the_order_is_that_of_sorting_everybody(
    market: Market, crowd: list[Offer], way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way == "never by words":
        monkeypatch.setattr(finding, "FEW", 0)
    if way == "step by step":
        monkeypatch.setattr(finding, "MANY", 0)
        monkeypatch.setattr(finding, "_WIDEN", ((1, 1), (280, 2), (formula.GRADES, 1_000_000)))
    lot, today = random.Random(11), hours.today("Europe/Stockholm")
    services = sorted({one.category for one in crowd})
    some = 0
    for _ in range(60):
        more = {"day": today + timedelta(days=lot.randrange(9)), "since": time(9), "until": time(12)}
        question = Question(
            place=lot.choice([None, *(places.find(town, most=1)[0] for town in TOWNS)]),
            km=lot.choice([5, 20, 50, 100]), service=lot.choice(services), text=lot.choice(["", *WORDS]),
            price=lot.choice([0, 0, 300]), languages=lot.choice([(), ("fa",)]),
            weights=tuple(lot.randrange(4) for _ in formula.KEYS), **(more if lot.random() < 0.5 else {}),
        )  # fmt: skip
        wanted, cursor, got = sorted_by_hand(question, crowd), "", []
        with acting(market.visitor()):
            while True:
                page = finding.find(question, cursor=cursor, most=4)
                got += [one.listing for one in page.found]
                if not (cursor := page.following):
                    break
        assert got == wanted, question
        some += bool(wanted)
    assert some > 30
