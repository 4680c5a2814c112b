"""The pages: writing, the contact guard, warnings, files, blocking, a stranger."""

from __future__ import annotations

import io
import re

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.conftest import privileged
from tests.kernel import support
from tests.messaging.conftest import HELLO, Talking
from tillit.kernel.ids import new_id
from tillit.messaging import actions, queries


def words_left(page: str) -> str:
    return re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", page, re.S)[1]


def test_writing_and_reading(talking: Talking) -> None:
    thread = talking.begin()
    petra = talking.browser("Petra")
    page = petra.get(talking.url()).content.decode()
    assert HELLO in page and "thread-new" in page
    page = petra.get(talking.url(f"{thread}/")).content.decode()
    assert HELLO in page
    assert "thread-new" not in petra.get(talking.url()).content.decode()
    key = str(new_id())
    for _twice in range(2):
        answer = petra.post(talking.url(f"{thread}/"), {"words": "Vad roligt!", "key": key})
        assert answer.status_code == 302
    assert talking.seen_by("Sara", thread) == [HELLO, "Vad roligt!"]


def test_a_stranger_finds_nothing(talking: Talking) -> None:
    thread = talking.begin()
    message = talking.rows()[0].pk
    for first in ("Amir", "Maria", "Jonas"):
        browser = talking.browser(first)
        assert HELLO not in browser.get(talking.url()).content.decode()
        for path in (f"{thread}/", f"{new_id()}/", f"{thread}/{message}/{new_id()}"):
            assert browser.get(talking.url(path)).status_code == 404
        for what in ("block", "tell-read", "take-back"):
            assert browser.post(talking.url(f"{thread}/{what}/"), {"message": message}).status_code == 404
        assert browser.post(talking.url(f"{thread}/"), {"words": "Hej"}).status_code == 404
    assert talking.browser().get(talking.url(f"{thread}/")).status_code == 302


def test_a_number_asks_the_writer(talking: Talking) -> None:
    thread = talking.begin()
    with privileged():
        petra = talking.market.person("Petra")
        petra.phone = "+46701740631"
        petra.save()
    browser, url = talking.browser("Petra"), talking.url(f"{thread}/")
    typed = {"words": "Ring mig på ۰۷۰ ۱۷۴ ۰۶ ۳۱ om det är något.", "key": str(new_id())}
    answer = browser.post(url, typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and "<mark>" in page and 'value="share:phone"' in page
    assert words_left(page) == typed["words"]
    assert len(talking.rows()) == 1
    left = browser.post(url, typed | {"do": "leave-out:phone"}).content.decode()
    assert words_left(left) == "Ring mig på om det är något."
    shown = browser.post(url, typed | {"do": "share:phone"}).content.decode()
    assert words_left(shown) == "Ring mig på om det är något."
    with privileged():
        from tillit.access.models import Grant

        (grant,) = Grant.objects.filter(subject=petra)
    assert (grant.scope, grant.grantee_id) == ("contact.phone", talking.id("Sara"))
    assert browser.post(url, typed).status_code == 302  # she sees it anyhow now
    assert browser.post(url, {"words": "Skriv till petra@example.org", "do": "anyway"}).status_code == 302
    assert len(talking.rows()) == 3


def test_the_reader_is_warned_and_the_writer_is_not(talking: Talking) -> None:
    thread = talking.begin()
    words = "Kan vi betala i förväg med en check, och kan du skriva till honom i en annan app?"
    talking.send(thread, "Sara", words)
    warned = talking.browser("Petra").get(talking.url(f"{thread}/")).content.decode()
    assert "notice-soon" in warned and warned.index("notice-soon") < warned.index("<textarea")
    assert "notice-soon" not in talking.browser("Sara").get(talking.url(f"{thread}/")).content.decode()


def test_a_million_characters_are_refused_and_kept(talking: Talking) -> None:
    thread = talking.begin()
    words = "hej du " * 142_858
    answer = talking.browser("Petra").post(talking.url(f"{thread}/"), {"words": words})
    assert answer.status_code == 422
    assert words_left(answer.content.decode()).strip() == words.strip()
    assert len(talking.rows()) == 1


def test_a_picture_is_seen_by_both_and_by_nobody_else(talking: Talking) -> None:
    thread = talking.begin()
    picture = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "Storgatan 12"
    Image.new("RGB", (40, 40), "green").save(picture, "JPEG", exif=exif)
    sent = SimpleUploadedFile("katt.jpg", picture.getvalue(), "image/jpeg")
    answer = talking.browser("Petra").post(talking.url(f"{thread}/"), {"words": "Katten", "files": [sent]})
    assert answer.status_code == 302
    page = talking.browser("Sara").get(talking.url(f"{thread}/")).content.decode()
    address = re.search(r'<img class="msg-picture" src="([^"]+)"', page)[1]
    got = b"".join(talking.browser("Sara").get(address).streaming_content)
    assert got.startswith(b"\xff\xd8\xff") and b"Storgatan" not in got
    assert talking.browser("Amir").get(address).status_code == 404
    svg = SimpleUploadedFile("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "image/svg+xml")
    assert talking.browser("Petra").post(talking.url(f"{thread}/"), {"words": "x", "files": [svg]}).status_code == 422


def test_blocked_looks_the_same_to_the_writer(talking: Talking) -> None:
    thread = talking.begin()
    talking.send(thread, "Petra", "Hej")
    petra, sara = talking.browser("Petra"), talking.browser("Sara")
    assert petra.post(talking.url(f"{thread}/block/")).status_code == 302
    assert sara.post(talking.url(f"{thread}/"), {"words": "Hallå?"}).status_code == 302
    assert "Hallå?" in sara.get(talking.url(f"{thread}/")).content.decode()
    page = petra.get(talking.url(f"{thread}/")).content.decode()
    assert "Hallå?" not in page and "<textarea" not in page


def test_whoever_has_not_looked_is_told_once(talking: Talking) -> None:
    thread = talking.begin("Petra", "Sara")
    talking.send(thread, "Petra", "En till")
    support.react()
    told = [mail for mail in support.mails() if mail.to.startswith("sara")]
    assert len(told) == 1 and "Petra" not in told[0].text and HELLO not in told[0].text


def test_a_thousand_messages_come_in_pages(talking: Talking) -> None:
    thread = talking.begin()
    for number in range(120):
        talking.send(thread, "Sara" if number % 2 else "Petra", f"nummer {number}")
    with talking.as_("Sara"):
        seen: list[str] = []
        before = ""
        while True:
            page = queries.said(thread, before=before)
            seen = [one.words for one in page.messages] + seen
            if not page.earlier:
                break
            before = page.earlier
    assert seen == [HELLO, *(f"nummer {number}" for number in range(120))]
    browser = talking.browser("Sara")
    page = browser.get(talking.url(f"{thread}/")).content.decode()
    assert "nummer 119" in page and "?before=" in page and "nummer 3<" not in page
    assert browser.get(talking.url(f"{thread}/?before=rubbish")).status_code == 200


def test_names_and_words_are_text_and_nothing_else(talking: Talking) -> None:
    thread = talking.begin(words="<script>alert(1)</script>\u202e hej " + "x" * 900)
    page = talking.browser("Petra").get(talking.url(f"{thread}/")).content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    with talking.as_("Petra"):
        actions.mark_read(thread, queries.talk(thread).words_at)


def test_what_is_looked_for_is_public(talking: Talking) -> None:
    page = talking.browser().get(talking.url("looked-for/"))
    assert page.status_code == 200 and "notice-soon" not in page.content.decode()
