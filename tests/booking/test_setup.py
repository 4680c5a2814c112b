"""Hosts set their hours, administrators say what can be booked; through the door, logged in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.booking.test_actions import TUESDAY, at, order, starts
from tests.conftest import privileged
from tillit.access import PUBLIC, Actor, acting
from tillit.booking.actions import change_meeting_type
from tillit.booking.forms import BlockForm, MeetingTypeForm
from tillit.booking.models import Booking, BusyTime, Host, MeetingType, OtherHours, Schedule
from tillit.identity.models import Membership, Person
from tillit.identity.sessions import SessionStore
from tillit.kernel import clock


def log_in(person) -> Client:
    """A browser whose session is that person's account."""
    with privileged():
        account = Person.objects.select_related("account").get(pk=person).account
    store = SessionStore()
    store.create()
    store["_auth_user_id"] = str(account.pk)
    store["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
    store["_auth_user_hash"] = account.get_session_auth_hash()
    with acting(Actor(office="login", subject=str(account.pk))):
        store.save()
    browser = Client()
    browser.cookies["session"] = store.session_key
    return browser


@pytest.fixture
def host(desk):
    with acting(PUBLIC):
        return log_in(desk.h1.person_id)


@pytest.fixture
def administrator(desk):
    with acting(PUBLIC):
        return log_in(desk.administrator.pk)


HOURS = "/o/tidboken/calendar/hours/"
OFFERS = "/o/tidboken/calendar/offers/"


def test_the_host_sees_the_week_and_the_list(host, desk):
    order(desk.kinds["consultation"], at(10), name="Grace Miller", note="Bring the <b>plan</b>")
    week = host.get("/o/tidboken/calendar/", {"week": "2026-11-24"}).content.decode()
    assert "Grace Miller" in week
    listed = host.get("/o/tidboken/calendar/", {"view": "list"}).content.decode()
    assert "grace@example.org" in listed and "Bring the &lt;b&gt;plan&lt;/b&gt;" in listed


def test_the_guest_is_forgotten_but_the_meeting_stays(host, desk):
    order(desk.kinds["consultation"], at(10), name="Grace Miller")
    with clock.at(TUESDAY + timedelta(days=9)):
        week = host.get("/o/tidboken/calendar/", {"week": "2026-11-24"}).content.decode()
    assert "Grace Miller" not in week and "Consultation" in week


def test_another_host_sees_nothing_of_it(desk):
    booking, _new = order(desk.kinds["consultation"], at(10), name="Grace Miller")
    with acting(PUBLIC):
        other = log_in(desk.h2.person_id)
    assert "Grace" not in other.get("/o/tidboken/calendar/", {"week": "2026-11-24"}).content.decode()
    assert other.post(f"/o/tidboken/calendar/booking/{booking}/cancel/").status_code == 404
    with privileged():
        assert Booking.objects.get(pk=booking).state == "confirmed"


def test_the_host_cancels(host, desk):
    booking, _new = order(desk.kinds["consultation"], at(10))
    assert host.post(f"/o/tidboken/calendar/booking/{booking}/cancel/", {"reason": "Ill"}).status_code == 302
    with privileged():
        one = Booking.objects.get(pk=booking)
        assert (one.state, one.cancelled_by) == ("cancelled", "host")
    assert at(10) in starts(desk.kinds["consultation"])


def test_a_booking_that_cannot_be_cancelled_says_why(host, desk):
    booking, _new = order(desk.kinds["consultation"], at(10))
    path = f"/o/tidboken/calendar/booking/{booking}/cancel/"
    host.post(path)
    assert "cancelled already" in host.post(path, follow=True).content.decode()
    other, _new = order(desk.kinds["consultation"], at(12))
    with clock.at(TUESDAY + timedelta(hours=13)):
        begun = host.post(f"/o/tidboken/calendar/booking/{other}/cancel/", follow=True).content.decode()
    assert "already begun" in begun


def test_blocked_time_cannot_be_booked(host, desk):
    data = {"day": "2026-11-24", "begins": "10:00", "ends": "12:00"}
    assert host.post("/o/tidboken/calendar/block/", data).status_code == 302
    free = starts(desk.kinds["consultation"])
    assert at(10) not in free and at(11) not in free and at(12) in free
    with privileged():
        block = BusyTime.objects.get()
    with acting(PUBLIC):
        other = log_in(desk.h2.person_id)
    assert other.post(f"/o/tidboken/calendar/free/{block.pk}/").status_code == 404
    assert host.post(f"/o/tidboken/calendar/free/{block.pk}/").status_code == 302
    assert at(10) in starts(desk.kinds["consultation"])


def test_hours_are_read_as_people_type_them(host, desk):
    page = host.get(HOURS).content.decode()
    assert "09:00–16:00" in page
    data = {
        "zone": "Europe/Stockholm",
        "day2": "۰۹:۰۰ – ۱۱:۰۰، 13-15",
        "day5": "22:00–02:00",
        "overrides": "2026-12-23 09:00–12:00\n1405/10/10 10:00–11:00",
        "days_off": "2026-12-24\n2026-12-25",
        "travel": "2027-01-03 - Asia/Tehran",
    }
    assert host.post(HOURS, data).status_code == 302
    with privileged():
        saved = Schedule.objects.get(host=desk.h1)
    assert saved.weekly == {"2": [["09:00", "11:00"], ["13:00", "15:00"]], "5": [["22:00", "02:00"]]}
    assert saved.overrides == {"2026-12-23": [["09:00", "12:00"]], "2026-12-31": [["10:00", "11:00"]]}
    assert saved.days_off == ["2026-12-24", "2026-12-25"]
    assert saved.travel == [["2027-01-03", None, "Asia/Tehran"]]
    assert starts(desk.kinds["consultation"]) == [at(h) for h in (9, 10, 13, 14)]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"day1": "nine to five"}, "is not a span of time"),
        ({"day1": "25:00–26:00"}, "no such time of day"),
        ({"zone": "Mars/Olympus"}, "do not know that time zone"),
        ({"overrides": "2026-02-30 09:00–12:00"}, "is not a date"),
        ({"travel": "2027-01-09 2027-01-03 Asia/Tehran"}, "ends before it begins"),
        ({"travel": "2027-01-03 2027-01-09 Mars/Olympus"}, "do not know the time zone"),
    ],
)
def test_unreadable_hours_get_a_sentence_and_change_nothing(host, desk, wrong, sentence):
    answer = host.post(HOURS, {"zone": "Europe/Stockholm", **wrong})
    assert answer.status_code == 422 and sentence in answer.content.decode()
    with privileged():
        assert Schedule.objects.get(host=desk.h1).weekly["1"] == [["09:00", "16:00"]]


