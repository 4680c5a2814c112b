"""An organisation with its desk: two who answer, one quality controller, a booked guest; and a second organisation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.test import Client

from tests.booking.conftest import Desk, desk, lay_out, make_person  # noqa: F401
from tests.booking.test_actions import at, order
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel import support
from tillit.access import PUBLIC, Actor, acting
from tillit.booking.models import Booking
from tillit.desk.models import Message, Thread
from tillit.kernel import clock, sweeper, tasks

WORDS = "Why was my lamp billed twice?"


@dataclass
class House:
    """What the desk's tests start from."""

    desk: Desk
    sara: UUID
    nils: UUID
    quality: UUID
    guest: UUID
    member: UUID
    other: Desk

    @property
    def slug(self) -> str:
        return str(self.desk.organisation.slug)

    @property
    def admin(self) -> UUID:
        return UUID(str(self.desk.administrator.pk))

    def acts(self, person: UUID, office: str = "member") -> acting:
        return acting(Actor(organisation=self.desk.organisation.pk, person=person, office=office))

    def browser(self, person: UUID | None = None) -> Client:
        with acting(PUBLIC):
            return log_in(person) if person else Client()

    def url(self, path: str) -> str:
        return f"/o/{self.slug}/{path}"

    def write(self, browser: Client | None = None, **typed: Any) -> Any:
        """The public form, as Vera would fill it."""
        given = {"kind": "question", "name": "Vera Ask", "email": "vera@example.org", "words": WORDS, **typed}
        return (browser or Client()).post(self.url("contact/"), given)

    def thread(self, **filters: Any) -> Thread:
        with privileged():
            return Thread.objects.select_related("organisation").filter(**filters).latest("made", "pk")

    def said(self, thread: Thread) -> list[tuple[str, str]]:
        with privileged():
            rows = list(Message.objects.filter(thread=thread).order_by("made", "pk"))
            return [(row.side, row.words) for row in rows]

    def link(self, to: str = "vera@example.org") -> str:
        """The path of the last link to a matter that was mailed to this address."""
        support.react()
        sent = [mail for mail in support.mails() if mail.to == to and "/contact/" in mail.text]
        found = re.findall(r"https?://\S+/contact/\S+", sent[-1].text)
        return urlsplit(found[-1]).path

    def proven(self, **typed: Any) -> Thread:
        """A stranger's matter whose address has answered."""
        email = typed.get("email", "vera@example.org")
        assert self.write(**typed).status_code == 200
        assert Client().post(self.link(email), {"do": "me"}).status_code == 302
        support.react()
        return self.thread()

    def sweep(self, moment: Any) -> Any:
        with clock.at(moment), support.worker_rights():
            return sweeper.run(60)


@pytest.fixture
def house(desk: Desk) -> House:  # noqa: F811
    tasks.load()
    booking, _new = order(desk.kinds["consultation"], at(10), phone="+46701740699")
    with acting(PUBLIC), privileged():
        sara, nils = (make_person(desk.organisation, name, "staff").pk for name in ("Sara Berg", "Nils Ek"))
        quality = make_person(desk.organisation, "Kim Qual", "quality").pk
        member = make_person(desk.organisation, "Mona Medlem").pk
        guest = Booking.objects.get(pk=booking).person_id
        other = lay_out("annat")
    support.react()
    return House(desk, sara, nils, quality, guest, member, other)
