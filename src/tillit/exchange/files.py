"""The files that were given, while they are needed: sealed with the key of who gave them, beside the database, for some
days at most whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from tillit.exchange.models import Batch
from tillit.kernel import config, keys, uploads

_PIECE = 64 * 1024
_OLDEST = 4 * 24 * 3600  # seconds


def place(batch: UUID) -> Path:
    """Where a file lies."""
    return Path(config.var()) / "imports" / batch.hex[-2:] / str(batch)


def write(batch: Batch, content: bytes) -> None:
    """Keep what was given."""
    key = keys.sealing(batch.organisation_id, _whose(batch), "erasable")
    pieces: Iterator[bytes] = (content[at : at + _PIECE] for at in range(0, len(content), _PIECE))
    uploads.write_sealed(place(batch.pk), pieces, key, _bound(batch))


def read(batch: Batch) -> bytes:
    """What was given. Raises Http404 where it, or the key of who gave it, is gone."""
    ring = keys.ring(batch.organisation_id, _whose(batch), "erasable")
    with uploads.open_sealed(place(batch.pk), ring, _bound(batch)) as content:
        return b"".join(iter(lambda: content.read(_PIECE), b""))


def there(batch: UUID) -> bool:
    """Is the file still kept?"""
    return place(batch).exists()


def remove(batch: UUID) -> None:
    """Take the file away."""
    place(batch).unlink(missing_ok=True)


def remove_old() -> int:
    """Delete files that nobody needs any more, of transactions undone and organisations closed. Returns how many."""
    old = list(uploads.stale("imports", _OLDEST))
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _whose(batch: Batch) -> UUID:
    if batch.by_id is None:
        raise uploads.Refused("nobody's")
    return UUID(str(batch.by_id))


def _bound(batch: Batch) -> bytes:
    return b"exchange_batch\0" + batch.organisation_id.bytes + batch.pk.bytes
