"""The marketplace with two of Petra's documents: a certificate that stands on her profile, and a diploma."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.documents.papers import pdf
from tests.kernel import support
from tests.marketplace import Market, lay_out
from tillit.access import PUBLIC, acting
from tillit.documents import actions
from tillit.documents.models import Document
from tillit.kernel import clock, sweeper, tasks

CERTIFICATE = actions.Facts("first_aid", "Första hjälpen", "Röda Korset", date(2025, 3, 1), date(2027, 3, 1), "title")
DIPLOMA = actions.Facts("diploma", "Barnskötare", "Eskilstuna kommun")


@dataclass
class House:
    """What the tests of documents start from."""

    market: Market
    certificate: Document
    diploma: Document

    @property
    def organisation(self) -> Any:
        return self.market.organisation

    def id(self, first: str) -> UUID:
        return UUID(str(self.market.person(first).pk))

    def as_(self, first: str, **more: Any) -> acting:
        return acting(self.market.as_(first, **more))

    def browser(self, first: str = "") -> Client:
        with acting(PUBLIC):
            return log_in(self.id(first)) if first else Client()

    def url(self, path: str) -> str:
        return f"/o/{self.organisation.slug}/{path}"

    def opened(self, hours: int = 48, **more: Any) -> UUID:
        """Petra opens the certificate to Sara; the grant."""
        with self.as_("Petra"):
            return actions.approve(self.certificate.pk, self.id("Sara"), hours=hours, name="Sara", **more)

    def sweep(self, moment: Any) -> Any:
        with clock.at(moment), support.worker_rights():
            return sweeper.run(60)


@pytest.fixture
def house(db: object) -> House:
    tasks.load()
    with acting(PUBLIC), privileged():
        market = lay_out()
    with acting(market.as_("Petra")):
        kept = [actions.keep(facts, io.BytesIO(pdf()), name="intyg.pdf") for facts in (CERTIFICATE, DIPLOMA)]
    return House(market, *kept)
