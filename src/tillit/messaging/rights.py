"""What leaving means for messages, and what a copy holds of them: what one wrote and what one received."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillit.identity.queries import organisation_by_id
from tillit.kernel import formats
from tillit.kernel.dpv import Words
from tillit.messaging import queries, shown
from tillit.messaging.models import Seat
from tillit.privacy.rights import parts

MOST = 200  # pages of one thread


def tells(person: UUID) -> Iterator[Words]:
    """What others keep."""
    if Seat.objects.filter(person_id=person, words_at__isnull=False).exists():
        yield _(
            "Those you wrote with keep your messages, without your name, until a while after the last one. The files "
            "that you sent go with you."
        )


def files(person: UUID) -> Iterator[parts.File]:
    """Every thread as plain text, with what the other wrote to the person."""
    said: list[str] = []
    for talk in queries.talks():
        said += _thread(talk)
    if said:
        yield parts.File("messages.txt", gettext_lazy("your messages with others"), "\n".join(said).encode())


def knows(person: UUID) -> Iterator[tuple[UUID, str]]:
    """Those the person writes with: to them they may show something."""
    for talk in queries.talks():
        if talk.other and not talk.blocked:
            yield talk.other, shown.name(talk)


def _thread(talk: queries.Talk) -> list[str]:
    language = translation.get_language() or "en"
    lines: list[str] = []
    before, zone = "", ""
    for _page in range(MOST):
        page = queries.said(talk.id, before=before)
        part = []
        for one in page.messages:
            zone = zone or organisation_by_id(one.organisation_id).time_zone
            who = _("You:") if one.by_id == talk.seat else f"{shown.name(talk)}:"
            when = formats.format_datetime(one.made, language, zone=zone)
            part.append(f"{when} {who} {_('taken back') if one.taken else one.words}")
        lines = part + lines
        if not page.earlier:
            break
        before = page.earlier
    return [shown.name(talk), *lines, ""]


parts.add(parts.Part("messaging", tells=tells, files=files, knows=knows))
