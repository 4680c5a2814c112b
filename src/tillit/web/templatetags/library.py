"""The one tag library of the design system; templates load it as `ui`."""

from __future__ import annotations

from typing import Any

from django.template import Library
from django.utils.translation import get_language

register = Library()


def language() -> str:
    """The language of the page being written."""
    return get_language() or "en"


def read(thing: Any, name: str, default: Any = "") -> Any:
    """An attribute or a key: components take objects and plain dicts alike."""
    if isinstance(thing, dict):
        return thing.get(name, default)
    return getattr(thing, name, default)
