"""Who can see a person's data now, read from the policies themselves: each block of a model's `Visible.see` says whom
it lets in (kernel/rls.py), and grants say who they are and until when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.utils.translation import gettext as _

from tillit.access import Actor, acting, current
from tillit.access import queries as access
from tillit.identity.queries import roles
from tillit.identity.roles import role_words
from tillit.kernel.dpv import Words
from tillit.privacy.rights import queries


@dataclass(frozen=True)
class Seer:
    """Who sees it: in words, whether it is a person's name, and until when (None: as long as it is there)."""

    name: Words
    person: bool = False
    until: datetime | None = None


class Seers:
    """Who sees what of the acting person. Asked once, however many values there are; what is public, row by row."""

    def __init__(self, person: UUID) -> None:
        self.resting = queries.restricted(person)
        self.grants = [one for one in access.shown_of_me() if one.relation == "glass" or not self.resting]
        self.names = queries.named(one.grantee_id for one in self.grants)
        self.works_here = bool(roles())
        self._public: dict[UUID, bool] = {}

    def of(self, label: str, row: UUID) -> list[Seer]:
        """Who sees this field (app.model.field) of this row, besides its person."""
        model: Any = apps.get_model(label.rpartition(".")[0])
        field = label.rpartition(".")[2]
        visible = getattr(model, "Visible", None)
        found: dict[tuple[str, datetime | None], Seer] = {}
        for block in getattr(visible, "see", ()):
            for seer in self._let_in(block.who, model, field, row):
                found.setdefault((str(seer.name), seer.until), seer)
        return list(found.values())

    def _let_in(self, who: str, model: Any, field: str, row: UUID) -> Iterator[Seer]:
        kind, _colon, rest = who.partition(":")
        if kind == "everybody" and self._is_public(model, row):
            yield Seer(_("everybody, it is public"))
        elif kind == "role" or (kind == "colleague" and self.works_here):
            yield from (Seer(role_words(role)) for role in rest.split(","))
        elif kind == "scope":
            yield from self._holders(one for one in self.grants if covers(one.scope, rest, field))
        elif kind == "relation" and not self.resting:
            about = [one for one in self.grants if one.relation == rest and one.object_id == row]
            yield from self._holders(about) if about else [Seer(_("who you have a booked time with"))]

    def _is_public(self, model: Any, row: UUID) -> bool:
        """Does a visitor whom nobody knows see the row? Asked as one, once for each row."""
        if row not in self._public:
            with acting(Actor(organisation=(current() or Actor()).organisation)):
                self._public[row] = bool(model.objects.filter(pk=row).exists())
        return self._public[row]

    def _holders(self, grants: Iterable[Any]) -> Iterator[Seer]:
        for grant in grants:
            yield Seer(self.names.get(grant.grantee_id) or _("somebody who works here"), True, grant.ends)


def covers(held: str, wanted: str, field: str) -> bool:
    """Does a grant of scope `held` show this field of rows that a policy shows for `wanted`? The scope itself shows
    all of them; "contact.phone" shows the phone alone."""
    whole, _dot, part = held.partition(".")
    return whole == wanted and part in {"", field}
