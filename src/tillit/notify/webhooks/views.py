"""The office's pages about webhooks: addresses, secrets, what was sent and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.identity.doors import needs_role
from tillit.kernel import clock, formats
from tillit.notify.models import Webhook, WebhookDelivery
from tillit.notify.webhooks import actions, delivering, queries, said
from tillit.notify.webhooks.forms import WebhookForm, receivers
from tillit.privacy import office, processors

office.section("doors", gettext_lazy("Webhooks"), "office_webhooks", only_administrators=True)
PAGE = 50
administrators = needs_role("administrator")


@office.waiting
def _troubled(organisation: Any) -> Iterator[office.Line]:
    """Messages that nobody took for three days, and webhooks that were stopped because of it."""
    for count, says in (
        (queries.dead(), lambda n: ngettext("%(n)s message was not taken", "%(n)s messages were not taken", n)),
        (
            queries.given_up(),
            lambda n: ngettext("%(n)s took nothing and was stopped", "%(n)s took nothing and were stopped", n),
        ),
    ):
        if count:
            number = {"n": formats.format_number(count, get_language() or "en")}
            url = reverse("office_webhooks", args=[organisation.slug])
            yield office.Line(_("Webhooks"), says(count) % number, url, late=True)


@require_safe
@administrators
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """Every webhook."""
    names = dict(processors.keys())
    rows = [
        {"hook": hook, "name": names.get(hook.receiver, hook.receiver), "events": _events(hook)}
        for hook in queries.every()
    ]
    return render(request, "notify/webhooks/list.html", {"rows": rows, "receivers": receivers()})


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell another program. Its secret is shown once, on the answer to the form."""
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            hook, secret = actions.add(receiver=data["receiver"], url=data["url"], wanted=data["events"])
        except ValidationError as error:
            form.add_error("url", error)
        else:
            return render(request, "notify/webhooks/secret.html", {"secret": secret, "hook": hook}, status=201)
    return render(request, "notify/webhooks/edit.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def one(request: HttpRequest, slug: str, hook: UUID) -> HttpResponse:
    """One webhook: what it is told of, and what was sent, a page at a time (`before`)."""
    found = _hook(hook)
    form = WebhookForm(request.POST or None, hook=found, initial={"url": found.url, "events": found.events})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(found, url=form.cleaned_data["url"], wanted=form.cleaned_data["events"])
        except ValidationError as error:
            form.add_error("url", error)
        else:
            messages.success(request, _("Saved."))
            return redirect("office_webhook", slug=slug, hook=hook)
    rows = queries.sent(found, before=_before(request), most=PAGE + 1)
    context = {
        "form": form,
        "hook": found,
        "missed": queries.missed(found),
        "both": found.old_until is not None and found.old_until > clock.now(),
        "sent": [_line(row) for row in rows[:PAGE]],
        "older": rows[PAGE - 1].pk if len(rows) > PAGE else None,
    }
    return render(request, "notify/webhooks/one.html", context, status=422 if form.errors else 200)


@require_POST
@administrators
def do(request: HttpRequest, slug: str, hook: UUID, what: str) -> HttpResponse:
    """Try it, stop it, give it a new secret or end the old one, or send again what it missed."""
    found = _hook(hook)
    if what == "rotate":
        try:
            secret = actions.rotate(found)
        except actions.TooSoon:
            messages.error(request, _("The secret before still works. End it first, or wait until tomorrow."))
            return redirect("office_webhook", slug=slug, hook=hook)
        context = {"secret": secret, "hook": hook, "rotated": True}
        return render(request, "notify/webhooks/secret.html", context, status=201)
    messages.success(request, _do(found, what))
    return redirect("office_webhook", slug=slug, hook=hook)


def _do(hook: Webhook, what: str) -> str:
    if what == "test":
        actions.test(hook)
        return _("A test is on its way. It shows below in a moment.")
    if what == "stop":
        actions.stop(hook)
        return _("It is told nothing more.")
    if what == "end-secret":
        actions.end_old_secret(hook)
        return _("Only the new secret works now.")
    if what == "missed":
        count = actions.replay_missed(hook)
        number = {"n": formats.format_number(count, get_language() or "en")}
        return ngettext("%(n)s message is on its way again.", "%(n)s messages are on their way again.", count) % number
    raise Http404


@require_POST
@administrators
def replay(request: HttpRequest, slug: str, hook: UUID, delivery: UUID) -> HttpResponse:
    """Send a message once more."""
    row = queries.delivery(_hook(hook), delivery)
    if row is None:
        raise Http404
    actions.replay(row)
    messages.success(request, _("It is on its way again."))
    return redirect("office_webhook", slug=slug, hook=hook)


def _hook(hook: UUID) -> Webhook:
    found = queries.find(hook)
    if found is None:
        raise Http404
    return found


def _before(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET["before"]) if "before" in request.GET else None
    except ValueError:
        raise Http404 from None


def _line(row: WebhookDelivery) -> dict[str, Any]:
    return {
        "row": row,
        "says": actions.events.get(row.event) or _("A test"),
        "state": said.STATES[row.state],
        "problem": said.problem(row),
        "content": delivering.content(row).decode(),
        "again": row.state != "waiting" or row.next_try is not None,
    }


def _events(hook: Webhook) -> list[Any]:
    return [actions.events[name] for name in hook.events if actions.events.get(name)]
