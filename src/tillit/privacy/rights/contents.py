"""What is in a person's copy: the files of its ZIP, each worked out when it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tillit.identity.queries import people_by_id
from tillit.kernel import clock, uploads
from tillit.kernel.dpv import Words
from tillit.kernel.tables import Upload
from tillit.privacy import registry
from tillit.privacy.models import Copy
from tillit.privacy.rights import formats, parts

AT_ONCE_ROWS = 20_000
AT_ONCE_BYTES = 20_000_000
PIECE = 64 * 1024


@dataclass(frozen=True)
class Member:
    """One file in the ZIP. `packed`: worth compressing."""

    name: str
    content: Callable[[], Iterable[bytes]]
    packed: bool = True


def members(gathered: Gathered) -> list[Member]:
    """Everything in the ZIP, in its order. Contents are worked out when they are written."""
    named = [Member("index.html", gathered.page), Member("data.json", gathered.data)]
    named.append(Member("schema.json", lambda: [formats.schema()]))
    named += [Member(f"csv/{label}.csv", partial(gathered.csv, label)) for label in gathered.labels()]
    named += [Member(file.name, _bytes(file.content)) for file in gathered.files]
    return named + [
        Member(f"documents/{name}", document(row), packed=False) for name, row in with_names(gathered.documents)
    ]


class Gathered:
    """What several members of one copy are made of, read once and when it is needed."""

    def __init__(self, copy: Copy) -> None:
        self.copy = copy

    def is_large(self) -> bool:
        """Too much to be made while somebody waits? What was read to find out is not read again."""
        if sum(row.size for row in self.documents) > AT_ONCE_BYTES:
            return True
        read, rows = [], 0
        for table in registry.tables(self.copy.person_id):
            read.append(table)
            rows += len(table.rows)
            if rows > AT_ONCE_ROWS:
                return True
        self.tables = [table for table in read if table.rows]
        return False

    @cached_property
    def person(self) -> Any:
        """Whose copy it is."""
        return people_by_id([self.copy.person_id])[self.copy.person_id]

    @cached_property
    def tables(self) -> list[registry.Table]:
        """All that is held, of tables that hold something."""
        return [table for table in registry.tables(self.copy.person_id) if table.rows]

    @cached_property
    def files(self) -> list[parts.File]:
        """The contact card, and what apps add."""
        with translation.override(self.copy.language):
            return [self._card(), *(one for part in parts.every() for one in part.files(self.copy.person_id))]

    @cached_property
    def refers(self) -> list[parts.Refer]:
        """What is asked for elsewhere."""
        return parts.refers(self.copy.person_id)

    @cached_property
    def documents(self) -> list[Upload]:
        """The person's own files."""
        return list(Upload.objects.filter(owner_id=self.copy.person_id).order_by("pk"))

    def labels(self) -> list[str]:
        """Tables that get a file: those that hold something, as far as that is known without reading them."""
        return [table.label for table in self.tables] if "tables" in vars(self) else registry.labels()

    @cached_property
    def plain(self) -> list[formats.Plain]:
        """The tables in the form that files are made of."""
        return [formats.Plain(table) for table in self.tables]

    def csv(self, label: str) -> list[bytes]:
        """One table's file; empty for a table that holds nothing."""
        if "plain" in vars(self):
            return [one.csv() for one in self.plain if one.table.label == label]
        return [formats.Plain(one).csv() for one in registry.tables(self.copy.person_id, [label]) if one.rows]

    def data(self) -> list[bytes]:
        """data.json"""
        place = self.person.organisation
        head = {
            "made": clock.now(),
            "organisation": {
                "name": place.name, "number": place.number, "address": place.address, "contact": place.contact_email,
            },
            "person": self.copy.person_id,
            "language": self.copy.language,
            "files": [{"name": name, "says": str(says)} for name, says in self._listed()],
        }  # fmt: skip
        with translation.override(self.copy.language):
            return [formats.data(self.plain, head, self.refers)]

    def page(self) -> list[bytes]:
        """index.html"""
        with translation.override(self.copy.language):
            return [
                formats.page(
                    self.tables,
                    organisation=self.person.organisation,
                    language=self.copy.language,
                    zone=self.person.time_zone or self.person.organisation.time_zone,
                    made=clock.now(),
                    refers=self.refers,
                    files=self._listed(),
                )
            ]

    def _listed(self) -> list[tuple[str, Words]]:
        return [
            *((file.name, file.says) for file in self.files),
            *((f"documents/{name}", "") for name, _row in with_names(self.documents)),
        ]

    def _card(self) -> parts.File:
        one = self.person
        content = formats.card(
            name=one.display_name, email=one.email, phone=one.phone, language=one.language, zone=one.time_zone
        )
        return parts.File("contact.vcf", _("you as a contact, for an address book"), content)


def _bytes(content: bytes) -> Callable[[], list[bytes]]:
    return lambda: [content]


def document(row: Upload) -> Callable[[], Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        try:
            kept = uploads.read(row)
        except Http404:  # the row is there and its file is not: the copy says so by an empty one
            return
        with kept:
            while piece := kept.read(PIECE):
                yield piece

    return pieces


def with_names(documents: Iterable[Upload]) -> Iterator[tuple[str, Upload]]:
    """Documents with names that do not collide."""
    seen: dict[str, int] = {}
    for row in documents:
        count = seen[row.name] = seen.get(row.name, 0) + 1
        stem, dot, ending = row.name.rpartition(".")
        yield (row.name if count == 1 else f"{stem} ({count}){dot}{ending}"), row
