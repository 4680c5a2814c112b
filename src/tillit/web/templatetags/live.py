"""What makes a page hear of changes while it is open: {% load live %}. Without scripts these show what was so when the
page was made."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from tillit.access import as_office
from tillit.kernel import live
from tillit.notify import queries

register = template.Library()


@register.inclusion_tag("components/live_badge.html", takes_context=True)
def live_badge(context: Context) -> dict[str, Any]:
    """{% live_badge %}: the acting person's messages that were not seen yet, and from where on this page listens."""
    request, here, person = context.get("request"), context.get("organisation"), context.get("actor_person")
    if not here or not person or getattr(request, "failed", False):
        return {}
    return {"person": person, "slug": here.slug, "unseen": queries.unseen(), "after": live.position(person.pk)}


@register.inclusion_tag("components/live_toast.html")
def live_toast(kind: str) -> dict[str, Any]:
    """{% live_toast "booking.changed" %}: whoever looks at this page is told when such a thing happens."""
    return {"kind": kind}


@register.inclusion_tag("components/live_toast.html", takes_context=True)
def live_by_link(context: Context, kind: str, booking: Any, token: str) -> dict[str, Any]:
    """{% live_by_link "booking.changed" booking token %}: the same for whoever holds a booking's link."""
    if getattr(context.get("request"), "failed", False):
        return {}
    with as_office("guest", str(booking.pk)):
        after = live.position(booking.pk)
    url = reverse("live_by_link", args=[context["organisation"].slug, token])
    return {"kind": kind, "url": url, "after": after}
