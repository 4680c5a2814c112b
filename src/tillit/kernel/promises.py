"""What the only way out, the seals and the lines promise: asked of the program that runs, its database and settings."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from tillit.kernel import config, declaration_checks, egress, happenings, keyring, smtp
from tillit.kernel.db import address
from tillit.kernel.dpv import Data, Purpose
from tillit.kernel.egress import gate
from tillit.kernel.ids import new_id
from tillit.kernel.probing import Ground
from tillit.kernel.promise import Finding, Group, Promise, give
from tillit.kernel.sealed import Sealed
from tillit.kernel.ticket import Actor

NOBODY = "https://nobody-is-registered-here.example/"
HERE = {"localhost", "127.0.0.1", "::1"}
GUARDED_LINES = {"require", "verify-ca", "verify-full"}


def no_third_party_without_permission(ground: Ground) -> Finding:
    """Tries to send to whom nobody registered, for what, where and of what kind nobody declared; and looks whether a
    departure is recorded for the person before it happens."""
    if not _gate_holds():
        return Finding(False, "A part of the program can open a connection past the only way out.")
    tried = 0
    with ground.acting_as(Actor(office="prober", organisation=ground.organisation.pk)):
        for what, attempt in _forbidden():
            try:
                attempt()
            except egress.Refused:
                tried += 1
            else:
                return Finding(False, f"Data could have left: {what} was not refused.")
    person = Actor(office="member", person=uuid4(), organisation=ground.organisation.pk)
    with ground.acting_as(person):
        happenings.announce(
            egress.DEPARTED, subjects=[person.person], object=new_id(), reason=Purpose.COORDINATE.identifier, to="probe"
        )
        (told,) = ground.rows("select count(*) from evidence_event where name = %s", [egress.DEPARTED])[0]
    if told != 1:
        return Finding(False, "A departure is not recorded for the person whose data leaves.")
    return Finding(True, f"{tried} ways of sending what nobody declared were refused; a departure is recorded.")


def _gate_holds() -> bool:
    """Asks as the interpreter does before a connection is opened (PEP 578); nothing is opened."""
    with suppress(gate.Shut):
        sys.audit("socket.connect", None, ("192.0.2.1", 443))
        return False
    return True


def _forbidden() -> Iterator[tuple[str, Callable[[], Any]]]:
    """Attempts, each of which must be refused before a connection is opened."""
    yield "a receiver that nobody registered", partial(egress.client, "nobody", Purpose.COORDINATE)
    for receiver in egress.installation():
        allowed = [purpose for purpose in Purpose if purpose.identifier in receiver.purposes]
        for purpose in [purpose for purpose in Purpose if purpose not in allowed][:1]:
            yield f"{receiver.key} for {purpose.identifier}", partial(egress.client, receiver.key, purpose)
        for purpose in allowed[:1]:
            client = egress.client(receiver.key, purpose)
            yield f"{receiver.key} at somebody else's host", partial(client.post, NOBODY)
            host = next(iter(receiver.hosts))
            here = f"https://{host.name}:{host.port}/"
            for kind in [kind for kind in Data if kind.identifier not in receiver.categories][:1]:
                sending = partial(client.post, here, about=[uuid4()], data={kind: "x"}, json={"x": kind})
                yield f"{kind.identifier} to {receiver.key}", sending


def encrypted_at_rest(ground: Ground) -> Finding:
    """No declared free text lies open, every sealed field is bytes in the database, and a sealed value neither shows
    its text nor opens in another place."""
    if found := declaration_checks.wrong("tillit.E105"):
        return Finding(False, f"{found[0]}; {len(found)} in all.")
    fields = [f for m in apps.get_models() for f in m._meta.local_concrete_fields if isinstance(f, Sealed)]
    kinds = dict(
        ground.rows(
            "select c.relname || '.' || a.attname, format_type(a.atttypid, null) from pg_class c"
            " join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'"
            " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
        )
    )
    columns = [f"{field.model._meta.db_table}.{field.column}" for field in fields]
    if opened := [column for column in columns if kinds.get(column) != "bytea"]:
        return Finding(False, f"{opened[0]} is no sealed column; {len(opened)} in all.")
    text, place = f"probe {uuid4()}".encode(), uuid4().bytes
    sealed = keyring.seal(text, context=place)
    if text in sealed:
        return Finding(False, "A sealed value shows its text.")
    with suppress(ValueError):
        keyring.open(sealed, context=uuid4().bytes)
        return Finding(False, "A sealed value opens in another place.")
    return Finding(True, f"{len(columns)} fields lie sealed; what is sealed opens in its own place only.")


def encrypted_in_transit(ground: Ground) -> Finding:
    """Pages, the database and the mail server are reached by encrypted lines, or do not leave this machine."""
    origin = urlsplit(config.text("TILLIT_ORIGIN"))
    if origin.scheme != "https" and origin.hostname not in HERE:
        return Finding(False, f"Pages travel open: {origin.scheme}://{origin.hostname}.")
    front = ground.get(f"/o/{ground.organisation.slug}/")
    if origin.scheme == "https" and not front.headers.get("Strict-Transport-Security"):
        return Finding(False, "Pages do not ask browsers to insist on encryption.")
    dsn = address.parts(config.text("TILLIT_DSN"))
    away = [host for host in dsn.get("host", "").split(",") if host not in HERE and not host.startswith("/")]
    if any(away) and dsn.get("sslmode") not in GUARDED_LINES:
        return Finding(False, "The line to the database may be open (sslmode).")
    mail = config.text("TILLIT_SMTP")
    how = "stays here" if not mail or smtp.server(mail).here else "goes encrypted or not at all"
    pages = "encrypted" if origin.scheme == "https" else "on this machine only"
    return Finding(True, f"Pages: {pages}. Database: {'encrypted' if any(away) else 'on this machine'}. Mail {how}.")


_HERE = "tests/privacy/test_sabotage_kernel.py::"

give(
    Promise(
        "no-third-party-without-permission",
        group=Group.THIRD_PARTIES,
        says=_(
            "Your data leaves only to a listed receiver for a stated purpose, with your permission, or because a law "
            "demands it; you can read every time it did."
        ),
        by=_("One door out, which refuses whatever nobody declared. The probe tries it, and tries to go around it."),
        probe=no_third_party_without_permission,
        sabotage=_HERE + "test_no_third_party_without_permission",
    ),
    Promise(
        "encrypted-at-rest",
        group=Group.SECURITY,
        says=_("Contact details and what people write lie sealed; a copy of the database shows none of it."),
        by=_("The database's own columns are compared with what is declared, and a seal is tried."),
        probe=encrypted_at_rest,
        sabotage=_HERE + "test_encrypted_at_rest",
    ),
    Promise(
        "encrypted-in-transit",
        group=Group.SECURITY,
        says=_("Nothing travels open: not pages, not mail, not what we send to others."),
        by=_("The lines that the program uses are looked at. Others are reached encrypted or not at all."),
        probe=encrypted_in_transit,
        sabotage=_HERE + "test_encrypted_in_transit",
    ),
)
