"""The one writer of an organisation's log: numbers what is new, grows the tiles, signs the checkpoint.

All of it is one transaction under an advisory lock, so that whoever is killed leaves nothing half done and whoever
comes second finds it done. After the commit the checkpoint is also kept in a second place, outside the database.
"""

from __future__ import annotations

import hmac
import logging
import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from django.db import connection, transaction

from tillit.access import current
from tillit.evidence import actions, entry, queries, tiles, tree
from tillit.evidence.receipts import Checkpoint
from tillit.kernel import config, keyring, notes
from tillit.kernel.ids import new_id

log = logging.getLogger("tillit.evidence")

BATCH = 10_000


class Broken(RuntimeError):
    """The log was changed behind the sequencer's back: it signs nothing until somebody has looked (audit.py)."""


def sequence(most: int = BATCH) -> int:
    """Take up to `most` waiting events of the acting organisation (office "sequencer") into its log.

    Returns how many it took. An event that the application did not sign is set aside and never enters the log.
    """
    actor = current()
    if actor is None or actor.organisation is None:
        raise ValueError("A log belongs to an organisation, and none acts.")
    organisation = actor.organisation
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select * from evidence.begin()")
        size, root, origin, sealed, slug = cursor.fetchone()
        cursor.execute("select * from evidence.waiting(%s)", [most])
        ids, hashes, refused = _believed(organisation, cursor.fetchall())
        if not ids and not refused:
            return 0
        edge = _edge(organisation, size, root)
        if origin is None and size:
            raise Broken("The log's name and key are gone; nothing was signed.")
        if origin is None:
            origin, seed = _open_log(organisation, slug)
        else:
            seed = opened(organisation, bytes(sealed))
        changed = tiles.extend(size, hashes, edge)
        grown = size + len(hashes)
        top = tiles.root(grown, lambda level, place: changed.get((level, place)) or edge(level, place))
        checkpoint = Checkpoint(origin, grown, top)
        note = notes.sign(checkpoint.text(), name=origin, seed=seed)
        places = list(changed)
        cursor.execute(
            "select evidence.publish(%s, %s::uuid[], %s::uuid[], %s::int[], %s::bigint[], %s::bytea[], %s, %s, %s)",
            [
                size,
                actions.array(ids),
                actions.array(refused),
                [level for level, _ in places],
                [place for _, place in places],
                [changed[place] for place in places],
                new_id(),
                top,
                note,
            ],
        )
        if ids:
            transaction.on_commit(lambda: keep_copy(organisation, note))
    if refused:
        log.error("set aside %d events that this installation did not sign", len(refused))
    return len(ids)


def _believed(
    organisation: UUID, waiting: list[tuple[UUID, bytes, bytes]]
) -> tuple[list[UUID], list[bytes], list[UUID]]:
    """Ids and leaf hashes of what the application signed; ids of what it did not."""
    ids, hashes, refused = [], [], []
    for event, committed, mac in waiting:
        if hmac.compare_digest(actions.mac(organisation, event, bytes(committed)), bytes(mac)):
            ids.append(event)
            hashes.append(tree.leaf(entry.entry(bytes(committed))))
        else:
            refused.append(event)
    return ids, hashes, refused


def _edge(organisation: UUID, size: int, root: bytes | None) -> tiles.Reader:
    """The tiles that grow, when they are those that were signed last. Raises `Broken`."""
    try:
        held = held_copy(organisation)
        wanted = {*tiles.edge(size), *(tiles.edge(held.size) if held and held.size <= size else ())}
        read = queries.read_tiles(wanted)
        if size and tiles.root(size, read) != bytes(root or b""):
            raise Broken("The tiles do not belong to the last checkpoint; nothing was signed.")
        if held and (held.size > size or tiles.root(held.size, read) != held.root):
            raise Broken(
                f"The log does not contain the checkpoint kept in {copy_of(organisation)}; nothing was signed."
            )
    except (KeyError, IndexError):
        raise Broken("Tiles are missing; nothing was signed.") from None
    except ValueError:
        raise Broken(f"{copy_of(organisation)} is no checkpoint; nothing was signed.") from None
    return read


def _open_log(organisation: UUID, slug: str) -> tuple[str, bytes]:
    """A name and a key for the organisation's log: kept for good, also when the installation moves."""
    host = urlsplit(config.text("TILLIT_ORIGIN")).netloc
    origin = f"{host}/log/{slug}"
    with connection.cursor() as cursor:
        cursor.execute("select evidence.origin_taken(%s)", [origin])
        if cursor.fetchone()[0]:
            origin += f"-{organisation.hex[-8:]}"
        seed = os.urandom(32)
        sealed = keyring.seal(seed, context=_context(organisation))
        key = str(notes.verifier(origin, seed))
        cursor.execute("select evidence.open(%s, %s, %s, %s)", [new_id(), origin, key, sealed])
    return origin, seed


def opened(organisation: UUID, sealed: bytes) -> bytes:
    """The private key of a log. Raises ValueError when it does not open here."""
    return keyring.open(sealed, context=_context(organisation))


def _context(organisation: UUID) -> bytes:
    return f"evidence.log:{organisation}".encode()


def copy_of(organisation: UUID) -> Path:
    """Where the last checkpoint of a log is also kept. Remove the file to accept a log that went back in time (a
    database restored from a backup)."""
    return Path(config.var()) / "checkpoints" / str(organisation)


def held_copy(organisation: UUID) -> Checkpoint | None:
    """The checkpoint in the second place, its signature unverified. Raises ValueError for something else."""
    try:
        note = copy_of(organisation).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    return Checkpoint.parse(notes.split(note)[0])


def keep_copy(organisation: UUID, note: str) -> None:
    """Keep a checkpoint in the second place."""
    path = copy_of(organisation)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(note)
        file.flush()
        os.fsync(file.fileno())
    Path(fresh).replace(path)
