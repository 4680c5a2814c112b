"""A large log to measure in: leaves, tiles and a signed checkpoint written in bulk, past the policies, as superuser."""

from __future__ import annotations

import hashlib
import os
from typing import Any
from uuid import UUID, uuid4

import psycopg


def an_organisation(admin: psycopg.Connection[Any]) -> UUID:
    """An organisation without anything."""
    organisation = uuid4()
    admin.execute(
        "insert into identity_organisation (id, made, slug, name, number, address, publisher, contact_email, region, "
        "languages, time_zone, currency, modules, colour, about, published) values "
        "(%s, now(), %s, 'Measured', '1', 'a', 'p', 'm@measured.example', 'eu', '{sv}', "
        "'Europe/Stockholm', 'SEK', '{}', 'spruce', '{}', true)",
        [organisation, f"o-{organisation.hex[-8:]}"],
    )
    return organisation


def lay_out(admin: psycopg.Connection[Any], organisation: UUID, count: int) -> None:
    """A log of `count` leaves with commitments that are as good as random."""
    from tillit.evidence import entry, tiles, tree
    from tillit.evidence.receipts import Checkpoint
    from tillit.kernel import keyring, notes
    from tillit.kernel.ids import new_id

    commitments = [hashlib.sha256(number.to_bytes(8, "big")).digest() for number in range(count)]
    with admin.cursor() as cursor:
        with cursor.copy(
            "copy evidence_leaf (id, organisation_id, number, commitment, mac, refused) from stdin (format binary)"
        ) as copy:
            copy.set_types(["uuid", "uuid", "int8", "bytea", "bytea", "bool"])
            for number, commitment in enumerate(commitments):
                copy.write_row((new_id(), organisation, number, commitment, commitment, False))
        changed = tiles.extend(0, (tree.leaf(entry.entry(c)) for c in commitments), lambda *_: b"")
        with cursor.copy("copy evidence_tile (id, organisation_id, level, place, hashes) from stdin") as copy:
            for (level, place), hashes in changed.items():
                copy.write_row((uuid4(), organisation, level, place, hashes))
    origin, seed = f"localhost/log/{organisation}", os.urandom(32)
    root = tiles.root(count, lambda level, place: changed[level, place])
    note = notes.sign(Checkpoint(origin, count, root).text(), name=origin, seed=seed)
    admin.execute(
        "insert into evidence_checkpoint (id, organisation_id, size, root, note, made) "
        "values (%s, %s, %s, %s, %s, now())",
        [uuid4(), organisation, count, root, note],
    )
    sealed = keyring.seal(seed, context=f"evidence.log:{organisation}".encode())
    admin.execute(
        "insert into evidence_log (id, organisation_id, origin, verifier, sealed, made) "
        "values (%s, %s, %s, %s, %s, now())",
        [uuid4(), organisation, origin, str(notes.verifier(origin, seed)), sealed],
    )


def settle(dsn: str) -> None:
    """Statistics and visibility as they are in a database that has been running for a while."""
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute("vacuum analyze")
        admin.execute("checkpoint")
