"""The demo marketplace's search: everybody is listed, and Sara keeps two searches."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

from tillit.access import as_office
from tillit.directory import places, queries
from tillit.directory.search import listing, saving
from tillit.directory.search.question import Question

if TYPE_CHECKING:
    from tillit.web.demo_data.market import World

SEEKER = "Sara Holm"


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
