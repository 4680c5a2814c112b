"""What leaves, what is refused before it does, and what is cut."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction

from tests.conftest import ROOT, privileged
from tests.kernel import calling, support
from tests.kernel.calling import NAME, OK, Authority, Server, a_processor, announced, no_connection, outside, registered
from tillit.kernel import clock, egress, happenings
from tillit.kernel.dpv import Data, Purpose
from tillit.kernel.egress import Limits, addresses, departures, gate, line
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import Actor, acting

GUEST = new_id()
SMS = {Data.PHONE: "+46700000001", Data.COMMUNICATION: "Välkommen på torsdag"}
SHAPE = {"from": "Nordan", "to": Data.PHONE, "text": Data.COMMUNICATION}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(autouse=True)
def without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Departures are announced and nothing is committed, save where a test says so."""
    monkeypatch.setattr("tillit.kernel.egress.departures.record", lambda do: do())


@pytest.fixture
def sms(authority: Authority) -> Iterator[Server]:
    """The processor's server, trusted and found under its name."""
    with Server(OK, authority.server(NAME)) as server, outside(authority.trusted), registered(a_processor(server.port)):
        yield server


def send(server: Server, *, path: str = "/v1/messages", limits: Limits | None = None, **changes: Any) -> egress.Answer:
    """A text to a guest."""
    call = {"about": [GUEST], "data": SMS, "json": SHAPE, **changes}
    return egress.client("courier", Purpose.COORDINATE, limits=limits).post(
        f"https://{NAME}:{server.port}{path}", **call
    )


# -- what leaves -------------------------------------------------------------------------------------------------


def test_a_call_arrives_as_it_was_shaped_and_is_announced(sms):
    with announced() as heard:
        answer = send(sms, headers={"Authorization": "Bearer secret"})
    assert (answer.status, answer.body, answer.ok) == (200, b"ok", True)
    (request,) = sms.heard
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.split(b"\r\n")[0] == b"POST /v1/messages HTTP/1.1"
    assert f"Host: {NAME}:{sms.port}".encode() in head
    assert b"Authorization: Bearer secret" in head
    assert json.loads(body) == {"from": "Nordan", "to": SMS[Data.PHONE], "text": SMS[Data.COMMUNICATION]}
    (departed, ids), (answered, after) = heard
    assert (departed, answered) == (egress.DEPARTED, egress.ANSWERED)
    assert ids["subjects"] == (GUEST,)
    assert ids["categories"] == ("pd:Communication", "pd:TelephoneNumber")
    assert (ids["reason"], ids["to"]) == (Purpose.COORDINATE.identifier, "courier")
    assert (after["status"], after["object"]) == (200, ids["object"])
    assert "+4670" not in str(heard)
    assert "torsdag" not in str(heard)


def test_it_is_announced_before_anything_is_sent(sms):
    def listen(name: str, /, **ids: Any) -> None:
        time.sleep(0.1)
        seen.append(list(sms.heard))

    seen: list[list[bytes]] = []
    happenings.subscribe(egress.DEPARTED, listen)
    try:
        send(sms)
    finally:
        happenings.unsubscribe(egress.DEPARTED, listen)
    assert seen == [[]]
    assert len(sms.heard) == 1


def test_what_cannot_be_recorded_does_not_leave(sms):
    def fail(name: str, /, **ids: Any) -> None:
        raise RuntimeError("the log is full")

    happenings.subscribe(egress.DEPARTED, fail)
    try:
        with pytest.raises(RuntimeError):
            send(sms)
    finally:
        happenings.unsubscribe(egress.DEPARTED, fail)
    time.sleep(0.1)
    assert sms.heard in ([], [b""])


def test_forms_queries_and_raw_bodies(sms):
    client = egress.client("courier", Purpose.COORDINATE)
    url = f"https://{NAME}:{sms.port}/v1"
    client.post(url, about=[GUEST], data=SMS, form={"to": Data.PHONE, "text": Data.COMMUNICATION, "n": 1})
    client.get(url, about=[GUEST], data={Data.PHONE: "+46 7"}, query={"to": Data.PHONE})
    client.request("PUT", url, about=[GUEST], data={Data.COMMUNICATION: b"\x00\xff"}, raw=Data.COMMUNICATION)
    form, query, raw = sms.heard
    assert form.endswith(b"to=%2B46700000001&text=V%C3%A4lkommen%20p%C3%A5%20torsdag&n=1")
    assert query.startswith(b"GET /v1?to=%2B46%207 HTTP/1.1")
    assert raw.endswith(b"Content-Length: 2\r\n\r\n\x00\xff")


