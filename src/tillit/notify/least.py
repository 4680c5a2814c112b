"""Least metadata: what a message may say at all, held twice.

What, when and with whom, and no more. In care not even that: the time and a first name; neither sender, subject nor
text says what kind of service it is, since a lock screen, a shared telephone or a mail provider reads along.

Templates may use the words of `ALLOWED` (a guard reads every template), and what is sent is searched for everything
that was left out (`check`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from tillit.kernel import mail
from tillit.notify import links

ALLOWED = {
    "title", "place", "others", "start", "end", "zone", "other_zone", "to_guest", "name", "url", "settings_url",
    "lines", "text", "unsubscribe_url", "organisation_name", "language", "LANGUAGE_CODE", "text_direction", "hours",
    "discreet", "decline_by", "answer_by", "pay_by", "dates", "held",
}  # fmt: skip
"""What a message about what was agreed may speak of."""

NEEDED_IN_CARE = {
    "start", "end", "zone", "other_zone", "to_guest", "url", "settings_url", "discreet", "hours", "lines", "decline_by",
    "answer_by", "pay_by", "dates", "held",
}  # fmt: skip
_SHORTEST = 4  # letters: shorter words of a name stand in any text


class TooMuch(ValueError):
    """A message would say more than it may. The text names the kind of word, never the word."""


def discreet(organisation: Any) -> bool:
    """Must messages hide what kind of service it is? In care, and in courses that are therapy's neighbours."""
    return bool({"care", "learning"} & set(organisation.modules))


def least(context: Mapping[str, Any], organisation: Any) -> tuple[dict[str, Any], str, list[str]]:
    """The context as a message may use it, the sender's name, and the words that must not appear."""
    if not discreet(organisation):
        return {**context, "discreet": False}, organisation.name, []
    kept = {key: value for key, value in context.items() if key in NEEDED_IN_CARE}
    name, _space, family = str(context.get("name", "")).partition(" ")
    left_out = [
        word for key, value in context.items() if key not in {*NEEDED_IN_CARE, "name"} for word in _words(value)
    ]
    kept |= {"title": _("Appointment"), "place": "", "others": [], "name": name, "discreet": True}
    return kept, "", [organisation.name, family, *left_out]


def bare(message: mail.Message, url: str) -> mail.Message:
    """A mail that says only that there is something to read, and where: for what an app wrote itself, in care. The
    calendar and other files go too: they would say the same."""
    known = {"url": url, "discreet": True, "unsubscribe_url": links.hidden(message.unsubscribe)}
    return mail.render(
        "notify/bare", to=message.to, language=message.language, context=known, unsubscribe=message.unsubscribe
    )


def stripped(message: mail.Message, organisation: Any) -> mail.Message:
    """A mail to an address that is nobody's here, in care: its words, without a sender's name, an address to answer to
    or the organisation's name, and with addresses of pages that do not name it."""
    names = re.compile("|".join(re.escape(name) for name in (organisation.name, organisation.contact_email) if name))
    return replace(
        message, subject=names.sub("…", message.subject), text=names.sub("…", links.hidden(message.text)), html="",
        sender_name="", reply_to="",
    )  # fmt: skip


def check(parts: Iterable[str], hidden: Iterable[str], *, but: str = "") -> None:
    """Raise TooMuch when one of the words that were left out appears all the same. `but`: a first name may."""
    text = "\n".join(_plain(part) for part in parts)
    for words in hidden:
        for word in re.findall(r"\w+", words):
            if len(word) >= _SHORTEST and word != but and re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE):
                raise TooMuch("A message in care would say what kind of service it is, or with whom.")


def _plain(text: str) -> str:
    """Without markup and addresses of pages: those are read by programs."""
    return re.sub(r"https?://\S+|<style.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL)


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(one) for one in value] if isinstance(value, (list, tuple)) else []
