"""What can have happened to what an organisation publishes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit.evidence import events as evidence
from tillit.kernel.outbox import Event


@dataclass(frozen=True)
class NoticePublished(Event, name="privacy.notice.published"):
    """A version with a significant change was published; it holds later, and people are told before."""

    notice: UUID


@dataclass(frozen=True)
class AgreementEnding(Event, name="privacy.agreement.ending"):
    """The agreement with a processor ends in so many days (0: it has ended)."""

    processor: UUID
    days: int


PUBLISHED = evidence.declare("privacy.notice.published", label=_("A new version was published"), keep=None)
ACCEPTED = evidence.declare("privacy.notice.accepted", label=_("You accepted a version"), keep=None)
ANNOUNCED = evidence.declare("privacy.notice.announced", label=_("You were told of a change"), keep=evidence.YEAR)
ATTESTED = evidence.declare("privacy.promise.stated", label=_("Somebody stated a promise"), keep=None)
SETTLED = evidence.declare("privacy.policy.changed", label=_("What the notice rests on was changed"), keep=None)
