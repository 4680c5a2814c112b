"""The help: short articles on how to do what people do here, at /help/ and below an organisation's /o/<slug>/help/.

An article is a template in help/topics/; its sentences are in the catalogue like all others. `views` are the names of
the addresses whose "?" leads to it.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tillit.identity.queries import current_organisation
from tillit.kernel.dpv import Words

EVERYBODY, HOSTS, ADMINISTRATORS = (
    _("For everybody"),
    _("For those who can be booked"),
    _("For those who run the place"),
)


@dataclass(frozen=True)
class Article:
    """One article: its address, what it is about, and for whom it is."""

    slug: str
    title: Words
    summary: Words
    group: Words = EVERYBODY
    views: frozenset[str] = frozenset()


def _article(slug: str, title: Words, summary: Words, *views: str, group: Words = EVERYBODY) -> Article:
    return Article(slug, title, summary, group, frozenset(views))


ARTICLES: tuple[Article, ...] = (
    _article("book", _("Book a time"), _("Choose what, when and with whom. No account is needed."),
             "book", "organisation"),
    _article("change", _("Move or cancel a booking"), _("With the link in your mail, at any hour."),
             "booking_manage", "booking_move", "booking_cancel"),
    _article("series", _("Book several weeks at once"), _("All dates together, each shown before."),
             "series_move", "host_series"),
    _article("no-show", _("When somebody did not come"), _("The same rules for both sides.")),
    _article("log-in", _("Log in, and what to do when it does not work"),
             _("With a passkey or a password; and how to get in again."),
             "account_login", "account_reset_password", "mfa_index", "identity:sessions"),
    _article("search", _("Find something"), _("One box for people, bookings, pages and help."), "search"),
    _article("my-data", _("See and correct what is kept of you"), _("All of it, with the reason and the end of each."),
             "me:data", "my:data", "me:correct", "my:correct"),
    _article("show", _("Show somebody how to reach you, and take it back"),
             _("To one person, for a time that you choose."), "me:shown", "my:shown"),
    _article("seen", _("See who has looked at what of you"), _("And check it without having to trust us."),
             "me:evidence", "my:evidence", "log:log"),
    _article("copy-erase", _("Take a copy, or have everything erased"), _("You read first what goes and what stays."),
             "me:copy", "my:copy", "me:erase", "my:erase", "me:rest", "my:rest"),
    _article("told", _("Choose how you are told"), _("Mail, text message or notice; and when it shall be quiet."),
             "me-notify:told", "my-notify:told", "me-notify:notes", "told_by_link"),
    _article("report", _("Tell us that something is wrong"),
             _("When you have seen data that you should not have seen."),
             "report", "me:requests", "my:requests", "ask"),
    _article("calendar", _("Your calendar"), _("Who comes when, and time that you keep for yourself."),
             "calendar", "calendar_block", group=HOSTS),
    _article("polls", _("Find a time for several people"), _("Propose times, share a link, choose one."),
             "polls", "poll_new", "poll", "poll_shared", "poll_mine", group=HOSTS),
    _article("hours", _("Say when you can be booked"), _("Hours, days off and journeys."), "hours", group=HOSTS),
    _article("other-calendars", _("Use another calendar too"), _("Busy times in, bookings out, and nothing else."),
             "connections", "connection", "connection_new", group=HOSTS),
    _article("away", _("Be away, with somebody who stands in"),
             _("Nobody can book you then; meetings can be given over."), "away", group=HOSTS),
    _article("confirm", _("Confirm bookings by hand"), _("The time is held until somebody says yes."),
             "afterwards", group=HOSTS),
    _article("offers", _("Decide what can be booked"), _("What it is called, how long it takes and who takes it."),
             "offers", "offer", "offer_new", "host_new", "reminders", "resources", "resource", "resource_new", "beside",
             group=ADMINISTRATORS),
    _article("groups", _("Groups and waiting lists"), _("Several seats, and a fair line for the next free one."),
             group=ADMINISTRATORS),
    _article("questions", _("Ask guests something when they book"),
             _("Questions, conditions, and answers that lead on."),
             "questions", "question", "question_new", "questions_routes", "questions_preview", group=ADMINISTRATORS),
    _article("statistics", _("Read the statistics"),
             _("How much is booked, and how full it is; nobody is singled out."),
             "statistics", "team", group=ADMINISTRATORS),
    _article("colleagues", _("Invite a colleague, end a role"), _("Who works here, and as what."),
             "people:list", "people:programs", group=ADMINISTRATORS),
    _article("requests", _("Answer somebody who asks about their data"), _("What the law gives them, and by when."),
             "office", "office_requests", "office_request", group=ADMINISTRATORS),
)  # fmt: skip

_BY_SLUG = {article.slug: article for article in ARTICLES}
_BY_VIEW = {view: article for article in ARTICLES for view in article.views}


def about(request: Any) -> Article | None:
    """The article about the page of this request, if there is one."""
    match = getattr(request, "resolver_match", None)
    return _BY_VIEW.get(match.view_name) if match else None


def address(article: Article | None, slug: str = "") -> str:
    """Where an article stands, or the list of them; below an organisation where one is visited."""
    name = "index" if article is None else "article"
    more = {"slug": slug} if slug else {}
    return reverse(f"{'o_help' if slug else 'help'}:{name}", kwargs=more | ({"topic": article.slug} if article else {}))


def text_of(article: Article) -> str:
    """What an article says in the reader's language, without its form; for whoever searches in it."""
    return _text(article.slug, get_language() or "en")


@lru_cache(maxsize=256)
def _text(slug: str, language: str) -> str:
    with override(language):
        return html.unescape(strip_tags(render_to_string(f"help/topics/{slug}.html")))


@require_safe
def index(request: HttpRequest, slug: str = "") -> HttpResponse:
    """All articles, by whom they are for."""
    _organisation(request, slug)
    groups: dict[str, list[dict[str, Any]]] = {}
    for article in ARTICLES:
        groups.setdefault(str(article.group), []).append({"article": article, "url": address(article, slug)})
    return render(request, "help/index.html", {"groups": groups.items()})


@require_safe
def article(request: HttpRequest, topic: str, slug: str = "") -> HttpResponse:
    """One article, and two that are near it. One that does not exist is a 404."""
    _organisation(request, slug)
    found = _BY_SLUG.get(topic)
    if found is None:
        raise Http404
    here = {
        "article": found,
        "body": f"help/topics/{found.slug}.html",
        "others": [{"article": one, "url": address(one, slug)} for one in _beside(found)],
        "index_url": address(None, slug),
    }
    return render(request, "help/article.html", here)


def _beside(found: Article) -> Sequence[Article]:
    same = [one for one in ARTICLES if one.group == found.group]
    at = same.index(found)
    return [one for one in (same + same)[at + 1 : at + 3] if one is not found]


def _organisation(request: HttpRequest, slug: str) -> None:
    """404 below an organisation that shows itself to nobody, for a visitor who does not belong to it."""
    here = current_organisation(request) if slug else None
    if slug and (here is None or not (here.published or request.actor.person)):  # type: ignore[attr-defined]
        raise Http404
