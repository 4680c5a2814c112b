"""The pages of what is held of a person, in the order in which they are offered. Each names its page in urls.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tillit.identity.queries import current_organisation
from tillit.kernel.dpv import Words
from tillit.privacy.doors import mine

SECTIONS: list[tuple[Words, str]] = [
    (_("My data"), "data"),
    (_("Who has seen it"), "evidence"),
    (_("What is shown"), "shown"),
    (_("My choices"), "choices"),
    (_("A copy"), "copy"),
    (_("Erase"), "erase"),
    (_("Ask and complain"), "requests"),
]


_also: list[tuple[Words, str, frozenset[str]]] = []


def also(label: Words, name: str, *, modules: Iterable[str]) -> None:
    """Offer another app's page ("app:name") among these, where one of the modules is on."""
    if (label, name, frozenset(modules)) not in _also:
        _also.append((label, name, frozenset(modules)))


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """The navigation, as `{% tabs %}` takes it, with the page that is open."""
    match = request.resolver_match
    here = match.url_name if match else ""
    modules = set(getattr(current_organisation(request), "modules", ()))
    others = [(label, mine(request, name)) for label, name, wanted in _also if wanted & modules]
    return [
        *({"label": label, "url": mine(request, name), "current": name == here} for label, name in SECTIONS),
        *({"label": label, "url": url, "current": request.path.startswith(url)} for label, url in others),
    ]


def acts(request: HttpRequest) -> list[dict[str, Any]]:
    """What a person can do with all of it at once, as cards."""
    return [
        {"icon": "copy", "title": _now("Get a copy of everything"), "kind": "line", "words": _now("Make my copy"),
         "says": _now("One file to read and for other programs, ready in seconds."),
         "url": mine(request, "copy")},
        {"icon": "eye", "title": _now("See what is shown"), "kind": "line", "words": _now("What is shown"),
         "says": _now("To whom, why and until when; end one or all of it, or show something to somebody."),
         "url": mine(request, "shown")},
        {"icon": "pause", "title": _now("Lay everything at rest"), "kind": "line", "words": _now("Lay at rest"),
         "says": _now("We keep it and use it for nothing. You read first what that stops."),
         "url": mine(request, "rest")},
        {"icon": "shield", "title": _now("Agree and object"), "kind": "line", "words": _now("My choices"),
         "says": _now("What happens only if you say yes, and what stops when you say no."),
         "url": mine(request, "choices")},
        {"icon": "erase", "title": _now("Erase everything"), "kind": "stop", "words": _now("See what goes"),
         "says": _now("You read first what goes, what stays, and why."),
         "url": mine(request, "erase")},
    ]  # fmt: skip