def offer(desk, **more):
    return {
        "title_sv": "Första samtalet",
        "slug": "first",
        "place": "video",
        "duration": "20",
        "step": "30",
        "buffer_before": "0",
        "buffer_after": "10",
        "notice_hours": "2",
        "horizon_days": "30",
        "capacity": "1",
        "assignment": "single",
        "alignment": "ceil_local_grid",
        "grid": "15",
        "hosts": [str(desk.h1.pk)],
        "published": "on",
        **more,
    }


def test_the_administrator_makes_and_changes_an_offer(administrator, desk):
    assert administrator.get(OFFERS).status_code == 200 and administrator.get(OFFERS + "new/").status_code == 200
    assert administrator.post(OFFERS + "new/", offer(desk)).status_code == 302
    with privileged():
        kind = MeetingType.objects.get(slug="first")
        assert (kind.notice, kind.horizon, kind.word("title", "fa")) == (120, 30 * 1440, "Första samtalet")
    assert Client().get("/o/tidboken/book/first/").status_code == 200
    again = administrator.post(OFFERS + "new/", offer(desk))
    assert again.status_code == 422 and "has that address already" in again.content.decode()
    page = f"{OFFERS}{kind.pk}/"
    assert "Första samtalet" in administrator.get(page).content.decode()
    both = [str(desk.h1.pk), str(desk.h2.pk)]
    assert administrator.post(page, offer(desk, hosts=both)).status_code == 422
    assert administrator.post(page, offer(desk, hosts=both, assignment="round_robin", published="")).status_code == 302
    assert Client().get("/o/tidboken/book/first/").status_code == 404


def test_a_colleague_becomes_bookable(administrator, desk):
    assert administrator.post("/o/tidboken/calendar/hosts/new/", {"person": desk.administrator.pk}).status_code == 302
    with privileged():
        made = Host.objects.get(person=desk.administrator)
        assert made.slug == "jonas-ek" and Schedule.objects.filter(host=made).exists()


def test_only_administrators_reach_the_offers(host, desk):
    for browser in (host, Client()):
        assert browser.get(OFFERS).status_code == 404
        assert browser.post(OFFERS + "new/", offer(desk)).status_code == 404
        assert browser.post("/o/tidboken/calendar/hosts/new/", {"person": desk.h1.person_id}).status_code == 404


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_beyond_any_calendar_are_told(day):
    for begins, ends in (("00:00", "23:00"), ("23:00", "01:00")):
        form = BlockForm({"day": day, "begins": begins, "ends": ends}, zone="Europe/Stockholm")
        assert not form.is_valid() and "day" in form.errors


