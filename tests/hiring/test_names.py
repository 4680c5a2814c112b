"""Nobody's full name reaches the other by what booking sends and shows of times that two agreed on; and these change
only where they were agreed on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.conftest import privileged
from tests.hiring.conftest import SATURDAY, Work
from tests.hiring.test_pages import browser
from tests.kernel import support
from tillit.access import Actor, acting
from tillit.booking import links
from tillit.booking.actions import NotBooked
from tillit.booking.away.actions import NotHandedOver, hand_over
from tillit.booking.models import Booking, Host
from tillit.booking.queries import get_booking, my_host
from tillit.hiring import queries
from tillit.journeys import book, rights, telling
from tillit.journeys.hire import agreeing
from tillit.journeys.hire import rights as hired

HOME = "/o/omsorgstorget/"


def said() -> str:
    """All that was sent, with its files."""
    found = []
    for one in support.mails():
        files = [file.content.decode().replace("\r\n ", "") for file in one.attachments]
        found.append("\n".join([one.subject, one.text, one.html, one.sender, *files]))
    return "\n".join(found)


def bookings() -> list[Any]:
    with privileged():
        return list(Booking.objects.select_related("meeting__meeting_type").order_by("made", "pk"))


def test_no_full_name_in_mails_files_and_calendars(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    with privileged():  # as an administrator may have made her a host, by her full name
        Host.objects.filter(person_id=work.person("Petra")).update(name="Petra Nyström")
    job = work.agreed()
    with work.as_("Petra"):
        meeting = agreeing.propose_meeting(
            seeker=work.person("Sara"), provider=work.person("Petra"), starts=[SATURDAY - timedelta(days=2)]
        )
    with work.as_("Sara"):
        agreeing.pick(queries.get_meeting(meeting), SATURDAY - timedelta(days=2))
    with privileged():
        Host.objects.filter(person_id=work.person("Petra")).update(name="Petra Nyström")
    support.react()
    rows = bookings()
    assert len(rows) == 2 and all(one.between_two for one in rows)
    organisation = rows[0].organisation_id
    given: list[str] = []

    def kept(kind: Any, to: Any, words: Any, where: Any) -> None:
        files = [file.content.decode().replace("\r\n ", "") for file in words.attachments]
        given.append("\n".join([to.name.split()[0], words.template, str(words.context), *files]))

    monkeypatch.setattr(telling.notify, "send", kept)  # whichever way it takes: mail, file, push or inside
    with acting(Actor(organisation=organisation, office="reaction")):
        for one in rows:
            telling.tell(one.pk, organisation, "reminder")
            telling.tell(one.pk, organisation, "moved", "REQUEST")
    assert {one.split("\n")[0] for one in given} == {"Sara", "Petra"} and len(given) == 8
    assert all(("Petra" if one.startswith("Sara") else "Sara") in one.split("\n", 1)[1] for one in given)
    every = said() + "\n".join(given)
    assert every.count("BEGIN:VCALENDAR") >= 4
    for name in ("Holm", "Nystr"):
        assert name not in every, name
    petra = browser(work, "Petra")
    for path in ("calendar/?view=list&on=2026-11-23", *(f"calendar/meeting/{one.meeting_id}/" for one in rows)):
        page = petra.get(HOME + path)
        assert page.status_code == 200, path
        text = page.content.decode()
        assert "Sara" in text and "Holm" not in text and "may see who this was" not in text
    for one in rows:
        for path in ("", "calendar.ics"):
            answer = Client().get(f"{HOME}booking/{links.token(one.pk)}/{path}")
            assert answer.status_code in (200, 404), path
            assert "Nystr" not in answer.content.decode()
    assert queries.of_bookings([]) == {} and job


def test_they_change_only_where_they_were_agreed_on(work: Work) -> None:
    job = work.agreed()
    (one,) = bookings()
    minute = int((SATURDAY + timedelta(hours=5)).timestamp() // 60)
    with work.as_("Petra"):
        for change in (
            lambda: book.cancel(booking_id=one.pk),
            lambda: book.move_as_host(booking_id=one.pk, minute=minute),
        ):
            with pytest.raises(NotBooked, match=r"agreed|gone"):
                change()
        host = my_host()
        assert host is not None and get_booking(one.pk).fixed
        with pytest.raises(NotHandedOver, match="agreed"):
            hand_over(one.meeting_id, host)
    petra = browser(work, "Petra")
    shown = petra.get(f"{HOME}calendar/meeting/{one.meeting_id}/").content.decode()
    assert f"{HOME}jobs/{job}/" in shown and "Cancel the booking" not in shown
    assert petra.get(f"{HOME}calendar/booking/{one.pk}/move/").status_code in (302, 404)
    with work.as_("Sara"):
        assert list(hired.tells(work.person("Sara"))) and list(hired.rests(work.person("Sara")))
        assert not list(rights.tells(work.person("Sara")))  # said once
        hired.cancel(work.person("Sara"))
    before = len(support.mails())
    support.react()
    assert work.job(job, "Petra").state == "cancelled" and bookings()[0].state == "cancelled"
    assert len(support.mails()) > before


def test_a_review_gives_no_contact(work: Work) -> None:
    from tillit.journeys.hire.forms import AnswerForm, ReviewForm

    form = ReviewForm({"stars": "5", "words": "Ring henne på 070-174 06 31", "signature": "Sara"}, names=["Sara"])
    assert not form.is_valid() and "words" in form.errors
    assert not AnswerForm({"words": "Skriv till petra@example.org"}).is_valid()
    assert ReviewForm({"stars": "5", "words": "Varm.", "signature": "Sara"}, names=["Sara"]).is_valid()
