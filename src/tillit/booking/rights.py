"""What booking adds to a person's rights: what they cannot be given while their data lies at rest."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tillit.booking.models import Booking, Host
from tillit.kernel import clock, formats
from tillit.kernel.dpv import Words
from tillit.privacy.rights import parts


def rests(person: UUID) -> Iterator[Words]:
    """Booked times that stay, without a word about them; and for a host, that nobody can book."""
    coming = Booking.objects.filter(person_id=person, state="confirmed", meeting__span__startswith__gt=clock.now())
    if count := coming.count():
        says = ngettext(
            "%(n)s booked time stays. Whoever receives you sees that the time is taken, not by whom, and you get no"
            " mail about it.",
            "%(n)s booked times stay. Whoever receives you sees that the times are taken, not by whom, and you get no"
            " mail about them.",
            count,
        )
        yield says % {"n": formats.format_number(count, get_language() or "en")}
    if Host.objects.filter(person_id=person).exists():
        yield _("Nobody can book a time with you, and you get no mail about times that are booked already.")


parts.add(parts.Part("booking", rests=rests))