def test_a_call_without_personal_data_needs_nobody(sms):
    with announced() as heard:
        assert egress.client("courier", Purpose.COORDINATE).get(f"https://{NAME}:{sms.port}/status").ok
    assert heard[0][1]["subjects"] == ()


def test_answers_are_read(authority):
    chunked = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\nX-Id: 7\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    until_the_end = b"HTTP/1.0 500 Oh\r\n\r\nbroken"
    for says, status, body in ((chunked, 201, b"{}"), (until_the_end, 500, b"broken")):
        with (
            Server(says, authority.server(NAME)) as server,
            outside(authority.trusted),
            registered(a_processor(server.port)),
        ):
            answer = send(server)
            assert (answer.status, answer.body) == (status, body)
    assert answer.ok is False
    with pytest.raises(egress.BadAnswer):
        answer.json()


# -- refused before anything leaves ------------------------------------------------------------------------------

ENDED = {"agreement": "contracts/7", "ends": date(2026, 1, 31)}
REFUSED = {
    "nobody of that name": (egress.UnknownProcessor, {"key": "other"}, {}),
    "it was stopped": (egress.Stopped, {"stopped": True}, {}),
    "no agreement": (egress.NoAgreement, {"agreement": ""}, {}),
    "no agreement between two who decide": (egress.NoAgreement, {"agreement": "", "role": egress.Role.JOINT}, {}),
    "the agreement ended": (egress.NoAgreement, ENDED, {}),
    "another purpose": (egress.WrongPurpose, {"purposes": frozenset({Purpose.LOGIN.identifier})}, {}),
    "another region": (egress.WrongRegion, {"region": "us"}, {}),
    "a kind of data too many": (egress.WrongData, {"categories": frozenset({Data.PHONE.identifier})}, {}),
    "data of nobody": (egress.NobodyNamed, {}, {"about": []}),
    "a value that was not declared": (egress.WrongData, {}, {"data": {Data.PHONE: "+46"}}),
    "a declaration without a place": (egress.WrongData, {}, {"json": {"to": Data.PHONE}}),
    "another host": (egress.WrongHost, {"hosts": frozenset({egress.Host("other.example", 443)})}, {}),
    "another port": (egress.WrongHost, {"hosts": frozenset({egress.Host(NAME, 8443)})}, {}),
    "two bodies": (egress.BadRequest, {}, {"form": {"x": "y"}}),
    "a header of ours": (egress.BadRequest, {}, {"headers": {"host": "other.example"}}),
    "a header that breaks out": (egress.BadRequest, {}, {"headers": {"X-A": "b\r\nX-C: d"}}),
    "a header's name that breaks out": (egress.BadRequest, {}, {"headers": {"X-A: b\r\nX-C": "d"}}),
}


@pytest.mark.parametrize("why", REFUSED)
def test_refused_before_anything_leaves(authority, why):
    error, entry, call = REFUSED[why]
    with (
        outside(authority.trusted) as asked,
        no_connection() as tried,
        announced() as heard,
        registered(a_processor(**entry)),
        clock.at(datetime(2026, 2, 1, tzinfo=UTC)),
        pytest.raises(error) as refused,
    ):
        client = egress.client("courier", Purpose.COORDINATE)
        client.post(f"https://{NAME}/v1", **{"about": [GUEST], "data": SMS, "json": SHAPE, **call})
    assert (asked, tried, heard) == ([], [], [])
    assert "+4670" not in str(refused.value)


def test_an_agreement_holds_through_its_last_day(sms):
    with registered(a_processor(sms.port, **ENDED)):
        with clock.at(datetime(2026, 1, 31, 23, 59, tzinfo=UTC)):
            client = egress.client("courier", Purpose.COORDINATE)
        with clock.at(datetime(2026, 2, 1, tzinfo=UTC)), pytest.raises(egress.NoAgreement):
            client.get(f"https://{NAME}:{sms.port}/")


