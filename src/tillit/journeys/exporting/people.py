"""Who works here, who is invited, who came from a file, which programs act, and one's own evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from tillit.exchange import queries as exchange
from tillit.exchange import writing
from tillit.exchange.lists import MOST, Between, Line, List, register
from tillit.exchange.sources import SOURCES
from tillit.identity import queries as identity
from tillit.identity.programs import tokens
from tillit.identity.programs.scopes import OF_A_CLIENT
from tillit.identity.roles import role_words
from tillit.journeys.exporting.common import PAGE, administrators, instants
from tillit.privacy.rights import history

_PERSON = (_("Name"), _("E-mail"), _("Phone"), _("Language"))


def _people(request: Any, between: Between) -> Iterable[Line]:
    for person in identity.colleagues():
        held = ", ".join(str(role_words(one.role)) for one in person.memberships_now)  # type: ignore[attr-defined]
        cells = (person.display_name, person.email, person.phone, person.language, held)
        yield Line(cells, person.pk, (*cells[:4], held))


def _invited(request: Any, between: Between) -> Iterable[Line]:
    for one in identity.open_invitations():
        roles = ", ".join(str(role_words(role)) for role in one.roles)
        yield Line((one.name, one.email, roles, one.made, one.expires))


def _contacts(request: Any, between: Between) -> Iterable[Line]:
    for row in exchange.contacts()[: MOST + 1]:
        person = row.person
        if person is None:
            continue
        cells = (person.display_name, person.email, person.phone, person.language, row.note)
        yield Line((*cells, str(SOURCES.get(row.source, "")), row.made), person.pk, cells)


def _cards(request: Any, rows: Sequence[Line]) -> bytes:
    return writing.cards(row.thing for row in rows)


def _programs(request: Any, between: Between) -> Iterable[Line]:
    for one in tokens.clients():
        may = "; ".join(str(OF_A_CLIENT[scope]) for scope in one.scopes if scope in OF_A_CLIENT)
        yield Line((one.name, may, one.made, one.expires, one.used))


def _files(request: Any, between: Between) -> Iterable[Line]:
    for one in exchange.batches():
        yield Line((one.made, str(exchange.title(one)), str(exchange.state_words(one)), one.added, one.changed,
                    one.passed, len(one.refused)))  # fmt: skip


def _evidence(request: Any, between: Between) -> Iterable[Line]:
    first, last = instants(request, between)
    before = None
    while rows := history.events(before=before, most=PAGE):
        before = rows[-1].event.id
        for row in rows:
            if row.event.made < first:
                return
            if row.event.made < last:
                yield Line((row.event.made, str(row.what), str(row.by), str(row.why), row.event.number))


register(
    List(
        "people", _("People"), (*_PERSON, _("Roles")), administrators, _people, "people:list", others=True,
        forms=(("vcf", _cards),),
    )
)  # fmt: skip
register(
    List(
        "invited", _("Invited"), (_("Name"), _("E-mail"), _("Roles"), _("Since"), _("Until")), administrators, _invited,
        "people:list", others=True,
    )
)  # fmt: skip
register(
    List(
        "contacts", _("People from files"), (*_PERSON, _("Note"), _("Where it comes from"), _("Since")),
        administrators, _contacts, "office_contacts", others=True, forms=(("vcf", _cards),),
    )
)  # fmt: skip
register(
    List(
        "files", _("Files that were given"),
        (_("When"), _("What"), _("State"), _("New"), _("Filled in"), _("Left as they were"), _("Not taken over")),
        administrators, _files, "office_import",
    )
)  # fmt: skip
register(
    List(
        "programs", _("Programs that act for the organisation"),
        (_("Name"), _("What it may do"), _("Since"), _("Until"), _("Last used")),
        administrators, _programs, "people:programs",
    )
)  # fmt: skip
register(
    List(
        "evidence", _("Who has seen and changed what of me"),
        (_("When"), _("What"), _("By whom"), _("Why"), _("Number in the log")),
        lambda request: True, _evidence, "me:evidence", days=True, own=True,
    )
)  # fmt: skip
