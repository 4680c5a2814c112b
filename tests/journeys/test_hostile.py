"""Bad input to series, groups, routing and the files of an intake form: each gets an answer, none an error of ours, and
nothing of it is kept."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, PngImagePlugin

from tests.booking.conftest import desk  # noqa: F401 (a fixture)
from tests.booking.test_actions import at, order
from tests.booking.test_intake import ROOF, ask, roof
from tests.booking.test_setup import log_in, offer
from tests.booking.test_views import BOOK, fields
from tests.conftest import privileged
from tests.journeys.test_series import WEEK, kind  # noqa: F401 (a fixture)
from tests.journeys.test_waiting import full  # noqa: F401 (a fixture)
from tillit.access import PUBLIC, acting
from tillit.booking import links
from tillit.booking.models import Booking, MeetingType
from tillit.journeys.booking_page import instant_text
from tillit.kernel import zones
from tillit.kernel.tables import Upload

TEN = instant_text(zones.minute_to_utc(at(10)))
WRONG = [
    "", " ", "\x00", "2026-11-24T10:00", "9999-12-31T23:59Z", "2026-11-24T10:00+99:00", "2999-12-31T23:59Z",
    "' or 1=1 --", "A" * 20_000,
]  # fmt: skip


def kept() -> int:
    with privileged():
        return Booking.objects.count()


def weekly(first: int, many: int) -> str:
    return " ".join(instant_text(zones.minute_to_utc(at(first) + n * WEEK)) for n in range(many))


def test_dates_of_a_series_that_are_none(desk, kind):  # noqa: F811
    wrong = [*WRONG[2:], weekly(10, 5), weekly(10, 26), " ".join([TEN] * 6), weekly(10, 6).replace("2026", "2025")]
    for dates in wrong:
        answer = Client().post(BOOK, fields(dates=dates))
        assert answer.status_code in (409, 422), dates[:80]
    for start in WRONG[::2]:
        page = Client().get(BOOK, {"start": start, "date1": start, "date6": start, "date7": start, "date-1": start})
        assert page.status_code in (200, 400, 404, 409), start[:80]
    assert Client().get(BOOK, {"start": TEN, "date2": WRONG[4], "date3": WRONG[6]}).status_code == 200
    assert kept() == 0
    first, _new = order(kind, at(10))
    link = f"/o/tidboken/booking/{links.token(first)}/series/move/"
    with acting(PUBLIC):
        host = log_in(desk.h1.person_id)
    mine = f"/o/tidboken/calendar/booking/{first}/series/"
    for dates in wrong[::3]:
        assert Client().post(link, {"dates": dates}).status_code == 409
        assert host.post(mine, {"dates": dates}).status_code == 409
    for start in WRONG[2::3]:
        assert Client().get(link, {"start": start, "date1": start}).status_code in (200, 400, 409)
        assert host.get(mine, {"start": start, "day": start, "time": start, "date1": start}).status_code in (200, 422)
    with privileged():
        assert {one.meeting.span.lower.hour for one in Booking.objects.select_related("meeting")} == {9}


def test_what_is_no_place_in_a_line(full):  # noqa: F811
    before = kept()
    page = "/o/tidboken/book/group/"
    for wait in WRONG:
        assert Client().post(page, fields(email="w@example.org") | {"wait": wait}).status_code in (200, 409, 422)
    assert Client().post(BOOK, fields() | {"wait": "2026-11-24T03:00Z"}).status_code == 409, "nobody receives then"
    assert kept() == before
    with acting(PUBLIC):
        administrator = log_in(full.administrator.pk)
    one = f"/o/tidboken/calendar/offers/{full.kinds['group'].pk}/"
    good = offer(full)
    assert administrator.post(one, good | {"capacity": "3", "slug": "group"}).status_code == 302
    for name, values in (
        ("capacity", ("0", "-1", "501", "1e9", "x", "9" * 400)),
        ("waiting_places", ("-1", "501", "x")),
        ("times", ("0", "27", "-3", "1.5")),
    ):
        for value in values:
            assert administrator.post(one, good | {name: value}).status_code == 422, (name, value[:20])
    with privileged():
        assert MeetingType.objects.get(pk=full.kinds["group"].pk).capacity == 3


def bombs():
    """Small files that would be large, or are something else than they say."""
    zeros = b"\0" * 20_000_000
    packed, tar = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"../../{number}.txt", zeros)
    with tarfile.open(fileobj=tar, mode="w:gz") as archive:
        entry = tarfile.TarInfo("/etc/passwd")
        entry.size = 1000
        archive.addfile(entry, io.BytesIO(zeros[:1000]))
    picture, text = io.BytesIO(), PngImagePlugin.PngInfo()
    text.add_text("Comment", "hidden")
    Image.new("1", (20_000, 20_000)).save(picture, "PNG", pnginfo=text)
    return {
        "a zip bomb": ("plan.pdf", packed.getvalue()),
        "a gzip bomb": ("plan.txt", gzip.compress(zeros)),
        "a tar from the root": ("plan.jpg", tar.getvalue()),
        "a picture of 400 million points": ("plan.png", picture.getvalue()),
        "a page that says it is a picture": ("plan.png", b"\x89PNG\r\n\x1a\n<html><script>alert(1)</script>"),
        "a program": ("plan.pdf", b"MZ" + b"\0" * 200),
        "a drawing with a script": ("plan.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        "nothing": ("plan.pdf", b""),
    }


def test_files_that_mean_harm(desk):  # noqa: F811
    ask(desk, ROOF)
    for what, (name, content) in bombs().items():
        answer = Client().post(BOOK, roof(q_plan=SimpleUploadedFile(name, content), note="Kept words"))
        assert answer.status_code == 422 and "Kept words" in answer.content.decode(), what
    with privileged():
        assert not Upload.objects.exists()
    assert kept() == 0


@pytest.mark.parametrize(
    "name", ["../" * 50 + "x.jpg", "a" * 5000 + ".jpg", "\u202egpj.exe", "con\x00.jpg", "x.jpg.exe"]
)
def test_a_lying_name_is_only_a_name(desk, name):  # noqa: F811
    ask(desk, ROOF)
    held = io.BytesIO()
    Image.new("RGB", (4, 4)).save(held, "JPEG")
    answer = Client().post(BOOK, roof(q_plan=SimpleUploadedFile(name, held.getvalue(), "application/x-msdownload")))
    assert answer.status_code in (302, 422)
    with privileged():
        for upload in Upload.objects.all():
            assert upload.kind == "image/jpeg" and upload.name.endswith(".jpg") and len(upload.name) <= 200
            assert not set(upload.name) & set("/\\\x00\u202e")


def test_ways_that_nobody_sealed(desk):  # noqa: F811
    ask(desk, ROOF)
    for word in [*WRONG[2:5], "r" * 5000, "AAAA" * 1000]:
        answer = Client().get(BOOK, {"r": word, "q_topic": word, "q_height": word, "q_plan": word, "q_": word})
        assert answer.status_code == 200, word[:40]
    assert Client().post(BOOK, {"asked_first": "1", "q_topic": "x" * 9000}).status_code in (409, 422)
    assert kept() == 0
