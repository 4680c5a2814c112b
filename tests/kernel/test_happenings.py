"""What the kernel tells whoever stands above it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from tests.kernel import support
from tillit.kernel import happenings
from tillit.kernel.tables import Mail

heard: list[tuple[str, str, dict[str, object]]] = []


def first(name: str, /, **ids: object) -> None:
    heard.append(("first", name, ids))


def second(name: str, /, **ids: object) -> None:
    heard.append(("second", name, ids))


def failing(name: str, /, **ids: object) -> None:
    raise LookupError("cannot record it")


@pytest.fixture(autouse=True)
def _silence(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(happenings, "_listeners", {})
    heard.clear()
    yield


def test_each_listener_hears_what_it_asked_for_in_order():
    happenings.subscribe("*", first)
    happenings.subscribe("test.bell.rung", second)
    happenings.subscribe("test.bell.broke", failing)
    bell = uuid.uuid4()
    happenings.announce("test.bell.rung", bell=bell, times=2, by=None)
    ids = {"bell": bell, "times": 2, "by": None}
    assert heard == [("second", "test.bell.rung", ids), ("first", "test.bell.rung", ids)]


def test_subscribing_again_changes_nothing_and_unsubscribing_ends_it():
    happenings.subscribe("test.bell.rung", first)
    happenings.subscribe("test.bell.rung", first)
    happenings.announce("test.bell.rung")
    assert len(heard) == 1
    happenings.unsubscribe("test.bell.rung", first)
    happenings.announce("test.bell.rung")
    assert len(heard) == 1
    with pytest.raises(ValueError):
        happenings.unsubscribe("test.bell.rung", first)


def test_an_id_may_be_called_name():
    happenings.subscribe("test.bell.rung", first)
    happenings.announce("test.bell.rung", name="booking.keep_days")
    assert heard == [("first", "test.bell.rung", {"name": "booking.keep_days"})]


@pytest.mark.parametrize("name", ["", "bell", "test.bell", "test.bell.rung.twice", "test..rung", "test.bell.x y"])
def test_other_names_are_refused(name):
    with pytest.raises(ValueError, match=r"app\.object\.verb"):
        happenings.announce(name)
    with pytest.raises(ValueError, match=r"app\.object\.verb"):
        happenings.subscribe(name, first)


def test_what_cannot_be_recorded_does_not_happen(db):
    happenings.subscribe("test.bell.rung", failing)
    with support.as_person(support.an_organisation()):
        with pytest.raises(LookupError), transaction.atomic():
            Mail.objects.create(recipient=b"", content=b"")
            happenings.announce("test.bell.rung")
        assert connection.in_atomic_block
    assert support.mails() == []
