"""One action tells a person by every channel that is on for them, and notes what was held back and why."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.management import call_command

from tests.booking.conftest import NOW
from tests.booking.test_actions import at, order
from tests.conftest import privileged
from tests.kernel.support import jobs, mails, react, worker_rights
from tests.notify.test_bounces import MAIL, report
from tillit import notify
from tillit.access import acting
from tillit.kernel import clock, tasks
from tillit.notify import actions, deliveries, kinds, links, queries
from tillit.notify.kinds import Channel, How
from tillit.notify.models import Note, Sending, Stop, Text
from tillit.privacy.rights import actions as rights

ALL = (Channel.MAIL, Channel.SMS, Channel.PUSH, Channel.INSIDE)
PLAIN = kinds.declare("tests.plain", says="Tests", offered=ALL)
LOUD = kinds.declare("tests.loud", says="Tests", offered=ALL, on=(Channel.SMS,))
URGENT = kinds.declare("tests.urgent", says="Tests", offered=ALL, on=(Channel.SMS,), urgent=True)
NEWS = kinds.declare("tests.news", says="News", offered=(Channel.MAIL,), on=(Channel.MAIL,), consent="news")


@pytest.fixture(autouse=True)
def demo(monkeypatch):
    monkeypatch.setenv("TILLIT_MODE", "demo")


@pytest.fixture
def said():
    return notify.Said("journeys/made", words(), path="/o/tidboken/", about=())


def words(**more):
    start = NOW + timedelta(days=1)
    return {
        "title": "Consultation", "place": "video", "others": ["Helena Lind"], "start": start,
        "end": start + timedelta(minutes=45), "zone": "Europe/Stockholm", "other_zone": "Europe/Stockholm",
        "to_guest": True, **more,
    }  # fmt: skip


def to(guest, **more):
    given = {"name": "Grace Miller", "email": "grace@example.org", "phone": "+46701740605", "language": "en"}
    return notify.To(person=guest.pk, zone="Europe/Stockholm", **{**given, **more})


def tell(kind, guest, said, desk, **more):
    with acting(desk.visitor()):
        notify.send(kind, to(guest, **more), said, desk.organisation)
    with privileged():
        return [(s.channel, s.state, s.why) for s in Sending.objects.filter(kind=kind.name).order_by("id")]


def test_by_mail_and_in_the_product(desk, grace, said):
    react()
    before = len(mails())
    assert tell(PLAIN, grace, said, desk) == [("mail", "waiting", ""), ("inside", "sent", "")]
    react()
    (sent,) = mails()[before:]
    assert sent.to == "grace@example.org" and "Consultation" in sent.subject
    with privileged():
        (note,) = Note.objects.filter(kind="tests.plain")
        assert Sending.objects.get(kind="tests.plain", channel="mail").state == "sent"
    with grace.acts():
        assert Note.objects.get(pk=note.pk).words.startswith("Booked: Consultation")
        assert queries.unseen() >= 1


@pytest.mark.parametrize("address", ["x@" + "ä" * 60 + ".se", "x@a\u2028.se", "nobody"])
def test_an_address_that_is_none_keeps_nobody_else_from_being_told(desk, said, address):
    react()
    before = len(mails())
    order(desk.kinds["consultation"], at(13), name="Mallory", email=address)
    react()
    assert len(mails()) == before + 1, "the host hears of it"
    with privileged():
        assert Sending.objects.filter(channel="mail", state="held", why="address").count() == 1


def test_a_number_that_is_none_is_not_tried(desk, grace, said):
    assert tell(LOUD, grace, said, desk, phone="070") == [("sms", "held", "address")]


def test_nobody_else_reads_it(desk, grace, ali, said):
    tell(PLAIN, grace, said, desk)
    with ali.acts():
        assert not Note.objects.filter(kind="tests.plain").exists()
        assert not Sending.objects.filter(kind="tests.plain").exists()
    with acting(desk.as_host(desk.h1)):
        assert not Note.objects.filter(kind="tests.plain").exists()


def test_what_is_switched_off_is_not_sent(desk, grace, said):
    with grace.acts():
        actions.choose(PLAIN, Channel.MAIL, How.OFF)
    assert tell(PLAIN, grace, said, desk) == [("inside", "sent", "")]


def test_quiet_hours_hold_what_disturbs(desk, grace, said):
    with grace.acts():
        actions.choose_quiet((8 * 60, 12 * 60))  # it is 9 in Stockholm
    react()
    assert tell(LOUD, grace, said, desk) == [("sms", "waiting", "")]
    (waiting,) = [job for job in jobs() if job["task"] == "notify.send_text"]
    assert waiting["scheduled_at"] + clock.offset() == NOW + timedelta(hours=3)
    tell(URGENT, grace, said, desk)
    assert [job["scheduled_at"] for job in jobs() if job["task"] == "notify.send_text"].count(None) == 1


def test_promotional_mail_needs_consent_and_carries_its_end(desk, grace, said):
    assert tell(NEWS, grace, said, desk) == [("mail", "held", "consent")]
    with grace.acts():
        rights.agree("news")
    assert tell(NEWS, grace, said, desk)[-1] == ("mail", "waiting", "")
    with grace.acts():
        rights.object_to("marketing")
    assert tell(NEWS, grace, said, desk)[-1] == ("mail", "held", "consent")


def test_data_at_rest_is_told_nothing(desk, grace, said):
    with grace.acts():
        rights.rest("accuracy")
    states = {(channel, why) for channel, _state, why in tell(PLAIN, grace, said, desk)}
    assert states == {("mail", "rest"), ("inside", "rest")}


def at_rest(guest):
    rights.rest("accuracy")


def objects(guest):
    rights.object_to("marketing")


def switches_off(guest):
    for channel in (Channel.MAIL, Channel.SMS):
        actions.choose(BOTH, channel, How.OFF)


MUST = kinds.declare("tests.told", says="Tests", offered=(Channel.MAIL,), on=(Channel.MAIL,), must=True)
BOTH = kinds.declare("tests.both", says="Tests", offered=(Channel.MAIL, Channel.SMS), on=(Channel.MAIL, Channel.SMS))


@pytest.mark.parametrize(
    ("kind", "does", "why"), [(BOTH, at_rest, "rest"), (BOTH, switches_off, "off"), (NEWS, objects, "consent")]
)
def test_what_was_said_after_it_was_queued_holds_when_it_leaves(desk, grace, said, kind, does, why):
    with grace.acts():
        rights.agree("news")
    react()
    before = len(mails())
    assert {state for _channel, state, _why in tell(kind, grace, said, desk)} == {"waiting"}
    with grace.acts():
        does(grace)
    react()
    assert [mail for mail in mails()[before:] if "Consultation" in mail.subject] == []
    with privileged():
        assert {(s.state, s.why) for s in Sending.objects.filter(kind=kind.name)} == {("held", why)}
        assert not Text.objects.exists()


def test_what_must_be_told_leaves_all_the_same(desk, grace, said):
    react()
    tell(MUST, grace, said, desk)
    with grace.acts():
        rights.rest("accuracy")
    react()
    with privileged():
        assert Sending.objects.get(kind=MUST.name).state == "sent"


@pytest.mark.parametrize(("forged", "state"), [(False, "bounced"), (True, "sent")])
def test_a_report_is_read_from_standard_input(desk, grace, said, monkeypatch, capsys, forged, state):
    react()
    tell(PLAIN, grace, said, desk)
    react()
    with privileged():
        message = Sending.objects.get(kind="tests.plain", channel="mail").message_id
    mark = message.hex if not forged else message.hex[:-4] + "0000"
    given = io.TextIOWrapper(io.BytesIO(report(mark=mark).replace(str(MAIL).encode(), b"nobody")))
    monkeypatch.setattr("sys.stdin", given)
    with worker_rights():
        call_command("bounce")
    assert capsys.readouterr().out == ("We know nothing of that mail.\n" if forged else "Noted.\n")
    react()
    with privileged():
        assert Sending.objects.get(kind="tests.plain", channel="mail").state == state
        assert Stop.objects.count() == (0 if forged else 1)


def test_a_returned_mail_stops_the_next(desk, grace, said):
    react()
    tell(PLAIN, grace, said, desk)
    with privileged():
        message = Sending.objects.get(kind="tests.plain", channel="mail").message_id
    with acting(desk.visitor()):
        assert deliveries.returned(message, "bounced")
        assert not deliveries.returned(desk.organisation.pk, "bounced")
    assert tell(PLAIN, grace, said, desk)[-2] == ("mail", "held", "bounced")
    with acting(desk.visitor()):
        deliveries.reaches_again(grace.pk, Channel.MAIL)
    with privileged():
        assert not Stop.objects.exists()


def test_once_a_day(desk, grace, said):
    with grace.acts():
        actions.choose(PLAIN, Channel.MAIL, How.DAILY)
    react()
    before = len(mails())
    tell(PLAIN, grace, said, desk)
    tell(PLAIN, grace, said, desk)
    react()
    assert len(mails()) == before
    with privileged():
        from tillit.identity.models import Person

        Person.objects.filter(pk=grace.pk).update(time_zone="Europe/Stockholm")
    tasks.load()
    for hours, sent in ((22, 0), (23, 1), (47, 1)):  # 7 and 8 o'clock tomorrow, 8 the day after
        with clock.at(NOW + timedelta(hours=hours)), worker_rights():
            from tillit.notify.tasks import daily

            daily.run(daily.call({}, _digest()), daily.mac(daily.call({}, _digest())))
        react()
        assert len(mails()) == before + sent
    assert mails()[-1].text.count("Booked: Consultation") == 2


def _digest():
    from tillit.access import Actor

    return Actor(office="digest")


def test_a_text_message_lies_sealed(desk, grace, said):
    tell(LOUD, grace, said, desk)
    with privileged():
        (stored,) = Text.objects.all()
        assert b"+4670" not in bytes(stored.recipient) and b"Consultation" not in bytes(stored.content)
    react()
    with privileged():
        assert not Text.objects.exists()
    assert "+46701740605@sms.invalid" in [sent.to for sent in mails()]


def test_what_is_not_offered_cannot_be_chosen(grace):
    with grace.acts():
        for kind, channel, how in ((NEWS, Channel.SMS, How.NOW), (PLAIN, Channel.SMS, How.DAILY)):
            with pytest.raises(ValueError, match="not offered"):
                actions.choose(kind, channel, how)


def test_the_daily_mail_and_others_work_are_no_choices(grace):
    with grace.acts():
        shown = {kind.name for kind, _ in queries.settings_of(grace.pk)}
        assert "booking.reminder" in shown and not shown & {"notify.daily", "desk.work"}
        with pytest.raises(ValueError, match="not offered"):
            actions.choose(kinds.known("notify.daily"), Channel.MAIL, How.DAILY)


def test_a_link_is_ours_or_a_404(grace):
    from django.http import Http404

    token = links.token(grace.pk)
    assert links.person(token) == grace.pk
    for forged in (token[:-1], token + "x", "x", "", "AAAA.BBBB"):
        with pytest.raises(Http404):
            links.person(forged)
        with pytest.raises(Http404):
            links.hidden_path(forged)
