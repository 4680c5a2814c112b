"""Accepting: members the notice and what they undertake, an administrator the agreement with the operator.

A member is asked when there is a version to accept that they have not: at joining, and again before a significant
change holds (`asked`). What a guest saw when booking is recorded with the booking (journeys.reactions, by `shown`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from tillit import evidence
from tillit.kernel import clock
from tillit.privacy.models import Acceptance, Document, Notice
from tillit.privacy.policy.events import ACCEPTED

OF_MEMBERS = (Document.NOTICE, Document.DUTIES)


@dataclass(frozen=True)
class Asked:
    """What a member has to answer. `due`: versions that hold and were not accepted; `coming`: announced ones."""

    due: tuple[Notice, ...] = ()
    coming: tuple[Notice, ...] = ()


def asked(organisation: UUID, person: UUID) -> Asked:
    """What the acting person has not accepted: one query. The newest significant version of each document counts."""
    mine = Acceptance.objects.filter(
        person_id=person, notice__document=OuterRef("document"), notice__number__gte=OuterRef("number")
    )
    rows = (
        Notice.objects.filter(organisation_id=organisation, document__in=OF_MEMBERS, significant=True)
        .filter(~Exists(mine))
        .only("id", "document", "number", "applies", "organisation_id")
        .order_by("document", "number")
    )
    now = clock.now()
    due = {row.document: row for row in rows if row.applies <= now}
    later = {row.document: row for row in rows if row.applies > now}
    return Asked(tuple(due.values()), tuple(later.values()))


def accept(person: UUID, notices: list[Notice]) -> None:
    """The acting person accepts these versions; again is no error."""
    for notice in notices:
        if Acceptance.objects.filter(notice=notice, person_id=person).exists():
            continue
        row = Acceptance(organisation_id=notice.organisation_id, notice=notice, person_id=person)
        row.save(force_insert=True)
        evidence.record(
            ACCEPTED.name,
            subject=person,
            object=notice.pk,
            detail={"document": notice.document, "number": notice.number},
        )


def accepted_by(person: UUID) -> list[Acceptance]:
    """What a person has accepted, the newest first, with the version's number and document."""
    rows = Acceptance.objects.filter(person_id=person).select_related("notice").order_by("-accepted")
    return list(rows.defer("notice__facts", "notice__pages"))


def of(notice: Notice) -> list[Acceptance]:
    """Who accepted a version: for the office, without the people's names."""
    return list(Acceptance.objects.filter(notice=notice).order_by("accepted"))


def shown(organisation: UUID, at: datetime) -> int:
    """The number of the notice that a visitor saw `at` that moment; 0 where none was published."""
    found = Notice.objects.filter(organisation_id=organisation, document=Document.NOTICE, applies__lte=at)
    number: int | None = found.order_by("-number").values_list("number", flat=True).first()
    return number or 0
