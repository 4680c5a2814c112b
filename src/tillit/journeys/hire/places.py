"""What hiring shows on other apps' pages: cards and actions in threads, reviews and references on profiles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tillit.booking import agreed
from tillit.directory import slots as profiles
from tillit.hiring import queries, working
from tillit.identity.queries import organisation_by_id
from tillit.journeys.hire.agreeing import JOB, MEETING
from tillit.journeys.hire.booked import bookings
from tillit.journeys.hire.job_views import sides
from tillit.journeys.hire.shown import facts, signed
from tillit.kernel import formats
from tillit.kernel.slots import Part
from tillit.messaging import cards
from tillit.messaging import slots as threads
from tillit.moderation import kinds
from tillit.moderation.reasons import REASONS


def job_cards(ids: list[UUID], viewer: UUID) -> dict[UUID, Part]:
    """Jobs of a thread, each as it stands now."""
    rows = queries.get_jobs(ids)
    newest = {pk: queries.versions(row)[0] for pk, row in rows.items()}
    return {pk: Part("journeys/hire/_card_job.html", facts(row, newest[pk])) for pk, row in rows.items()}


def meeting_cards(ids: list[UUID], viewer: UUID) -> dict[UUID, Part]:
    """First meetings of a thread."""
    found = {}
    for pk, row in queries.meetings(ids).items():
        organisation = organisation_by_id(row.organisation_id)
        context = {"meeting": row, "mine": row.author_id == viewer, "slug": organisation.slug}
        found[pk] = Part("journeys/hire/_card_meeting.html", context | {"zone": organisation.time_zone})
    return found


def in_thread(request: Any, talk: Any) -> Iterable[Part]:
    """Meeting first, and proposing an agreement, where one of the two helps."""
    try:
        sides(talk)
    except Http404:
        return []
    slug = request.resolver_match.kwargs["slug"]
    return [Part("journeys/hire/_actions.html", {"slug": slug, "thread": talk.id})]


def on_profile(request: Any, profile: Any) -> Iterator[profiles.Part]:
    """What others say of whoever has the profile, and references that can be asked for."""
    said = queries.reviews_of(profile.person)
    me = queries.me()
    given = queries.references_of(profile.person) if me else []
    asked = queries.my_asks(profile.person) if given else {}
    zone = organisation_by_id(profile.organisation).time_zone
    yield profiles.Part(
        "journeys/hire/_profile.html",
        {
            "reviews": said, "rows": [{"row": row, "by": signed(row)} for row in said.rows[:10]],
            "removed": [
                _taken_away(at, why, zone)
                for _id, at, why in said.removed
            ],
            "finished": queries.finished(profile.person), "may_ask": me is not None and me != profile.person,
            "references": [{"id": one, "asked": asked[one].state if one in asked else ""} for one, _until in given],
            "shown": queries.shown_references(profile.person) if given else [],
        },
    )  # fmt: skip


def _taken_away(at: datetime, why: str, zone: str) -> dict[str, Any]:
    said = formats.format_datetime(at, get_language() or "en", "medium", zone=zone)
    return {"when": said, "why": REASONS[why].says if why in REASONS else ""}


def review_under_case(review: UUID) -> Any:
    """A reported review, for the moderator who has the case."""
    found = queries.find_review(review)
    return found and kinds.Part("journeys/hire/_review_case.html", {"it": found, "by": signed(found)})


def review_decided(review: UUID, outcome: str, reason: str) -> None:
    """Take it away with its reason, or put it back."""
    if outcome in ("remove", "hide"):
        working.remove_review(review, reason)
    elif outcome == "restore":
        working.remove_review(review, "")


def _whose(review: UUID) -> UUID | None:
    found = queries.find_review(review)
    return found.author_id if found else None


def register() -> None:
    """Fill these places; once, however often the program starts."""
    agreed.by(bookings)
    cards.declare(JOB, load=job_cards)
    cards.declare(MEETING, load=meeting_cards)
    threads.add("actions", in_thread)
    profiles.add("sections", on_profile)
    kinds.declare(
        "review", label=_("a review"), show=review_under_case, decided=review_decided, whose=_whose,
        outcomes=("nothing", "remove", "warn", "pause", "end", "restore"),
    )  # fmt: skip
