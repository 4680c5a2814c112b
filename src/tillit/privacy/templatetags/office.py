"""Tags of the privacy office's pages."""

from __future__ import annotations

from typing import Any

from django.template import Context, Library

from tillit.privacy.office import groups

register = Library()


@register.inclusion_tag("privacy/office/rooms.html", takes_context=True)
def office_rooms(context: Context) -> dict[str, Any]:
    """{% office_rooms %}: the office's navigation, beside the page where there is room, else behind one line."""
    found = groups(context["request"], context["organisation"].slug)
    here = next((item for group in found for item in group["items"] if item["current"]), None)
    return {"groups": found, "here": here}
