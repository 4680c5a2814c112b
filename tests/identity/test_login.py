"""Logging in: who gets in, who learns what, what follows."""

import re
import statistics
import time
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from tests.conftest import privileged
from tests.identity.conftest import COST, PASSWORD, logged_in, mails, post_login, prove
from tillit.identity import sessions, throttle
from tillit.identity.models import Account, Session
from tillit.kernel import clock


def words(response):
    """A page without what differs in every answer: the form's token, and what was typed."""
    text = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", response.content)
    return re.sub(rb'value="[^"]*@[^"]*"', b"", text)


def test_any_spelling_of_the_address_opens_the_account(anna):
    for typed in ("anna@example.se", "ANNA@Example.SE", "  anna@example.se "):
        client = Client()
        answer = post_login(client, typed)
        assert (answer.status_code, answer["Location"]) == (302, "/account/")
        page = client.get("/account/").content.decode()
        assert "Kontoret" in page


def test_the_database_never_holds_the_address_or_the_cookie(anna):
    client = logged_in(anna)
    cookie = client.cookies["session"].value
    from django.db import connection

    with privileged(), connection.cursor() as cursor:
        cursor.execute("select table_name from information_schema.tables where table_schema = 'public'")
        for (table,) in cursor.fetchall():
            if table.startswith(("kernel_", "procrastinate")):
                continue
            cursor.execute(f'select t::text from "{table}" t')
            content = "\n".join(row[0] for row in cursor.fetchall())
            assert "anna@example" not in content, table
            assert cookie not in content, table
            assert PASSWORD not in content, table


def test_wrong_unknown_and_closed_answer_alike(anna, bo):
    with privileged():
        Account.objects.filter(pk=bo.account).update(is_active=False)
    answers = [
        post_login(Client(), "anna@example.se", "inte detta heller"),
        post_login(Client(), "nobody@example.se", "inte detta heller"),
        post_login(Client(), "bo@example.se", PASSWORD),
    ]
    assert {a.status_code for a in answers} == {422}
    assert len({words(a) for a in answers}) == 1
    assert not any("session" in a.cookies for a in answers)


def test_wrong_and_unknown_take_about_the_same_time(anna, somebody, monkeypatch):
    for name, value in COST.items():
        monkeypatch.setattr(Argon2PasswordHasher, name, value)
    known = [f"p{i}@example.se" for i in range(6)]
    for name in known:
        somebody(name.split("@")[0])

    def took(address):
        client, start = Client(), time.perf_counter()
        post_login(client, address, "inte detta heller")
        return time.perf_counter() - start

    took("warm@example.se")
    pairs = [(took(address), took("un" + address)) for address in known]
    one, other = (statistics.median(column) for column in zip(*pairs, strict=True))
    assert 0.6 < one / other < 1.6


def test_after_five_wrong_tries_the_account_rests_and_nobody_can_tell(anna):
    first = post_login(Client(), "anna@example.se", "fel")
    for _ in range(4):
        post_login(Client(), "anna@example.se", "fel")
    right = post_login(Client(), "anna@example.se")
    assert right.status_code == 422
    assert words(right) == words(first)
    assert words(post_login(Client(), "nobody@example.se", "fel")) == words(first)
    assert post_login(Client(), "anna@example.se", REMOTE_ADDR="203.0.113.9").status_code == 302  # her own network
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert post_login(Client(), "anna@example.se").status_code == 302


def test_guessing_from_many_networks_rests_too(anna):
    for number in range(throttle.GUESS.burst):
        post_login(Client(), "anna@example.se", "fel", REMOTE_ADDR=f"198.51.100.{number}")
    assert post_login(Client(), "anna@example.se", REMOTE_ADDR="203.0.113.9").status_code == 422


def test_right_passwords_count_nothing(anna):
    for _ in range(throttle.GUESS_HERE.burst + 2):
        assert post_login(Client(), "anna@example.se").status_code == 302


