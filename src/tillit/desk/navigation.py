"""The desk's navigation."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tillit.desk.roles import CALLS
from tillit.identity.queries import roles


def tabs(request: HttpRequest, slug: str) -> list[dict[str, Any]]:
    """The pages that whoever looks may open, as `{% tabs %}` takes them."""
    held = roles()
    pages = [
        (_("What waits"), "desk", True),
        (_("On the telephone"), "desk_call", bool(held & set(CALLS))),
        (_("Ready answers"), "desk_canned", True),
        (_("What we promise"), "desk_rules", "administrator" in held),
        (_("Figures"), "desk_figures", bool(held & {"administrator", "quality"})),
    ]
    urls = [(label, reverse(name, args=[slug])) for label, name, shown in pages if shown]
    return [{"label": label, "url": url, "current": request.path == url} for label, url in urls]
