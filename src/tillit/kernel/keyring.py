"""Sealing and finding personal values, with keys that never enter the database.

Every key is derived from the installation's root key by HKDF-SHA-256 (RFC 5869), one for each use. A sealed
value is AES-256-GCM (NIST SP 800-38D): one version byte, twelve random bytes, ciphertext and tag; what it belongs
to is its associated data, so that a value moved to another row does not open. A blind index is HMAC-SHA-256.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tillit.kernel import config

VERSION = 1
LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3 less the angle brackets
_NONCE = 12


class Unopened(ValueError):
    """A sealed value that is damaged, belongs somewhere else, or was sealed with another key."""


def seal(plain: bytes, *, context: bytes) -> bytes:
    """`plain` sealed for `context` (what it is and whose, for example b"identity.account.email:<id>")."""
    nonce = os.urandom(_NONCE)
    version = bytes([VERSION])
    return version + nonce + AESGCM(_key("seal")).encrypt(nonce, plain, version + context)


def open(sealed: bytes, *, context: bytes) -> bytes:
    """What `seal` was given. Raises `Unopened` for another context, another key or a changed byte."""
    sealed = bytes(sealed)
    version, nonce, body = sealed[:1], sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    if version != bytes([VERSION]):
        raise Unopened("A sealed value of an unknown version.")
    try:
        return AESGCM(_key("seal")).decrypt(nonce, body, version + context)
    except (InvalidTag, ValueError):
        raise Unopened("A sealed value that does not open here.") from None


def blind_index(value: str, purpose: str) -> str:
    """64 hexadecimal digits by which equal values of one purpose are found; other purposes do not match."""
    return hmac.digest(_key(f"index:{purpose}"), value.encode(), hashlib.sha256).hex()


def normal_email(text: str) -> str:
    """The one form of an address by which it is found: NFKC, no blanks around it, no difference of case.

    Raises ValueError for what is no address: control characters, line breaks or blanks inside, more or less
    than one @, an empty part, more than 254 characters.
    """
    address = unicodedata.normalize("NFKC", text).strip().casefold()
    local, at, domain = address.partition("@")
    if not (at and local and domain) or "@" in domain or len(address) > LONGEST_ADDRESS:
        raise ValueError("Not an e-mail address.")
    if any(c.isspace() or unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn"} for c in address):
        raise ValueError("An e-mail address has no blanks or invisible characters.")
    return address


@lru_cache(maxsize=64)
def _key(use: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tillit/1/" + use.encode())
    return derived.derive(config.secret("root.key"))
