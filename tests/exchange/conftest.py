"""A small organisation whose administrator brings files in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.booking.conftest import desk
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel.support import run_jobs
from tillit.access import Actor, acting
from tillit.exchange import actions
from tillit.exchange.models import Batch
from tillit.identity.models import Person

PEOPLE = (
    "Namn;E-post;Mobil;Språk;Anteckning\r\n"
    "Åsa Öberg;asa@example.org;0701740688;svenska;Föredrar förmiddagar\r\n"
    "نرگس رضایی;narges@example.org;۰۹۱۲۱۲۳۴۵۶۷;فارسی;\r\n"
    "Grace Miller;;+46 70 174 06 07;;\r\n"
    ";ingen@example.org;;;\r\n"
    "Björn;inte en adress;;;\r\n"
).encode()


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> None:
    """Files lie in a folder of the test's own, beside the keys of all tests."""
    import os
    from pathlib import Path

    var = Path(os.environ["TILLIT_VAR"])
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secrets").symlink_to(var / "secrets")
    monkeypatch.setenv("TILLIT_VAR", str(tmp_path / "var"))


@pytest.fixture
def chief(desk) -> Iterator[Actor]:
    """The administrator, who acts."""
    actor = acts(desk, desk.administrator)
    with acting(actor):
        yield actor


def acts(desk: Any, person: Any) -> Actor:
    """Somebody of the organisation, logged in."""
    return Actor(organisation=desk.organisation.pk, person=person.pk, account=person.account_id, office="member")


def brought(content: bytes = PEOPLE, *, target: str = "people", **more: Any) -> Batch:
    """A file, given, confirmed and taken over."""
    batch = actions.give(target, content)
    batch = actions.confirm(batch.pk, **{"same": "skip", "source": "themselves", **more})
    run_jobs()
    return fresh(batch)


def fresh(batch: Batch) -> Batch:
    """As it stands in the database now."""
    with privileged():
        return Batch.objects.select_related("organisation").get(pk=batch.pk)


def people() -> dict[str, Person]:
    """Everybody without an account, by name, past every policy."""
    with privileged():
        return {p.display_name: p for p in Person.objects.filter(account=None) if p.display_name}


def browser(person: Any) -> Client:
    """Somebody's browser, logged in."""
    return log_in(person.pk)


__all__ = ["PEOPLE", "UUID", "acts", "brought", "browser", "chief", "desk", "fresh", "people"]
