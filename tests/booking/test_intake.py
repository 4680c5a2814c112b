"""What guests are asked when they book: edited, published, answered, shown, corrected, forgotten."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from urllib.parse import quote
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase
from PIL import Image

from tests.booking.test_actions import TUESDAY, at
from tests.booking.test_setup import log_in
from tests.booking.test_views import BOOK, fields
from tests.conftest import privileged
from tillit.access import PUBLIC, Actor, acting
from tillit.booking.intake.actions import publish, save_draft
from tillit.booking.intake.questions import read
from tillit.booking.models import Booking
from tillit.journeys.book import cancel
from tillit.kernel import uploads
from tillit.kernel.tables import Upload
from tillit.privacy import links as my_links

ROOF = [
    {"key": "topic", "kind": "choice", "required": True, "words": {"en": {"label": "What is it about?"}}, "options": [
        {"key": "roof", "words": {"en": "The roof", "sv": "Taket"}}, {"key": "wall", "words": {"en": "A wall"}}]},
    {"key": "height", "kind": "number", "required": True, "least": 1, "most": 90, "when": ["topic", "roof"],
     "words": {"en": {"label": "How many metres up?"}}},
    {"key": "plan", "kind": "file", "words": {"en": {"label": "A picture or a drawing"}}},
]  # fmt: skip


def ask(desk, stored, kind="consultation"):
    """Publish these questions for a type, as the administrator."""
    administrator = Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")
    with acting(administrator):
        save_draft(kind=desk.kinds[kind], questions=read(stored))
        return publish(kind=desk.kinds[kind])


def photo():
    exif = Image.Exif()
    exif[0x010F] = "Kamera AB 4711"
    exif.get_ifd(0x8825).update({1: "N", 2: (59.0, 22.0, 15.0)})
    held = io.BytesIO()
    Image.new("RGB", (20, 10), "teal").save(held, "JPEG", exif=exif.tobytes())
    return SimpleUploadedFile("../../Tak på huset.png", held.getvalue(), "text/html")


def roof(**more):
    return fields(intake="1", q_topic="roof", q_height="۱۲", **more)


@pytest.fixture
def asked(desk):
    assert ask(desk, ROOF) == 1
    return desk


def booked():
    with privileged():
        return Booking.objects.select_related("meeting").get()


def test_questions_stand_in_the_form_and_answers_are_sealed(asked):
    page = Client().get(BOOK, {"start": fields()["start"]}).content.decode()
    assert 'name="q_topic"' in page and "The roof" in page and 'enctype="multipart/form-data"' in page
    assert 'data-when="q_topic" data-is="roof"' in page and "Only if you answered" in page
    answer = Client().post(BOOK, roof(q_plan=photo()))
    assert answer.status_code == 302, answer.content.decode()
    one = booked()
    assert one.answers == {"topic": "roof", "height": "12", "plan": str(one.files[0])} and one.intake == 1
    with privileged():
        kept = Upload.objects.get()
        assert (kept.pk, kept.owner_id, kept.kind) == (one.files[0], one.person_id, "image/jpeg")
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("select answers from booking_booking")
            assert b"roof" not in bytes(cursor.fetchone()[0])
    shown = Client().get(answer["Location"]).content.decode()
    assert "The roof" in shown and "12" in shown and "Open the file" in shown


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"q_topic": ""}, "What is it about?"),
        ({"q_topic": "cellar"}, "What is it about?"),
        ({"q_height": ""}, "How many metres up?"),
        ({"q_height": "91"}, "How many metres up?"),
        ({"q_height": "high"}, "Write a number"),
        ({"q_plan": SimpleUploadedFile("plan.pdf", b"PK\x03\x04" + b"x" * 90)}, "Archives are not accepted"),
        ({"q_plan": SimpleUploadedFile("plan.jpg", b"\xff\xd8\xff\xe0 no picture")}, "cannot be read"),
        ({"q_plan": SimpleUploadedFile("plan.png", b"x" * 5_000_001)}, "larger than 5 MB"),
        ({"q_plan": SimpleUploadedFile("plan.pdf", b"<html><script>")}, "Programs and web pages"),
    ],
)  # fmt: skip
def test_what_is_wrong_gets_a_sentence_and_leaves_nothing(asked, given, sentence):
    for file in (one for one in given.values() if not isinstance(one, str)):
        file.seek(0)
    answer = Client().post(BOOK, roof(note="Kept words") | given)
    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page and "Kept words" in page
    with privileged():
        assert not Booking.objects.exists() and not Upload.objects.exists()


def test_what_was_not_asked_is_neither_demanded_nor_kept(asked):
    assert Client().post(BOOK, fields(intake="1", q_topic="wall", q_height="4")).status_code == 302
    assert booked().answers == {"topic": "wall"}


def test_a_form_that_changed_meanwhile_says_so_and_loses_nothing(asked):
    new = [ROOF[0], {"key": "when", "kind": "date", "required": True, "words": {"en": {"label": "Since when?"}}}]
    assert ask(asked, new) == 2
    answer = Client().post(BOOK, roof(note="Kept words"))
    page = answer.content.decode()
    assert answer.status_code == 409 and "The questions have changed" in page
    assert "Kept words" in page and "Since when?" in page and 'name="intake" value="2"' in page
    assert 'value="roof" id="id_q_topic_0" checked' in page or "checked" in page
    assert "This is no longer asked" in page and "۱۲" in page
    again = fields(intake="2", q_topic="roof", q_when="1405/08/20")
    assert Client().post(BOOK, again).status_code == 302
    assert booked().answers == {"topic": "roof", "when": "2026-11-11"}


def test_a_time_that_is_taken_carries_the_answers_on(asked):
    assert Client().post(BOOK, roof()).status_code == 302
    answer = Client().post(BOOK, roof(email="other@example.org"))
    page = answer.content.decode()
    assert answer.status_code == 409 and 'name="q_topic" value="roof"' in page and "The roof" in page


def test_the_hosts_of_the_booking_see_them_and_nobody_else(asked):
    Client().post(BOOK, roof(q_plan=photo()))
    one = booked()
    file = f"/o/tidboken/calendar/booking/{one.pk}/file/{one.files[0]}/"
    with acting(PUBLIC):
        host, other, administrator = (
            log_in(p) for p in (asked.h1.person_id, asked.h2.person_id, asked.administrator.pk)
        )
    page = host.get("/o/tidboken/calendar/", {"view": "list"}).content.decode()
    assert "What is it about?" in page and "The roof" in page and file in page
    got = host.get(file)
    content = b"".join(got.streaming_content)
    assert got["Content-Disposition"].startswith("attachment") and b"4711" not in content and content[:2] == b"\xff\xd8"
    for stranger in (other, administrator, Client()):
        assert stranger.get(file).status_code == 404
        assert "The roof" not in stranger.get("/o/tidboken/calendar/", {"view": "list"}).content.decode()
    with acting(asked.as_host(asked.h2)):
        assert not Booking.objects.exists()


def test_the_guest_corrects_them_by_the_link(asked):
    link = Client().post(BOOK, roof(q_plan=photo()))["Location"].removesuffix("?new")
    (first,) = booked().files
    page = Client().get(link + "answers/").content.decode()
    assert "How many metres up?" in page and 'value="12"' in page
    assert Client().post(link + "answers/", {"intake": "1", "q_topic": "wall"}).status_code == 302
    assert booked().answers == {"topic": "wall", "plan": str(first)}
    with TestCase.captureOnCommitCallbacks(execute=True):
        sent = {"intake": "1", "q_topic": "wall", "q_plan": SimpleUploadedFile("b.txt", b"Words\n")}
        assert Client().post(link + "answers/", sent).status_code == 302
    one = booked()
    assert one.files != [first] and not uploads.place(first).exists()
    with privileged():
        assert [u.pk for u in Upload.objects.all()] == one.files
    assert b"".join(Client().get(f"{link}answers/file/{one.files[0]}/").streaming_content) == b"Words\n"
    assert Client().get(f"{link}answers/file/{first}/").status_code == 404
    assert Client().post(link + "answers/", {"intake": "1"}).status_code == 422
    forged = link.replace("/booking/", "/booking/x")
    assert Client().get(forged + "answers/").status_code == 404


def test_my_data_has_each_answer_below_its_question_and_leads_to_where_it_is_corrected(asked):
    answer = Client().post(BOOK, roof(q_plan=photo()))
    assert answer.status_code == 302
    with privileged():
        booking = Booking.objects.get()
    mine = f"/o/tidboken/my/{quote(my_links.token(booking.person_id))}/"
    page = Client().get(mine, headers={"accept-language": "en"}).content.decode()
    assert "What is it about?: The roof" in page and "How many metres up?: 12" in page
    (change,) = set(re.findall(r'href="([^"]+/answers/)"', page))
    assert Client().get(change).status_code == 200
    with acting(asked.guest(booking.pk)):
        cancel(booking_id=booking.pk)
    assert "/answers/" not in Client().get(mine).content.decode()


def test_answers_and_files_go_with_the_bookings_time(asked):
    from tests.booking.test_retention import swept_at

    Client().post(BOOK, roof(q_plan=photo()))
    with privileged():
        (file,) = Booking.objects.get().files
    swept_at(TUESDAY + timedelta(hours=9, minutes=45, days=30, seconds=90))
    one = booked()
    assert (one.answers, one.files, one.intake) == ({}, [], 1)
    with privileged():
        assert not Upload.objects.filter(pk=file).exists()


def test_only_who_sent_the_form_gives_its_answers(asked):
    """booking.settle is for the form's own key, once."""
    from django.db import connection

    Client().post(BOOK, roof())
    one = booked()

    def settle(key):
        with connection.cursor() as cursor:
            cursor.execute("select booking.settle(%s, %s, 1, 'x', '{}')", [key, one.pk])
            return cursor.fetchone()[0]

    assert not settle(UUID(int=1)) and not settle(one.request_key)
    with acting(asked.as_host(asked.h1)), connection.cursor() as cursor:
        cursor.execute("select booking.write_answers(%s, 1, 'x', '{}')", [one.pk])
        assert cursor.fetchone()[0] is None
    assert booked().answers["topic"] == "roof"


