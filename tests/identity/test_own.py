"""One's own sessions, keys and address, and nobody else's: by id, by link, by raw SQL."""

import re
from datetime import timedelta

import psycopg
import pytest
from django.db import transaction
from django.test import Client

from tests.conftest import privileged
from tests.identity.conftest import PASSWORD, logged_in, mails, post_login, prove
from tillit.access import Actor, acting, as_office
from tillit.identity import actions, addresses, sessions
from tillit.identity.models import Account, Session
from tillit.kernel import clock, ticket
from tillit.kernel.ids import new_id


def test_devices_are_listed_in_words(anna):
    here = logged_in(anna)
    there = Client(
        headers={
            "user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1"
        }
    )
    post_login(there, anna.address)
    page = here.get("/account/sessions/").content.decode()
    assert "Firefox on Linux" in page and "Safari on iPhone" in page
    assert page.count("this one") == 1


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) Version/19.0 Safari/605", "Safari on Mac"),
        ("curl/8.0", "An unknown device"),
        ("", "An unknown device"),
        ("<script>", "An unknown device"),
    ],
)
def test_device_words(agent, words):
    assert sessions.device_words(agent) == words


def test_one_session_is_ended(anna):
    here, there = logged_in(anna), logged_in(anna)
    with privileged():
        other = Session.objects.exclude(key_hash=sessions.key_hash(here.cookies["session"].value)).get(
            account=anna.account
        )
    assert here.post(f"/account/sessions/{other.pk}/end/").status_code == 302
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200


def test_log_out_everywhere_else_and_everywhere(anna):
    here, there = logged_in(anna), logged_in(anna)
    assert here.post("/account/sessions/end/").status_code == 302
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200
    there = logged_in(anna)
    assert here.post("/account/sessions/end/", {"this": "too"}).status_code == 302
    for client in (here, there):
        assert client.get("/account/").status_code == 302
    with privileged():
        assert not Session.objects.filter(account=anna.account).exists()


def test_another_s_session_cannot_be_ended(anna, bo):
    hers, his = logged_in(anna), logged_in(bo)
    with privileged():
        session = Session.objects.get(account=anna.account)
    assert his.post(f"/account/sessions/{session.pk}/end/").status_code == 404
    his.post("/account/sessions/end/", {"this": "too"})
    assert hers.get("/account/").status_code == 200


def add_key(account, name="Nyckel"):
    from allauth.mfa.models import Authenticator

    with privileged():
        return Authenticator.objects.create(user_id=account, type="webauthn", data={"name": name, "credential": {}})


def test_another_s_keys_cannot_be_named_or_removed(anna, bo):
    from allauth.mfa.models import Authenticator

    key = add_key(anna.account)
    his = logged_in(bo)
    prove(his)
    for page in ("name", "remove"):
        assert his.get(f"/account/keys/{key.pk}/{page}/").status_code == 404
        assert his.post(f"/account/keys/{key.pk}/{page}/", {"name": "Min"}).status_code == 404
    assert "Nyckel" not in his.get("/account/keys/").content.decode()
    with privileged():
        assert Authenticator.objects.get(pk=key.pk).data["name"] == "Nyckel"


def test_removing_a_key_needs_proof_and_is_told(anna):
    from allauth.mfa.models import Authenticator

    client = logged_in(anna)
    key = add_key(anna.account)
    assert client.get(f"/account/keys/{key.pk}/remove/")["Location"].startswith("/account/reauthenticate/")
    prove(client)
    assert client.post(f"/account/keys/{key.pk}/name/", {"name": "Hemma"}).status_code == 302
    assert "Hemma" in client.get("/account/keys/").content.decode()
    assert client.post(f"/account/keys/{key.pk}/remove/").status_code == 302
    with privileged():
        assert not Authenticator.objects.filter(pk=key.pk).exists()
    assert mails(anna.address)[-1]["subject"] == "A passkey or hardware key was removed"


# ---- the address


def ask_to_move(client, to):
    prove(client)
    return client.post("/account/email/", {"email": to})


def move_link(to):
    return re.search(r"/account/email/\S+", mails(to)[-1]["text"])[0]


