"""Mail that comes back: delivery reports (RFC 3464) and complaints (RFC 5965), read for the id of the mail they are
about and for whether it failed for good. Nothing else of them is kept."""

from __future__ import annotations

import email
import re
from dataclasses import dataclass
from email.message import Message
from uuid import UUID

LARGEST = 5_000_000  # bytes
_MARK = re.compile(r"\+([0-9a-f]{32})@")
_MESSAGE = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")


@dataclass(frozen=True)
class Report:
    """A mail came back. why: "bounced" (for good) or "complained"."""

    mail: UUID
    why: str


def read(content: bytes) -> Report | None:
    """What a message that came to TILLIT_BOUNCES says; None for anything else than a lasting failure or a complaint.

    A report is believed only as far as it names one of our mails by its 122 random bits.
    """
    if len(content) > LARGEST:
        return None
    try:
        message = email.message_from_bytes(content)  # headers as they are: what takes them apart falls over bad ones
        parts = {part.get_content_type(): part for part in reversed(list(message.walk()))}
    except RecursionError:  # parts within parts without end
        return None
    if "message/feedback-report" in parts:
        why = "complained"
    elif (status := parts.get("message/delivery-status")) and _failed(status):
        why = "bounced"
    else:
        return None
    named = _named(message, parts.get("message/rfc822") or parts.get("text/rfc822-headers"))
    return Report(named, why) if named else None


def _failed(status: Message) -> bool:
    """Does a block about a recipient say "failed", with a lasting status (5.x.x) if it says one?"""
    blocks = status.get_payload()
    for block in [one for one in blocks if isinstance(one, Message)] if isinstance(blocks, list) else []:
        action, code = str(block.get("Action", "")).strip().lower(), str(block.get("Status", "5")).strip()
        if action == "failed" and code.startswith("5"):
            return True
    return False


def _named(message: Message, original: object) -> UUID | None:
    for name in ("Delivered-To", "X-Original-To", "To"):
        if found := _MARK.search(str(message.get(name, ""))):
            return UUID(found[1])
    text = bytes(original).decode(errors="replace") if isinstance(original, Message) else ""
    head = re.search(r"(?im)^message-id:\s*(\S+)", text)
    found = _MESSAGE.search(head[1]) if head else None
    return UUID(found[1]) if found else None
