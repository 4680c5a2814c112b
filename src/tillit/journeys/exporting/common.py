"""What every list asks: who may, in which language, between which moments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from tillit.exchange.lists import Between
from tillit.identity import queries as identity
from tillit.kernel import clock
from tillit.privacy.office import ROLES as OFFICERS

FAR = timedelta(days=3650)
PAGE = 500  # rows that are asked for at once


def needs(*roles: str) -> Callable[[Any], bool]:
    """Whoever has one of these roles."""
    return lambda request: bool(identity.roles() & set(roles))


administrators = needs("administrator")
officers = needs(*OFFICERS)


def language() -> str:
    """The reader's."""
    return get_language() or "en"


def instants(request: Any, between: Between) -> tuple[datetime, datetime]:
    """The first moment of the days and the one after them (UTC), on the organisation's clock; far away where there is
    no bound."""
    organisation: Any = identity.current_organisation(request)
    zone = ZoneInfo(organisation.time_zone)
    first = datetime.combine(between.first, time(), zone) if between.first else clock.now() - FAR
    last = datetime.combine(between.last + timedelta(days=1), time(), zone) if between.last else clock.now() + FAR
    return first.astimezone(UTC), last.astimezone(UTC)