def test_titles_are_one_line_without_control_characters(desk):
    given = {"hosts": [desk.h1], "languages": ["en"]}
    form = MeetingTypeForm(
        {
            **MeetingTypeForm.DEFAULTS,
            "slug": "talk",
            "hosts": [str(desk.h1.pk)],
            "title_en": "A talk\r\nBcc: x@example.org\x01\x7f",
            "summary_en": "a\u2028b",
        },
        **given,
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data["fields"]["words"]["en"] == {"title": "A talk Bcc: x@example.org", "summary": "a b"}


@pytest.mark.parametrize(
    ("titles", "slug"),
    [(("First talk", ""), "first-talk"), (("گفت‌وگو", "First talk"), "first-talk"), (("گفت‌وگو", ""), "video-45")],
)
def test_the_short_name_is_made_of_the_title(desk, titles, slug):
    typed = {f"title_{code}": title for code, title in zip(("fa", "en"), titles, strict=True)}
    form = MeetingTypeForm(
        MeetingTypeForm.DEFAULTS | typed | {"hosts": [str(desk.h1.pk)]}, hosts=[desk.h1], languages=["fa", "en"]
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data["fields"]["slug"] == slug


def test_rare_fields_are_folded_and_open_where_one_is_wrong(administrator, desk):
    page = administrator.get("/o/tidboken/calendar/offers/new/").content.decode()
    assert page.index("<details", page.index("</h1>")) < page.index('name="buffer_before"')
    wrong = administrator.post("/o/tidboken/calendar/offers/new/", offer(desk, notice_hours="-1")).content.decode()
    assert wrong.count(" open><summary>") == 1


def test_a_host_whose_last_role_has_ended_sees_no_guests(host, desk):
    booking, _ = order(desk.kinds["consultation"], at(10))
    assert host.get("/o/tidboken/calendar/").status_code == 200
    with privileged():
        Membership.objects.filter(person=desk.h1.person_id).update(ended=clock.now())
    for path in ("", "?view=list", "hours/"):
        assert host.get("/o/tidboken/calendar/" + path).status_code == 404
    assert host.post(f"/o/tidboken/calendar/booking/{booking}/cancel/").status_code == 404


def test_a_host_who_is_not_bookable_yet_is_told_so(administrator, desk):
    with privileged():
        one = Membership.objects.filter(person_id=desk.administrator.pk).first()
        one.pk, one.role, one._state.adding = None, "host", True
        one.save()
    answer = administrator.get("/o/tidboken/calendar/")
    assert answer.status_code == 200 and "You cannot be booked yet" in answer.content.decode()


OTHER = "/o/tidboken/calendar/hours/other/"


def test_other_hours_hold_for_what_they_are_chosen_for(host, desk):
    short, long = desk.kinds["short"], desk.kinds["consultation"]
    typed = {"name": "Evenings", "day2": "18:00-20:00", "kinds": [str(short.pk)]}
    assert host.post(OTHER, {**typed, "day2": "from six"}).status_code == 422
    assert host.post(OTHER, {**typed, "kinds": [str(desk.kinds["consultation"].organisation_id)]}).status_code == 422
    assert host.post(OTHER, typed).status_code == 302
    short.refresh_from_db()
    assert starts(short) == [at(18), at(18, 30), at(19), at(19, 30)]
    assert starts(long) == [at(h) for h in range(9, 16)]
    order(short, at(18))
    with privileged():
        made = OtherHours.objects.get()
    assert "Evenings" in host.get(HOURS).content.decode()
    page = f"{OTHER}{made.pk}/"
    assert "18:00–20:00" in host.get(page).content.decode()
    with acting(PUBLIC):
        stranger, administrator = log_in(desk.h2.person_id), log_in(desk.administrator.pk)
    assert stranger.get(page).status_code == 404 and stranger.post(f"{page}remove/").status_code == 404
    # what an administrator changes of the offer leaves the host's hours as they are
    with acting(Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")):
        change_meeting_type(kind=short, hosts=[desk.h1])
    assert starts(short) and starts(short)[0] == at(18, 30)
    assert host.post(page, {**typed, "day2": "18:00-19:00"}).status_code == 302
    assert starts(short) == [at(18, 30)]
    assert host.post(f"{page}remove/").status_code == 302
    assert at(9) in starts(short)
    assert administrator.get(OTHER).status_code == 404
