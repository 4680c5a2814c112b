"""The pages of what is held of a person, in the order in which they are offered. Each names its page in urls.py."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tillit.kernel.dpv import Words
from tillit.privacy.doors import mine

SECTIONS: list[tuple[Words, str]] = [
    (_("My data"), "data"),
    (_("Who has seen it"), "evidence"),
    (_("My choices"), "choices"),
]


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """The navigation, as `{% tabs %}` takes it, with the page that is open."""
    match = request.resolver_match
    here = match.url_name if match else ""
    return [{"label": label, "url": mine(request, name), "current": name == here} for label, name in SECTIONS]
