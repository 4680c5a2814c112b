"""What a guest has answered, on its way into the database: sealed with the guest's key, and so are the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any
from uuid import UUID

from tillit.access import Actor, acting
from tillit.booking.models import Booking
from tillit.kernel import keys, sealed, uploads
from tillit.kernel.ids import new_id


@dataclass
class Given:
    """Answers to a version of the questions. files: key → open file and its declared name; kept: ids of files that
    were sent before and stay (they stand in `answers`)."""

    version: int = 0
    answers: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, tuple[IO[bytes], str]] = field(default_factory=dict)
    kept: tuple[UUID, ...] = ()

    def __post_init__(self) -> None:
        self._new = {key: new_id() for key in self.files}

    def sealed(
        self, organisation: UUID, booking: UUID, person: UUID, key: keys.Fresh | None = None
    ) -> tuple[int, bytes, list[UUID]]:
        """Version, sealed answers and ids of files, as `booking.settle` and `booking.write_answers` take them."""
        named = [*self._new.values(), *self.kept]
        if not self.version:
            return 0, b"", named
        answers = {**self.answers, **{one: str(upload) for one, upload in self._new.items()}}
        blob = sealed.value(Booking, "answers", answers, organisation=organisation, row=booking, person=person, key=key)
        return self.version, blob, named

    def keep_files(self, organisation: UUID, person: UUID) -> None:
        """Keep the files as the guest's own. Raises uploads.Refused; then the transaction must not stand."""
        with acting(Actor(office="guest", person=person, organisation=organisation)):
            for key, (content, name) in self.files.items():
                uploads.accept(content, name=name, owner=person, id=self._new[key])
