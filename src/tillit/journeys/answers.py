"""By a booking's link: what its guest answered, corrected as long as the link leads anywhere; and files among it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tillit.booking.intake.actions import answer_again
from tillit.booking.intake.asking import AskingForm, Intake
from tillit.booking.intake.given import Given
from tillit.booking.intake.queries import file as sent_file
from tillit.booking.intake.queries import intake_of
from tillit.booking.queries import host_names
from tillit.journeys.offers import offer_words
from tillit.journeys.views import with_link
from tillit.kernel import formats, uploads

if TYPE_CHECKING:
    from tillit.booking.models import Booking


@require_http_methods(["GET", "HEAD", "POST"])
@with_link
def answers(request: HttpRequest, *, slug: str, token: str, booking: Booking) -> HttpResponse:
    """Answer for the first time, or anew."""
    intake = intake_of(booking)
    if not intake.version or booking.state == "cancelled":
        raise Http404
    held = booking.answers or {}
    files = {one.key: held[one.key] for one in intake.questions if one.kind == "file" and one.key in held}
    if request.method == "POST":
        form = AskingForm(request.POST, request.FILES, intake=intake, kept=files)
        if form.is_valid() and _answered(booking, intake, form):
            messages.success(request, _("Your answers are saved."))
            return redirect("booking_manage", slug=slug, token=token)
    else:
        form = AskingForm(initial=_initial(intake, held), intake=intake, kept=files)
    shown = offer_words(booking.meeting.visit) | {
        "form": form,
        "kind": booking.meeting.meeting_type,
        "token": token,
        "host_names": formats.join_words(host_names([booking])[booking.pk], get_language() or "en"),
        "files_again": bool(request.FILES),
    }
    return render(request, "journeys/answers.html", shown, status=422 if form.errors else 200)


def _answered(booking: Booking, intake: Intake, form: AskingForm) -> bool:
    data = form.cleaned_data
    file_keys = {one.key for one in intake.questions if one.kind == "file"}
    given = Given(
        intake.version,
        data["answers"],
        {key: (found.file, found.name or "") for key, found in data["files"].items()},
        tuple(UUID(value) for key, value in data["answers"].items() if key in file_keys),
    )
    try:
        if not answer_again(booking=booking, given=given):
            raise Http404
    except uploads.Refused as refused:
        form.add_error(None, str(refused))
        return False
    return True


def _initial(intake: Intake, held: dict[str, object]) -> dict[str, object]:
    return {one.name: held[one.key] for one in intake.questions if one.key in held and one.kind != "file"}


@require_safe
@with_link
def file(request: HttpRequest, *, slug: str, token: str, booking: Booking, upload: UUID) -> Any:
    """A file that the guest sent with the booking."""
    row = sent_file(booking.pk, upload)
    return uploads.download(uploads.read(row), name=row.name, kind=row.kind, size=row.size)
