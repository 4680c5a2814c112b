"""What can be wrong with a connected calendar, in words for its host."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime

from django.utils.translation import gettext_lazy as _

from tillit.kernel import clock, egress
from tillit.kernel.dpv import Words

WORDS: Mapping[str, Words] = {
    "down": _("The server cannot be reached right now. We try again by ourselves."),
    "slow": _("Reading it takes longer than we wait. We try again by ourselves."),
    "ours": _("Something went wrong with us while we read it. We try again by ourselves."),
    "login": _("The server does not accept the name and password, or they may not read this calendar."),
    "gone": _("There is no calendar at this address any more."),
    "elsewhere": _("The server sends us on to another host that is not registered as a receiver."),
    "inside": _("The address leads into a private network. We do not go there."),
    "unregistered": _(
        "The receiver may not be used for this now: it is stopped, its agreement has ended, it is not registered for"
        " planning work, or it lies in a country without what protects data there."
    ),
    "address": _("This address cannot be used. It begins with https:// and names one of the receiver's hosts."),
    "large": _("The calendar is too large: more than 5 MB at once."),
    "much": _("The calendar has more events or repeats than we take. Nothing of it is read."),
    "unreadable": _("What the server answers is no calendar."),
    "full": _("The server does not take our events into the chosen calendar."),
    "none": _("There is no calendar on this server that we can read."),
    "refused": _("You said no over there, or something went wrong there. Nothing was connected."),
    "consent": _("The permission has ended, was taken back, or leaves out when you are busy. Allow it again."),
    "setup": _("We are not known there as we should be. Whoever runs this service has to look at its settings."),
}
"""Stable word → sentence."""

MOST_PATIENCE = timedelta(days=1)
FOR_A_WHILE = frozenset({"down", "slow", "ours"})
"""Problems that go by themselves; the others need somebody."""


class Problem(Exception):
    """A connection does not work; `word` says why, `after` how long the server wants to be left alone."""

    def __init__(self, word: str, after: timedelta = timedelta()) -> None:
        super().__init__(word)
        self.word, self.after = word, after


def of_egress(error: egress.Refused | egress.Failed) -> Problem:
    """The problem behind a call that was refused or failed."""
    for kinds, word in _OF_EGRESS:
        if isinstance(error, kinds):
            return Problem(word)
    return Problem("unregistered" if isinstance(error, egress.Refused) else "down")


def of_answer(answer: egress.Answer) -> Problem:
    """The problem behind an answer that is no success."""
    if answer.status in {401, 403}:
        return Problem("login")
    if answer.status in {404, 410}:
        return Problem("gone")
    return Problem("down" if answer.status == 429 or answer.status >= 500 else "unreadable", retry_after(answer))


def retry_after(answer: egress.Answer) -> timedelta:
    """How long a server asks to be left alone (RFC 9110, 10.2.3), a day at most; nothing where it does not say."""
    said = answer.headers.get("retry-after", "").strip()
    try:
        wait = timedelta(seconds=int(said)) if said.isdecimal() else parsedate_to_datetime(said) - clock.now()
    except (ValueError, TypeError, OverflowError):
        return timedelta()
    return min(max(wait, timedelta()), MOST_PATIENCE)


_OF_EGRESS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (egress.WrongHost, "elsewhere"),
    (egress.WrongAddress, "inside"),
    ((egress.WrongScheme, egress.BadRequest), "address"),
    (egress.Redirected, "elsewhere"),
    (egress.TooLarge, "large"),
    (egress.BadAnswer, "unreadable"),
)