def test_a_network_that_sends_too_much_waits(office):
    for _ in range(throttle.NETWORK.burst):
        assert Client().post("/account/password/reset/", {"email": "x"}).status_code == 422
    answer = Client().post("/account/login/", {"login": "a@b.se", "password": "x"})
    assert answer.status_code == 429
    assert answer["Retry-After"]
    assert Client().post("/account/login/", {"login": "a@b.se"}, REMOTE_ADDR="2001:db8::1").status_code == 422
    assert Client().get("/account/login/").status_code == 200


def test_an_ipv6_network_is_one():
    from django.test import RequestFactory

    ask = RequestFactory().get
    one, other, far = (
        throttle.network(ask("/", REMOTE_ADDR=a)) for a in ("2001:db8::1", "2001:db8::2:3", "2001:db8:1::1")
    )
    assert one == other != far
    assert throttle.network(ask("/", REMOTE_ADDR="no address")) == "unknown"
    assert throttle.network(ask("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="1.2.3.4")) == "192.0.2.1"


def test_a_session_is_new_at_login(anna):
    """Against fixation: a cookie that somebody planted is not the one that opens the account."""
    client = Client()
    client.get("/account/login/passkey/", headers={"accept": "application/json"})
    planted = client.cookies["session"].value
    post_login(client, anna.address)
    assert client.cookies["session"].value != planted
    stranger = Client()
    stranger.cookies["session"] = planted
    assert stranger.get("/account/").status_code == 302
    for invented in ("x" * 43, "", "x" * 5000):
        client = Client()
        client.cookies["session"] = invented
        post_login(client, anna.address)
        assert client.cookies["session"].value != invented


def test_a_login_form_of_another_site_is_refused(anna):
    client = Client(enforce_csrf_checks=True)
    assert post_login(client, anna.address).status_code == 403
    token = re.search(rb'csrfmiddlewaretoken" value="([^"]+)"', client.get("/account/login/").content)[1].decode()
    answer = client.post("/account/login/", {"login": anna.address, "password": PASSWORD, "csrfmiddlewaretoken": token})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "\t//evil.example",
        "http:evil.example",
        "evil",
        "https:///evil.example",
        "http://localhost:8000/x",
        "/ok\r\nX: y",
    ],
)
def test_only_onward_to_pages_of_ours(anna, onward):
    answer = Client().post("/account/login/", {"login": anna.address, "password": PASSWORD, "next": onward})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/") and "evil" not in answer["Location"].replace("/ok", "")
    assert not answer["Location"].startswith(("//", "/\\"))


def test_onward_to_where_one_wanted(anna):
    client = Client()
    answer = client.get("/account/sessions/")
    assert answer["Location"] == "/account/login/?next=/account/sessions/"
    answer = client.post("/account/login/", {"login": anna.address, "password": PASSWORD, "next": "/account/sessions/"})
    assert answer["Location"] == "/account/sessions/"


def test_logging_out_takes_a_form_and_ends_the_session(anna):
    client = logged_in(anna)
    cookie = client.cookies["session"].value
    assert client.get("/account/logout/").status_code == 200
    assert client.get("/account/").status_code == 200
    answer = client.post("/account/logout/")
    assert answer["Location"] == "/"
    assert answer.cookies["session"].value == ""
    back = Client()
    back.cookies["session"] = cookie
    assert back.get("/account/").status_code == 302
    with privileged():
        assert not Session.objects.filter(key_hash=sessions.key_hash(cookie)).exists()


def test_a_session_ends_when_it_is_not_used_and_at_last(anna):
    client, start = logged_in(anna), clock.now()
    with clock.at(start + timedelta(days=13)):
        assert client.get("/account/").status_code == 200
    with clock.at(start + timedelta(days=26)):
        assert client.get("/account/").status_code == 200
    with clock.at(start + timedelta(days=30, minutes=1)):
        assert client.get("/account/").status_code == 302
    client, start = logged_in(anna), clock.now()
    with clock.at(start + timedelta(days=14, minutes=6)):
        assert client.get("/account/").status_code == 302


def test_account_pages_are_not_kept_by_browsers(anna):
    client = logged_in(anna)
    for page in ("/account/", "/account/sessions/", "/account/email/", "/account/keys/", "/account/login/"):
        assert (
            "no-store" in Client().get(page).headers.get("Cache-Control", "")
            or "no-store" in client.get(page)["Cache-Control"]
        )


