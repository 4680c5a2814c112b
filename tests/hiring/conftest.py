"""A marketplace in which Sara and Petra agree on work, and what tests of it say often."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from tests.conftest import privileged
from tests.marketplace import Market, lay_out
from tillit.access import PUBLIC, acting
from tillit.hiring import queries
from tillit.hiring.actions import Offer
from tillit.hiring.models import Job
from tillit.journeys.hire import agreeing
from tillit.kernel import clock, tasks

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a Monday, 09:00 in Stockholm
SATURDAY = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)  # 09:00 in Stockholm


def offer(start: datetime = SATURDAY, hours: int = 3, **more: Any) -> Offer:
    """Child care for some hours."""
    given: dict[str, Any] = {"what": "Barnpassning", "rate": 46_000, "travel": 6_000, "notes": "Two children."}
    return Offer(spans=[(start, start + timedelta(hours=hours))], **{**given, **more})


@dataclass
class Work:
    """The marketplace, and its people by their first names."""

    market: Market

    def person(self, first: str) -> UUID:
        return UUID(str(self.market.person(first).pk))

    @contextmanager
    def as_(self, first: str) -> Iterator[None]:
        actor = self.market.as_(first) if first else self.market.visitor()
        with acting(actor), transaction.atomic():
            yield

    def proposed(self, by: str = "Sara", seeker: str = "Sara", provider: str = "Petra", **more: Any) -> UUID:
        """A job that one of them has proposed."""
        with self.as_(by):
            return agreeing.propose(seeker=self.person(seeker), provider=self.person(provider), offer=offer(**more))

    def agreed(self, seeker: str = "Sara", provider: str = "Petra", **more: Any) -> UUID:
        """A job that both have said yes to."""
        job = self.proposed(by=seeker, seeker=seeker, provider=provider, **more)
        with self.as_(provider):
            assert agreeing.confirm(queries.get_job(job), 1)
        return job

    def job(self, job: UUID, first: str = "Sara") -> Job:
        with self.as_(first):
            return queries.get_job(job)


@pytest.fixture
def work(db: None) -> Iterator[Work]:
    tasks.load()
    with clock.at(NOW):
        with acting(PUBLIC), privileged():
            market = lay_out()
        with acting(market.visitor()):
            yield Work(market)
