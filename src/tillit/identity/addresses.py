"""A typed address, as accounts keep it: found by a blind index, sealed beside it."""

from __future__ import annotations

from uuid import UUID

from tillit.identity.models import Account
from tillit.kernel import keyring

_HOST = "account.invalid"  # RFC 2606: no such host will ever be


def index(address: str) -> str:
    """The blind index of an address. Raises ValueError for what is no address."""
    return keyring.blind_index(keyring.normal_email(address), "account")


def stand_in(address: str) -> str:
    """What django-allauth sees instead of the address. Raises ValueError for what is no address."""
    return f"{index(address)}@{_HOST}"


def index_of(stand_in_address: str) -> str | None:
    """The blind index inside a stand-in; None for any other address."""
    local, _, host = stand_in_address.partition("@")
    return local if host == _HOST else None


def sealed(address: str, account: UUID) -> bytes:
    """The address, sealed for this account."""
    return keyring.seal(address.strip().encode(), context=_context(account))


def opened(account: Account) -> str:
    """The address of an account: for the mail that is sent to it and for its own e-mail page, nowhere else."""
    return keyring.open(bytes(account.email_sealed), context=_context(account.pk)).decode()


def _context(account: UUID) -> bytes:
    return b"identity.account.email:" + account.bytes
