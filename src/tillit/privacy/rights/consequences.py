"""What cannot be delivered while a person's data lies at rest: told before they choose it (GDPR Art. 18)."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from tillit.kernel.dpv import Words
from tillit.privacy.rights import parts


def of_resting(person: UUID) -> list[Words]:
    """All that would not happen any more for the acting person; apps add theirs (`parts.Part.rests`)."""
    always: list[Words] = [
        _("We write to you about nothing, and show your details to nobody. You can still log in or use your links."),
        _("What you have shown to others is hidden from them until you let it be used again."),
    ]
    return [*always, *(sentence for part in parts.every() for sentence in part.rests(person))]
