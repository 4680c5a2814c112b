"""Everything that is held stands on the page: what for, until when, and who sees it; and is corrected there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel.support import mails, react
from tests.privacy.test_registry import give_login
from tillit import evidence
from tillit.access import PUBLIC, Actor, acting
from tillit.access import actions as access
from tillit.booking.models import Booking
from tillit.evidence import queries as log
from tillit.identity.models import Person
from tillit.kernel import clock
from tillit.privacy import registry
from tillit.privacy.rights import proofs

NAME = "identity.person.display_name"
EMAIL = "identity.person.email"
PHONE = "identity.person.phone"
NOTE = "booking.booking.note"


def person(guest):
    with privileged():
        return Person.objects.get(pk=guest.pk)


def test_a_guest_reads_all_of_it(grace, ali):
    page = grace.page("data")
    for said in ("Grace Miller", "grace@example.org", "My knee", "Stockholm", "English", "Helena Lind"):
        assert said in page, said
    assert "1 person sees something of you now" in page
    assert "24\u00a0December" in page.replace("&nbsp;", "\u00a0")  # thirty days after the meeting
    for other in ("Ali", "ali@example.org", "My back", "Omid"):
        assert other not in page
    with grace.acts():
        held = [one for one in registry.held(grace.pk) if isinstance(one.value, str) and one.label != "x"]
    missing = [one.label for one in held if "event" not in one.label and one.what.name in {"NAME", "EMAIL", "PHONE"}
               and one.value not in page]  # fmt: skip
    assert not missing


def test_a_host_reads_all_of_it_and_never_a_secret(desk):
    with privileged():
        helena = Person.objects.get(pk=desk.h1.person_id)
    give_login(helena)
    with acting(PUBLIC):
        page = log_in(helena.pk).get("/o/tidboken/me/").content.decode()
    for said in ("Helena Lind", "Your hours", "Monday: 09:00–16:00", "never shown to anybody", "it is public"):
        assert said in page, said
    assert "argon2" not in page and "Administrator" in page


def test_the_end_of_a_grant_is_seen(grace):
    assert "Helena Lind" in grace.page("data")
    with grace.acts():
        access.take_back_all()
    assert "1 person" not in grace.page("data")


def test_a_name_is_corrected_in_place(grace):
    page = grace.page("correct", label=NAME, row=grace.pk)
    assert "Grace Miller" in page and 'class="told"' in page
    assert grace.post("correct", {"value": ""}, label=NAME, row=grace.pk).status_code == 422
    assert grace.post("correct", {"value": "Grace Hopper"}, label=NAME, row=grace.pk).status_code == 302
    assert person(grace).display_name == "Grace Hopper"
    with grace.acts():
        (first, *_rest) = log.my_events()
    assert (first.name, first.detail) == ("privacy.detail.corrected", {"what": NAME})


def test_a_phone_is_added_corrected_and_deleted(grace):
    assert grace.post("correct", {"value": "12"}, label=PHONE, row=grace.pk).status_code == 422
    assert grace.post("correct", {"value": "070-174 06 05"}, label=PHONE, row=grace.pk).status_code == 302
    assert person(grace).phone == "+46701740605"
    assert "Or delete it" in grace.page("correct", label=PHONE, row=grace.pk)
    assert grace.post("correct", {"delete": "yes"}, label=PHONE, row=grace.pk).status_code == 302
    assert person(grace).phone == ""
    with grace.acts():
        assert log.my_events()[0].name == "privacy.detail.deleted"


def test_what_was_written_is_rewritten_and_deleted(grace):
    assert grace.post("correct", {"value": "My elbow"}, label=NOTE, row=grace.booking).status_code == 302
    with grace.acts():
        assert Booking.objects.get(pk=grace.booking).note == "My elbow"
    grace.post("correct", {"delete": "yes"}, label=NOTE, row=grace.booking)
    with grace.acts():
        assert Booking.objects.get(pk=grace.booking).note == ""


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_corrects_what_is_not_theirs(grace, ali, method):
    for label, row in (
        (NAME, ali.pk),
        (NOTE, ali.booking),
        ("booking.booking.cancel_reason", grace.booking),
        ("x", ali.pk),
    ):
        url = grace.url("correct", label=label, row=row)
        assert getattr(Client(), method)(url, {"value": "Eve", "delete": "yes"}).status_code == 404
    assert person(ali).display_name == "Ali Karimi"


def test_a_name_is_not_deleted_alone(grace):
    assert grace.post("correct", {"delete": "yes"}, label=NAME, row=grace.pk).status_code == 422
    assert person(grace).display_name == "Grace Miller"


def test_a_new_address_is_proven_by_mail(grace):
    react()
    before = len(mails())
    answer = grace.post("correct", {"value": "new@example.org"}, label=EMAIL, row=grace.pk)
    assert person(grace).email == "grace@example.org"  # not before it is proven
    (sent,) = mails()[before:]
    assert sent.to == "new@example.org"
    assert "://" not in sent.text, "whoever reads that mailbox reaches nothing of hers"
    page = Client().get(answer.url)
    assert page.status_code == 200 and "new@example.org" in page.content.decode()
    (code,) = re.findall(r"\b\d{4} \d{4}\b", sent.text)
    assert code not in page.content.decode() and code.replace(" ", "") not in page.content.decode()
    assert Client().post(answer.url, {"code": "1234 567"}).status_code == 422
    assert person(grace).email == "grace@example.org"
    assert (
        Client().post(answer.url, {"code": code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))}).status_code
        == 302
    )
    found = person(grace)
    assert found.email == "new@example.org"
    with acting(Actor(office="member", person=grace.pk, organisation=grace.organisation)):
        assert Person.objects.filter(email__is="NEW@example.org").exists()
    told = mails()[-1]
    assert told.to == "grace@example.org" and "another address" in told.text


def test_a_code_is_not_guessed(grace):
    proof = proofs.Proof(grace.pk, EMAIL, grace.pk, "new@example.org", "12345678")
    token = proof.token()
    for _try in range(5):
        assert "not the code" in grace.post("prove", {"code": "0000 0000"}, proof=token).content.decode()
    assert "too often" in grace.post("prove", {"code": "1234 5678"}, proof=token).content.decode()
    assert person(grace).email == "grace@example.org"
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert grace.post("prove", {"code": "1234 5678"}, proof=token).status_code == 302
    assert person(grace).email == "new@example.org"


def test_a_proof_is_ones_own_and_ends(grace, ali):
    token = proofs.Proof(grace.pk, EMAIL, grace.pk, "new@example.org").token()
    assert grace.get("prove", proof=token).status_code == 200
    assert ali.get("prove", proof=token).status_code == 410
    assert ali.post("prove", {"code": "1"}, proof=token).status_code == 410
    assert grace.get("prove", proof=token[:-3]).status_code == 410
    with clock.at(clock.now() + timedelta(days=2)):
        assert grace.get("prove", proof=token).status_code == 410
    assert person(ali).email == "ali@example.org"


def test_what_was_sent_is_told(grace):
    assert "Nothing of you has left this place" in grace.page("data")
    with acting(Actor(office="mail", organisation=grace.organisation)):
        evidence.record(
            "kernel.egress.departed",
            subject=grace.pk,
            reason="dpv:CommunicationManagement",
            detail={"to": "smtp", "categories": ["pd:EmailAddress"]},
        )
    page = grace.page("data")
    assert "Nothing of you has left this place" not in page
    assert "e-mail address, reach you about what was agreed" in page
