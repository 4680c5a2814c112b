"""A new address is proven by a code that is mailed there, and that its owner writes where the change was asked for.

A link would let whoever reads that mailbox into the asker's pages, also where the address was mistyped. What was asked
for, and the code, travel sealed in the address of the asker's own page: nothing is stored.
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from tillit.kernel import clock, formats, keyring

LIFE = timedelta(days=1)
_CONTEXT = b"privacy.rights.proof"
_DIGITS = 8


def _new_code() -> str:
    return f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"


@dataclass(frozen=True)
class Proof:
    """This person wants this value for this field of this row, once they write the code that was sent to it."""

    person: UUID
    label: str
    row: UUID
    value: str
    code: str = field(default_factory=_new_code, repr=False)

    def token(self) -> str:
        """The proof as part of an address, good for a day."""
        told = {"person": str(self.person), "label": self.label, "row": str(self.row), "value": self.value}
        told |= {"code": self.code, "until": (clock.now() + LIFE).isoformat()}
        sealed = keyring.seal(json.dumps(told).encode(), context=_CONTEXT)
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def is_proven_by(self, typed: str) -> bool:
        """Is this the code, in any digits, with or without spaces?"""
        return secrets.compare_digest("".join(formats.ascii_digits(typed).split()).encode(), self.code.encode())


def read(token: str, person: UUID) -> Proof | None:
    """The proof of a page's address that was made for this person; None for another's, a forged or an old one."""
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        told = json.loads(keyring.open(sealed, context=_CONTEXT))
    except ValueError:
        return None
    if told["person"] != str(person) or datetime.fromisoformat(told["until"]) <= clock.now():
        return None
    return Proof(person, told["label"], UUID(told["row"]), told["value"], told["code"])
