"""What an erasure means for invoices and memberships; and what is corrected where."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tillit.kernel.dpv import Words
from tillit.privacy.rights import corrections, parts
from tillit.sales import actions, members, queries
from tillit.sales.models import Invoice


def tells(person: UUID) -> Iterator[Words]:
    """What is owed stays owed; what is only begun goes."""
    if any(one.state == "posted" and not queries.standing(one).done for one in queries.bought()):
        yield _(
            "What you have not paid yet you still owe: the invoice stays with whoever wrote it, as the law demands."
        )
    if _drafts(person):
        yield _("Invoices that you have begun and not sent go. Send first what others owe you.")
    if queries.memberships():
        yield _("Your membership ends. What you paid in the last fourteen days goes back to you.")


def end(person: UUID) -> None:
    """Memberships end as from their page, and drafts go."""
    for one in queries.memberships():
        members.end(one)
    for draft in _drafts(person):
        actions.remove(draft)


def _drafts(person: UUID) -> list[Invoice]:
    return list(Invoice.objects.filter(seller_id=person, state="draft"))


parts.add(parts.Part("sales", tells=tells, before=end))
for _field in ("name", "number", "vat_number", "address", "bankgiro", "plusgiro", "swish", "f_tax"):
    corrections.elsewhere(f"sales.business.{_field}", "business")
corrections.elsewhere("sales.subscription.renews", lambda slug, row: reverse("membership", args=[slug]))
