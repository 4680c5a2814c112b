"""Everything that an organisation holds, to take along when it leaves: its own settings and offers, and what it knows
of each person, in the form of a person's own copy. What belongs to the person alone (who has seen what of them, their
choices, their copies) is not in it, nor what they log in with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.utils import translation

from tillit.access import Actor, acting, current
from tillit.kernel.declare import holdings
from tillit.kernel.tables import Upload
from tillit.privacy import registry
from tillit.privacy.models import Copy
from tillit.privacy.rights import formats
from tillit.privacy.rights.contents import Member, document, with_names

TOGETHER = 200  # people in one file
THEIR_OWN = ("evidence.", "access.", "privacy.")
"""Apps whose tables about a person are the person's own business."""


def people() -> list[tuple[UUID, int]]:
    """Everybody whom the acting organisation knows, and how many files each has sent. For its administrators and its
    sweeper; raises Django's ProgrammingError (42501) for others."""
    with connection.cursor() as cursor:
        cursor.execute("select person, files from privacy.people_of()")
        return list(cursor.fetchall())


def members(copy: Copy) -> list[Member]:
    """The files of the ZIP."""
    known = people()
    ids = [person for person, _files in known]
    groups = [ids[at : at + TOGETHER] for at in range(0, len(ids), TOGETHER)]
    inside = [Member("organisation.json", _organisation), Member("person.schema.json", lambda: [formats.schema()])]
    inside += [Member(f"people/{n:05}.json", partial(_people, g, copy.language)) for n, g in enumerate(groups, 1)]
    for person in (one for one, files in known if files):
        with _as(person):
            sent = list(Upload.objects.filter(owner_id=person).order_by("pk"))
        inside += [
            Member(f"documents/{person}/{name}", partial(_file, row), packed=False) for name, row in with_names(sent)
        ]
    return inside


def _people(ids: Iterable[UUID], language: str) -> Iterator[bytes]:
    """What is held of some people, as a JSON list."""
    yield b"["
    with translation.override(language):
        for number, person in enumerate(ids):
            with _as(person):
                tables = [
                    formats.Plain(table).json()
                    for table in registry.tables(person)
                    if table.rows and not table.label.startswith(THEIR_OWN)
                ]
            yield (b",\n" if number else b"") + formats.spelled({"person": str(person), "tables": tables})
    yield b"]"


def _organisation() -> list[bytes]:
    """The organisation's own tables, which tell of nobody, as far as its administrator sees them."""
    personal = {one.model for one in holdings()}
    found: dict[str, list[dict[str, Any]]] = {}
    for model in apps.get_models():
        fields = [field.attname for field in model._meta.concrete_fields]
        if model._meta.label == "identity.Organisation" or ("organisation_id" in fields and model not in personal):
            mine = {} if "organisation_id" in fields else {"pk": (current() or Actor()).organisation}
            if getattr(getattr(model, "Visible", None), "see", ()):
                rows = model._base_manager.filter(**mine).order_by("pk").values(*fields)
                found[model._meta.label_lower] = [formats.plain(row) for row in rows]
    return [json.dumps({label: rows for label, rows in found.items() if rows}, ensure_ascii=False).encode()]


def _file(row: Upload) -> Iterator[bytes]:
    with _as(row.owner_id):
        yield from document(row)()


@contextmanager
def _as(person: UUID) -> Iterator[None]:
    """Read as the person whose data it is: row security then shows theirs, and nothing else."""
    actor = current() or Actor()
    with acting(replace(actor, office="leaving", person=person, account=None, subject=None)):
        yield
