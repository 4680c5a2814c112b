"""Times, holds, what is handed out, and telling those who received data."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from tests.booking.conftest import NOW, make_organisation, make_person
from tests.booking.test_actions import TUESDAY
from tests.conftest import privileged
from tests.kernel import support
from tests.privacy.desk.conftest import OVER
from tillit import evidence
from tillit.access import PUBLIC, Actor, acting
from tillit.access.actions import require_two_people
from tillit.booking.models import Booking
from tillit.evidence.models import Event
from tillit.identity.models import Membership, Person
from tillit.kernel import clock, egress
from tillit.privacy.desk import deciding, disclosing, holds, queries, telling
from tillit.privacy.desk.orders import Refused
from tillit.privacy.models import Disclosure, Hold, Telling
from tillit.privacy.policy.frames import of
from tillit.privacy.rights import erasing

UNTIL = TUESDAY + timedelta(days=100)
FIELDS = ["identity.person.display_name", "booking.booking.note"]


def name(house):
    with privileged():
        return Person.objects.get(pk=house.guest).display_name


def hold(house, **more):
    given = {"reason": "claim", "words": "The fence", "until": UNTIL, **more}
    with house.acts(house.officer):
        return holds.ask("grace@example.org", **given)


def hand(house, who=None, **more):
    given = {
        "person": house.guest, "frame": of("eu"), "receiver_kind": "court", "receiver": "Stockholms tingsrätt",
        "case": "B 1234-26", "basis": "RB 38:2", "words": "An order of 20 November", "fields": FIELDS, **more,
    }  # fmt: skip
    with house.acts(who or house.officer):
        return disclosing.ask(given.pop("kind", "authority"), **given)


def told_of(house):
    support.react()
    return [mail for mail in support.mails() if mail.subject == "Data about you was handed out"]


# -- times


def test_an_administrator_chooses_within_bounds_and_sees_what_will_go(house):
    browser = house.browser(house.admin)
    page = browser.get(house.url("office/retention/?days=90")).content.decode()
    assert "Days after a meeting" in page and "what a guest wrote when booking" in page.lower()
    field = "booking-keep_days-days"
    wrong = browser.post(house.url("office/retention/"), {"setting": "booking.keep_days", field: "9999"})
    assert wrong.status_code == 422
    right = browser.post(house.url("office/retention/"), {"setting": "booking.keep_days", field: "7"})
    assert right.status_code == 302
    house.sweep(TUESDAY + timedelta(days=9))
    assert name(house) == ""
    with clock.at(TUESDAY + timedelta(days=9)):
        assert "What has gone" in browser.get(house.url("office/retention/")).content.decode()
    officer = house.browser(house.officer)
    assert officer.get(house.url("office/retention/")).status_code == 200
    assert officer.post(house.url("office/retention/"), {"setting": "booking.keep_days", field: "7"}).status_code == 403


# -- holds


def test_what_is_held_stays_and_goes_when_the_hold_is_over(house):
    assert hold(house).state == "live"
    house.sweep(OVER)
    assert name(house) == "Grace Miller"
    with privileged():
        assert Booking.objects.get(pk=house.booking).note == "About my house"
    house.sweep(UNTIL + timedelta(minutes=1))
    house.sweep(UNTIL + timedelta(minutes=2))
    assert name(house) == ""


def test_ending_a_hold_early_lets_go_what_is_due(house):
    hold(house)
    house.sweep(OVER)
    with privileged():
        held = Hold.objects.get()
    with clock.at(OVER + timedelta(days=1)):
        answer = house.browser(house.officer).post(house.url(f"office/holds/{held.pk}/end/"))
        assert answer.status_code == 302
    house.sweep(OVER + timedelta(days=1, minutes=1))
    assert name(house) == ""


def test_a_hold_on_some_tables_holds_only_those(house):
    hold(house, tables=["privacy.consent"])
    house.sweep(OVER)
    assert name(house) == ""


def test_an_erasure_leaves_what_is_held_and_goes_on_afterwards(house):
    hold(house)
    with acting(Actor(office="guest", person=house.guest, organisation=house.desk.organisation.pk)):
        receipt = erasing.erase(house.guest, request_key=house.booking)
    assert receipt.stays, "the receipt names what stays, and why"
    assert name(house) == "Grace Miller"
    house.sweep(UNTIL + timedelta(minutes=1))
    support.react()
    assert name(house) == ""


def test_a_hold_on_what_was_erased_says_so(house):
    with acting(Actor(office="guest", person=house.guest, organisation=house.desk.organisation.pk)):
        erasing.erase(house.guest, request_key=house.booking)
    with pytest.raises(Refused, match="nobody"):
        hold(house)
    with house.acts(house.officer):
        assert holds.ask_for([house.guest], reason="claim", words="Late", until=UNTIL).erased == 1


def test_two_people_hold_where_the_organisation_wants_two(house):
    with house.acts(house.admin):
        require_two_people()
    assert hold(house).state == "waiting"
    with privileged():
        held = Hold.objects.get()
    officer, admin = house.browser(house.officer), house.browser(house.admin)
    assert "waits for a second person" in admin.get(house.url("office/")).content.decode()
    officer.post(house.url(f"office/holds/{held.pk}/approve/"))
    with privileged():
        assert Hold.objects.get().state == "waiting", "nobody approves their own"
    admin.post(house.url(f"office/holds/{held.pk}/approve/"))
    with privileged():
        assert Hold.objects.get().state == "live"


def test_two_people_end_it_before_its_day_where_the_organisation_wants_two(house):
    hold(house)
    with house.acts(house.admin):
        require_two_people()
    with privileged():
        held = Hold.objects.get()
    officer, admin = house.browser(house.officer), house.browser(house.admin)

    def state() -> str:
        with privileged():
            return str(Hold.objects.get().state)

    for _tap in range(2):
        officer.post(house.url(f"office/holds/{held.pk}/end/"))
        assert state() == "live", "nobody ends it alone"
    assert "wants it to end before its day" in admin.get(house.url("office/holds/")).content.decode()
    admin.post(house.url(f"office/holds/{held.pk}/keep/"))
    admin.post(house.url(f"office/holds/{held.pk}/end/"))
    assert state() == "live", "after it was kept, a first wish is a first wish"
    officer.post(house.url(f"office/holds/{held.pk}/end/"))
    assert state() == "ended"


def test_a_proposal_ends_with_its_proposers_role(house):
    with house.acts(house.admin):
        require_two_people()
    hold(house)
    with privileged():
        held = Hold.objects.get()
        Membership.objects.filter(person_id=house.officer).update(ended=NOW)
    admin = house.browser(house.admin)
    answer = admin.post(house.url(f"office/holds/{held.pk}/approve/"), follow=True)
    assert "works here no more" in answer.content.decode()
    with privileged():
        assert Hold.objects.get().state == "waiting"
    admin.post(house.url(f"office/holds/{held.pk}/refuse/"))
    with privileged():
        assert Hold.objects.get().state == "refused"


def test_a_hold_has_an_end_within_bounds_and_a_reason(house):
    for wrong in ({"until": NOW - timedelta(days=1)}, {"until": NOW + timedelta(days=4000)}):
        with pytest.raises(Refused, match="bounds"):
            hold(house, **wrong)
    for wrong in ({"words": " "}, {"reason": "because"}, {"tables": ["no.table"]}):
        with pytest.raises(ValueError, match=r"[Ss]ay|No such"):
            hold(house, **wrong)


def test_the_person_reads_of_a_hold_and_others_do_not(house):
    hold(house)
    with house.acts(house.guest):
        assert [str(one.reason) for one in queries.held(house.guest)] == ["a legal claim is not settled yet"]
        assert Event.objects.filter(name="privacy.hold.opened").exists()
    with house.acts(house.desk.h1.person_id):
        assert queries.held(house.guest) == [] and not Hold.objects.exists()
    with house.acts(house.desk.h1.person_id), pytest.raises(ProgrammingError), transaction.atomic():
        holds.end_many([house.booking])


def test_the_memory_of_a_hold_goes_a_year_after_it(house):
    hold(house)
    house.sweep(UNTIL + timedelta(minutes=1))
    house.sweep(UNTIL + timedelta(days=366))
    with privileged():
        assert not Hold.objects.exists()


# -- handed out


def test_two_people_hand_out_exactly_what_the_order_names_and_the_person_is_told(house):
    wanted = hand(house)
    officer, admin = house.browser(house.officer), house.browser(house.admin)
    here = house.url(f"office/disclosures/{wanted}/")
    assert "Somebody else must approve" in officer.get(here).content.decode()
    officer.post(here + "approve/")
    assert officer.post(here + "hand-over/").status_code == 302, "nothing leaves before a second person"
    admin.post(here + "approve/")
    handed = admin.post(here + "hand-over/")
    assert handed["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(handed.content)) as packed:
        data = json.loads(packed.read("data.json"))
    assert "grace@example.org" not in handed.content.decode("latin-1")
    values = {f"{t['name']}.{key}": v for t in data["tables"] for row in t["rows"] for key, v in row["values"].items()}
    assert values == {"identity.person.display_name": "Grace Miller", "booking.booking.note": "About my house"}
    assert admin.post(here + "hand-over/").status_code == 302, "once"
    (mail,) = told_of(house)
    assert mail.to == "grace@example.org" and "Stockholms tingsrätt" in mail.text and "RB 38:2" in mail.text
    with house.acts(house.guest):
        (row,) = queries.disclosed_of_me(house.guest)
        assert row.receiver == "Stockholms tingsrätt"
        assert Event.objects.filter(name="privacy.person.disclosed", subject_id=house.guest).exists()


def test_a_silence_has_a_reason_and_an_end_and_then_the_person_is_told(house):
    until = NOW + timedelta(days=20)
    wanted = hand(house, silence="RB 27:11", silent_until=until)
    with house.acts(house.admin):
        disclosing.approve(wanted)
        disclosing.hand_over(queries.get_disclosure(wanted), "en")
    assert told_of(house) == []
    with house.acts(house.guest):
        assert queries.disclosed_of_me(house.guest) == []
        assert not Event.objects.filter(name__startswith="privacy.").exists(), "no line of it gives it away"
    house.sweep(until + timedelta(minutes=1))
    with clock.at(until + timedelta(minutes=2)):
        assert len(told_of(house)) == 1
    with house.acts(house.guest):
        assert len(queries.disclosed_of_me(house.guest)) == 1


def test_what_lacks_a_ground_is_not_even_proposed(house):
    for wrong in (
        {"case": " "}, {"basis": ""}, {"words": ""}, {"fields": []}, {"fields": ["identity.person.nothing"]},
        {"fields": ["identity.account.password"]}, {"receiver_kind": "counsel"}, {"receiver": " "},
        {"silence": "x"}, {"silent_until": NOW + timedelta(days=1)}, {"silence": "x", "silent_until": NOW},
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"[A-Z]"):
            hand(house, **wrong)
    assert hand(house, kind="claim", receiver_kind="counsel", case="")


def test_in_iran_only_courts_are_answered(house):
    with pytest.raises(ValueError, match="such a receiver"):
        hand(house, frame=of("ir"), receiver_kind="prosecutor")
    assert hand(house, frame=of("ir"), receiver_kind="court")


def test_the_database_wants_two_people_whatever_the_program_forgets(house):
    wanted = hand(house)
    with house.acts(house.officer):
        with pytest.raises(Refused, match="own"):
            disclosing.approve(wanted)
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("update privacy_disclosure set state = 'approved'")
    with house.acts(house.desk.h1.person_id), pytest.raises(ProgrammingError), transaction.atomic():
        disclosing.approve(wanted)


def test_a_proposal_that_nobody_answers_lapses_and_its_record_goes(house):
    hand(house)
    house.sweep(NOW + timedelta(days=31))
    with privileged():
        assert Disclosure.objects.get().state == "lapsed"
    house.sweep(NOW + timedelta(days=31 + 1828))
    with privileged():
        assert not Disclosure.objects.exists()


# -- telling


def departed(house, to="sms"):
    with acting(Actor(organisation=house.desk.organisation.pk)):
        evidence.record(
            egress.DEPARTED, subject=house.guest, object=house.booking, detail={"to": to, "processor": None}
        )


def erased_on_request(house):
    house.ask(kind="erase")
    house.prove()
    with house.acts(house.officer):
        deciding.decide(queries.get_request(house.request().pk), "granted")


def test_receivers_are_told_by_program_and_a_failure_is_tried_again(house, monkeypatch):
    departed(house)
    heard, answers = [], iter([egress.Unreachable("down"), None])

    def tell(request, kind, people):
        heard.append((kind, people))
        if error := next(answers):
            raise error

    monkeypatch.setitem(telling._tellers, "sms", tell)
    erased_on_request(house)
    house.sweep(NOW + timedelta(minutes=1))
    with privileged():
        first = Telling.objects.get()
    assert (first.state, first.tries, first.why) == ("waiting", 1, "Unreachable")
    house.sweep(NOW + timedelta(days=1, minutes=2))
    with privileged():
        assert (Telling.objects.get().state, Telling.objects.get().tries) == ("told", 2)
    assert heard == [("erase", [house.guest])] * 2


def test_a_receiver_that_no_program_reaches_is_told_by_hand_or_said_to_be_impossible(house):
    departed(house, "sms")
    departed(house, "post")
    erased_on_request(house)
    house.sweep(NOW + timedelta(minutes=1))
    officer = house.browser(house.officer)
    here = house.url(f"office/requests/{house.request().pk}/")
    assert "Tried once, without success" in officer.get(here).content.decode()
    with privileged():
        by_key = {one.receiver: one.pk for one in Telling.objects.all()}
    assert officer.post(f"{here}told/{by_key['sms']}/").status_code == 302
    officer.post(f"{here}told/{by_key['post']}/", {"why": "gone"})
    with privileged():
        assert {one.receiver: (one.state, one.why) for one in Telling.objects.all()} == {
            "sms": ("told", ""), "post": ("impossible", "gone"),
        }  # fmt: skip


def test_another_organisations_office_reaches_none_of_it(house):
    with acting(PUBLIC), privileged():
        other = make_organisation("annat")
        eve = make_person(other, "Eve", "privacy", "administrator")
    hold(house)
    wanted = hand(house)
    there = acting(Actor(organisation=other.pk, person=eve.pk, office="member"))
    with there:
        assert not Hold.objects.exists() and not Disclosure.objects.exists()
        assert queries.held(house.guest) == []
        with pytest.raises(Refused, match="gone"):
            disclosing.approve(wanted)
        with pytest.raises(Refused, match="nobody"):
            holds.ask_for([house.guest], reason="claim", words="x", until=UNTIL)
    with acting(Actor(organisation=other.pk, office="sweeper")):
        assert holds.end_many([house.booking]) == []
