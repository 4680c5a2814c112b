"""The office's pages about webhooks: addresses, secrets, what was sent and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.identity.doors import needs_role
from tillit.notify.models import Webhook, WebhookDelivery
from tillit.notify.webhooks import actions
from tillit.privacy import office, processors

office.section("doors", gettext_lazy("Webhooks"), "office_webhooks")
PAGE = 50
STATES = {
    "waiting": gettext_lazy("on its way"),
    "delivered": gettext_lazy("taken"),
    "dead": gettext_lazy("not taken"),
    "stopped": gettext_lazy("stopped"),
}
administrators = needs_role("administrator")


class WebhookForm(forms.Form):
    """Who is told, where, and of what."""

    receiver = forms.ChoiceField(label=gettext_lazy("Receiver"), choices=())
    url = forms.URLField(
        label=gettext_lazy("Address"),
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"dir": "ltr", "placeholder": "https://"}),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Tell it of"), choices=(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, hook: Webhook | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["events"].choices = [(name, says) for name, says in actions.events.items() if says]
        if hook:
            del self.fields["receiver"]
        else:
            fields["receiver"].choices = receivers()


def receivers() -> list[tuple[str, str]]:
    """The organisation's registered receivers that are still used."""
    return [(key, name) for key, name in processors.keys() if key]


@office.waiting
def _dead(organisation: Any) -> Iterator[office.Line]:
    """Messages that nobody took for three days."""
    count = WebhookDelivery.objects.filter(state="dead", webhook__stopped=None).count()
    if count:
        says = ngettext("%(n)d message was not taken", "%(n)d messages were not taken", count) % {"n": count}
        yield office.Line(_("Webhooks"), says, reverse("office_webhooks", args=[organisation.slug]), late=True)


@require_safe
@administrators
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """Every webhook."""
    names = dict(processors.keys())
    rows = [
        {"hook": hook, "name": names.get(hook.receiver, hook.receiver), "events": _events(hook)}
        for hook in Webhook.objects.order_by("made")
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
    """One webhook: what it is told of, and what was sent."""
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
    sent = [
        {"row": row, "says": actions.events.get(row.event) or _("A test"), "state": STATES[row.state]}
        for row in found.deliveries.order_by("-id")[:PAGE]  # type: ignore[attr-defined]
    ]
    context = {"form": form, "hook": found, "sent": sent}
    return render(request, "notify/webhooks/one.html", context, status=422 if form.errors else 200)


@require_POST
@administrators
def do(request: HttpRequest, slug: str, hook: UUID, what: str) -> HttpResponse:
    """Try it, stop it, or give it a new secret."""
    found = _hook(hook)
    if what == "rotate":
        secret = actions.rotate(found)
        return render(request, "notify/webhooks/secret.html", {"secret": secret, "hook": hook, "rotated": True})
    if what == "test":
        actions.test(found)
        messages.success(request, _("A test is on its way. It shows below in a moment."))
    elif what == "stop":
        actions.stop(found)
        messages.success(request, _("It is told nothing more."))
    else:
        raise Http404
    return redirect("office_webhook", slug=slug, hook=hook)


@require_POST
@administrators
def replay(request: HttpRequest, slug: str, hook: UUID, delivery: UUID) -> HttpResponse:
    """Send a message once more."""
    row = WebhookDelivery.objects.filter(pk=delivery, webhook_id=_hook(hook).pk).exclude(state="waiting").first()
    if row is None:
        raise Http404
    actions.replay(row)
    messages.success(request, _("It is on its way again."))
    return redirect("office_webhook", slug=slug, hook=hook)


def _hook(hook: UUID) -> Webhook:
    found = Webhook.objects.filter(pk=hook).first()
    if found is None:
        raise Http404
    return found


def _events(hook: Webhook) -> list[Any]:
    return [actions.events[name] for name in hook.events if actions.events.get(name)]
