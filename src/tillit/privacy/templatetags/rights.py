"""{% load rights %}: what the pages about a person's own data need."""

from __future__ import annotations

from typing import Any

from django.template import Context, Library

from tillit.privacy import doors
from tillit.privacy.rights import sections

register = Library()


@register.simple_tag(takes_context=True)
def mine(context: Context, name: str, **more: Any) -> str:
    """{% mine "correct" label=… %}: the address of a page about the person, behind the door by which they came."""
    return doors.mine(context["request"], name, **more)


@register.simple_tag(takes_context=True)
def rights_tabs(context: Context) -> list[dict[str, Any]]:
    """{% rights_tabs as items %}: the pages about the person, for {% tabs %}."""
    return sections.tabs(context["request"])
