"""Asking by the public form and by the doors: nothing counts before the address has answered."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from django.test import Client

from tests.conftest import privileged
from tests.kernel import support
from tillit.desk import actions
from tillit.desk.models import Thread
from tillit.identity.models import Person
from tillit.kernel import clock
from tillit.kernel.tables import Upload


def test_a_stranger_proves_their_address_first(house):
    page = house.write()
    asked = house.thread()
    assert asked.reference in page.content.decode()
    assert asked.state == "unproven" and asked.due is None
    link = house.link()
    inbox = house.browser(house.sara).get(house.url("desk/"))
    assert asked.reference not in inbox.content.decode()
    assert "Was it you who wrote this?" in Client().get(link).content.decode()
    assert Client().post(link, {"do": "me"}).status_code == 302
    assert house.thread().state == "new"
    inbox = house.browser(house.sara).get(house.url("desk/")).content.decode()
    assert asked.reference in inbox and "Vera Ask" in inbox


def test_nobody_confirms_and_it_is_forgotten(house):
    house.write()
    asked = house.thread()
    house.sweep(clock.now() + actions.PROOF_LIFE + timedelta(minutes=1))
    with privileged():
        assert not Thread.objects.filter(pk=asked.pk).exists()
        assert Person.objects.get(pk=asked.person_id).display_name == ""


def test_it_was_not_me(house):
    house.write()
    answer = Client().post(house.link(), {"do": "withdraw"}, follow=True)
    assert answer.status_code == 200 and answer.redirect_chain[-1][0] == house.url("contact/")
    with house.acts(house.admin):
        assert not Thread.objects.exists(), "the desk never sees it"
    house.sweep(clock.now() + timedelta(minutes=1))
    with privileged():
        assert not Thread.objects.filter(channel="form").exists()


def test_a_member_asks_behind_their_login(house):
    browser = house.browser(house.member)
    answer = browser.post(house.url("me/matters/"), {"kind": "praise", "words": "Well done."}, follow=True)
    assert answer.status_code == 200 and "Well done." in answer.content.decode()
    made = house.thread()
    assert (made.state, made.channel, made.person_id) == ("new", "product", house.member)
    assert house.browser(house.nils).get(house.url(f"me/matters/{made.pk}/")).status_code == 404
    support.react()
    told = [mail for mail in support.mails() if mail.to == "mona-medlem-tidboken@example.org"]
    assert f"/me/matters/{made.pk}/" in told[-1].text


def test_the_link_opens_one_matter_and_nothing_else(house):
    thread = house.proven()
    link = house.link()
    assert Client().get(link).status_code == 200
    assert Client().get(link[:-2] + "x/").status_code == 404
    assert Client().get(link.replace(house.slug, "annat")).status_code == 404
    token = link.rstrip("/").rsplit("/", 1)[1]
    assert Client().get(house.url(f"my/{token}/")).status_code == 404
    house.proven(email="hugo@example.org", name="Hugo")
    assert thread.reference in Client().get(link).content.decode()


def test_a_file_goes_along_and_goes_away(house):
    upload = BytesIO(b"%PDF-1.7 my bill")
    upload.name = "../../bill.exe"
    house.write(file=upload)
    Client().post(house.link(), {"do": "me"})
    thread = house.thread()
    page = house.browser(house.sara).get(house.url(f"desk/{thread.pk}/")).content.decode()
    path = page.split("/file")[0].rsplit('"', 1)[1] + "/file"
    got = house.browser(house.sara).get(path)
    assert b"".join(got.streaming_content) == b"%PDF-1.7 my bill"
    assert "bill.exe.pdf" in got["Content-Disposition"] and "attachment" in got["Content-Disposition"]
    assert house.browser(house.desk.h1.person_id).get(path).status_code == 403
    house.sweep(clock.now() + timedelta(days=366))
    with privileged():
        assert not Upload.objects.exists()


def test_a_program_is_no_attachment(house):
    upload = BytesIO(b"MZ\x90 a program")
    upload.name = "bill.pdf"
    answer = house.write(file=upload)
    assert answer.status_code == 422
    with privileged():
        assert not Thread.objects.exists()


def test_words_are_words(house):
    nasty = "<script>alert(1)</script> {{ 7*7 }} %s '; drop table desk_thread; --"
    thread = house.proven(words=nasty, name="</h1><img src=x>")
    page = house.browser(house.sara).get(house.url(f"desk/{thread.pk}/")).content.decode()
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page and "<img src=x>" not in page
    assert house.said(thread) == [("them", nasty)]


def test_line_breaks_in_an_address_are_refused(house):
    for email in ("a@example.org\r\nBcc: b@example.org", "a@b@c", "", "x" * 300 + "@example.org"):
        assert house.write(email=email).status_code == 422


def test_too_many_are_slowed_down(house):
    answers = [house.write(email=f"a{n}@example.org").status_code for n in range(7)]
    assert answers == [200] * 6 + [429]


def test_mails_of_one_matter_belong_together_and_say_nothing(house):
    thread = house.proven()
    from email import message_from_bytes

    from tillit.kernel import mail
    from tillit.kernel.tables import Mail, SentMail

    with privileged():
        rows = [*Mail.objects.all(), *SentMail.objects.all()]
        sent = [message_from_bytes(mail.opened(row.content, row.pk)) for row in rows]
    threads = {one["References"] for one in sent if one["To"] == "vera@example.org"}
    assert len(threads) == 1 and str(thread.pk) in threads.pop()
    for one in sent:
        assert "lamp" not in one.as_string() and "billed" not in one.as_string()
