"""Versions of what an organisation publishes: made from the facts, numbered, kept for ever.

    versions.publish(organisation, Document.NOTICE)     # None where nothing has changed
    versions.current(organisation, Document.NOTICE)     # what holds now
    versions.outdated(organisation, Document.NOTICE)    # what the published version no longer says rightly

A significant version holds NOTICE_DAYS after it was made, so that people learn of it before (GDPR Art. 13(3)).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation

from tillit import evidence
from tillit.access import current as acting_now
from tillit.identity.queries import organisation_by_id
from tillit.kernel import clock, outbox, signing
from tillit.kernel.ticket import Actor
from tillit.privacy.models import Document, Notice
from tillit.privacy.policy.changes import Change, compare
from tillit.privacy.policy.documents import agreement, duties, notice
from tillit.privacy.policy.events import PUBLISHED, NoticePublished
from tillit.privacy.policy.facts import Facts
from tillit.privacy.policy.parts import Section
from tillit.privacy.policy.settings import NOTICE_DAYS

_MAKERS: dict[str, ModuleType] = {
    Document.NOTICE: notice,
    Document.DUTIES: duties,
    Document.AGREEMENT: agreement,
}


@dataclass(frozen=True)
class Draft:
    """A document as it would be published now."""

    document: str
    facts: Facts
    pages: dict[str, list[Section]]

    @property
    def digest(self) -> str:
        """The SHA-256 of facts and pages in canonical form, in hexadecimal."""
        return digest(self.facts, self.pages)


def digest(facts: Facts, pages: Any) -> str:
    """What a version is known by. Anybody can compute it from the version's JSON file."""
    return hashlib.sha256(signing.canonical({"facts": facts, "pages": pages}).encode()).hexdigest()


def draft(organisation: Any, document: str, languages: Sequence[str] = ()) -> Draft:
    """The document of the acting organisation as it would be now, in all languages or in those that are named."""
    maker = _MAKERS[document]
    known: Facts = maker.facts(organisation)
    pages = {}
    for language in languages or [code for code, _name in settings.LANGUAGES]:
        with translation.override(language):
            pages[language] = maker.sections(organisation, known)
    return Draft(document, known, pages)


def publish(organisation: Any, document: str) -> Notice | None:
    """Publish what the document says now, as the next version; None where the last one says the same.

    By an administrator, the privacy office or the operator (the database decides). Two at once: one of them wins and
    the other gets its IntegrityError.
    """
    new, before = draft(organisation, document), latest(organisation, document)
    if before and before.digest == new.digest:
        return None
    changes = compare(before.facts, new.facts) if before else []
    matters = before is None or any(change.significant for change in changes)
    now = clock.now()
    wait = NOTICE_DAYS.days() * timedelta(days=1) if before and matters else timedelta(0)
    with transaction.atomic():
        row = Notice(
            organisation_id=organisation.pk,
            document=document,
            number=before.number + 1 if before else 1,
            facts=new.facts,
            pages=new.pages,
            digest=new.digest,
            significant=matters,
            changes=[change.as_json() for change in changes],
            made=now,
            applies=max(now + wait, before.applies if before else now),
            published_by_id=(acting_now() or Actor()).person,
        )
        row.save(force_insert=True)
        evidence.record(
            PUBLISHED.name,
            object=row.pk,
            detail={"document": str(document), "number": row.number, "digest": row.digest},
        )
        if before and matters:
            outbox.emit(NoticePublished(notice=row.pk))
    return row


def begin(name: str, /, **ids: Any) -> None:
    """A new organisation has its first versions from the beginning (a listener of kernel.happenings)."""
    here = organisation_by_id(ids["organisation"])
    for document in Document:
        publish(here, document)


def latest(organisation: Any, document: str) -> Notice | None:
    """The version that was published last, whether it holds already or not."""
    return _of(organisation, document).order_by("-number").first()


def current(organisation: Any, document: str, at: datetime | None = None) -> Notice | None:
    """The version that holds now, or held `at` a moment; None where none was published by then."""
    return _of(organisation, document).filter(applies__lte=at or clock.now()).order_by("-number").first()


def coming(organisation: Any, document: str) -> Notice | None:
    """The version that does not hold yet, if there is one; the last of several."""
    return _of(organisation, document).filter(applies__gt=clock.now()).order_by("-number").first()


def history(organisation: Any, document: str) -> list[Notice]:
    """All versions without their texts, the newest first."""
    return list(_of(organisation, document).defer("facts", "pages").order_by("-number"))


def version(organisation: Any, document: str, number: int) -> Notice | None:
    """One version."""
    return _of(organisation, document).filter(number=number).first()


def by_id(notice: UUID) -> Notice | None:
    """The version of that id, in the acting organisation."""
    return Notice.objects.filter(pk=notice).first()


def _of(organisation: Any, document: str) -> QuerySet[Notice]:
    return Notice.objects.filter(organisation_id=organisation.pk, document=document)


@dataclass(frozen=True)
class Outdated:
    """How the published version differs from what holds: facts that changed, or only words of the program."""

    changes: tuple[dict[str, Any], ...]

    @property
    def in_facts(self) -> bool:
        """Does it say something that is no longer so?"""
        return bool(self.changes)


def untrue(organisation: Any, last: Notice) -> list[Change]:
    """What the last published version of a document says that is no longer so. No text is drawn for it."""
    return compare(last.facts, _MAKERS[last.document].facts(organisation))


def outdated(organisation: Any, document: str) -> Outdated | None:
    """What the last published version no longer says rightly; None while it is true to the letter.

    Raises LookupError where none was published.
    """
    last = latest(organisation, document)
    if last is None:
        raise LookupError(document)
    now = draft(organisation, document)
    if now.digest == last.digest:
        return None
    return Outdated(tuple(change.as_json() for change in compare(last.facts, now.facts)))


__all__ = ["Document", "Draft", "Notice", "coming", "current", "digest", "draft", "history", "latest", "outdated",
           "publish", "version"]  # fmt: skip