def test_another_region_with_a_safeguard_and_roles_without_agreement(sms):
    abroad = {"region": "us", "safeguard": egress.Safeguard.CLAUSES}
    alone = {"agreement": "", "role": egress.Role.CONTROLLER}
    with registered(a_processor(sms.port, **abroad)):
        assert send(sms).ok
    with registered(a_processor(sms.port, **alone)):
        assert send(sms).ok
    with registered(a_processor(sms.port, region="eu"), region="ir"), pytest.raises(egress.WrongRegion):
        send(sms)


ADDRESSES = {
    "http": f"http://{NAME}/",
    "file": "file:///etc/passwd",
    "nothing": "",
    "no scheme": f"//{NAME}/",
    "a user": f"https://{NAME}@evil.example/",
    "a user and password": f"https://a:b@{NAME}/",
    "the host as a user": f"https://{NAME}:443@evil.example/",
    "backslash": f"https://evil.example\\@{NAME}/",
    "backslash in the path": f"https://{NAME}/a\\b",
    "fragment": f"https://{NAME}#@evil.example/",
    "a line break": f"https://{NAME}/a\r\nHost: evil.example",
    "a tab in the host": f"https://{NAME[:3]}\t{NAME[3:]}/",
    "a space": f"https://{NAME}/a b",
    "letters of others": f"https://{NAME}/å",
    "brackets": "https://[::1]/",
    "mapped": "https://[::ffff:127.0.0.1]/",
    "plain address": "https://127.0.0.1/",
    "decimal": "https://2130706433/",
    "octal": "https://0177.0.0.1/",
    "hexadecimal": "https://0x7f.0.0.1/",
    "one hexadecimal number": "https://0x7f000001/",
    "short": "https://127.1/",
    "address with a dot": "https://127.0.0.1./",
    "full-width digits": "https://１２７.０.０.１/",
    "circled letters": "https://ⓐpi.sms.example/",
    "a look-alike": "https://аpi.sms.example/",
    "per cent": "https://%31%32%37.0.0.1/",
    "this machine": "https://localhost/",
    "this machine with a dot": "https://localhost./",
    "below this machine": "https://api.localhost/",
    "a printer": "https://printer.local/",
    "metadata": "https://metadata.google.internal/",
    "two dots": f"https://{NAME}../",
    "a port that is none": f"https://{NAME}:99999/",
    "port zero": f"https://{NAME}:0/",
    "the name with more before it": f"https://x.{NAME}/",
    "the name with more behind it": f"https://{NAME}.evil.example/",
}


@pytest.mark.parametrize("spelling", ADDRESSES)
def test_no_spelling_of_an_address_leads_past_the_register(authority, spelling):
    with (
        outside(authority.trusted, loopback=False) as asked,
        no_connection() as tried,
        registered(a_processor()),
        pytest.raises(egress.Refused),
    ):
        egress.client("courier", Purpose.COORDINATE).get(ADDRESSES[spelling])
    assert (asked, tried) == ([], [])


def test_one_name_has_many_spellings(sms):
    for name in (NAME.upper(), f"{NAME}."):
        assert egress.client("courier", Purpose.COORDINATE).get(f"HTTPS://{name}:{sms.port}/").ok