def test_who_booked_without_being_asked_answers_later(asked):
    from tests.booking.test_actions import order
    from tillit.booking import links

    booking, _new = order(asked.kinds["consultation"], at(10))
    link = f"/o/tidboken/booking/{links.token(booking)}/"
    assert "still open" in Client().get(link).content.decode()
    assert Client().post(link + "answers/", {"intake": "1", "q_topic": "wall"}).status_code == 302
    assert booked().answers == {"topic": "wall"}


QUESTIONS = "/o/tidboken/calendar/offers/{}/questions/"


def test_an_administrator_makes_tries_and_publishes_questions(desk):
    with acting(PUBLIC):
        administrator, host = log_in(desk.administrator.pk), log_in(desk.h1.person_id)
    here = QUESTIONS.format(desk.kinds["consultation"].pk)

    def add(**typed):
        return administrator.post(here + "new/", {"required": "on", **typed})

    assert "Nothing is asked" in administrator.get(here).content.decode()
    choice = {"kind": "choice", "label_sv": "Vilken del?", "label_en": "Which part?"}
    assert add(**choice, options_sv="Taket").status_code == 422
    assert add(**choice, options_sv="Taket\nEn vägg", options_en="The roof\nA wall").status_code == 302
    conditional = {"kind": "number", "label_sv": "Hur högt?", "least": "1", "most": "90"}
    assert "Taket" in administrator.get(here + "new/").content.decode()
    assert add(**conditional, when="vilken-del=garden").status_code == 422
    assert add(**conditional, when="vilken-del=taket").status_code == 302
    booking = Client().get(BOOK, {"start": fields()["start"]})
    assert "Which part?" not in booking.content.decode(), "a draft is nobody else's"
    tried = administrator.post(here + "preview/", {"q_vilken-del": "taket", "q_hur-hogt": "12"})
    assert tried.status_code == 200 and "It would be taken so" in tried.content.decode()
    assert administrator.post(here + "preview/", {"q_vilken-del": "taket"}).status_code == 422
    up = administrator.post(here + "arrange/", {"do": "up:hur-hogt"}, follow=True)
    assert "hangs on an answer" in up.content.decode()
    assert "Published" in administrator.post(here + "arrange/", {"do": "publish"}, follow=True).content.decode()
    for language, words in (("sv", "En vägg"), ("en", "The roof"), ("fa", "The roof")):
        page = Client().get(BOOK, {"start": fields()["start"], "language": language})
        assert words in page.content.decode()
    reworded = choice | {"options_sv": "Hela taket\nEn vägg", "options_en": "The whole roof\nA wall"}
    assert administrator.post(here + "one/vilken-del/", reworded).status_code == 302
    with acting(Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")):
        from tillit.booking.intake.actions import draft_of

        kept = read(draft_of(desk.kinds["consultation"]).questions)
    assert [option.key for option in kept[0].options] == ["taket", "en-vagg"] and kept[0].option("taket")
    administrator.post(here + "arrange/", {"do": "throw-away"})
    assert "Hela taket" not in administrator.get(here + "preview/").content.decode()
    for stranger in (host, Client()):
        for page in ("", "new/", "preview/", "one/vilken-del/"):
            assert stranger.get(here + page).status_code == 404
        assert stranger.post(here + "arrange/", {"do": "publish"}).status_code == 404
    for remove in ("hur-hogt", "vilken-del"):
        administrator.post(here + "arrange/", {"do": f"remove:{remove}"})
    assert (
        "Nothing is asked any more"
        in administrator.post(here + "arrange/", {"do": "publish"}, follow=True).content.decode()
    )
    assert Client().post(BOOK, fields()).status_code == 302


def test_what_is_published_never_changes(asked):
    from django.db import ProgrammingError, transaction

    from tillit.booking.models import IntakeForm

    administrator = Actor(organisation=asked.organisation.pk, person=asked.administrator.pk, office="member")
    with acting(administrator):
        assert not IntakeForm.objects.filter(version=1).update(questions=[])
        assert not IntakeForm.objects.filter(version=1).delete()[0]
    for other in (asked.as_host(asked.h1), asked.visitor()):
        with acting(other):
            assert not IntakeForm.objects.filter(version=0).exists() and IntakeForm.objects.filter(version=1).exists()
            with pytest.raises(ProgrammingError), transaction.atomic():
                IntakeForm.objects.create(
                    organisation=asked.organisation, meeting_type=asked.kinds["consultation"], version=2, questions=[]
                )