def test_the_address_is_shown_to_its_owner_and_changed_by_a_mailed_link(anna):
    client = logged_in(anna)
    page = client.get("/account/email/").content.decode()
    assert anna.address in page and 'name="email"' not in page  # first whether it is still them: nothing typed is lost
    assert client.post("/account/email/", {"email": "ny@example.se"})["Location"].startswith("/account/reauthenticate/")
    prove(client)
    assert 'name="email"' in client.get("/account/email/").content.decode()
    assert ask_to_move(client, "Ny@Example.se").status_code == 302
    link = move_link("ny@example.se")
    assert client.get(link).status_code == 200
    assert post_login(Client(), anna.address).status_code == 302  # not yet
    assert client.post(link).status_code == 302
    assert "ny@example.se" in client.get("/account/email/").content.decode()
    assert post_login(Client(), anna.address).status_code == 422
    assert post_login(Client(), "ny@example.se").status_code == 302
    assert mails(anna.address)[-1]["subject"] == "Your account has a new e-mail address"
    assert client.post(link).status_code == 410  # once


def test_a_link_to_move_is_for_its_account_and_its_day(anna, bo):
    client = logged_in(anna)
    ask_to_move(client, "ny@example.se")
    link = move_link("ny@example.se")
    his = logged_in(bo)
    assert his.get(link).status_code == 410
    assert his.post(link).status_code == 410
    assert Client().post(link).status_code == 302  # logs in first
    assert client.get(link[:-4] + "xxx/").status_code == 410
    with clock.at(clock.now() + timedelta(hours=25)):
        assert client.post(link).status_code == 410


def test_moving_to_another_s_address_changes_nothing_and_tells_nothing(anna, bo):
    client = logged_in(anna)
    taken, free = ask_to_move(client, bo.address), ask_to_move(client, "free@example.se")
    assert (taken.status_code, taken["Location"]) == (free.status_code, free["Location"])
    assert client.post(move_link(bo.address)).status_code == 410
    assert post_login(Client(), bo.address).status_code == 302
    with acting(bo.actor()):
        assert addresses.opened(Account.objects.get()) == bo.address


@pytest.mark.parametrize("typed", ["", "x", "a@b\n.se", "a@b.se\r\nBcc: c@d.se", "a" * 300 + "@b.se", "a b@c.se"])
def test_no_address_is_refused(anna, typed):
    client = logged_in(anna)
    prove(client)
    assert client.post("/account/email/", {"email": typed}).status_code == 422
    assert mails() == []


# ---- what the database says to somebody with SQL of their own


@pytest.fixture
def two(real_db):
    """Two accounts that have sessions and keys, committed."""
    made = []
    with acting(Actor(office="operator")), transaction.atomic():
        place = actions.found_organisation(
            slug="k", name="K", number="1", address="a", publisher="p", contact_email="a@b.se"
        )
        for name in ("anna", "bo"):
            account = actions.make_account(email=f"{name}@example.se", password=PASSWORD)
            actions.add_person(organisation=place.pk, name=name, account=account, roles=["administrator"])
            made.append(account)
    return made


TABLES = {
    "identity_account": "id",
    "identity_session": "account_id",
    "account_emailaddress": "user_id",
    "mfa_authenticator": "user_id",
}


def as_actor(raw, actor):
    raw.execute("select set_config('tillit.ticket', %s, true)", [ticket.sign(actor)])


@pytest.mark.attack
def test_each_office_reaches_its_own_account_only(two, server, real_db):
    anna, _bo = two
    with psycopg.connect(server.admin_dsn(real_db)) as admin:
        for account in two:
            admin.execute(
                "insert into identity_session (id, key_hash, account_id, data, device, started, seen, expires) "
                "values (%s, %s, %s, '', '', now(), now(), now() + interval '1 day')",
                [new_id(), account.bytes, account],
            )
            admin.execute(
                "insert into mfa_authenticator (user_id, type, data, created_at) values (%s, 'webauthn', '{}', now())",
                [account],
            )
    own = Actor(office="member", account=anna)
    by_id = Actor(office="login", subject=str(anna))
    by_index = Actor(office="login", subject=addresses.index("anna@example.se"))
    nobody = [
        Actor(),
        Actor(office="login", subject=addresses.index("x@example.se")),
        Actor(office="login"),
        Actor(office="login", subject=str(new_id())),
        Actor(office="join", subject=addresses.index("anna@example.se")),
        Actor(office="join", subject=str(anna)),
        Actor(office="reset", subject=str(anna)),
        Actor(office="operator"),
        Actor(office="reaction", subject=str(anna)),
    ]
    with psycopg.connect(server.dsn("tillit_app", "test", real_db)) as raw:
        for actor in (own, by_id, by_index):
            as_actor(raw, actor)
            for table, column in TABLES.items():
                seen = {row[0] for row in raw.execute(f"select {column} from {table}")}
                assert seen <= {anna}, (actor, table)
                assert seen == {anna} or (table == "identity_session" and actor is not own), (actor, table)
        for actor in nobody:
            as_actor(raw, actor)
            for table in TABLES:
                assert raw.execute(f"select count(*) from {table}").fetchone() == (0,), (actor, table)


