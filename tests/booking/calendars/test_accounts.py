"""Calendars at Google and Microsoft: through the pages, the worker and servers that speak as they do."""

from __future__ import annotations

import html
import json
import re
from datetime import date, timedelta
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection as database

from tests.booking.calendars.providers import CLIENT, CODE, SECRET, WORDS, elsewhere, http
from tests.booking.conftest import NOW
from tests.booking.test_actions import at, order, starts
from tests.booking.test_leaving import leaves
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel.calling import announced, outside
from tests.kernel.support import react, run_jobs
from tillit.access import PUBLIC, Actor, acting
from tillit.booking.calendars import actions, problems, providers, queries, tasks
from tillit.booking.models import BusyTime, Connection, Feed, Item
from tillit.kernel import clock, egress
from tillit.kernel.dpv import Data, Purpose
from tillit.kernel.egress import Role, Safeguard
from tillit.privacy import processors
from tillit.privacy.rights import actions as rights

PAGE = "/o/tidboken/calendar/connections/"
KINDS = ("google", "microsoft")
TEN = {
    "google": ("2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z"),
    "microsoft": ("2026-11-24T10:00:00.0000000", "2026-11-24T11:00:00.0000000"),
}


@pytest.fixture
def client_files(tmp_path, monkeypatch):
    for setting, told in (("TILLIT_GOOGLE", {"web": {"client_id": CLIENT, "client_secret": SECRET}}),
                          ("TILLIT_MICROSOFT", {"client_id": CLIENT, "client_secret": SECRET})):  # fmt: skip
        path = tmp_path / f"{setting}.json"
        path.write_text(json.dumps(told))
        path.chmod(0o600)
        monkeypatch.setenv(setting, str(path))


@pytest.fixture
def there(authority, client_files):
    with elsewhere(authority) as both, outside(authority.trusted):
        yield both


