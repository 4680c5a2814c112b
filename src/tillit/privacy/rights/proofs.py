"""A new address is proven by a mail before it counts: what the link in that mail carries, sealed."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tillit.kernel import clock, keyring

LIFE = timedelta(days=1)
_CONTEXT = b"privacy.rights.proof"


@dataclass(frozen=True)
class Proof:
    """This person wants this value for this field of this row, and can read what is sent there."""

    person: UUID
    label: str
    row: UUID
    value: str

    def token(self) -> str:
        """The proof as part of an address, good for a day."""
        told = {"person": str(self.person), "label": self.label, "row": str(self.row), "value": self.value}
        told["until"] = (clock.now() + LIFE).isoformat()
        sealed = keyring.seal(json.dumps(told).encode(), context=_CONTEXT)
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read(token: str, person: UUID) -> Proof | None:
    """The proof of a link that was made for this person; None for another's, a forged or an old one."""
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        told = json.loads(keyring.open(sealed, context=_CONTEXT))
    except ValueError:
        return None
    if told["person"] != str(person) or datetime.fromisoformat(told["until"]) <= clock.now():
        return None
    return Proof(person, told["label"], UUID(told["row"]), told["value"])
