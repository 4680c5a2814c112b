"""Sealing and finding values: the primitives, and the keys that belong to the installation as a whole.

A sealed value is AES-256-GCM (NIST SP 800-38D) with a random nonce; what it belongs to is its associated data, so
that a value moved elsewhere does not open. The installation's keys are derived by HKDF-SHA-256 (RFC 5869), one for
each use, from the secret in `secrets/wrap/installation.key` (kernel/root.py). A blind index is HMAC-SHA-256 of the
normalised value (RFC 2104). Keys of people and matters are in kernel/keys.py.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tillit.kernel import root
from tillit.kernel.normal import LONGEST_ADDRESS
from tillit.kernel.normal import email as normal_email

VERSION = 1
PIECE = 64 * 1024  # bytes of a stream that are sealed together
HEAD, NONCE, TAG = 3, 12, 16  # bytes: format and key version; nonce; tag
_STREAM = 16


class Unopened(ValueError):
    """A sealed value that is damaged, belongs somewhere else, or was sealed with another key."""


class Key:
    """One key of one version. Values sealed with it say so in their first three bytes."""

    __slots__ = ("decrypt", "encrypt", "head", "secret", "version")

    def __init__(self, secret: bytes, version: int, *, kind: int = 1) -> None:
        box = AESGCM(secret)
        self.secret = secret
        self.version = version
        self.head = struct.pack(">BH", kind, version)
        self.encrypt: Callable[[bytes, bytes, bytes], bytes] = box.encrypt
        self.decrypt: Callable[[bytes, bytes, bytes], bytes] = box.decrypt

    def __repr__(self) -> str:
        return f"<Key version {self.version}>"

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """`plain` sealed for `place`: head, nonce, ciphertext and tag."""
        nonce = os.urandom(NONCE)
        return self.head + nonce + self.encrypt(nonce, plain, self.head + place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """What `seal` was given. Raises `Unopened`."""
        try:
            if not sealed.startswith(self.head):
                raise Unopened("A value that was sealed with another key.")
            return self.decrypt(sealed[HEAD : HEAD + NONCE], sealed[HEAD + NONCE :], self.head + place)
        except (InvalidTag, ValueError):
            raise Unopened("A sealed value that does not open here.") from None


def seal(plain: bytes, *, context: bytes) -> bytes:
    """`plain` sealed with the installation's key for `context` (what it is and whose, for example
    b"identity.account.email:<id>")."""
    nonce = os.urandom(NONCE)
    version = bytes([VERSION])
    return version + nonce + _seal_box().encrypt(nonce, plain, version + context)


def open(sealed: bytes, *, context: bytes) -> bytes:
    """What `seal` was given. Raises `Unopened` for another context, another key or a changed byte."""
    sealed = bytes(sealed)
    version, nonce, body = sealed[:1], sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
    if version != bytes([VERSION]):
        raise Unopened("A sealed value of an unknown version.")
    try:
        return _seal_box().decrypt(nonce, body, version + context)
    except (InvalidTag, ValueError):
        raise Unopened("A sealed value that does not open here.") from None


def blind_index(value: str, purpose: str, *, organisation: UUID | None = None) -> str:
    """64 hexadecimal digits by which equal values of one purpose (and organisation) are found; others do not match."""
    within = organisation.bytes if organisation else b""
    return hmac.digest(derived(f"index:{purpose}"), within + value.encode(), hashlib.sha256).hex()


@lru_cache(maxsize=256)
def derived(use: str) -> bytes:
    """32 bytes for one use of the installation, for ever the same."""
    return expand(root.installation(), b"tillit/1/" + use.encode())


def expand(secret: bytes, use: bytes) -> bytes:
    """A key of 32 bytes for one use, from a secret (HKDF-SHA-256)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=use).derive(secret)


def seal_stream(pieces: Iterable[bytes], key: Key, place: bytes) -> Iterator[bytes]:
    """The sealed form of a long content, in pieces of at most 64 KiB.

    Each piece is sealed with the stream's own random id, its index and whether it is the last, so that pieces
    cannot be dropped, doubled, reordered, or taken from another stream.
    """
    head = key.head + os.urandom(_STREAM)
    yield head
    index, waiting = 0, b""
    for piece in pieces:
        waiting += piece
        while len(waiting) > PIECE:  # the last one is known only at the end
            yield _piece(key, waiting[:PIECE], place, head, index, last=False)
            index, waiting = index + 1, waiting[PIECE:]
    yield _piece(key, waiting, place, head, index, last=True)


def open_stream(read: Callable[[int], bytes], key: Callable[[bytes], Key], place: bytes) -> Iterator[bytes]:
    """The content again. `read` reads so many bytes of the sealed form; `key` finds the key of a head.

    Raises `Unopened` at the first piece that is damaged or in the wrong place, and when the end is missing: what
    was yielded before is right, but only the whole is complete.
    """
    head = read(HEAD + _STREAM)
    if len(head) < HEAD + _STREAM:
        raise Unopened("A sealed file without its beginning.")
    found, index = key(head[:HEAD]), 0
    size = NONCE + PIECE + TAG
    piece = read(size)
    while True:
        following = read(size)
        where = _within(place, head, index, last=not following)
        try:
            plain = found.decrypt(piece[:NONCE], piece[NONCE:], where)
        except (InvalidTag, ValueError):
            raise Unopened("A sealed file that is damaged, cut short, or not the one that belongs here.") from None
        yield plain
        if not following:
            return
        piece, index = following, index + 1


def _piece(key: Key, plain: bytes, place: bytes, head: bytes, index: int, *, last: bool) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + key.encrypt(nonce, plain, _within(place, head, index, last=last))


def _within(place: bytes, head: bytes, index: int, *, last: bool) -> bytes:
    return head + struct.pack(">Q?", index, last) + place


@lru_cache(maxsize=1)
def _seal_box() -> AESGCM:
    return AESGCM(derived("seal"))


__all__ = [
    "HEAD",
    "LONGEST_ADDRESS",
    "NONCE",
    "Key",
    "Unopened",
    "blind_index",
    "derived",
    "expand",
    "normal_email",
    "open",
    "open_stream",
    "seal",
    "seal_stream",
]
