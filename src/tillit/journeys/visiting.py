"""Further services in the same visit. They stand in the address (`with=haircut,beard`), so that every link of the page
carries them and no script is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tillit.booking.visits.queries import additions, with_further
from tillit.kernel import formats

if TYPE_CHECKING:
    from tillit.booking.models import MeetingType

PARAMETER = "with"
LONGEST = 600  # characters of short names that are read


def asked(request: HttpRequest) -> list[str]:
    """The short names that the address adds, each once; ticked boxes write them one by one, links in one word."""
    words = ",".join(request.GET.getlist(PARAMETER))[:LONGEST].split(",")
    return list(dict.fromkeys(word for word in words if word))


def visit(request: HttpRequest, kind: MeetingType) -> tuple[MeetingType, str]:
    """The type with what the address adds to it, and a sentence where that cannot be had: then the type alone."""
    found = with_further(kind, asked(request))
    if found is None:
        return kind, _("What you added can no longer be had in the same visit. Choose once more.")
    return found, ""


def kept(request: HttpRequest, kind: MeetingType) -> dict[str, str]:
    """What every address of the page carries along."""
    added = kind.further if PARAMETER in request.GET else ()
    return {PARAMETER: ",".join(one.slug for one in added)} if added else {}


def choices(kind: MeetingType) -> list[dict[str, Any]]:
    """What can be added to a type, and what of it is."""
    language, chosen = get_language() or "en", {one.pk for one in kind.further}
    return [
        {
            "slug": one.slug,
            "title": one.word("title", language),
            "note": formats.format_duration(one.duration, language),
            "chosen": one.pk in chosen,
        }
        for one in additions(kind)
    ]