# ---- changing and replacing the password


def change(client, new, old=PASSWORD, again=None):
    return client.post("/account/password/change/", {"oldpassword": old, "password1": new, "password2": again or new})


def test_changing_the_password_logs_the_others_out(anna):
    here, there = logged_in(anna), logged_in(anna)
    answer = change(here, "en helt annan mening")
    assert answer.status_code == 302
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    with privileged():
        assert Session.objects.filter(account=anna.account).count() == 1
    assert post_login(Client(), anna.address).status_code == 422
    assert post_login(Client(), anna.address, "en helt annan mening").status_code == 302
    assert mails(anna.address)[0]["subject"] == "Your password was changed"


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ("kort", "too short"),
        ("qwerty123456", "too common"),
        ("192837465647382910", "entirely numeric"),
        ("anna@example.se", "resembles your name or your e-mail"),
        ("annaexample.se!", "resembles your name or your e-mail"),
        (PASSWORD, "present password"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(anna, new, reason):
    answer = change(logged_in(anna), new)
    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert post_login(Client(), anna.address).status_code == 302


def test_the_present_password_is_asked_for_and_not_guessed_at(anna):
    client = logged_in(anna)
    assert "not your present password" in change(client, "en helt annan mening", old="fel").content.decode()
    assert change(client, "en helt annan mening", again="och inte samma").status_code == 422


def reset_link(address):
    return re.search(r"/account/password/reset/key/\S+", mails(address)[-1]["text"])[0]


def test_a_forgotten_password_is_replaced_by_a_mailed_link(anna):
    elsewhere = logged_in(anna)
    client = Client()
    assert (
        client.post("/account/password/reset/", {"email": " ANNA@example.se"})["Location"]
        == "/account/password/reset/done/"
    )
    link = reset_link("anna@example.se")
    form = client.get(link)
    assert form.status_code == 302
    assert "set-password" in form["Location"]  # the secret leaves the address
    new = {"password1": "en helt annan mening", "password2": "en helt annan mening"}
    assert (
        client.post(form["Location"], {"password1": "anna@example.se", "password2": "anna@example.se"}).status_code
        == 422
    )
    assert client.post(form["Location"], new).status_code == 302
    assert elsewhere.get("/account/").status_code == 302
    assert post_login(Client(), anna.address, "en helt annan mening").status_code == 302
    assert "no longer valid" in Client().get(link).content.decode()


def test_a_reset_link_ends_after_an_hour_and_after_a_login(anna):
    client = Client()
    client.post("/account/password/reset/", {"email": anna.address})
    link = reset_link(anna.address)
    with clock.at(clock.now() + timedelta(minutes=61)):
        assert "no longer valid" in Client().get(link).content.decode()
    logged_in(anna)
    assert "no longer valid" in Client().get(link).content.decode()


def test_a_link_is_for_its_account_only(anna, bo):
    client = Client()
    client.post("/account/password/reset/", {"email": anna.address})
    link = reset_link(anna.address)
    for forged in (
        link.replace(anna.account.hex, bo.account.hex),
        link[:-5] + "xxxx/",
        link.replace(anna.account.hex, "0" * 32),
    ):
        assert "no longer valid" in Client().get(forged).content.decode()


def test_resetting_tells_nobody_who_has_an_account(anna):
    known = Client().post("/account/password/reset/", {"email": anna.address}, follow=True)
    unknown = Client().post("/account/password/reset/", {"email": "nobody@example.se"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert words(known) == words(unknown)
    assert len(mails()) == 1


def test_resetting_again_and_again_mails_no_more_and_says_nothing(anna):
    answers = [Client().post("/account/password/reset/", {"email": anna.address}) for _ in range(6)]
    assert len({(a.status_code, a["Location"]) for a in answers}) == 1
    assert len(mails(anna.address)) == throttle.RESET.burst


def test_a_closed_account_gets_no_link(anna):
    with privileged():
        Account.objects.filter(pk=anna.account).update(is_active=False)
    assert Client().post("/account/password/reset/", {"email": anna.address}).status_code == 302
    assert mails() == []


def test_signing_up_is_closed_to_everybody_alike(anna):
    assert Client().get("/account/signup/").status_code == 200
    for address in (anna.address, "nobody@example.se"):
        assert (
            Client().post("/account/signup/", {"email": address, "password1": "en helt annan mening"}).status_code
            == 405
        )


# ---- codes


def totp_code(secret):
    from allauth.mfa.totp.internal import auth

    return auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))


def with_codes(who):
    """Switches codes on for somebody; returns secret and recovery codes."""
    client = logged_in(who)
    prove(client)
    page = client.get("/account/keys/app/").content.decode()
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page)[1]
    assert client.post("/account/keys/app/", {"code": "000000"}).status_code == 422
    assert client.post("/account/keys/app/", {"code": totp_code(secret)})["Location"] == "/account/keys/recovery/"
    page = client.get("/account/keys/recovery/").content.decode()
    return secret, re.findall(r"<li>(\d{8})</li>", page)


