"""What a password may not be, beside Django's own rules (too short, too common, only digits)."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tillit.kernel import clock

ALIKE = 0.7


class NotLikeYou:
    """Refuses what resembles the person's own address or name, which the form lays beside the account.

    The forms set `account.hints` to what was typed or is known; without hints nothing is compared.
    """

    def validate(self, password: str, user: Any = None) -> None:
        lowered = password.casefold()
        for hint in getattr(user, "hints", ()):
            whole = hint.casefold()
            for part in {whole, *re.split(r"\W+", whole)}:
                if len(part) >= 3 and _alike(lowered, part):
                    raise ValidationError(
                        _("This resembles your name or your e-mail address; others would try that first."),
                        code="password_too_similar",
                    )

    def get_help_text(self) -> str:
        return _("Not your name and not your e-mail address.")


def _alike(password: str, part: str) -> bool:
    # a short word inside a long password is no resemblance, and comparing the two costs time
    if len(password) >= 10 * len(part):
        return False
    matcher = SequenceMatcher(a=password, b=part)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


class ResetTokens(PasswordResetTokenGenerator):
    """Links for a new password: void after use, after a login, after a change of address, and when time is up."""

    key_salt = "tillit.identity.reset"

    def _now(self) -> Any:
        return clock.now().replace(tzinfo=None)
