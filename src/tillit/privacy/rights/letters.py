"""The last letter to somebody who was erased: what went, what stays, and how to prove it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tillit.kernel import letters, mail
from tillit.kernel.dpv import Words
from tillit.privacy.rights import receipts

if TYPE_CHECKING:
    from tillit.privacy.rights.erasing import Receipt

ERASED = _("You were erased")
LAST = letters.declare(
    "privacy.erased", says=_("The receipt for an erasure"), offered=(letters.Channel.MAIL,), must=True
)


@dataclass(frozen=True)
class Letter:
    """Where the letter goes, read while it is known."""

    to: str
    language: str
    organisation: Any

    def send(self, receipt: Receipt, called: Callable[[str], Words]) -> None:
        """Queue it, in the present transaction. Whoever has no address gets none. It names nobody and is about
        nobody any more."""
        if not self.to:
            return
        path = reverse("erased", args=[self.organisation.slug, receipts.token(receipt.id)])
        with translation.override(self.language):
            context = {
                "organisation": self.organisation,
                "rows": sum(receipt.gone.values()),
                "stays": [(called(table), count, why, until) for table, count, why, until in receipt.stays],
                "unreadable": receipt.unreadable,
                "zone": self.organisation.time_zone,
                "url": mail.link(path),
            }
            message = mail.render(
                "privacy/erased",
                to=self.to,
                language=self.language,
                context=context,
                reply_to=self.organisation.contact_email,
                organisation_name=self.organisation.name,
            )
        letters.send(LAST, message, organisation=self.organisation, path=path)


def to(person: Any) -> Letter:
    """The letter to a person (a row of identity.Person whose address can still be read)."""
    return Letter(person.email, person.language or person.organisation.languages[0], person.organisation)
