"""What alarms are made of, noted where it happens: refusals by a middleware, logins by what identity announces.

Of a stranger the mark of the network is kept, of a device the mark of its kind: keyed hashes, of which nobody can make
an address again, and which are forgotten (sql/alarms.sql). Nothing is noted of whoever is let in.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from tillit.access import acting
from tillit.identity import post, throttle
from tillit.identity.sessions import device_words
from tillit.kernel import happenings, keyring

REFUSED = {403: "refused", 404: "refused", 429: "limited"}
Handler = Callable[[HttpRequest], HttpResponse]


def middleware(get_response: Handler) -> Handler:
    """Notes who was refused or slowed down in an organisation, in a transaction of its own after the request's."""

    def noted(request: Any) -> HttpResponse:
        response = get_response(request)
        what = REFUSED.get(response.status_code)
        actor = getattr(request, "actor", None)
        if what and actor is not None and actor.organisation is not None:
            with acting(actor), transaction.atomic():
                note(what, mark_of_network(throttle.network(request)))
        return response

    return noted


def note(what: str, mark: str) -> None:
    """Somebody was "refused" or "limited": the acting person, else whoever the mark stands for."""
    _call("privacy.note_refusal", what, mark)


def listen() -> None:
    """Hear of logins from now on (AppConfig.ready)."""
    happenings.subscribe("identity.login.refused", _refused)
    happenings.subscribe("identity.login.done", _arrived)


def mark_of_network(network: str) -> str:
    """A mark of where somebody comes from: of the address, or of an IPv6 network of one subscriber."""
    return keyring.blind_index(network, "alarm-network")


def mark_of_region(network: str) -> str:
    """A mark of a wider network (IPv4 /16, IPv6 /32), so that a phone that moves about is not always new."""
    try:
        found = ipaddress.ip_network(network, strict=False)
    except ValueError:
        return mark_of_network(network)
    wide = found.supernet(new_prefix=16 if found.version == 4 else 32)
    return keyring.blind_index(str(wide), "alarm-region")


def mark_of_device(agent: str, languages: str) -> str:
    """A mark of a kind of device: browser, system and the first language that it asks for."""
    language = re.split(r"[,;-]", languages, maxsplit=1)[0].strip().lower()
    return keyring.blind_index(f"{device_words(agent)}|{language}", "alarm-device")


def _refused(name: str, /, **ids: Any) -> None:
    _call("privacy.note_failed_login", mark_of_network(str(ids["network"])))


def _arrived(name: str, /, **ids: Any) -> None:
    """The person is told of a new device at once; the organisation by its rule."""
    account, device = ids["account"], mark_of_device(str(ids["agent"]), str(ids["languages"]))
    fresh = _call("privacy.note_arrival", device, mark_of_region(str(ids["network"])))
    if "device" in fresh and isinstance(account, UUID):
        post.new_device(account)


def _call(function: str, *arguments: Any) -> Any:
    """A function of sql/alarms.sql. Its name is ours."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {function}({', '.join(['%s'] * len(arguments))})", arguments)
        return cursor.fetchone()[0]
