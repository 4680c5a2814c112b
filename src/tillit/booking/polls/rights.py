"""What people read and correct of polls under "My data"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tillit.booking.models import PollAnswer
from tillit.booking.polls import links
from tillit.booking.polls.actions import write_words
from tillit.booking.polls.models import WORDS
from tillit.identity.queries import people_by_id
from tillit.kernel import formats
from tillit.privacy.rights import coded, corrections


def _text(label: Any, most: int, *, required: bool) -> Callable[[], forms.Field]:
    def field() -> forms.Field:
        widget = forms.Textarea(attrs={"dir": "auto", "rows": 2})
        return forms.CharField(label=label, max_length=most, required=required, widget=widget)

    return field


def _my_answer(slug: str, answer: UUID) -> str:
    """Where an answer is changed. Whoever is at their own data has shown that the address is theirs."""
    person = PollAnswer.objects.values_list("person_id", flat=True).get(pk=answer)
    return reverse("poll_mine", args=[slug, links.own(answer, person, mailed=True)])


for _field, _label, _most in (
    ("title", _("What it is about"), 200),
    ("place", _("Where"), 300),
    ("about", _("Something they should know?"), 2000),
):
    corrections.declare(
        f"booking.poll.{_field}",
        field=_text(_label, _most, required=_field == "title"),
        change=partial(write_words, _field),
        clears=_field != "title",
    )


def _choices(row: UUID, value: object) -> str | None:
    """What was said of each time, one a line, on the participant's clock."""
    if not isinstance(value, dict):
        return None
    person = PollAnswer.objects.values_list("person_id", flat=True).filter(pk=row).first()
    found = people_by_id([person] if person else []).get(person) if person else None
    zone, language = (found.time_zone if found else "") or "UTC", get_language() or "en"
    said = {datetime.fromisoformat(start): str(word) for start, word in value.items()}
    lines = (
        f"{formats.format_datetime(start, language, zone=zone)}: {WORDS.get(word, word)}"
        for start, word in sorted(said.items())
    )
    return "\n".join(lines) or None


coded.declare_rows("booking.pollanswer.choices", _choices)
for _field in ("choices", "note"):
    corrections.elsewhere(f"booking.pollanswer.{_field}", _my_answer)
