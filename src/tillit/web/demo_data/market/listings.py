"""The demo marketplace's search: everybody is listed, Sara keeps two searches, three advertisements ask."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from tillit.access import as_office
from tillit.directory import places, queries
from tillit.directory.adverts import actions as advertising
from tillit.directory.adverts.actions import Asked
from tillit.directory.search import listing, saving
from tillit.directory.search.question import Question
from tillit.kernel import clock
from tillit.moderation import queries as moderation
from tillit.moderation import working

if TYPE_CHECKING:
    from tillit.web.demo_data.market import World

SEEKER = "Sara Holm"
ADVERTS: tuple[tuple[str, str, str, str, tuple[str, ...], str, bool], ...] = (
    ("Sara Holm", "Childcare", "Eskilstuna", "Tisdagar och torsdagar, 15–18", ("0-2", "3-6"),
     "Vi söker någon som hämtar två barn på förskolan, lagar mellanmål och är med dem tills vi kommer hem.", True),
    ("Amir Lund", "Childcare", "Torshälla", "En lördag i månaden, förmiddagen", ("3-6",),
     "En lugn flicka som tycker om att bygga och rita. Gärna någon som talar persiska.", True),
    ("Amir Lund", "Childcare", "Eskilstuna", "Skollovet i februari", ("7-12",),
     "Sällskap på dagarna under lovet: gå ut, laga lunch, läsa läxor.", False),
)  # fmt: skip


def fill(world: World) -> None:
    """The listings are made as the nightly round makes them."""
    with world.as_person(SEEKER), as_office("reaction"):
        listing.remake_all()
    with world.as_person(SEEKER):
        here = places.find("Eskilstuna", most=1, country="SE")[0]
        services = {one.name.get("en"): one.pk for one in queries.categories()}
        if "Childcare" in services:
            saturday = world.today + timedelta(days=(5 - world.today.weekday()) % 7 or 7)
            care = Question(service=services["Childcare"], place=here, km=10)
            saving.keep(care, "Barnpassning nära oss", alerts=True)
            once = Question(
                service=services["Childcare"], place=here, km=20, day=saturday, since=time(9), until=time(12)
            )
            saving.keep(once, "På lördag förmiddag", alerts=False)
    _adverts(world, services)


def _adverts(world: World, services: dict[str | None, UUID]) -> None:
    """Two that providers see, and one that waits for the moderator."""
    for who, service, place, when, ages, words, through in ADVERTS:
        if who not in world.people or service not in services:
            continue
        where = places.find(place, most=1, country="SE")[0].id
        written = clock.now() if through else world.now - timedelta(hours=3)
        with clock.at(written), world.as_person(who):
            made = advertising.advertise(Asked(services[service], where, when, words, ages=ages)).pk
        if through:
            with world.as_person("Maria Ek"):
                case = next(one for one in moderation.waiting("look") if one.object_id == made)
                working.take(case)
                working.decide(moderation.get_case(case.pk), "through")
