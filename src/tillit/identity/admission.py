"""Conditions for joining that the floors above bring, asked before an invitation can be accepted.

admission.require(children.on_joining)      # above, in AppConfig.ready
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse

Condition = Callable[[HttpRequest, UUID], HttpResponse | None]
"""The page that asks or refuses, for whoever would join the organisation; None where the condition is met."""

_conditions: list[Condition] = []


def require(condition: Condition) -> None:
    """Ask this before somebody joins; once, however often it is required."""
    if condition not in _conditions:
        _conditions.append(condition)


def unmet(request: HttpRequest, organisation: UUID) -> HttpResponse | None:
    """The page of the first condition that is not met."""
    return next((page for condition in _conditions if (page := condition(request, organisation))), None)


def requires(condition: Condition) -> bool:
    """Is it asked of whoever joins?"""
    return condition in _conditions
