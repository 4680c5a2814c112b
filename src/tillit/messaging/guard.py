"""The contact guard: whoever types a number, an address or a link to somebody who may not see theirs yet is asked to
share it properly instead, which they can take back. They may send it all the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit.access import actions as grants
from tillit.access import queries as access
from tillit.access.scopes import SCOPES
from tillit.identity import living
from tillit.identity.queries import people_by_id
from tillit.kernel import clock, contact_words
from tillit.kernel.dpv import Words
from tillit.messaging import queries

FOR = timedelta(days=7)
"""How long a detail is shown from the guard; "My data" offers other times."""

OF: dict[str, tuple[str, Words, Words]] = {
    "phone": ("contact.phone", _("Shall we share the number properly instead?"), _("Show my number")),
    "email": ("contact.email", _("Shall we share the e-mail address properly instead?"), _("Show my e-mail address")),
    "address": ("contact.address", _("Shall we share the address properly instead?"), _("Show my address")),
    "link": ("", _("A link leads away from here"), ""),
}
"""Kind of detail: scope, what the writer is asked, what sharing is called."""


@dataclass(frozen=True)
class Asked:
    """What the writer is asked about: the kind, what they typed, and whether they have it to share (`scope`)."""

    kind: str
    typed: tuple[str, ...]
    title: Words
    share: Words
    scope: str
    missing: bool

    @property
    def icon(self) -> str:
        """The picture beside the question."""
        return {"phone": "phone", "email": "mail", "address": "home", "link": "link"}[self.kind]


def asked(words: str, other: UUID, me: UUID, thread: UUID | None = None) -> Asked | None:
    """What to ask whoever sends these words; None where there is nothing, or the other may see it already. thread: in
    which they go on writing; a detail that they split over several messages counts too."""
    found = contact_words.find(words, queries.just_said(thread) if thread else "")
    open_to_them = _shown_to(other)
    for kind in contact_words.KINDS:
        typed = tuple(words[one.start : one.end] for one in found if one.kind == kind)
        scope, title, share = OF[kind]
        if not typed or (scope and scope in open_to_them):
            continue
        known = scope in SCOPES
        return Asked(
            kind, typed, title, share, scope if known and _has(scope, me) else "", known and not _has(scope, me)
        )
    return None


def share(kind: str, other: UUID) -> None:
    """The acting person shows the other this detail for a week. Raises access.actions.Refused, KeyError."""
    grants.show(OF[kind][0], other, clock.now() + FOR)


def without(words: str, kind: str, thread: UUID | None = None) -> str:
    """The words without details of this kind, or without their part of one that was begun in the thread."""
    return contact_words.without(words, (kind,), queries.just_said(thread) if thread else "")


def _shown_to(other: UUID) -> set[str]:
    scopes = {one.scope for one in access.shown_of_me() if one.grantee_id == other}
    return scopes | ({"contact.phone", "contact.email"} if "contact" in scopes else set())


def _has(scope: str, me: UUID) -> bool:
    person = people_by_id([me]).get(me)
    if scope == "contact.phone":
        return bool(person and person.phone)
    if scope == "contact.email":
        return bool(person and person.email)
    return living.mine() is not None
