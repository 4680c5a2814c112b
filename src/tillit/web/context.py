"""What every page's shell may count on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from tillit.desk.roles import DESK
from tillit.identity import queries
from tillit.journeys import embedding
from tillit.kernel import clock, config, zones
from tillit.moderation.roles import MODERATED, MODERATES
from tillit.web import help


def shell(request: HttpRequest) -> dict[str, Any]:
    """Organisation, acting person, navigation, languages and the demo's clock.

    At most three questions to the database: organisation, person, and the person's roles where a page shows
    navigation. None of them is asked twice in a request.
    """
    demo = config.mode() == "demo"
    organisation = _unless_failed(queries.current_organisation, request)
    person = _unless_failed(queries.acting_person, request)
    account = _logged_in(request)
    return {
        "organisation": organisation,
        "actor_person": person,
        "nav_items": SimpleLazyObject(lambda: _navigation(request, organisation, person)),
        "account_items": _account_pages(organisation, person) if account else [],
        "foot_links": _foot(request, organisation, account),
        "languages": settings.LANGUAGES,
        "LANGUAGE_CODE": get_language(),
        "text_direction": "rtl" if get_language_bidi() else "ltr",
        **_embedded(request),
        "demo_mode": demo,
        "demo_clock": _demo_clock(request, organisation) if demo else None,
    }


def _embedded(request: HttpRequest) -> dict[str, Any]:
    """Inside another site's page: the frame, and its own form token in the place of the cookie's."""
    around = embedding.frame(request)
    return {"embedded": around, "csrf_token": SimpleLazyObject(lambda: embedding.token(request))} if around else {}


def visitors_zone(request: HttpRequest) -> str:
    """The visitor's own time zone, if a booking page has learnt it; else the demo's."""
    known = request.COOKIES.get("zone", "")
    return known if known in zones.names() else "Europe/Stockholm"


def _demo_clock(request: HttpRequest, organisation: Any) -> dict[str, Any]:
    zone = organisation.time_zone if organisation else visitors_zone(request)
    return {"now": clock.now(), "moved": bool(clock.offset()), "zone": zone}


def _unless_failed(query: Callable[[Any], Any], request: HttpRequest) -> Any:
    """The query's answer; nothing where the request broke the transaction, whose error page must still show.

    Nothing either for an error page that Django draws outside the request's transaction.
    """
    if getattr(request, "failed", False) and not connection.in_atomic_block:
        return None
    try:
        return query(request)
    except DatabaseError:
        if getattr(request, "failed", False):
            return None
        raise


def _logged_in(request: HttpRequest) -> bool:
    return bool(getattr(getattr(request, "actor", None), "account", None))


def _navigation(request: HttpRequest, organisation: Any, person: Any) -> list[dict[str, str]]:
    """The pages of the organisation that are there for this person; for a visitor, the way in."""
    if not _logged_in(request):
        return [_log_in(organisation)]
    roles = queries.roles() if organisation and person else frozenset()
    items: list[dict[str, str]] = []
    seeking = _seeking(organisation) if person and "directory" in organisation.modules else []
    works = bool(roles - {"seeker"})
    if not works:
        items += seeking
    if person and "messaging" in organisation.modules:
        items.append({"label": _("Messages"), "url": reverse("messages", args=[organisation.slug]), "icon": "mail"})
    if "host" in roles:
        url = reverse("calendar", args=[organisation.slug])
        items.append({"label": _("My calendar"), "url": url, "icon": "calendar"})
    if "administrator" in roles:
        offers = reverse("offers", args=[organisation.slug])
        items.append({"label": _("What can be booked"), "url": offers, "icon": "tag"})
        if "directory" in organisation.modules:
            url = reverse("directory_setup", args=[organisation.slug])
            items.append({"label": _("Profiles"), "url": url, "icon": "user"})
        url = reverse("people:list", args=[organisation.slug])
        items.append({"label": _("People"), "url": url, "icon": "group"})
    if "provider" in roles and "directory" in organisation.modules:
        url = reverse("my_profile", args=[organisation.slug])
        items.append({"label": _("My profile"), "url": url, "icon": "user"})
    if organisation and person and "hiring" in organisation.modules and roles <= {"provider", "seeker", "host"}:
        items.append({"label": _("Jobs"), "url": reverse("jobs", args=[organisation.slug]), "icon": "check"})
    if "provider" in roles and "documents" in organisation.modules:
        url = reverse("documents", args=[organisation.slug])
        items.append({"label": _("My documents"), "url": url, "icon": "paper"})
    if "provider" in roles and "directory" in organisation.modules:
        url = reverse("training", args=[organisation.slug])
        items.append({"label": _("Training"), "url": url, "icon": "star"})
    if roles & set(DESK):
        url = reverse("desk", args=[organisation.slug])
        items.append({"label": _("The desk"), "url": url, "icon": "chat"})
    if roles & set(MODERATES) and set(organisation.modules) & MODERATED:
        url = reverse("moderation", args=[organisation.slug])
        items.append({"label": _("Moderation"), "url": url, "icon": "flag"})
        if roles & {"administrator", "moderator"} and "documents" in organisation.modules:
            url = reverse("documents_to_check", args=[organisation.slug])
            items.append({"label": _("Documents on profiles"), "url": url, "icon": "paper"})
    if roles & {"administrator", "privacy"}:
        url = reverse("office", args=[organisation.slug])
        items.append({"label": _("Office"), "url": url, "icon": "shield"})
    if works:
        items += seeking
    if items:
        home = reverse("organisation", args=[organisation.slug])
        items.insert(0, {"label": _("Public page"), "url": home, "icon": "home"})
    elif not person and not request.path.startswith(reverse("identity:home")):
        items.append({"label": _("Your account"), "url": reverse("identity:home"), "icon": "user"})
    return items


def _seeking(organisation: Any) -> list[dict[str, str]]:
    """What whoever looks for somebody opens; it stands last for those who work here."""
    found = [{"label": _("Find somebody"), "url": reverse("find", args=[organisation.slug]), "icon": "search"}]
    if "messaging" in organisation.modules:
        url = reverse("adverts", args=[organisation.slug])
        found.append({"label": _("Advertisements"), "url": url, "icon": "tag"})
    return found


def _account_pages(organisation: Any, person: Any) -> list[dict[str, str]]:
    mine = []
    if organisation and person:
        url = reverse("me:data", args=[organisation.slug])
        mine.append({"label": _("My data"), "url": url, "icon": "eye"})
        url = reverse("me-notify:notes", args=[organisation.slug])
        mine.append({"label": _("Messages to you"), "url": url, "icon": "mail"})
        if "sales" in organisation.modules:
            url = reverse("invoices", args=[organisation.slug])
            mine.append({"label": _("Invoices"), "url": url, "icon": "wallet"})
            url = reverse("membership", args=[organisation.slug])
            mine.append({"label": _("Membership"), "url": url, "icon": "star"})
        if "documents" in organisation.modules:
            mine.append(
                {"label": _("Documents"), "url": reverse("documents", args=[organisation.slug]), "icon": "paper"}
            )
    return [
        *mine,
        {"label": _("Where you belong"), "url": reverse("identity:home"), "icon": "home"},
        {"label": _("Passkeys and password"), "url": reverse("mfa_index"), "icon": "passkey"},
        {"label": _("Devices"), "url": reverse("identity:sessions"), "icon": "device"},
    ]


def _foot(request: HttpRequest, organisation: Any, account: bool) -> list[dict[str, str]]:
    ours = {"label": _("Your account"), "url": reverse("identity:home")} if account else _log_in(organisation)
    slug = organisation.slug if organisation else ""
    moderated = organisation is not None and set(organisation.modules) & MODERATED
    everybody = [{"label": _("Help"), "url": help.address(help.about(request), slug)}]
    if organisation:
        if not account and organisation.published and "directory" in organisation.modules:
            everybody.append({"label": _("Find somebody"), "url": reverse("find", args=[slug])})
        everybody += [
            *([] if account else [{"label": _("Search"), "url": reverse("search", args=[organisation.slug])}]),
            {"label": _("What we promise"), "url": reverse("trust", args=[organisation.slug])},
            {"label": _("Write to us"), "url": reverse("contact", args=[organisation.slug])},
            {"label": _("Ask about your data"), "url": reverse("ask", args=[organisation.slug])},
            *([{"label": _("Report something"), "url": reverse("notice", args=[slug])}] if moderated else []),
            {"label": _("How we handle your data"), "url": reverse("policy:notice", args=[organisation.slug])},
            {"label": _("All organisations"), "url": reverse("start")},
        ]
    return [*everybody, ours]


def _log_in(organisation: Any) -> dict[str, str]:
    """The way in, and back to the organisation's page; never back to an address that may hold a secret."""
    after = urlencode({"next": reverse("organisation", args=[organisation.slug])}) if organisation else ""
    return {"label": _("Log in"), "url": reverse("account_login") + ("?" + after if after else ""), "icon": "in"}
