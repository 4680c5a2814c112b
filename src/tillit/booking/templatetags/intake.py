"""{% load intake %}: what a guest answered, for the hosts of the booking."""

from __future__ import annotations

from typing import Any

from django.template import Context, Library
from django.urls import reverse
from django.utils.translation import get_language

from tillit.booking.intake.queries import answered

register = Library()


@register.inclusion_tag("booking/intake/_answered.html", takes_context=True)
def answers_of(context: Context, booking: Any) -> dict[str, Any]:
    """{% answers_of booking %}: questions and answers as pairs of a list that is open, with links to the files."""
    slug = context["organisation"].slug
    files = reverse("host_file", args=[slug, booking.pk, booking.pk]).removesuffix(f"{booking.pk}/")
    return {"answered": answered(booking, get_language() or "en"), "files": files}
