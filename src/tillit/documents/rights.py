"""What an erasure, and data at rest, mean for documents; and what is corrected where."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tillit.documents import queries
from tillit.kernel.dpv import Words
from tillit.privacy.rights import corrections, parts


def tells(person: UUID) -> Iterator[Words]:
    """What is open is closed."""
    if queries.running():
        yield _("Documents that you opened to somebody are closed to them.")


def rests(person: UUID) -> Iterator[Words]:
    """Nobody sees them meanwhile."""
    if queries.mine():
        yield _("Your documents are shown to nobody, also to those to whom you opened them, until then.")


def knows(person: UUID) -> Iterator[tuple[UUID, str]]:
    """Those who asked for a document, by the name under which they asked."""
    for one in queries.asked_of_me(waiting=False):
        if one.name:
            yield one.asker_id, one.name


def page(slug: str, row: UUID) -> str:
    """Where a document is corrected."""
    return reverse("document", args=[slug, row])


parts.add(parts.Part("documents", tells=tells, rests=rests, knows=knows))
for _field in ("kind", "title", "issuer", "issued", "expires"):
    corrections.elsewhere(f"documents.document.{_field}", page)
