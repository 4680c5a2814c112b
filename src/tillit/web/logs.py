"""What may not stand in a log."""

from __future__ import annotations

import logging
import re

_BEFORE = (
    "booking", "booked", "my", "join", "email", "prove", "key", "contact", "feed", "erased", "privacy/request", "l",
    "told", "letter", "poll/mine", "poll", "notice",
)  # fmt: skip
_LINK = re.compile(rf"(/(?:{'|'.join(_BEFORE)})/)[^/\s]+")


class WithoutLinks(logging.Filter):
    """Takes what opens something (a booking's link and the like) out of a line, and the request from the record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True: the line stays, without the secret."""
        record.msg, record.args = _LINK.sub(r"\1…", record.getMessage()), ()
        record.__dict__.pop("request", None)
        return True
