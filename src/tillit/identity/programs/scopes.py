"""What a token may be used for, in words. A scope narrows what its owner may do and never adds to it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tillit.kernel.dpv import Words

SCOPES: dict[str, Words] = {
    "me:read": _("read what is held of you, who has seen it, and your choices"),
    "me:write": _("make copies, choose, show and take back, and ask for your rights in your name"),
    "me:erase": _("erase you from an organisation, for good"),
    "bookings:read": _("read your bookings"),
    "bookings:write": _("book, move and cancel in your name"),
    "calendar:read": _("read your calendar as a host, with your guests' names"),
    "calendar:write": _("block time, change your hours and cancel meetings of yours"),
    "offers:read": _("read everything that can be booked, shown or not"),
    "offers:write": _("change what can be booked"),
    "people:read": _("read who works here, and who is invited"),
    "people:write": _("invite people and end roles"),
    "webhooks:read": _("read webhooks and what became of their messages"),
    "webhooks:write": _("set up, try, replay and stop webhooks"),
    "requests:read": _("read the requests that people have made about their data"),
    "desk:read": _("read what people ask and complain about, as far as you answer it"),
    "desk:write": _("answer it, give it to somebody and close it in your name"),
    "invoices:read": _("read the invoices that you wrote or got"),
    "invoices:write": _("post your invoices, take them back and note payments in your name"),
    "messages:read": _("read which messages were sent, and what became of them"),
    "messages:write": _("send again what nobody took"),
    "lists:read": _("take out as files the lists that you see"),
    "imports:read": _("read what became of files that were given"),
    "imports:write": _("give files in your name, take them over and undo it"),
    "profile:read": _("read your profile as a provider"),
    "profile:write": _("change your profile, and hand it in, in your name"),
    "talks:read": _("read your messages with other people here"),
    "talks:write": _("write to people, and block them, in your name"),
    "search:read": _("search everything that you may see"),
}

_OWN = ("me:", "bookings:", "search:", "profile:", "talks:", "invoices:")
OF_A_PERSON = frozenset(scope for scope in SCOPES if scope.startswith(_OWN))
"""Scopes that concern the owner alone: no client of an organisation has them."""

OF_A_CLIENT = {scope: says for scope, says in SCOPES.items() if scope not in OF_A_PERSON}
