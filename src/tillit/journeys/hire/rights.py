"""What an erasure, and data at rest, mean for what two agreed on: it is cancelled by the rule that both had agreed on,
and the other is told, while it is still known who they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tillit.access import Actor, current
from tillit.hiring import queries
from tillit.identity.queries import organisation_by_id
from tillit.journeys.hire import agreeing
from tillit.kernel import formats
from tillit.kernel.dpv import Words
from tillit.privacy.rights import coded, parts


def tells(person: UUID) -> Iterator[Words]:
    """What is open is off; what others read of it stays without a name."""
    states = set(queries.my_jobs().values_list("state", flat=True))
    if states & {"proposed", "agreed"}:
        yield _(
            "What you have agreed with somebody, or proposed, is cancelled by the rule that both of you agreed on. "
            "They are told, and the time is free again."
        )
    if states & {"done", "closed"}:
        yield _(
            "Whoever you had a job with keeps when it was and what it cost, without your name. The words of your "
            "reviews go with you; the stars stay, without a name."
        )


def rests(person: UUID) -> Iterator[Words]:
    """What is open waits; nobody else reads what the person wrote."""
    if queries.my_jobs().filter(state__in=("proposed", "agreed")).exists():
        yield _(
            "What you have agreed with somebody stays in their calendar, but until then they do not read what you "
            "wrote about it, and nothing new can be agreed with you."
        )


def cancel(person: UUID) -> None:
    """Cancel every open job and decline every open proposal, as from their pages."""
    for job in queries.my_jobs().filter(state__in=("proposed", "agreed")):
        newest = queries.versions(job)[0]
        try:
            if newest.number != job.agreed and not newest.refused:
                agreeing.refuse(job, newest.number)
            if job.agreed:
                agreeing.cancel(job)
        except agreeing.Refused:
            continue  # it has begun, and nothing is left to cancel


def _money(minor: Any) -> Words:
    """An amount in the organisation's currency; "" for none."""
    organisation = (current() or Actor()).organisation
    if not minor or organisation is None:
        return ""
    return formats.format_money(int(minor), organisation_by_id(organisation).currency, get_language() or "en")


for field in ("terms.rate", "terms.travel", "timereport.travel"):
    coded.declare(f"hiring.{field}", _money)
parts.add(parts.Part("hire", tells=tells, rests=rests, before=cancel))
