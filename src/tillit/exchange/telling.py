"""Whoever was taken over from a file is told, within a day or two and so within the law's month (GDPR Art. 14(3)):
that it happened, and where they read from whom their details come, correct them, and have them erased."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit import notify
from tillit.exchange.models import Imported
from tillit.notify import Channel
from tillit.privacy import doors

PART = 50
TAKEN_OVER = notify.declare(
    "exchange.imported",
    says=_("That your details were taken over from a file"),
    offered=(Channel.MAIL, Channel.SMS),
    on=(Channel.MAIL, Channel.SMS),
)


def tell(batch: UUID, after: int) -> int | None:
    """Tell the next of a batch, after a line of its file, also those of whom it added something; returns the last line
    that was told, None at the end.

    As office "reaction". By mail where there is an address, else by text message.
    """
    rows = list(
        Imported.objects.filter(batch=batch, person__isnull=False, line__gt=after)
        .select_related("person__organisation")
        .order_by("line")[:PART]
    )
    for row in rows:
        person = row.person
        if person is None or not person.display_name or person.account_id:
            continue
        to = notify.To(
            person.pk, person.display_name, person.email, "" if person.email else person.phone, person.language,
            person.time_zone,
        )  # fmt: skip
        said = notify.Said("exchange/imported", {}, path=doors.to(person, "data"), about=(person.pk,))
        notify.send(TAKEN_OVER, to, said, person.organisation)
    return rows[-1].line if len(rows) == PART else None
