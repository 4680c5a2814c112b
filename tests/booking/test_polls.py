"""Polls for a common time: asked, answered, chosen; who sees what of whom meanwhile, and what ends by itself."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.http import Http404

from tests.booking.conftest import lay_out
from tests.booking.test_actions import TUESDAY, order
from tests.booking.test_actions import at as minute_at
from tests.booking.test_leaving import leaves
from tests.conftest import privileged
from tests.kernel.support import mails, react, worker_rights
from tillit.access import PUBLIC, Actor, acting
from tillit.booking.models import BusyTime, HostTime, Poll, PollAnswer, PollTime
from tillit.booking.polls import actions, queries, times
from tillit.booking.polls.actions import Refused
from tillit.booking.polls.queries import get_poll, table
from tillit.booking.queries import hosted_meetings
from tillit.evidence.models import Event
from tillit.identity.models import Person
from tillit.journeys import rights
from tillit.journeys.book import NotBooked
from tillit.kernel import clock, sweeper
from tillit.privacy.rights import coded, corrections, erasing


def at(hour: int, day: int = 0):
    """A Stockholm wall-clock time in winter, days after the Tuesday."""
    return TUESDAY + timedelta(days=day, hours=hour - 1)


SAID = {at(10): "yes", at(11): "maybe", at(13): "no"}


def opened(desk, **more):
    asked = {
        "hosts": [desk.h1.pk], "title": "Plan for spring", "place": "Room 3", "minutes": 60,
        "starts": [at(10), at(11), at(13)], "closes": at(8),
    } | more  # fmt: skip
    with acting(desk.as_host(desk.h1)):
        return actions.open_poll(organisation=desk.organisation.pk, **asked)


def by_link(desk, poll):
    return acting(Actor(organisation=desk.organisation.pk, office="poll", subject=str(poll)))


def as_participant(desk, person):
    return acting(Actor(organisation=desk.organisation.pk, office="guest", person=person))


def say(desk, poll, name="Noor", said=SAID, **more):
    """The answer and whose it is."""
    given = {"form": uuid4(), "name": name, "said": said, "language": "en", "zone": "Asia/Tehran"} | more
    with by_link(desk, poll):
        answer, person, _new = actions.answer(get_poll(poll), **given)
    return answer, person


def swept():
    with worker_rights():
        return sweeper.run(60)


def refused(do, *given, **more):
    with pytest.raises(Refused) as why:
        do(*given, **more)
    return str(why.value)


def test_a_poll_is_asked_answered_and_chosen(desk):
    poll = opened(desk)
    say(desk, poll, email="noor@example.org", note="Not too early, please")
    say(desk, poll, "Elin", {at(10): "no", at(11): "yes", at(13): "yes"})
    react()
    with acting(desk.as_host(desk.h1)):
        shown = table(get_poll(poll))
        assert [(r.start, r.yes, r.maybe, r.no) for r in shown.rows] == [
            (at(10), 1, 0, 1), (at(11), 1, 1, 0), (at(13), 1, 0, 1)
        ]  # fmt: skip
        assert [row.start for row in shown.best] == [at(11), at(10), at(13)]
        assert [(p.name, p.email, p.note) for p in shown.people] == [
            ("Noor", "noor@example.org", "Not too early, please"), ("Elin", "", "")
        ]  # fmt: skip
        assert refused(actions.choose, get_poll(poll), at(12)) == "gone"
        assert actions.choose(get_poll(poll), at(11))
        assert not actions.choose(get_poll(poll), at(11))
        assert refused(actions.choose, get_poll(poll), at(10)) == "gone"
        (meeting,) = hosted_meetings(at(8), at(17))
        assert (meeting.span.lower, meeting.poll.title) == (at(11), "Plan for spring")
    react()
    noor = [one for one in mails() if one.to == "noor@example.org"]
    assert len(noor) == 2
    assert b"METHOD:REQUEST" in noor[1].attachments[0].content
    assert b"SUMMARY:Plan for spring" in noor[1].attachments[0].content
    assert refused(say, desk, poll) == "late"


def test_the_hosts_time_is_kept_free_until_it_is_decided(desk):
    poll = opened(desk, keeps_free=True)
    with pytest.raises(NotBooked):
        order(desk.kinds["short"], minute_at(10))
    with acting(desk.as_host(desk.h1)):
        actions.choose(get_poll(poll), at(13))
    order(desk.kinds["short"], minute_at(10))
    with pytest.raises(NotBooked):
        order(desk.kinds["short"], minute_at(13))
    with acting(desk.as_host(desk.h1)):
        assert actions.call_off(get_poll(poll)) and not actions.call_off(get_poll(poll))
    order(desk.kinds["short"], minute_at(13))


def test_a_time_that_was_taken_meanwhile_is_not_chosen(desk):
    poll = opened(desk, keeps_free=False)
    say(desk, poll)
    order(desk.kinds["consultation"], minute_at(10))
    with acting(desk.as_host(desk.h1)):
        assert times.taken(poll) == {at(10)}
        assert table(get_poll(poll)).best[0].start == at(11)
        assert refused(actions.choose, get_poll(poll), at(10)) == "taken"
        assert get_poll(poll).state == "open"
        assert actions.choose(get_poll(poll), at(11))


def test_all_hosts_are_needed(desk):
    poll = opened(desk, hosts=[desk.h1.pk, desk.h2.pk], keeps_free=True)
    with acting(desk.as_host(desk.h2)):
        assert queries.my_polls()[0].pk == poll
        assert at(10) not in times.free([desk.h1.pk, desk.h2.pk], 60, at(9), at(17), "Europe/Stockholm")
        assert at(14) in times.free([desk.h1.pk, desk.h2.pk], 60, at(9), at(17), "Europe/Stockholm")
        assert actions.choose(get_poll(poll), at(10))
        assert len(hosted_meetings(at(8), at(17))) == 1
    with acting(desk.as_host(desk.h1)):
        assert len(hosted_meetings(at(8), at(17))) == 1
        assert refused(actions.open_poll, organisation=desk.organisation.pk, hosts=[desk.h2.pk], title="x", minutes=60,
                       starts=[at(10)], closes=at(9)) == "nobody"  # fmt: skip


def test_who_answers_changes_and_takes_back(desk):
    poll = opened(desk)
    form = uuid4()
    answer, person = say(desk, poll, form=form)
    assert say(desk, poll, form=form) == (answer, person)  # the same form, sent twice
    with as_participant(desk, person):
        mine = queries.my_answer(answer)
        actions.change(mine, name="Noor A", said={at(13): "yes", at(22): "yes"}, zone="Asia/Tehran")
        assert queries.my_answer(answer).choices == {queries.key(at(13)): "yes"}
        assert [row.yes for row in queries.counts(get_poll(poll))] == [0, 0, 1]
        assert actions.withdraw(mine) and not actions.withdraw(mine)
        with pytest.raises(Http404):
            queries.my_answer(answer)
    with acting(desk.as_host(desk.h1)):
        shown = table(get_poll(poll))
        assert shown.people == [] and shown.rows[2].yes == 0
    swept()
    with privileged():
        assert not PollAnswer.objects.filter(pk=answer).exists()
        assert Person.objects.get(pk=person).display_name == ""


def test_nobody_sees_another_participant(desk):
    """Rows and names that could leak, asked as everybody who might look."""
    poll = opened(desk)
    _mine, me = say(desk, poll, "Noor")
    theirs, _them = say(desk, poll, "Elin", email="elin@example.org")
    other = opened(desk, title="Another")
    looks = [
        (by_link(desk, poll), 0, {poll}),
        (by_link(desk, other), 0, {other}),
        (as_participant(desk, me), 1, {poll}),
        (acting(desk.as_host(desk.h2)), 0, set()),
        (acting(Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")), 0, set()),
        (acting(desk.visitor()), 0, set()),
        (acting(Actor(organisation=desk.organisation.pk, office="poll", subject="1'or'1")), 0, set()),
        (acting(desk.as_host(desk.h1)), 2, {poll, other}),
    ]
    for look, answers, polls in looks:
        with look:
            assert PollAnswer.objects.count() == answers
            assert set(Poll.objects.values_list("pk", flat=True)) == polls
            assert set(PollTime.objects.values_list("poll", flat=True)) == polls
    with as_participant(desk, me):
        assert queries.others(get_poll(poll)) == []  # names are not shown in this poll
        assert times.taken(poll) == set() and times.facts([desk.h1.pk], at(8), at(17)) == []
        for do in (actions.call_off, actions.renew, lambda p: actions.choose(p, at(10))):
            assert refused(do, get_poll(poll)) == "gone"
        with pytest.raises(Http404):
            queries.my_answer(theirs)
        forged = PollAnswer(pk=theirs, organisation=desk.organisation, poll_id=poll, person_id=me)
        assert refused(actions.change, forged, name="x", said=SAID, zone="UTC") == "gone"
        assert not actions.withdraw(forged)
        for table_name in ("poll", "pollanswer", "polltime", "pollhost"):
            with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"delete from booking_{table_name}")


def test_another_organisation_sees_nothing(desk):
    poll = opened(desk)
    say(desk, poll)
    with acting(PUBLIC), privileged():
        there = lay_out("kontoret")
    for actor in (
        there.as_host(there.h1),
        Actor(organisation=there.organisation.pk, office="poll", subject=str(poll)),
        Actor(organisation=there.organisation.pk, office="reaction"),
    ):
        with acting(actor):
            assert not Poll.objects.exists() and not PollAnswer.objects.exists()
            assert queries.contacts(poll, there.organisation.pk) == []
            with connection.cursor() as cursor:
                cursor.execute("select count(*) from booking.poll_counts(%s)", [poll])
                assert cursor.fetchone()[0] == 0


def test_names_are_shown_where_the_host_said_so_and_to_who_answered(desk):
    poll = opened(desk, shows_names=True)
    _answer, me = say(desk, poll, "Noor")
    say(desk, poll, "Elin", {at(11): "yes"})
    with by_link(desk, poll):
        assert queries.others(get_poll(poll)) == []
    with as_participant(desk, me):
        assert [name for name, _said in queries.others(get_poll(poll))] == ["Noor", "Elin"]
    with privileged():
        assert Event.objects.filter(name="booking.poll.seen").count() >= 1


def test_who_is_asked_by_mail_answers_by_their_own_link(desk):
    poll = opened(desk)
    with acting(desk.as_host(desk.h1)):
        asked = actions.ask(get_poll(poll), ["a@example.org", "b@example.org"], language="fa", zone="Asia/Tehran")
        assert asked == 2
        assert actions.ask(get_poll(poll), ["a@example.org"], language="fa", zone="Asia/Tehran") == 0
        shown = table(get_poll(poll))
        assert {one.email for one in shown.silent} == {"a@example.org", "b@example.org"} and not shown.people
        (first, _second) = PollAnswer.objects.order_by("pk")
    _answer, stranger = say(desk, poll, "Mallory", form=first.pk)
    assert stranger != first.person_id, "no form becomes the answer of somebody who was asked"
    with as_participant(desk, stranger):
        actions.withdraw(queries.my_answer(_answer))
    react()
    assert {one.to for one in mails()} == {"a@example.org", "b@example.org"}
    with as_participant(desk, first.person_id):
        actions.change(queries.my_answer(first.pk), name="Arash", said=SAID, zone="Asia/Tehran")
    with acting(desk.as_host(desk.h1)):
        assert [one.name for one in table(get_poll(poll)).people] == ["Arash"]


def test_it_ends_by_itself(desk):
    poll = opened(desk, keeps_free=True, starts=[at(10, day=20)], closes=at(8, day=1))
    _answer, person = say(desk, poll, email="noor@example.org", said={at(10, day=20): "yes"})
    with clock.at(at(9, day=1)):
        assert refused(say, desk, poll) == "late"
        swept()
        react()
        assert any("h" in one.to for one in mails())  # who asked is reminded
    with clock.at(at(9, day=9)):
        swept()
        react()
        with privileged():
            assert Poll.objects.get(pk=poll).state == "lapsed"
            assert not BusyTime.objects.filter(poll=poll).exists()
        with acting(desk.as_host(desk.h1)):
            assert table(get_poll(poll)).people == []  # what it opened is closed
    with clock.at(at(9, day=41)):
        swept()
        with privileged():
            assert not Poll.objects.filter(pk=poll).exists()
            assert Person.objects.get(pk=person).display_name == ""


def test_a_decided_poll_goes_with_the_days_of_booking_data_and_leaves_the_time(desk):
    poll = opened(desk)
    _answer, person = say(desk, poll)
    with acting(desk.as_host(desk.h1)):
        actions.choose(get_poll(poll), at(10))
    with clock.at(at(12, day=29)):
        swept()
        with privileged():
            assert PollAnswer.objects.count() == 1
    with clock.at(at(12, day=31)):
        swept()
        with privileged():
            assert not Poll.objects.exists() and not PollAnswer.objects.exists()
            assert Person.objects.get(pk=person).display_name == ""
            assert HostTime.objects.filter(live=True).count() == 1


def test_no_more_than_a_poll_can_hold(desk):
    assert refused(opened, desk, starts=[at(10) + timedelta(minutes=n) for n in range(61)]) == "times"
    assert refused(opened, desk, starts=[at(10, day=-3)]) == "times"
    assert refused(opened, desk, closes=at(14)) == "times"
    poll = opened(desk)
    for number in range(200):
        say(desk, poll, f"Nr {number}", {at(10): "yes"})
    assert refused(say, desk, poll) == "full"


def test_who_erases_everything_is_gone_from_polls(desk):
    poll = opened(desk)
    answer, person = say(desk, poll, note="I am ill", email="noor@example.org")
    with as_participant(desk, person):
        assert corrections.find("booking.pollanswer.choices")
        assert "Yes" in str(coded.spoken_of("booking.pollanswer.choices", answer, queries.my_answer(answer).choices))
        erasing.erase(person, request_key=uuid4())
    with privileged():
        assert not PollAnswer.objects.filter(pk=answer).exists()
    with acting(desk.as_host(desk.h1)):
        assert table(get_poll(poll)).people == [] and queries.counts(get_poll(poll))[0].yes == 0


def test_a_host_who_erases_everything_leaves_nobody_waiting(desk):
    poll = opened(desk, keeps_free=True)
    say(desk, poll, email="noor@example.org")
    with acting(desk.as_host(desk.h1)):
        assert any("poll" in str(one).lower() for one in rights.tells(desk.h1.person_id))
        rights.cancel(desk.h1.person_id)
    react()
    with privileged():
        assert Poll.objects.get(pk=poll).state == "off" and not BusyTime.objects.exists()
    assert any(one.to == "noor@example.org" and "off" in one.subject for one in mails())


def test_words_are_corrected_by_who_asked(desk):
    poll = opened(desk, hosts=[desk.h1.pk, desk.h2.pk])
    with acting(desk.as_host(desk.h2)):
        assert not actions.write_words("title", poll, "Mine")
    with acting(desk.as_host(desk.h1)):
        assert actions.write_words("title", poll, "Plan for summer")
        assert (get_poll(poll).title, get_poll(poll).place) == ("Plan for summer", "Room 3")


def test_a_host_who_left_hears_nothing_and_hinders_nothing(desk):
    poll = opened(desk, hosts=[desk.h1.pk, desk.h2.pk])
    say(desk, poll, email="noor@example.org")
    react()
    before = len(mails())
    leaves(desk, desk.h2)
    with acting(desk.as_host(desk.h1)):
        assert actions.choose(get_poll(poll), at(11))
    react()
    with privileged():
        left = Person.objects.get(pk=desk.h2.person_id).email
        (meeting,) = Poll.objects.values_list("meeting", flat=True)
        assert set(HostTime.objects.filter(meeting=meeting).values_list("host", flat=True)) == {desk.h1.pk}
    assert left not in {one.to for one in mails()[before:]}


def test_nobody_tells_a_poll_whose_hosts_have_all_left(desk):
    poll = opened(desk)
    leaves(desk, desk.h1)
    assert refused(say, desk, poll) == "late"
    with privileged():
        assert not PollAnswer.objects.exists()
