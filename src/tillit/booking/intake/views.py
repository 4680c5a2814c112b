"""Pages of the questions: the files that came as answers; the administrators' editor is in editor_views.py."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from tillit import evidence
from tillit.booking.intake.queries import file
from tillit.booking.queries import get_booking, my_host
from tillit.kernel import uploads


@require_safe
def host_file(request: HttpRequest, slug: str, booking: UUID, upload: UUID) -> FileResponse:
    """A file that the guest of one's own meeting sent. A stranger gets 404."""
    if my_host() is None:
        raise Http404
    person = get_booking(booking).person_id
    row = file(booking, upload)
    evidence.saw([person], "booking.guest", "booked with")
    return uploads.download(uploads.read(row), name=row.name, kind=row.kind, size=row.size)