@pytest.fixture
def registered(desk, there):
    """Registers whoever runs the servers, as the administrator."""

    def register(region="us", safeguard=Safeguard.ADEQUACY, hosts=None, agreed=True, purposes=(Purpose.WORK,)):
        with acting(Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")):
            processors.register(
                "elsewhere", name="Elsewhere Inc", role=Role.PROCESSOR, hosts=hosts or there.hosts, purposes=purposes,
                categories=[Data.AUTHENTICATION, Data.CALENDAR], region=region, safeguard=safeguard,
            )  # fmt: skip
            if agreed:
                processors.agree("elsewhere", document="K 2", agreed=date(2026, 1, 1))

    return register


@pytest.fixture
def browser(desk):
    with acting(PUBLIC):
        return log_in(desk.h1.person_id)


def link(browser, kind, again=""):
    shown = browser.get(f"{PAGE}account/{kind}/{again}").content.decode()
    return html.unescape(re.search(r'href="(https://[^"]+)"', shown)[1])


def come_back(browser, kind, said):
    """As the provider sends the browser: to the installation's one address, and on from there."""
    on = browser.get(f"/calendar/back/{kind}/", said)
    assert on.status_code == 302 and on["Location"].startswith("/o/tidboken/")
    return browser.get(on["Location"])


@pytest.fixture(params=KINDS)
def kind(request, there):
    if request.param == "microsoft":
        there.account.refresh = "M.refresh-1"
    there.account.busy = [TEN[request.param]]
    return request.param


@pytest.fixture
def connected(browser, registered, there, kind, host):
    """Connected through the pages, and read once."""
    registered()
    answer = come_back(browser, kind, there.say_yes(link(browser, kind)))
    assert answer.status_code == 302
    run_jobs()
    with acting(host):
        return Connection.objects.get()


def again(host, made, **later):
    with clock.at(NOW + timedelta(**later)):
        with acting(host):
            actions.ask_now(made)
        run_jobs()
    with acting(host):
        return Connection.objects.get(pk=made.pk)


def free(desk):
    return {(minute - at(0)) // 60 for minute in starts(desk.kinds["consultation"])}


def everything():
    """All that the database holds of calendars, as text."""
    with privileged(), database.cursor() as cursor:
        cursor.execute(
            "select table_name from information_schema.tables where table_schema = 'public'"
            " and (table_name like 'booking%' or table_name like 'evidence%' or table_name like 'kernel%')"
        )
        tables = [name for (name,) in cursor.fetchall()]
        said = []
        for table in tables:
            cursor.execute(f'select t::text from "{table}" t')
            said += [row for (row,) in cursor.fetchall()]
        return "\n".join(said)


def test_a_host_connects_and_busy_time_closes_slots(desk, host, there, kind, connected, browser):
    assert connected.problem == "" and connected.worked and 10 not in free(desk) and 11 in free(desk)
    assert connected.login == {"refresh": there.account.refresh}
    asked = there.account.asked
    assert asked[0][0].endswith("/token") and "authorization" not in asked[0][1]
    assert all(head["authorization"] == "Bearer access-1" for _, head in asked[1:])
    held = everything()
    assert WORDS not in held and CODE not in held and "refresh-1" not in held and "access-1" not in held
    for address in (PAGE, f"{PAGE}{connected.pk}/", "/o/tidboken/calendar/"):
        shown = browser.get(address).content.decode()
        assert WORDS not in shown and "refresh-1" not in shown
    there.account.busy = []
    assert again(host, connected).problem == "" and 10 in free(desk)


def test_the_least_is_asked_for(there, kind, registered, browser):
    registered()
    said = dict(parse_qsl(urlsplit(link(browser, kind)).query))
    assert said["scope"] == {
        "google": "https://www.googleapis.com/auth/calendar.freebusy",
        "microsoft": "https://graph.microsoft.com/Calendars.ReadBasic offline_access",
    }[kind]  # fmt: skip
    come_back(browser, kind, there.say_yes(link(browser, kind)))
    run_jobs()
    if kind == "microsoft":
        assert all(one["$select"] == "start,end,showAs" for one in there.account.bodies if "startDateTime" in one)
        assert 'outlook.timezone="Europe/Stockholm"' in [head.get("prefer") for _, head in there.account.asked]
    else:
        asked = [one for one in there.account.bodies if "timeMin" in one]
        assert asked and all(set(one) == {"timeMin", "timeMax", "timeZone", "items"} for one in asked)


def test_every_call_is_evidence_of_the_host(desk, there, kind, registered, browser):
    registered()
    come_back(browser, kind, there.say_yes(link(browser, kind)))
    with announced() as heard:
        run_jobs()
    left = [ids for name, ids in heard if name == egress.DEPARTED]
    assert left and all(ids["to"] == "elsewhere" and ids["subjects"] == (desk.h1.person_id,) for ids in left)
    assert all(ids["categories"] == (Data.AUTHENTICATION.identifier,) for ids in left)
    assert len([1 for name, _ in heard if name == egress.ANSWERED]) == len(left)


def test_our_own_bookings_there_are_not_counted_twice(desk, host, there, kind, connected):
    order(desk.kinds["consultation"], at(13))
    react()
    clocks = {
        "google": ("2026-11-24T12:00:00Z", "2026-11-24T13:00:00Z"),
        "microsoft": ("2026-11-24T13:00:00", "2026-11-24T14:00:00"),
    }
    there.account.busy = [clocks[kind]]
    again(host, connected)
    with acting(host):
        spans = [(one.span.lower, one.span.upper) for one in BusyTime.objects.exclude(item=None)]
    assert all(last - first < timedelta(hours=1) for first, last in spans)


def test_the_same_answer_writes_nothing(host, kind, connected):
    with acting(host):
        before = set(BusyTime.objects.values_list("pk", flat=True))
    again(host, connected, minutes=20)
    with acting(host):
        assert before and set(BusyTime.objects.values_list("pk", flat=True)) == before


def test_google_is_asked_in_shorter_spans_where_it_wants(desk, host, there, registered, browser):
    registered()
    there.account.busy, there.account.longest_days = [TEN["google"]], 50
    come_back(browser, "google", there.say_yes(link(browser, "google")))
    run_jobs()
    with acting(host):
        assert Connection.objects.get().problem == ""
    spans = [(one["timeMin"], one["timeMax"]) for one in there.account.bodies if "timeMin" in one]
    answered = [(a, b) for a, b in spans if (date.fromisoformat(b[:10]) - date.fromisoformat(a[:10])).days <= 50]
    assert all(b == a for (_, b), (a, _) in pairwise(answered)) and 10 not in free(desk)


def test_microsoft_in_pages_and_never_to_another_place(desk, host, there, registered, browser):
    registered()
    there.account.refresh, there.account.page = "M.1", 2
    there.account.busy = [(f"2026-11-24T{hour:02}:00:00", f"2026-11-24T{hour:02}:30:00") for hour in range(8, 13)]
    come_back(browser, "microsoft", there.say_yes(link(browser, "microsoft")))
    run_jobs()
    with acting(host):
        made = Connection.objects.get()
        assert made.problem == "" and BusyTime.objects.count() == 5
    for where in (
        "https://evil.example/v1.0/me/calendarView?x",
        f"{providers.PROVIDERS['microsoft'].api}/me/messages?x",
    ):
        there.account.instead["calendarView"] = [http({"value": [], "@odata.nextLink": where})]
        assert again(host, made).problem == "elsewhere"
    with acting(host):
        assert BusyTime.objects.count() == 5
    there.account.instead["calendarView"] = [
        http({"value": [], "@odata.nextLink": f"{providers.PROVIDERS['microsoft'].api}/me/calendarView?again"})
    ] * 100
    assert again(host, made).problem == "much"


@pytest.mark.parametrize(
    ("where", "answer", "problem"),
    [
        ("token", http({"error": "invalid_grant"}, "400 Bad Request"), "consent"),
        ("token", http({"error": "interaction_required"}, "400 Bad Request"), "consent"),
        ("token", http({"error": "invalid_client"}, "401 Unauthorized"), "setup"),
        ("token", http({"error": "redirect_uri_mismatch"}, "400 Bad Request"), "setup"),
        ("token", http({"error": "temporarily_unavailable"}, "400 Bad Request"), "down"),
        ("token", http(b"<html>", "503 Service Unavailable"), "down"),
        ("token", http(b"<html>"), "unreadable"),
        ("token", http([1]), "unreadable"),
        ("token", http({"access_token": "a\r\nX-Evil: 1", "token_type": "Bearer"}), "unreadable"),
        ("token", http({"access_token": "a", "token_type": "mac"}), "unreadable"),
        ("token", http({"access_token": "a", "token_type": "Bearer", "scope": "openid"}), "consent"),
        ("token", http(b"", "302 Found", "Location: https://evil.example/"), "elsewhere"),
        ("api", http({"error": {"code": 401}}, "401 Unauthorized"), "consent"),
        ("api", http({"error": {"errors": [{"reason": "insufficientPermissions"}]}}, "403 Forbidden"), "consent"),
        ("api", http({"error": {"code": "TooManyRequests"}}, "429 Too Many Requests"), "down"),
        ("api", http({"error": {"code": "ErrorItemNotFound"}}, "404 Not Found"), "none"),
        ("api", http({"error": {"code": "SyncStateNotFound"}}, "410 Gone"), "none"),
        ("api", http(b"", "500 Oops"), "down"),
        ("api", http(b"[" * 100_000), "unreadable"),
        ("api", http({"value": 7, "calendars": 7}), "unreadable"),
        ("api", http({"value": [{"start": 1}], "calendars": {"primary": {"busy": [{"start": "x"}]}}}), "unreadable"),
        ("api", b"HTTP/1.1 200 OK\r\nContent-Length: 52428800\r\n\r\n{", "large"),
        ("api", http(b"", "302 Found", "Location: http://169.254.169.254/latest/"), "elsewhere"),
        ("api", http(b"", "307 Moved", "Location: https://10.0.0.1/"), "elsewhere"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_said_and_changes_nothing(
    desk, host, there, kind, connected, browser, where, answer, problem
):
    name = where if where == "token" else {"google": "freeBusy", "microsoft": "calendarView"}[kind]
    there.account.instead[name] = [answer]
    assert again(host, connected).problem == problem
    assert 10 not in free(desk)
    page = browser.get(f"{PAGE}{connected.pk}/").content.decode()
    assert html.escape(str(problems.WORDS[problem])) in page
    assert ("Allow it again" in page) == (problem == "consent")
    there.account.busy = []
    assert again(host, connected).problem == "" and 10 in free(desk)


def test_google_counts_too_many_questions_as_a_refusal_and_is_left_alone(desk, host, there, registered, browser):
    registered()
    come_back(browser, "google", there.say_yes(link(browser, "google")))
    run_jobs()
    with acting(host):
        made = Connection.objects.get()
    busy = {"error": {"code": 403, "errors": [{"domain": "usageLimits", "reason": "rateLimitExceeded"}]}}
    there.account.instead["freeBusy"] = [http(busy, "403 Forbidden", "Retry-After: 7200")]
    made = again(host, made)
    assert made.problem == "down" and made.next_try == NOW + timedelta(hours=2)
    there.account.instead["freeBusy"] = [http({}, "429 Slow", "Retry-After: Mon, 23 Nov 2026 11:00:00 GMT")]
    made = again(host, made)
    assert NOW < made.next_try <= NOW + timedelta(days=1)
    for nonsense in ("-1", "soon", "9" * 400, "1e9", "²"):
        there.account.instead["freeBusy"] = [
            http({}, "503 Slow", f"Retry-After: {nonsense}".encode().decode("latin-1"))
        ]
        assert again(host, made).next_try <= NOW + timedelta(days=1)


def test_a_permission_that_ended_is_allowed_again_in_its_place(desk, host, there, kind, connected, browser):
    there.account.revoked = True
    assert again(host, connected).problem == "consent" and 10 not in free(desk)
    shown = browser.get("/o/tidboken/calendar/").content.decode()
    assert "is not read at the moment" in shown
    there.account.revoked, there.account.refresh = False, "M.2" if kind == "microsoft" else "1//2"
    said = there.say_yes(link(browser, kind, f"?again={connected.pk}"))
    assert come_back(browser, kind, said)["Location"].endswith(f"{connected.pk}/")
    run_jobs()
    with acting(host):
        (made,) = Connection.objects.all()
    assert made.problem == "" and made.login == {"refresh": there.account.refresh}


def test_a_refresh_token_that_changed_is_kept_though_the_rest_failed(host, there, registered, browser):
    registered()
    there.account.refresh = "M.1"
    come_back(browser, "microsoft", there.say_yes(link(browser, "microsoft")))
    run_jobs()
    with acting(host):
        made = Connection.objects.get()
    there.account.instead["calendarView"] = [http(b"", "503 Down")]
    made = again(host, made)
    assert made.problem == "down" and made.login == {"refresh": "M.1+"}
    assert again(host, made).problem == ""


def test_a_code_is_good_for_one_session_once_and_for_a_while(desk, host, there, kind, registered, browser):
    registered()

    def refused(said, who=browser, **more):
        come_back(who, more.get("kind", kind), said)
        with acting(host):
            assert not Connection.objects.exists()

    said = there.say_yes(link(browser, kind))
    with acting(PUBLIC):
        other = log_in(desk.h2.person_id)
    refused(said, other)  # somebody else's session (RFC 9700, 4.7)
    refused(said | {"state": said["state"] + "x"})
    refused(said)  # a wrong answer ended the question
    refused(there.say_yes(link(browser, kind)), kind=KINDS[kind == "google"])  # the other provider's address (4.4)
    said = there.say_yes(link(browser, kind))
    with clock.at(NOW + timedelta(minutes=16)):
        refused(said)
    link(browser, kind)
    refused({"state": said["state"], "code": "x"})
    refused({"state": there.say_yes(link(browser, kind))["state"], "error": "access_denied"})
    assert "You said no over there" in browser.get(PAGE).content.decode()
    refused({"state": there.say_yes(link(browser, kind))["state"], "code": "a b\n"})
    said = there.say_yes(link(browser, kind))
    assert come_back(browser, kind, said).status_code == 302
    come_back(browser, kind, said)  # the same answer again
    with acting(host):
        assert Connection.objects.count() == 1


def test_a_stolen_code_without_the_secret_of_the_session_is_worth_nothing(host, there, kind, registered, browser):
    registered()
    said = there.say_yes(link(browser, kind))
    there.account.challenge = "another browser's"
    come_back(browser, kind, said)
    run_jobs()
    with acting(host):
        assert Connection.objects.get().problem == "consent"


def test_the_way_back_leads_nowhere_else(browser, client_files):
    for state in ("", "//evil.example", "https://evil.example/.x", "..", "a/b.c"):
        assert browser.get("/calendar/back/google/", {"state": state, "code": "x"}).status_code == 404
    assert browser.get("/calendar/back/yahoo/", {"state": "tidboken.x"}).status_code == 404
    on = browser.get("/calendar/back/google/", {"state": "tidboken.x", "code": "c", "next": "https://evil.example"})
    assert on["Location"] == f"{PAGE}account/google/back/?state=tidboken.x&code=c"


def test_disconnecting_gives_the_permission_back(desk, host, there, kind, connected, browser):
    browser.post(f"{PAGE}{connected.pk}/end/")
    assert 10 in free(desk) and browser.get(f"{PAGE}{connected.pk}/").status_code == 404
    run_jobs()
    with privileged():
        assert not Connection.objects.exists() and not Item.objects.exists()
    assert there.account.revoked == (kind == "google")  # Microsoft has no such place


def next_round(later):
    with clock.at(NOW + later):
        with acting(Actor(office="sweeper")):
            tasks.rounds()
        run_jobs()


def test_with_a_hosts_last_role_what_they_log_in_with_goes(desk, host, there, kind, connected):
    with acting(host):
        actions.make_feed(desk.h1)
    leaves(desk, desk.h1)
    with privileged():
        assert not Item.objects.exists() and not BusyTime.objects.exists() and not Feed.objects.exists()
    next_round(timedelta(minutes=5))
    with privileged():
        assert not Connection.objects.exists()
    assert there.account.revoked == (kind == "google")


def test_data_at_rest_is_not_used_to_ask_or_to_write(desk, host, there, kind, connected):
    with acting(host):
        rights.rest("accuracy")
    assert again(host, connected, hours=1).tried == connected.tried
    next_round(timedelta(hours=1))
    with acting(host):
        assert Connection.objects.get().tried == connected.tried
        rights.use_again()
    next_round(timedelta(hours=2))
    with acting(host):
        assert Connection.objects.get().tried > connected.tried


def test_giving_back_is_tried_for_a_day(desk, host, there, registered, browser):
    registered()
    for rounds in (1, 30):
        there.account.revoked = False
        come_back(browser, "google", there.say_yes(link(browser, "google")))
        run_jobs()
        there.account.instead["revoke"] = [http(b"", "503 Down")] * rounds
        with acting(host):
            made = Connection.objects.get()
            actions.disconnect(made)
        run_jobs()
        with acting(host):
            assert not queries.connections() and Connection.objects.count() == 1
        with acting(host), clock.at(NOW + timedelta(days=2)):
            actions.ask_now(made)
        with clock.at(NOW + timedelta(days=2)):
            run_jobs()
        with privileged():
            assert not Connection.objects.exists()
        assert there.account.revoked == (rounds == 1)


@pytest.mark.parametrize(
    "wrong",
    [{"safeguard": None}, {"agreed": False}, {"hosts": ["login.example:443"]}, {"purposes": [Purpose.COORDINATE]}],
)
def test_it_is_offered_where_the_register_allows_it_only(desk, host, registered, browser, wrong):
    registered(**wrong)
    with acting(host):
        assert providers.offered() == {}
    assert "Google Calendar" not in browser.get(PAGE).content.decode()
    assert browser.get(f"{PAGE}account/google/").status_code == 404


def test_it_is_not_offered_where_the_installation_is_not_known_there(desk, host, registered, browser, monkeypatch):
    registered()
    monkeypatch.setenv("TILLIT_GOOGLE", "")
    with acting(host):
        assert set(providers.offered()) == {"microsoft"}
    assert "Google Calendar" not in browser.get(PAGE).content.decode()


def test_administrators_are_told_whom_to_register(desk, there, browser, host):
    with acting(PUBLIC):
        boss = log_in(desk.administrator.pk)
    if boss.get(PAGE).status_code == 200:  # an administrator who is a host
        assert "where these may be called" in boss.get(PAGE).content.decode()
    assert "where these may be called" not in browser.get(PAGE).content.decode()


def test_a_stopped_receiver_is_asked_no_more(desk, host, there, kind, connected):
    asked = len(there.account.asked)
    with acting(Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")):
        processors.stop("elsewhere")
    assert again(host, connected).problem == "unregistered" and len(there.account.asked) == asked


def test_nobody_else_reaches_it(desk, host, there, kind, connected):
    with acting(PUBLIC):
        other = log_in(desk.h2.person_id)
    assert other.get(f"{PAGE}{connected.pk}/").status_code == 404
    assert other.get(f"{PAGE}account/{kind}/?again={connected.pk}").status_code == 404
    assert other.post(f"{PAGE}{connected.pk}/end/").status_code == 404
    for actor in (desk.as_host(desk.h2), desk.visitor()):
        with acting(actor):
            assert not Connection.objects.exists() and not BusyTime.objects.exists()


def test_a_client_file_that_others_could_read_is_no_client(desk, there, registered, browser, tmp_path):
    registered()
    (tmp_path / "TILLIT_GOOGLE.json").chmod(0o644)
    answer = browser.get(f"{PAGE}account/google/")
    assert answer.status_code == 302
    assert "Whoever runs this service" in browser.get(PAGE).content.decode()
