"""What a message is made of: whom it is for, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from tillit.kernel import mail


@dataclass(frozen=True)
class To:
    """Whom a message is for, as whoever sends it was allowed to know them. `zone`: IANA name."""

    person: UUID
    name: str
    email: str
    phone: str
    language: str
    zone: str


@dataclass(frozen=True)
class Said:
    """What is to be said: a template's name ("app/name" → `<app>/mail/<name>.*` and `<app>/notify/<name>.txt`), its
    words, where to go on (a path of ours), files, the people it concerns, and the thread that it belongs to."""

    template: str
    context: Mapping[str, Any]
    path: str = ""
    attachments: tuple[mail.Attachment, ...] = ()
    reply_to: str = ""
    about: tuple[UUID, ...] = ()
    thread: UUID | None = None
