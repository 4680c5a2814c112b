"""A host with a registered receiver, and a real CalDAV server behind it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.booking.calendars.servers import NAME, radicale
from tests.booking.conftest import desk  # noqa: F401
from tests.kernel.calling import Authority, outside
from tillit.access import Actor, acting
from tillit.kernel.dpv import Data, Purpose
from tillit.kernel.egress import Role
from tillit.privacy import processors


@pytest.fixture
def register(desk):  # noqa: F811
    """Registers a receiver for calendars at a port, as the administrator."""

    def registered(port, key="calendars", name=NAME):
        with acting(Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")):
            processors.register(
                key, name="Kalender AB", role=Role.PROCESSOR, hosts=[f"{name}:{port}"], purposes=[Purpose.WORK],
                categories=[Data.AUTHENTICATION, Data.CALENDAR], region="eu",
            )  # fmt: skip
            processors.agree(key, document="K 1", agreed=date(2026, 1, 1))

    return registered


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def dav(register, authority, tmp_path):
    """Radicale, registered as the receiver `calendars`."""
    with radicale(tmp_path, authority) as running, outside(authority.trusted):
        register(running.port)
        yield running


@pytest.fixture
def host(desk):  # noqa: F811
    return desk.as_host(desk.h1)
