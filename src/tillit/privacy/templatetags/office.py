"""Tags of the privacy office's pages."""

from __future__ import annotations

from typing import Any

from django.template import Context, Library

from tillit.privacy.office import sections

register = Library()


@register.simple_tag(takes_context=True)
def office_tabs(context: Context) -> list[dict[str, Any]]:
    """{% office_tabs as items %}: the office's navigation."""
    return list(sections(context["request"], context["organisation"].slug))
