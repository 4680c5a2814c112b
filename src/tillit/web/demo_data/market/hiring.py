"""The demo marketplace's jobs: one finished and reviewed, one agreed, one that waits for a yes."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from tillit.access import current
from tillit.directory.queries import profile_of
from tillit.hiring import queries, working
from tillit.hiring.actions import Offer
from tillit.identity.queries import organisation_by_id
from tillit.journeys.hire import agreeing
from tillit.journeys.market.messages import ABOUT
from tillit.kernel import clock, zones
from tillit.messaging import actions as messaging

if TYPE_CHECKING:
    from uuid import UUID

    from tillit.web.demo_data.market import World

SARA, AMIR, PETRA = "Sara Holm", "Amir Lund", "Petra Nyström"


def fill(world: World) -> None:
    """By the same doors as everybody; what lies back is done with the clock turned back."""
    zone = zones.zone(organisation_by_id(world.organisation).time_zone)

    def at(days: int, hour: int) -> datetime:
        return datetime.combine(world.today + timedelta(days=days), time(hour), tzinfo=zone)

    with clock.at(at(-25, 18)):
        sara = _thread(world, SARA, "Hej Petra! Kan du hämta våra två på tisdag och laga middag?")
    amir = _thread(world, AMIR, "Hej Petra! Har du tid för läxor och lek på onsdagar?")
    with clock.at(at(-24, 9)):
        past = _proposed(world, SARA, sara, Offer("Hämtning och middag", [(at(-20, 15), at(-20, 19))], 46_000, 6_000))
        _agreed(world, past)
    with clock.at(at(-19, 10)):
        with world.as_person(PETRA):
            job = queries.get_job(past)
            report = working.report(job, start=at(-20, 15), end=at(-20, 19), travel=6_000)
        with world.as_person(SARA):
            working.decide(queries.get_report(report), approve=True)
            said = "Petra var lugn och varm med barnen. Vi kom hem till ett kök som doftade bullar."
            working.review(queries.get_job(past), stars=5, words=said, signature="En familj i Eskilstuna")
        with world.as_person(PETRA):
            said = "Tydliga med tider, och barnen hade packat ryggsäckarna själva."
            working.review(queries.get_job(past), stars=5, words=said, signature="Petra N.")
            mine = queries.reviews_of(world.people[PETRA]).rows[0]
            working.answer_review(mine, "Tack! Hälsa barnen, bullarna gör vi om.")
    offer = Offer("Barnpassning", [(at(6, 9), at(6, 12))], 46_000, 6_000, notes="Två barn, två och fem år.")
    coming = _proposed(world, SARA, sara, offer)
    _agreed(world, coming)
    weekly = [(at(9 + 7 * n, 16), at(9 + 7 * n, 18)) for n in range(4)]
    _proposed(world, AMIR, amir, Offer("Läxor och lek på onsdagar", weekly, 46_000, notes="Vi börjar med fyra gånger."))


def _thread(world: World, seeker: str, words: str) -> UUID:
    """Where the two write with each other about Petra's profile."""
    with world.as_person(seeker):
        profile = profile_of(world.people[PETRA])
        about = (ABOUT, profile.id) if profile else ("person", world.people[PETRA])
        return messaging.begin(to=world.people[PETRA], about=about, words=words)


def _proposed(world: World, seeker: str, thread: UUID, offer: Offer) -> UUID:
    with world.as_person(seeker):
        actor = current()
        assert actor is not None and actor.person is not None
        return agreeing.propose(seeker=actor.person, provider=world.people[PETRA], offer=offer, thread=thread)


def _agreed(world: World, job: UUID) -> None:
    with world.as_person(PETRA):
        agreeing.confirm(queries.get_job(job), 1)
