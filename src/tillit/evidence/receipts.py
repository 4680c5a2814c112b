"""Receipts: C2SP tlog-proof files that prove, without us, that an event is in an organisation's log.

The file's extra data is the event's salt (32 bytes) and its body; entry.py says how a leaf is made of them. Who
holds the receipt and the log's verifier key needs nothing else:

    tillit verify FILE --key KEY        (or: python -m tillit.evidence.receipts FILE --key KEY)

Needs no database, no settings and no Django.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tillit.evidence import entry, tree
from tillit.kernel import notes

FIRST_LINE = "c2sp.org/tlog-proof@v1"
LONGEST = 1 << 20
_NUMBER = re.compile(r"0|[1-9]\d{0,18}")


class Invalid(ValueError):
    """A receipt that proves nothing; the sentence says why."""


@dataclass(frozen=True)
class Checkpoint:
    """What a signed checkpoint says: whose log, how many leaves, their root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The text that is signed (C2SP tlog-checkpoint)."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """A checkpoint's text; extension lines are passed over. Raises `Invalid`."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]) or not _NUMBER.fullmatch(lines[1]):
            raise Invalid("This is no checkpoint.")
        return cls(lines[0], int(lines[1]), _hash(lines[2]))


@dataclass(frozen=True)
class Proof:
    """A tlog-proof as it is written, unverified."""

    extra: bytes | None
    number: int
    path: tuple[bytes, ...]
    checkpoint: str

    def text(self) -> str:
        """The file."""
        lines = [FIRST_LINE]
        if self.extra is not None:
            lines.append("extra " + base64.b64encode(self.extra).decode())
        lines += [f"index {self.number}", *(base64.b64encode(step).decode() for step in self.path)]
        return "\n".join([*lines, "", self.checkpoint])

    @classmethod
    def parse(cls, text: str) -> Proof:
        """A file of the form of the specification. Raises `Invalid`."""
        head, gap, checkpoint = text.partition("\n\n")
        lines = head.split("\n")
        if not gap or lines.pop(0) != FIRST_LINE:
            raise Invalid("This is no receipt (C2SP tlog-proof, version 1).")
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = _unbase64(lines.pop(0)[6:])
        if not lines or not lines[0].startswith("index ") or not _NUMBER.fullmatch(lines[0][6:]):
            raise Invalid("The receipt does not say which leaf it is about.")
        number = int(lines.pop(0)[6:])
        if len(lines) > 63:
            raise Invalid("The proof is longer than any tree is high.")
        return cls(extra, number, tuple(_hash(line) for line in lines), checkpoint)


@dataclass(frozen=True)
class Verified:
    """What a receipt proves: the log with this origin held, when it had `size` leaves, this event as `number`."""

    origin: str
    number: int
    size: int
    event: dict[str, Any]


def verify(receipt: bytes | str, *keys: str) -> Verified:
    """Check a receipt with the verifier keys of the logs that the reader trusts. Raises `Invalid` with a sentence."""
    if len(receipt) > LONGEST:
        raise Invalid("The file is too long to be a receipt.")
    try:
        text = receipt if isinstance(receipt, str) else receipt.decode()
        proof = Proof.parse(text)
        trusted = [notes.VerifierKey.parse(key) for key in keys]
        note = notes.read(proof.checkpoint, trusted)
        checkpoint = Checkpoint.parse(note.text)
        if checkpoint.origin not in {key.name for key in note.keys}:
            raise Invalid("The checkpoint is signed by the key of another log.")
        extra = proof.extra or b""
        salt, body = extra[: entry.SALT], extra[entry.SALT :]
        hashed = tree.leaf(entry.entry(entry.commitment(salt, body)))
        tree.check_inclusion(hashed, proof.number, checkpoint.size, proof.path, checkpoint.root)
        event = json.loads(body)
    except UnicodeDecodeError:
        raise Invalid("The file is not text.") from None
    except json.JSONDecodeError:
        raise Invalid("The receipt holds something else than an event.") from None
    except (notes.BadNote, tree.BadProof) as error:
        raise Invalid(str(error)) from None
    if not isinstance(event, dict):
        raise Invalid("The receipt holds something else than an event.")
    return Verified(checkpoint.origin, proof.number, checkpoint.size, event)


def _unbase64(text: str) -> bytes:
    try:
        return notes.unbase64(text)
    except notes.BadNote as error:
        raise Invalid(str(error)) from None


def _hash(text: str) -> bytes:
    found = _unbase64(text)
    if len(found) != 32:
        raise Invalid("A hash has 32 bytes.")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: 0 and the event when the receipt holds, else 1 and a sentence."""
    parser = argparse.ArgumentParser(prog="tillit verify", description="Check a receipt without a database.")
    parser.add_argument("file", metavar="RECEIPT", type=Path)
    parser.add_argument(
        "--key",
        metavar="KEY",
        action="append",
        required=True,
        help="a log's verifier key, or a file that holds it (published at /o/<organisation>/log/key)",
    )
    options = parser.parse_args(arguments)
    try:
        keys = [Path(key).read_text(encoding="utf-8") if "+" not in key else key for key in options.key]
        found = verify(options.file.read_bytes(), *keys)
    except (OSError, UnicodeDecodeError) as error:
        print(f"The file cannot be read: {error}", file=sys.stderr)  # noqa: T201 (a program's output)
        return 1
    except Invalid as invalid:
        print(f"Not proven. {invalid}", file=sys.stderr)  # noqa: T201 (a program's output)
        return 1
    print(f"Proven: event {found.number} of {found.size} in {found.origin}")  # noqa: T201 (a program's output)
    for name, value in found.event.items():
        print(f"  {name}: {value if isinstance(value, str) else entry.spelled(value)}")  # noqa: T201 (a program's output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