INSIDE = [
    "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1",
    "169.254.169.254", "168.63.129.16", "0.0.0.0", "0.1.2.3", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:8.8.8.8", "64:ff9b::7f00:1",
    "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1",
    "ff02::1", "2001::1", "2001:0:7f00:1::", "2001:10::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::", "3fff::1",
    "5f00::1", "2a00:1450::1%eth0",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_not_followed(authority, address):
    with (
        outside(authority.trusted, ["93.184.215.14", address], loopback=False),
        no_connection() as tried,
        announced() as heard,
        registered(a_processor()),
        pytest.raises(egress.WrongAddress),
    ):
        egress.client("courier", Purpose.COORDINATE).get(f"https://{NAME}/")
    assert (tried, heard) == ([], [])


@pytest.mark.parametrize("address", ["93.184.215.14", "172.32.0.1", "100.128.0.1", "2a00:1450:400f::1", "2606:2800::1"])
def test_a_public_address_is_spoken_to(authority, address):
    with (
        outside(authority.trusted, [address], loopback=False),
        no_connection() as tried,
        registered(a_processor()),
        pytest.raises(egress.Unreachable),
    ):
        egress.client("courier", Purpose.COORDINATE).get(f"https://{NAME}/")
    assert tried == [address]


def test_what_the_operator_runs_may_be_inside_but_not_everywhere():
    for fine in ("127.0.0.1", "10.1.2.3", "::1", "fd00::1"):
        addresses.check(addresses.read(fine), inside=True)
    for wrong in ("169.254.169.254", "0.0.0.0", "224.0.0.1", "fe80::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"):
        with pytest.raises(egress.WrongAddress):
            addresses.check(addresses.read(wrong), inside=True)


def test_only_tests_speak_http_and_only_to_this_machine(authority, monkeypatch):
    with Server(OK) as server, outside(authority.trusted), registered(a_processor(server.port)):
        assert egress.client("courier", Purpose.COORDINATE).get(f"http://{NAME}:{server.port}/").ok
    with (
        outside(authority.trusted, ["93.184.215.14"]),
        no_connection() as tried,
        registered(a_processor(80)),
        pytest.raises(egress.WrongAddress),
    ):
        egress.client("courier", Purpose.COORDINATE).get(f"http://{NAME}/")
    assert tried == []
    monkeypatch.setenv("TILLIT_MODE", "production")
    with pytest.raises(ValueError, match="Only tests"):
        line.Outside(loopback=True)


# -- a name is resolved once, and TLS holds it to itself ---------------------------------------------------------


def test_a_name_that_changes_its_mind_is_asked_once(authority):
    """Rebinding: the first answer is public, the second would be inside."""
    with (
        outside(authority.trusted, ["93.184.215.14"], ["127.0.0.1"], loopback=False) as asked,
        no_connection() as tried,
        registered(a_processor()),
        pytest.raises(egress.Unreachable),
    ):
        egress.client("courier", Purpose.COORDINATE).get(f"https://{NAME}/")
    assert (asked, tried) == ([NAME], ["93.184.215.14"])


@pytest.mark.parametrize("wrong", ["another name", "ended", "unknown authority"])
def test_a_wrong_certificate_gets_nothing(authority, tmp_path, wrong):
    context = {
        "another name": lambda: authority.server("evil.example"),
        "ended": lambda: authority.server(NAME, days=-1),
        "unknown authority": lambda: Authority(tmp_path).server(NAME),
    }[wrong]()
    with (
        Server(OK, context) as server,
        outside(authority.trusted),
        announced() as heard,
        registered(a_processor(server.port)),
        pytest.raises(egress.Untrusted),
    ):
        send(server)
    assert (server.heard, heard) == ([], [])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # TLS 1.1 is, which is the point
def test_old_tls_and_no_tls_get_nothing(authority):
    old = authority.server(NAME)
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    for context in (old, None):
        with (
            Server(OK, context) as server,
            outside(authority.trusted),
            announced() as heard,
            registered(a_processor(server.port)),
            pytest.raises(egress.Failed),
        ):
            send(server, limits=Limits(total=2))
        assert heard == []


def test_the_systems_trust_is_strict():
    context = line.system_trust()
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


# -- slow, huge, broken ------------------------------------------------------------------------------------------

HEAD = b"HTTP/1.1 200 OK\r\n"
SMALL = Limits(connect=1, total=0.6, most=1000)
BROKEN = {
    "never answers": (egress.TooSlow, lambda connected: time.sleep(3)),
    "drips its first line": (egress.TooSlow, calling.drip(b"", b"H")),
    "drips headers": (egress.TooSlow, calling.drip(HEAD, b"X-A: b\r\n")),
    "drips its body": (egress.TooSlow, calling.drip(HEAD + b"Content-Length: 900\r\n\r\n", b"x")),
    "drips in chunks": (egress.TooSlow, calling.drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n")),
    "says a large size": (egress.TooLarge, HEAD + b"Content-Length: 1001\r\n\r\n" + b"x" * 1001),
    "says nothing of its size": (egress.TooLarge, HEAD + b"\r\n" + b"x" * 1001),
    "floods": (egress.TooLarge, calling.flood(HEAD + b"\r\n", b"x" * 65536)),
    "floods in chunks": (
        egress.TooLarge,
        calling.flood(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"ffff\r\n" + b"x" * 65535 + b"\r\n"),
    ),
    "floods trailers": (
        egress.Failed,
        calling.flood(HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-A: " + b"b" * 60000 + b"\r\n"),
    ),
    "floods with continue": (egress.Failed, calling.flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n")),
    "one endless header": (egress.Failed, calling.flood(HEAD + b"X-A: ", b"b" * 65536)),
    "a thousand headers": (egress.BadAnswer, HEAD + b"X-A: b\r\n" * 1000 + b"\r\n"),
    "cut short": (egress.BadAnswer, HEAD + b"Content-Length: 900\r\n\r\nx"),
    "cut short in chunks": (egress.BadAnswer, HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nx"),
    "compressed": (egress.BadAnswer, HEAD + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b"),
    "no HTTP": (egress.BadAnswer, b"220 mail.example ESMTP\r\n"),
    "nothing": (egress.BadAnswer, b""),
    "a redirect elsewhere": (
        egress.Redirected,
        b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n",
    ),
    "a redirect that asks again": (
        egress.Redirected,
        f"HTTP/1.1 307 X\r\nLocation: https://{NAME}/other\r\nContent-Length: 0\r\n\r\n".encode(),
    ),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_bad_answer_is_cut(authority, how):
    error, says = BROKEN[how]
    with (
        Server(says, authority.server(NAME)) as server,
        outside(authority.trusted) as asked,
        announced() as heard,
        registered(a_processor(server.port)),
    ):
        began = time.monotonic()
        with pytest.raises(error) as failed:
            send(server, limits=SMALL)
        assert time.monotonic() - began < 2
        assert (server.connections, asked) == (1, [NAME])
    assert isinstance(failed.value, OSError)
    assert heard[0][0] == egress.DEPARTED
    assert heard[1][0] == (egress.ANSWERED if error is egress.Redirected else egress.FAILED)
    assert heard[1][1].get("how", "") in {"", type(failed.value).__name__}


def test_a_server_that_does_not_read_is_left(authority):
    """The request is larger than what fits between the two; nobody takes it."""

    def deaf(connected: Any) -> None:
        time.sleep(3)

    class Deaf(Server):
        def _answer(self, connected: Any) -> None:
            with self.context.wrap_socket(connected, server_side=True):  # type: ignore[union-attr]
                deaf(connected)

    with (
        Deaf(OK, authority.server(NAME)) as server,
        outside(authority.trusted),
        registered(a_processor(server.port)),
        pytest.raises(egress.TooSlow),
    ):
        send(server, limits=SMALL, data={**SMS, Data.COMMUNICATION: "x" * 40_000_000})


def test_a_server_that_does_not_shake_hands_is_left(authority):
    with (
        Server(lambda connected: time.sleep(3)) as server,
        outside(authority.trusted),
        announced() as heard,
        registered(a_processor(server.port)),
        pytest.raises(egress.TooSlow),
    ):
        send(server, limits=SMALL)
    assert heard == []


def test_a_name_server_that_does_not_answer_is_left(authority, monkeypatch):
    monkeypatch.setattr(line, "outside", line.Outside(lambda name, port: time.sleep(3) or [], authority.trusted))
    began = time.monotonic()
    with registered(a_processor()), pytest.raises(egress.TooSlow):
        egress.client("courier", Purpose.COORDINATE, limits=SMALL).get(f"https://{NAME}/")
    assert time.monotonic() - began < 2


def test_a_name_that_is_not_known_and_an_address_that_is_none(authority):
    for answer, error in (([], egress.Unreachable), (["nonsense"], egress.WrongAddress)):
        with outside(authority.trusted, answer), registered(a_processor()), pytest.raises(error):
            egress.client("courier", Purpose.COORDINATE).get(f"https://{NAME}/")


def test_the_next_address_is_tried(sms, authority):
    with outside(authority.trusted, ["127.0.0.2", "127.0.0.1"]):
        assert send(sms).ok


def test_no_proxy_of_the_environment(sms, monkeypatch):
    for name in ("http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert send(sms).ok


# -- the record stands whatever comes ----------------------------------------------------------------------------


@pytest.fixture
def ledger(server: Any, real_db: str, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """Departures are recorded as they really are, by evidence; an organisation."""
    monkeypatch.setattr(departures, "record", departures.in_a_transaction_of_its_own)
    organisation = new_id()
    with psycopg.connect(server.admin_dsn(real_db)) as admin:
        support.insert_organisation(admin, organisation, "nordan")
    return organisation


def recorded(organisation: UUID) -> list[str]:
    """What the guest can read of it."""
    with acting(Actor(organisation=organisation, person=GUEST)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select name from evidence_event where subject_id = %s order by id", [GUEST])
        return [name for (name,) in cursor.fetchall()]


def test_a_departure_stands_when_the_work_is_undone(ledger, sms):
    actor = Actor(organisation=ledger)
    with acting(actor), pytest.raises(RuntimeError), transaction.atomic():
        connection.cursor().execute("select access.now()")
        send(sms)
        raise RuntimeError
    assert recorded(ledger) == [egress.DEPARTED]


def test_a_departure_is_recorded_without_a_transaction_too(ledger, sms):
    with acting(Actor(organisation=ledger)):
        send(sms)
    assert recorded(ledger) == [egress.DEPARTED]


def test_what_did_not_arrive_is_recorded_too(ledger, authority):
    with (
        Server(b"", authority.server(NAME)) as server,
        outside(authority.trusted),
        registered(a_processor(server.port)),
        acting(Actor(organisation=ledger)),
        pytest.raises(egress.BadAnswer),
        transaction.atomic(),
    ):
        send(server)
    assert recorded(ledger) == [egress.DEPARTED, egress.FAILED]


def test_a_departure_stands_when_the_process_dies(ledger, sms):
    """The record is there while the receiver has not yet answered."""
    seen: list[list[str]] = []

    def look(connected: Any) -> None:
        def read() -> None:
            seen.append(recorded(ledger))
            connection.close()

        looking = threading.Thread(target=read)
        looking.start()
        looking.join()
        connected.sendall(OK)

    sms.says = look
    with acting(Actor(organisation=ledger)), transaction.atomic():
        send(sms)
    assert seen == [[egress.DEPARTED]]


# -- the gate ----------------------------------------------------------------------------------------------------

GATED = """
import os, socket, smtplib, subprocess, urllib.request, http.client, asyncio
from tillit.kernel.egress import gate
gate.shut()
gate.shut()
def tried(do):
    try:
        do()
    except gate.Shut:
        return "shut"
    except OSError as error:
        return "shut" if isinstance(getattr(error, "reason", None), gate.Shut) else type(error).__name__
    return "open"
family = socket.socket(socket.AF_UNIX)
datagram = socket.socket(type=socket.SOCK_DGRAM)
print(
    tried(lambda: socket.create_connection(("127.0.0.1", 9))),
    tried(lambda: socket.socket().connect(("127.0.0.1", 9))),
    tried(lambda: socket.socket().connect_ex(("127.0.0.1", 9))),
    tried(lambda: family.connect("/nowhere")),
    tried(lambda: datagram.sendto(b"x", ("127.0.0.1", 9))),
    tried(lambda: datagram.sendmsg([b"x"], [], 0, ("127.0.0.1", 9))),
    tried(lambda: urllib.request.urlopen("http://127.0.0.1:9/")),
    tried(lambda: smtplib.SMTP("127.0.0.1", 9)),
    tried(lambda: http.client.HTTPConnection("127.0.0.1", 9).request("GET", "/")),
    tried(lambda: asyncio.run(asyncio.open_connection("127.0.0.1", 9))),
    tried(lambda: socket.gethostbyname("example.org")),
    tried(lambda: socket.getaddrinfo("example.org", 443)),
    tried(lambda: subprocess.run(["true"])),
    tried(lambda: os.system("true")),
    tried(lambda: os.execv("/bin/true", ["true"])),
    tried(lambda: os.posix_spawn("/bin/true", ["true"], {})),
)
with gate.opened():
    print(tried(lambda: socket.socket().connect(("127.0.0.1", 9))))
print(tried(lambda: socket.getaddrinfo("db.internal.invalid", 5432)), gate.is_shut())
"""


def test_the_gate_stops_whatever_goes_past_egress():
    env = {
        "TILLIT_DSN": "host=db.internal.invalid dbname=x",
        "PYTHONPATH": str(ROOT / "src"),
        "TILLIT_MODE": "test",
    }
    done = subprocess.run([sys.executable, "-c", GATED], env=env, capture_output=True, text=True, check=True)
    first, second, third = done.stdout.splitlines()
    assert set(first.split()) == {"shut"}, first
    assert second == "ConnectionRefusedError"
    assert third == "gaierror True"


def test_the_gate_is_open_in_tests():
    assert not gate.is_shut()


# -- mail --------------------------------------------------------------------------------------------------------


def test_a_mail_is_a_departure(db, monkeypatch):
    from aiosmtpd.controller import Controller

    from tests.kernel.test_smtp import Box
    from tillit.kernel import mail

    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=0)
    organisation = support.an_organisation()
    with socket.create_server(("127.0.0.1", 0)) as free:
        controller.port = free.getsockname()[1]
    controller.start()
    try:
        monkeypatch.setenv("TILLIT_SMTP", f"smtp://127.0.0.1:{controller.port}")
        monkeypatch.setenv("TILLIT_MAIL_FROM", "no-reply@nordan.example")
        with acting(Actor(organisation=organisation)):
            mail.send(mail.Message("guest@example.org", "Välkommen", "Hej Åsa!\n"), about=[GUEST])
        with announced() as heard:
            support.run_jobs()
    finally:
        controller.stop()
    assert len(box.kept) == 1
    (name, ids), (after, _) = heard
    assert (name, after) == (egress.DEPARTED, egress.ANSWERED)
    assert (ids["subjects"], ids["to"]) == ((GUEST,), "mail")
    assert ids["categories"] == ("pd:Communication", "pd:EmailAddress", "pd:Name")
    assert "guest@" not in str(heard)
    with privileged(), connection.cursor() as cursor:
        cursor.execute("select subject_id from evidence_event where name = %s", [egress.DEPARTED])
        assert cursor.fetchall() == [(GUEST,)]


def test_somebody_elses_mail_server_needs_an_agreement_and_a_place(monkeypatch):
    from tillit.kernel import smtp

    monkeypatch.setenv("TILLIT_SMTP", "smtps://post.example:465")
    monkeypatch.setenv("TILLIT_SMTP_PROCESSOR", "Post AB; us; contracts/3; 2026-06-30; clauses")
    found = smtp.processor()
    assert found is not None
    assert (found.name, found.region, found.safeguard) == ("Post AB", "us", egress.Safeguard.CLAUSES)
    assert (found.role, found.ends) == (egress.Role.PROCESSOR, date(2026, 6, 30))
    with registered(), clock.at(datetime(2026, 6, 30, tzinfo=UTC)):
        assert egress.client("mail", Purpose.COORDINATE).processor.name == "Post AB"
        with pytest.raises(egress.WrongPurpose):
            egress.client("mail", Purpose.LOGIN)
        with clock.at(datetime(2026, 6, 30, tzinfo=UTC) + timedelta(days=1)), pytest.raises(egress.NoAgreement):
            egress.client("mail", Purpose.COORDINATE)
        monkeypatch.setenv("TILLIT_SMTP_PROCESSOR", "Post AB; us; contracts/3")
        with pytest.raises(egress.WrongRegion):
            egress.client("mail", Purpose.COORDINATE)
    for wrong in ("Post AB", "Post AB; Sweden; x", "; eu; x", "Post AB; eu; x; soon", "Post AB; eu; x; ; luck"):
        monkeypatch.setenv("TILLIT_SMTP_PROCESSOR", wrong)
        with pytest.raises(ValueError, match=r"\S"):
            smtp.processor()