def test_a_code_is_the_second_step_and_counts_once(anna):
    secret, recovery = with_codes(anna)
    assert len(recovery) == 10
    client = Client()
    assert post_login(client, anna.address)["Location"] == "/account/keys/second-step/"
    assert client.get("/account/").status_code == 302
    assert client.get("/account/keys/second-step/").status_code == 200
    assert client.post("/account/keys/second-step/", {"code": "12345"}).status_code == 422
    code = totp_code(secret)
    answer = client.post("/account/keys/second-step/", {"code": code})
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert client.get("/account/").status_code == 200
    again = Client()
    post_login(again, anna.address)
    assert again.post("/account/keys/second-step/", {"code": code}).status_code == 422  # used


def test_a_recovery_code_works_once(anna):
    _secret, recovery = with_codes(anna)
    for expected in (302, 422):
        client = Client()
        post_login(client, anna.address)
        assert client.post("/account/keys/second-step/", {"code": recovery[3]}).status_code == expected


def test_codes_are_not_guessed_at(anna):
    secret, _ = with_codes(anna)
    for _ in range(throttle.CODE.burst + 1):
        client = Client()  # a new session each time: the account is what counts
        post_login(client, anna.address)
        client.post("/account/keys/second-step/", {"code": "111111"})
    assert client.post("/account/keys/second-step/", {"code": totp_code(secret)}).status_code == 422


def test_the_secret_of_an_app_is_sealed(anna):
    secret, recovery = with_codes(anna)
    from allauth.mfa.models import Authenticator

    with privileged():
        stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert not any(code in stored for code in recovery)


def test_the_second_step_needs_the_first(anna):
    with_codes(anna)
    assert Client().get("/account/keys/second-step/")["Location"] == "/account/login/"
    assert Client().post("/account/keys/second-step/", {"code": "123456"})["Location"] == "/account/login/"


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "x",
        "[]",
        "{}",
        "null",
        "7",
        '{"response": {"userHandle": 7}}',
        '{"response": {"userHandle": "AAAA"}}',
        '{"id": "a", "rawId": "a", "type": "public-key", "response": {"userHandle": "/w"}}',
    ],
)
def test_any_rubbish_for_a_passkey_is_answered_calmly(anna, credential):
    client = Client()
    client.get("/account/login/passkey/", headers={"accept": "application/json"})
    answer = client.post("/account/login/passkey/", {"credential": credential})
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/")
    assert client.post("/account/login/passkey/", {"credential": "[" * 5000}).status_code == 400


def test_proving_oneself_again_does_not_keep_the_request(anna):
    """The library would lay the whole request, cookie included, into the session."""
    client = logged_in(anna)
    answer = client.post("/account/keys/add/", {"credential": "{}"})
    assert answer["Location"].startswith("/account/reauthenticate/?next=")
    with privileged():
        session = Session.objects.get(account=anna.account)
        content = sessions.SessionStore(client.cookies["session"].value).decode(session.data)
        assert content["_auth_user_id"] == str(anna.account)
        assert "HTTP_COOKIE" not in str(content)
        assert sessions.SessionStore("a" * 43).decode(session.data) == {}
