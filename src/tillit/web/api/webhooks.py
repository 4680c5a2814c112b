"""For administrators: programs that are told what happens, and what became of each message."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status

from tillit.notify.webhooks import actions, queries
from tillit.web.api import doors, paging
from tillit.web.api.office import administrator
from tillit.web.api.paging import Cursor, Limit
from tillit.web.api.problems import Fault, Problem
from tillit.web.api.types import At, Field, In, Out, StrictStr

router = Router(tags=["Webhooks"])
read, write = doors.needs("webhooks:read"), doors.needs("webhooks:write")
Url = Annotated[
    StrictStr, Field(max_length=500, pattern=r"^https://[!-\[\]-~]{1,490}$", examples=["https://crm.example/in"])
]
Events = Annotated[list[Annotated[StrictStr, Field(max_length=100)]], Field(min_length=1, max_length=50)]


class WebhookOut(Out):
    """A program that is told what happens. failing: since when it took nothing; stopped: it is told nothing more."""

    id: UUID
    receiver: str
    url: str
    events: list[str]
    failing: At | None
    stopped: At | None


class WebhooksOut(Out):
    items: list[WebhookOut]
    next: str | None


class WebhookIn(In):
    """receiver: the key of a registered receiver, one of whose hosts the address has. events: `kinds` says which."""

    receiver: Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
    url: Url
    events: Events


class WebhookPatch(In):
    """What shall be otherwise. A stopped one is taken up again."""

    url: Url | None = None
    events: Events | None = None


class SecretOut(Out):
    """The webhook's secret (Standard Webhooks), which is told this once."""

    id: UUID
    secret: str


class KindOut(Out):
    """Something that a program can be told of."""

    name: str
    says: str


class KindsOut(Out):
    items: list[KindOut]
    next: str | None


class DeliveryOut(Out):
    """One message to it, and what became of it: waiting, delivered, dead (not taken), stopped."""

    id: UUID
    event: str
    state: str
    tries: int
    status: int | None
    next_try: At | None
    made: At
    changed: At


class DeliveriesOut(Out):
    items: list[DeliveryOut]
    next: str | None


class ReplayedOut(Out):
    """How many messages are on their way again."""

    count: int


@router.get("o/{slug:slug}/webhooks", response=WebhooksOut, auth=read)
def webhooks(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """Programs that are told what happens."""
    administrator()
    return paging.cut(queries.every(), cursor, limit, lambda one: one.pk, lambda one: one)


@router.post("o/{slug:slug}/webhooks", response={201: SecretOut}, auth=write)
def add(request: HttpRequest, slug: str, body: WebhookIn) -> Any:
    """Tell another program. Its secret is in the answer and nowhere else."""
    administrator()
    try:
        hook, secret = actions.add(receiver=body.receiver, url=body.url, wanted=body.events)
    except ValidationError as error:
        raise _refused(error) from None
    return Status(201, {"id": hook, "secret": secret})


@router.get("o/{slug:slug}/webhooks/kinds", response=KindsOut, auth=read)
def kinds(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """What a program can be told of."""
    administrator()
    found = [{"name": name, "says": str(says)} for name, says in sorted(actions.events.items()) if says]
    return paging.cut(found, cursor, limit, lambda one: one["name"], lambda one: one)


@router.get("o/{slug:slug}/webhooks/{uuid:hook}", response=WebhookOut, auth=read)
def webhook(request: HttpRequest, slug: str, hook: UUID) -> Any:
    """One of them."""
    administrator()
    return _hook(hook)


@router.patch("o/{slug:slug}/webhooks/{uuid:hook}", response=WebhookOut, auth=write)
def change(request: HttpRequest, slug: str, hook: UUID, body: WebhookPatch) -> Any:
    """Another address or other events; a stopped one is taken up again."""
    administrator()
    found = _hook(hook)
    try:
        actions.change(found, url=body.url or found.url, wanted=body.events or found.events)
    except ValidationError as error:
        raise _refused(error) from None
    return _hook(hook)


@router.post("o/{slug:slug}/webhooks/{uuid:hook}/secret", response={201: SecretOut}, auth=write)
def rotate(request: HttpRequest, slug: str, hook: UUID) -> Any:
    """A new secret; for a day both sign."""
    administrator()
    try:
        secret = actions.rotate(_hook(hook))
    except actions.TooSoon:
        raise Problem(409, _("The secret before still works. End it first, or wait until tomorrow.")) from None
    return Status(201, {"id": hook, "secret": secret})


@router.delete("o/{slug:slug}/webhooks/{uuid:hook}/secret", response={204: None}, auth=write)
def end_old_secret(request: HttpRequest, slug: str, hook: UUID) -> Any:
    """End the secret before the present one, at once. Again is no error."""
    administrator()
    actions.end_old_secret(_hook(hook))
    return Status(204, None)


@router.get("o/{slug:slug}/webhooks/{uuid:hook}/deliveries", response=DeliveriesOut, auth=read)
def deliveries(request: HttpRequest, slug: str, hook: UUID, cursor: Cursor, limit: Limit) -> Any:
    """What was sent to one of them, the newest first."""
    administrator()
    found = queries.sent(_hook(hook), before=paging.after_row(cursor), most=limit + 1)
    return paging.page(found, limit, lambda one: one.pk, lambda one: one)


@router.post("o/{slug:slug}/webhooks/{uuid:hook}/replay", response=ReplayedOut, auth=write)
def replay_missed(request: HttpRequest, slug: str, hook: UUID) -> Any:
    """Send again what it did not take, the oldest first, a thousand at most."""
    administrator()
    return {"count": actions.replay_missed(_hook(hook))}


@router.post("o/{slug:slug}/webhooks/{uuid:hook}/{slug:what}", response={204: None}, auth=write)
def do(request: HttpRequest, slug: str, hook: UUID, what: Literal["test", "stop"]) -> Any:
    """`test` sends a message that means nothing; `stop` tells it nothing more."""
    administrator()
    {"test": actions.test, "stop": actions.stop}[what](_hook(hook))
    return Status(204, None)


@router.post("o/{slug:slug}/webhooks/{uuid:hook}/deliveries/{uuid:delivery}/replay", response={204: None}, auth=write)
def replay(request: HttpRequest, slug: str, hook: UUID, delivery: UUID) -> Any:
    """Send a message once more, under its own id. Of one that is on its way this is no error."""
    administrator()
    found = queries.delivery(_hook(hook), delivery)
    if found is None:
        raise Http404
    actions.replay(found)
    return Status(204, None)


def _hook(hook: UUID) -> Any:
    found = queries.find(hook)
    if found is None:
        raise Http404
    return found


def _refused(error: ValidationError) -> Problem:
    said = " ".join(error.messages)
    return Problem(409, said, kind="not-here", faults=[Fault(pointer="", detail=said)])
