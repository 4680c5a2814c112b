"""The pages: asking is answered, looking is accepted first, pictures end with the grant, strangers find nothing."""

from __future__ import annotations

import io
from datetime import timedelta

from PIL import Image

from tests.conftest import privileged
from tests.documents.papers import pdf, picture
from tests.kernel import support
from tillit.documents import actions, queries
from tillit.kernel import clock
from tillit.notify.models import Sending


def sent(content: bytes, name: str) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def told(kind: str) -> int:
    """How often somebody was told of it in the product."""
    with privileged():
        return Sending.objects.filter(kind=kind, channel="inside").count()


def put(house, content, name="intyg.pdf", **more):
    given = {"kind": "course", "title": "Kurs", "issuer": "", "listed": "", "file": sent(content, name), **more}
    return house.browser("Petra").post(house.url("documents/new/"), given)


def test_from_asking_to_the_last_look(house):
    with house.as_("Sara"):
        asked = actions.ask(house.id("Petra"), document=house.certificate.pk, kind="first_aid", name="Sara")
    petra, sara = house.browser("Petra"), house.browser("Sara")
    support.react()
    assert told("documents.asked") == 1
    assert "Sara" in petra.get(house.url("documents/")).content.decode()
    given = {"document": str(house.certificate.pk), "hours": "48"}
    assert petra.post(house.url(f"documents/asked/{asked}/"), given).status_code == 302
    here = house.url(f"documents/{house.certificate.pk}/")
    page = sara.get(here).content.decode()
    assert "Not checked by us." in page and ".jpg" not in page
    assert sara.post(here, {}).status_code == 422
    opened = sara.post(here, {"accepted": "on"})
    assert opened.status_code == 302
    picture = sara.get(opened["Location"] + "1.jpg")
    assert picture.status_code == 200 and "no-store" in picture["Cache-Control"]
    with Image.open(io.BytesIO(picture.content)) as drawn:
        assert drawn.format == "JPEG" and drawn.width == 1000 and not drawn.getexif()
        grey = drawn.convert("L").crop((0, 900, 1000, 1400))  # below the text nothing stands but the name
        assert grey.getextrema()[0] < 240
    assert sara.get(opened["Location"] + "2.jpg").status_code == 404
    assert sara.get(opened["Location"] + "file").status_code == 404, "no plain download unless it is allowed"
    assert sara.get(house.url(f"documents/{house.diploma.pk}/")).status_code == 404
    for first in ("Amir", "Maria", "Omar", "Jonas"):
        stranger = house.browser(first)
        assert stranger.get(here).status_code == stranger.get(opened["Location"] + "1.jpg").status_code == 404
    assert house.browser().get(here).status_code == 302
    mine = petra.get(house.url("documents/")).content.decode()
    assert mine.count("Sara") >= 2
    with house.as_("Petra"):
        (running,) = queries.running()
    assert petra.post(house.url(f"documents/open/{running.grant}/end/")).status_code == 302
    assert sara.get(opened["Location"] + "1.jpg").status_code == 404
    assert sara.get(opened["Location"]).status_code == sara.get(here).status_code == 404


def test_downloading_where_it_is_allowed(house):
    house.opened(download=True)
    sara = house.browser("Sara")
    opened = sara.post(house.url(f"documents/{house.certificate.pk}/"), {"accepted": "on"})["Location"]
    got = sara.get(opened + "file")
    assert got.status_code == 200 and b"".join(got.streaming_content).startswith(b"%PDF-")
    with clock.at(clock.now() + timedelta(hours=49)):
        assert house.browser("Sara").get(opened + "file").status_code == 404


def test_criminal_records_are_refused_with_the_reason(house):
    for more in (
        {"kind": "criminal_record", "content": pdf()},
        {"content": pdf("Utdrag ur belastningsregistret")},
        {"content": pdf(), "name": "belastningsregister_2026.pdf"},
        {"content": pdf(), "title": "گواهی عدم سوءپیشینه"},
    ):
        answer = put(house, more.pop("content"), **more)
        assert answer.status_code == 422 and "Show the paper when you meet" in answer.content.decode(), more
    with house.as_("Petra"):
        assert len(queries.mine()) == 2


def test_a_photo_is_a_document_too(house):
    exif = Image.Exif()
    exif[0x9286] = "hidden place"
    assert put(house, picture(exif=exif), "foto.jpg").status_code == 302
    petra = house.browser("Petra")
    with house.as_("Petra"):
        row = next(one for one in queries.mine() if one.kind == "course")
    assert petra.get(house.url(f"documents/{row.pk}/1.jpg")).status_code == 200
    kept = b"".join(petra.get(house.url(f"documents/{row.pk}/file")).streaming_content)
    assert b"hidden place" not in kept


def test_moderators_note_what_they_checked(house):
    maria = house.browser("Maria")
    page = maria.get(house.url("documents/check/")).content.decode()
    assert "Första hjälpen" in page and "Barnskötare" not in page and "Petra" not in page
    assert maria.post(house.url(f"documents/check/{house.certificate.pk}/"), {"how": "original"}).status_code == 302
    assert maria.post(house.url(f"documents/check/{house.diploma.pk}/"), {"how": "original"}).status_code == 404
    assert house.browser("Omar").get(house.url("documents/check/")).status_code == 403
    day = {"on": clock.now().date().isoformat()}
    assert maria.post(house.url(f"documents/shown/{house.id('Petra')}/note/"), day).status_code == 302
    assert house.browser("Amir").post(house.url(f"documents/shown/{house.id('Petra')}/note/"), day).status_code == 404
    house.opened()
    assert (
        "the original was seen"
        in house.browser("Sara").get(house.url(f"documents/{house.certificate.pk}/")).content.decode()
    )


def test_reminders_at_60_30_and_7_days(house):
    found = []
    for days in (61, 60, 45, 30, 8, 7, 1):
        moment = clock.now().replace(year=2027, month=3, day=1, hour=12) - timedelta(days=days)
        house.sweep(moment)
        with clock.at(moment):
            support.react()
        found.append((days, told("documents.expires")))
    assert found == [(61, 0), (60, 1), (45, 1), (30, 2), (8, 2), (7, 3), (1, 3)], found