@pytest.mark.attack
@pytest.mark.parametrize(
    "statement",
    [
        "insert into mfa_authenticator (user_id, type, data, created_at) values (%(bo)s, 'webauthn', '{}', now())",
        'insert into account_emailaddress (user_id, email, verified, "primary") '
        "values (%(anna)s, 'x@account.invalid', true, false)",
        "update account_emailaddress set user_id = %(bo)s",
        "delete from account_emailaddress",
        "select * from account_emailconfirmation",
        "select * from identity_allowance",
        "update identity_account set email_index = 'x'",
        "update identity_account set is_active = true",
        "insert into identity_account (id, email, email_index, email_sealed, password, language, joined, is_active) "
        "values (gen_random_uuid(), 'x@y', 'x', '', '', 'sv', now(), true)",
        "delete from identity_account",
        "insert into identity_session (id, key_hash, account_id, data, device, started, seen, expires) "
        "values (gen_random_uuid(), 'x', %(bo)s, '', '', now(), now(), now())",
        "select identity.save_session(gen_random_uuid(), 'x', %(bo)s, '', '', interval '1 day')",
        "select identity.open_account(gen_random_uuid(), 'x', 'x', 'x', 'sv')",
        "update identity_invitation set accepted = null",
        "select identity.sweep(interval '0')",
        "truncate mfa_authenticator",
    ],
)
def test_what_sql_of_one_s_own_does_not_do(two, server, real_db, statement):
    anna, bo = two
    with psycopg.connect(server.dsn("tillit_app", "test", real_db)) as raw:
        as_actor(raw, Actor(office="member", account=anna))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute(statement, {"anna": anna, "bo": bo})


@pytest.mark.attack
def test_a_key_is_not_given_to_another(two, server, real_db):
    anna, bo = two
    with psycopg.connect(server.dsn("tillit_app", "test", real_db)) as raw:
        as_actor(raw, Actor(office="member", account=anna))
        raw.execute(
            "insert into mfa_authenticator (user_id, type, data, created_at) values (%s, 'webauthn', '{}', now())",
            [anna],
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute("update mfa_authenticator set user_id = %s", [bo])


@pytest.mark.attack
def test_a_session_never_changes_hands(two, server, real_db):
    anna, _bo = two
    with psycopg.connect(server.dsn("tillit_app", "test", real_db)) as raw:
        as_actor(raw, Actor())
        save = "select identity.save_session(%s, 'planted', %s, '', '', interval '1 day')"
        raw.execute(save, [new_id(), None])
        as_actor(raw, Actor(office="login", subject=str(anna)))
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="keeps its account"):
            raw.execute(save, [new_id(), anna])


def test_rows_of_the_library_are_declared():
    from django.apps import apps

    from tillit.identity.library_tables import DECLARED, TABLES

    tables = {
        model._meta.db_table: model for app in ("account", "mfa") for model in apps.get_app_config(app).get_models()
    }
    assert set(tables) == set(TABLES) == set(DECLARED)
    for name, model in tables.items():
        fields = {f.column for f in model._meta.local_concrete_fields if not f.is_relation and not f.primary_key}
        assert fields == set(DECLARED[name]), name


def test_the_sweeper_takes_what_has_ended(anna):
    from tillit.identity import tasks
    from tillit.identity.models import Allowance, Invitation

    client = logged_in(anna)
    post_login(Client(), "x@example.se", "fel")
    with acting(anna.actor()):
        actions.invite(organisation=anna.organisation, email="x@y.se", roles=["host"])
    with acting(Actor(office="sweeper")):
        tasks.sweep()
        with privileged():
            assert (Session.objects.count(), Invitation.objects.count()) == (1, 1)
            assert Allowance.objects.count() > 0
    with clock.at(clock.now() + timedelta(days=40)), acting(Actor(office="sweeper")):
        tasks.sweep()
        with privileged():
            assert (Session.objects.count(), Invitation.objects.count(), Allowance.objects.count()) == (0, 0, 0)
    assert client.get("/account/").status_code == 302


def test_changing_the_actor_inside_the_office_login_shows_no_more(anna, bo):
    with acting(anna.actor()), as_office("login", subject=str(bo.account)):
        assert {a.pk for a in Account.objects.all()} == {anna.account, bo.account}
    with acting(anna.actor()):
        assert {a.pk for a in Account.objects.all()} == {anna.account}
