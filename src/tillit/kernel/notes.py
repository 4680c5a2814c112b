"""Signed notes (C2SP signed-note) with Ed25519 (RFC 8032): a text, an empty line, lines that sign the text.

A key goes by its name and an id of four bytes; a verifier key is the one line that a reader needs:
`<name>+<id in hex>+<base64 of type and public key>`. Needs no settings, no database, no Django.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"  # the type of signature, as the specification numbers it
MOST_SIGNATURES, LONGEST = 100, 1 << 20
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class BadNote(ValueError):
    """A note, a signature or a key that is not of the form, or that does not hold."""


@dataclass(frozen=True)
class VerifierKey:
    """What a reader needs to believe a note: the signer's name and public key."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not self.name or "+" in self.name or any(c.isspace() for c in self.name) or _CONTROL.search(self.name):
            raise BadNote("A key's name has no blanks and no plus sign.")
        if len(self.public) != 32:
            raise BadNote("A public key of Ed25519 has 32 bytes.")

    @property
    def id(self) -> bytes:
        """The four bytes that stand before its signatures."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """The key of a line as `str` writes it. Raises `BadNote`."""
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            raise BadNote("A verifier key has three parts: name, id and key, with a plus sign between them.")
        name, key_id, material = parts[0], parts[1], unbase64(parts[2])
        if material[:1] != ED25519:
            raise BadNote("Only keys of Ed25519 are known here.")
        key = cls(name, material[1:])
        if key.id.hex() != key_id:
            raise BadNote("The id of this verifier key does not belong to it.")
        return key


@dataclass(frozen=True)
class Note:
    """A note whose text is believed: it was signed by each of `keys`."""

    text: str
    keys: tuple[VerifierKey, ...]


def verifier(name: str, seed: bytes) -> VerifierKey:
    """The verifier key of a private seed (32 bytes)."""
    return VerifierKey(name, Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


def sign(text: str, *, name: str, seed: bytes) -> str:
    """The note: `text` (lines, each ended) with the signature of the key of that name and private seed."""
    if not text.endswith("\n") or _CONTROL.search(text):
        raise BadNote("A note's text is lines, each ended by a newline.")
    key = verifier(name, seed)
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(text.encode())
    return f"{text}\n— {name} {base64.b64encode(key.id + signature).decode()}\n"


def read(note: str, keys: Iterable[VerifierKey]) -> Note:
    """The note, when at least one of `keys` signed it and no signature of theirs is wrong. Raises `BadNote`."""
    text, lines = split(note)
    known = {(key.name, key.id): key for key in keys}
    found: list[VerifierKey] = []
    for line in lines:
        mark, name, signature = line
        key = known.get((name, mark))
        if key is None or key in found:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            raise BadNote(f"The signature of {name} does not belong to this text.") from None
        found.append(key)
    if not found:
        raise BadNote("No key that is known here signed this note.")
    return Note(text, tuple(found))


def split(note: str) -> tuple[str, list[tuple[bytes, str, bytes]]]:
    """A note's text and its signatures (key id, name, signature), unverified. Raises `BadNote`."""
    if len(note) > LONGEST or _CONTROL.search(note):
        raise BadNote("Not a note: too long, or with control characters.")
    text, gap, signatures = note.rpartition("\n\n")
    if not gap or not signatures.endswith("\n"):
        raise BadNote("Not a note: no signatures after an empty line.")
    lines = signatures[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise BadNote("More signatures than anybody needs.")
    found = []
    for line in lines:
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "—" or not parts[1] or "+" in parts[1]:
            raise BadNote("A line of signature is a dash, a name and base64.")
        blob = unbase64(parts[2])
        if len(blob) < 5:
            raise BadNote("A signature that is too short.")
        found.append((blob[:4], parts[1], blob[4:]))
    return text + "\n", found


def unbase64(text: str) -> bytes:
    """Bytes of standard base64 (RFC 4648, 4) in its one spelling. Raises `BadNote`."""
    try:
        blob = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("Not base64.") from None
    if base64.b64encode(blob).decode() != text:
        raise BadNote("Base64 in a spelling of its own.")
    return blob
