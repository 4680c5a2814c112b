"""An organisation with a booked guest, an administrator and a privacy officer, and ways to look at its desk."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.test import Client

from tests.booking.conftest import Desk, desk, make_person  # noqa: F401
from tests.booking.test_actions import TUESDAY, at, order
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel import support
from tillit.access import PUBLIC, Actor, acting
from tillit.booking.models import Booking
from tillit.kernel import clock, sweeper, tasks
from tillit.privacy.models import RightsRequest

OVER = TUESDAY + timedelta(days=40)
"""A day on which the guest's booking data has gone by itself."""


@dataclass
class House:
    """What the tests of the desk start from."""

    desk: Desk
    officer: UUID
    guest: UUID
    booking: UUID

    @property
    def slug(self) -> str:
        return str(self.desk.organisation.slug)

    @property
    def admin(self) -> UUID:
        return UUID(str(self.desk.administrator.pk))

    def acts(self, person: UUID) -> acting:
        return acting(Actor(organisation=self.desk.organisation.pk, person=person, office="member"))

    def browser(self, person: UUID | None = None) -> Client:
        with acting(PUBLIC):
            return log_in(person) if person else Client()

    def url(self, path: str) -> str:
        return f"/o/{self.slug}/{path}"

    def request(self, **filters: Any) -> RightsRequest:
        with privileged():
            return RightsRequest.objects.select_related("organisation").get(**filters)

    def ask(self, browser: Client | None = None, **typed: Any) -> Any:
        """The public form, as Grace would fill it."""
        given = {"kind": "access", "name": "Grace Miller", "address": "grace@example.org", "words": "", **typed}
        return (browser or Client()).post(self.url("privacy/request/"), given)

    def link(self, to: str = "grace@example.org") -> str:
        """The path of the last request's link that was mailed to this address."""
        support.react()
        sent = [mail for mail in support.mails() if mail.to == to and "/privacy/request/" in mail.text]
        found = re.findall(r"https?://\S+/privacy/request/\S+", sent[-1].text)
        return urlsplit(found[-1]).path

    def prove(self, to: str = "grace@example.org") -> None:
        """Whoever reads this mailbox says that it was they."""
        assert Client().post(self.link(to), {"do": "me"}).status_code == 302

    def sweep(self, moment: Any) -> Any:
        with clock.at(moment), support.worker_rights():
            return sweeper.run(60)


@pytest.fixture
def house(desk: Desk) -> House:  # noqa: F811
    tasks.load()
    booking, _new = order(desk.kinds["consultation"], at(10), note="About my house")
    with acting(PUBLIC), privileged():
        officer = make_person(desk.organisation, "Sara Berg", "privacy")
        guest = Booking.objects.get(pk=booking).person_id
    return House(desk, officer.pk, guest, booking)
