"""What a legal hold or a law keeps when somebody is erased: sealed apart, named, and gone when its time is over."""

from __future__ import annotations

import io
from datetime import timedelta
from unittest import mock
from uuid import uuid4

import pytest

from tests.booking.conftest import NOW, desk  # noqa: F401
from tests.booking.test_actions import at, order
from tests.conftest import privileged
from tests.privacy.rights.test_erasing import acts, guest_of
from tillit.access import Actor, acting
from tillit.booking.models import Booking
from tillit.identity.models import Person
from tillit.kernel import uploads
from tillit.kernel.tables import Upload
from tillit.privacy.models import Erasure
from tillit.privacy.rights import erasing, holds

UNTIL = NOW + timedelta(days=100)


@pytest.fixture
def grace(desk):  # noqa: F811
    booking, _ = order(desk.kinds["consultation"], at(10), note="My knee")
    return guest_of(booking)


def held(*tables):
    found = [holds.Hold("a claim", UNTIL, frozenset(tables))] if tables != ("none",) else []
    return mock.patch.object(holds, "held", lambda person: found)


def test_what_is_held_stays_readable_and_nothing_else(desk, grace):  # noqa: F811
    with acts(desk, grace):
        upload = uploads.accept(io.BytesIO(b"two bones"), name="x-ray.txt", owner=grace)
        with held("booking.booking", "kernel.upload"):
            stays = erasing.preview(grace).stays
            receipt = erasing.erase(grace, request_key=uuid4())
    assert {(str(one.what), str(one.why), one.until) for one in stays} == {
        ("your bookings", "a claim", UNTIL),
        ("files that you sent", "a claim", UNTIL),
    }
    assert [row[0] for row in receipt.stays] == ["booking.booking", "kernel.upload"]
    with privileged():
        assert Booking.objects.get(person_id=grace).note == "My knee"
        assert Person.objects.get(pk=grace).display_name == ""
        assert b"".join(uploads.read(Upload.objects.get(pk=upload.pk))) == b"two bones"
        assert Erasure.objects.get().open


def test_when_the_hold_is_over_the_rest_goes(desk, grace):  # noqa: F811
    with acts(desk, grace):
        upload = uploads.accept(io.BytesIO(b"two bones"), name="x-ray.txt", owner=grace)
        with held():
            erasing.erase(grace, request_key=uuid4())
    with privileged():
        assert Person.objects.get(pk=grace).display_name == "Grace Miller"
    with acting(Actor("sweeper", organisation=desk.organisation.pk)):
        with held("booking.booking"):
            assert erasing.again(grace).stays
        with held("none"):
            assert {row[0] for row in erasing.again(grace).stays} == {"evidence.event"}  # that it was erased
            assert erasing.again(grace) is None
    with privileged():
        assert Person.objects.get(pk=grace).display_name == "" and Booking.objects.get(person_id=grace).note == ""
        assert not Upload.objects.filter(pk=upload.pk).exists()


def test_asked_twice_while_a_hold_keeps_it(desk, grace):  # noqa: F811
    key = uuid4()
    with acts(desk, grace), held():
        assert erasing.erase(grace, request_key=key) == erasing.erase(grace, request_key=key)
