"""What was said, as cells of a table: thousands of them, drawn once for each word."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from tillit.booking.polls.models import WORDS


def drawer() -> Callable[[Iterable[str]], SafeString]:
    """A function from words ("yes", "maybe", "no") to their cells, in the reader's language."""
    drawn = {word: render_to_string("booking/polls/_cell.html", {"word": word}) for word in WORDS}

    def cells(said: Iterable[str]) -> SafeString:
        return SafeString("".join(drawn[word] for word in said))

    return cells
