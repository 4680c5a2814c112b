"""Invitations, memberships and the organisation's people page."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test import Client

from tests.conftest import privileged
from tests.identity.conftest import PASSWORD, found, logged_in, mails, post_login
from tillit.access import PUBLIC, Actor, acting
from tillit.identity import actions, admission, queries
from tillit.identity.models import Account, Invitation, Membership, Person
from tillit.kernel import clock, config
from tillit.kernel.ids import new_id

NEW = {"name": "Ny Person", "password": "en helt annan mening"}


@pytest.fixture(autouse=True)
def doors_of_this_floor_only(monkeypatch):
    """What the floors above ask of whoever joins is theirs to try (tests/privacy/policy/test_children.py)."""
    monkeypatch.setattr(admission, "_conditions", [])


def invite(who, email="ny@example.se", roles=("host",), **more):
    with acting(who.actor()):
        return actions.invite(organisation=who.organisation, email=email, roles=roles, **more)


def path(link):
    return link.removeprefix(config.text("TILLIT_ORIGIN"))


def test_an_invitation_makes_account_person_and_roles(anna):
    invited = invite(anna, roles=["host", "staff"], name="Ny Person", language="en")
    mail = mails("ny@example.se")[0]
    assert mail["subject"] == "Kontoret invites you"
    link = path(re.search(r"http\S+", mail["text"])[0])
    assert link == path(invited.link)
    client = Client()
    page = client.get(link)
    assert page.status_code == 200
    assert "ny@example.se" in page.content.decode()
    answer = client.post(link, NEW)
    assert answer.status_code == 302
    page = client.get("/account/").content.decode()  # logged in
    assert "Kontoret" in page and "Ny Person" in page
    with privileged():
        person = next(p for p in Person.objects.all() if p.display_name == "Ny Person")
        assert (person.email, person.verified) == ("ny@example.se", True)
        assert set(Membership.objects.filter(person=person).values_list("role", flat=True)) == {"host", "staff"}
    assert post_login(Client(), "ny@example.se", NEW["password"]).status_code == 302


def test_an_invitation_works_once_and_for_seven_days(anna):
    link = path(invite(anna).link)
    assert Client().post(link, NEW).status_code == 302
    assert Client().get(link).status_code == 410
    assert Client().post(link, NEW).status_code == 410
    late = path(invite(anna, "sen@example.se").link)
    with clock.at(clock.now() + timedelta(days=7, seconds=1)):
        assert Client().get(late).status_code == 410
        assert Client().post(late, NEW).status_code == 410


def test_the_log_does_not_learn_a_link(anna, caplog):
    invited = invite(anna)
    assert Client().post(path(invited.link), {}).status_code == 422
    assert Client().get(path(invited.link)[:-3] + "xx/").status_code == 410
    assert "join" not in caplog.text


@pytest.mark.parametrize("token", ["x", "A" * 43, "A" * 5000, "%00", "..%2f..", "é"])
def test_a_forged_link_is_over(anna, token):
    invite(anna)
    assert Client().get(f"/account/join/{token}/").status_code in {400, 404, 410}


def test_an_invitation_taken_back_is_over(anna):
    invited = invite(anna)
    client = logged_in(anna)
    assert "ny@example.se" in client.get("/o/kontoret/people/").content.decode()
    assert client.post(f"/o/kontoret/people/invitations/{invited.id}/withdraw/").status_code == 302
    assert Client().get(path(invited.link)).status_code == 410
    assert "ny@example.se" not in client.get("/o/kontoret/people/").content.decode()


def test_a_password_that_resembles_the_address_is_refused(anna):
    link = path(invite(anna, "valdemar.lind@example.se").link)
    for password in ("valdemar.lind", "Ny Persson12", "kort"):
        answer = Client().post(link, {"name": "Ny Person", "password": password})
        assert answer.status_code == 422, password
    with privileged():
        assert Account.objects.count() == 1


@pytest.mark.parametrize("name", ["a\nb", "a\x00b", "", "   ", "x" * 201, "\u200c\u200d\u200c", "\u3164"])
def test_a_name_is_one_line(anna, name):
    assert Client().post(path(invite(anna).link), {**NEW, "name": name}).status_code == 422


@pytest.mark.parametrize("name", ["نیلوفر می‌خواهد", "Åsa Öberg-Lind", "李 小龍", "O'Brien 👩🏽‍⚕️", "‫سارا‬"[1:-1]])
def test_a_name_is_in_any_script(anna, name):
    assert Client().post(path(invite(anna).link), {**NEW, "name": name}).status_code == 302
    with privileged():
        assert name in [person.display_name for person in Person.objects.all()]


def test_who_has_an_account_joins_with_it(anna, bo):
    south = found("south", "South")
    with acting(Actor(office="operator")):
        link = path(actions.invite(organisation=south, email=bo.address.upper(), roles=["staff"]).link)
    stranger = Client().get(link)
    assert "already has an account" in stranger.content.decode()
    assert Client().post(link, NEW).status_code == 200  # nothing is made
    client = logged_in(bo)
    assert client.post(link, {"name": "Bo i söder"}).status_code == 302
    page = client.get("/account/").content.decode()
    assert "Kontoret" in page and "South" in page and "Bo i söder" in page
    with acting(bo.actor()):
        assert [(b.slug, b.display_name, b.roles) for b in queries.my_organisations()] == [
            ("kontoret", "Bo", ("host",)),
            ("south", "Bo i söder", ("staff",)),
        ]


def test_inviting_tells_nobody_who_has_an_account(anna, bo):
    client = logged_in(anna)
    answers = [
        client.post("/o/kontoret/people/", {"email": email, "roles": ["host"], "language": "sv"})
        for email in ("ny@example.se", bo.address)
    ]
    assert len({(a.status_code, a["Location"]) for a in answers}) == 1
    assert len({m["text"].split("http")[0] for m in mails()}) == 1


def test_the_people_page_is_for_administrators(anna, bo, somebody):
    assert Client().get("/o/kontoret/people/")["Location"].startswith("/account/login/?next=")
    assert logged_in(bo).get("/o/kontoret/people/").status_code == 403
    south = found("south", "South")
    stranger = somebody("stig", "administrator", organisation=south, slug="south")
    assert logged_in(stranger).get("/o/kontoret/people/").status_code == 404
    page = logged_in(anna).get("/o/kontoret/people/").content.decode()
    for words in ("Anna", "Bo", "bo@work.example", "Administrator", "Host"):
        assert words in page
    assert "bo@example.se" not in page  # the account's address is not the organisation's
    assert "Stig" not in page


def test_ending_a_role_takes_effect_at_once(anna, bo):
    client, his = logged_in(anna), logged_in(bo)
    with privileged():
        membership = Membership.objects.get(person=bo.person)
    assert client.post(f"/o/kontoret/people/roles/{membership.pk}/end/").status_code == 302
    assert "bo@work.example" not in client.get("/o/kontoret/people/").content.decode()
    assert his.get("/o/kontoret/people/").status_code == 403
    with privileged():
        membership.refresh_from_db()
        assert membership.ended
    assert client.post(f"/o/kontoret/people/roles/{membership.pk}/end/").status_code == 302


def test_the_last_administrator_stays(anna, somebody):
    with privileged():
        role = Membership.objects.get(person=anna.person, role="administrator")
    with acting(anna.actor()):
        assert actions.end_membership(membership=role.pk) == "last"
    somebody("cia", "administrator")
    with acting(anna.actor()):
        assert actions.end_membership(membership=role.pk) == "ended"
        assert actions.end_membership(membership=role.pk) == "unknown"


def refused(call, *args, **kwargs):
    with pytest.raises(ProgrammingError), transaction.atomic():
        call(*args, **kwargs)


def test_only_administrators_and_operators_write_people(anna, bo):
    south = found("south", "South")
    for actor in (
        PUBLIC,
        bo.actor(),
        Actor(organisation=anna.organisation),
        Actor(office="login", subject=str(anna.account)),
    ):
        with acting(actor):
            refused(actions.invite, organisation=anna.organisation, email="x@y.se", roles=["administrator"])
            refused(actions.add_person, organisation=anna.organisation, name="x")
            refused(actions.add_membership, person=bo.person, role="administrator")
            refused(actions.make_account, email="x@y.se", password=PASSWORD)
            with privileged():
                role = Membership.objects.get(person=anna.person, role="administrator").pk
            assert actions.end_membership(membership=role) == "unknown"
    with acting(anna.actor()):
        refused(actions.invite, organisation=south, email="x@y.se", roles=["administrator"])
        refused(actions.add_person, organisation=south, name="x")
        refused(actions.add_person, organisation=anna.organisation, name="x", account=bo.account)
        refused(actions.make_account, email="x@y.se", password=PASSWORD)
        refused(
            actions.found_organisation,
            slug="x",
            name="x",
            number="1",
            address="a",
            publisher="p",
            contact_email="a@b.se",
        )
        assert actions.add_person(organisation=anna.organisation, name="Gäst", roles=["customer"])


def test_roles_are_words_we_know(anna):
    with acting(anna.actor()), pytest.raises(ValueError, match="no role"):
        actions.invite(organisation=anna.organisation, email="x@y.se", roles=["emperor"])


def test_an_invitation_opens_no_account_for_another_address(anna):
    """Who holds the link, and even who sends SQL of their own in the office "join", gets only the invited address."""
    from tillit.access import as_office
    from tillit.identity import addresses, invitations

    invited = invite(anna)
    with acting(PUBLIC), as_office("join", subject=invitations.token_hash(invited.token)):
        for address in ("boss@example.se", anna.address):
            with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "select identity.open_account(%s, %s, %s, %s, %s)",
                    [new_id(), addresses.index(address), b"x", "x", "sv"],
                )
        assert list(Invitation.objects.all()) == []
        assert list(Account.objects.all()) == []
        assert list(Person.objects.all()) == []


def test_two_who_accept_at_once_are_one(real_db):
    import threading

    from django.db import connections

    with acting(Actor(office="operator")), transaction.atomic():
        place = actions.found_organisation(
            slug="k", name="K", number="1", address="a", publisher="p", contact_email="a@b.se"
        )
        invited = actions.invite(organisation=place.pk, email="ny@example.se", roles=["host"], send=False)
    results, gate = [], threading.Barrier(4)

    def accept():
        gate.wait()
        try:
            with acting(PUBLIC), transaction.atomic():
                results.append(
                    actions.accept_invitation(
                        token=invited.token, name="Ny", email="ny@example.se", password="en helt annan mening"
                    )
                )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=accept) for _ in range(4)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert len(results) == 4
    assert sum(r is not None for r in results) == 1


def test_the_command_opens_an_organisation(db, capsys):
    call_command(
        "new_organisation",
        "nytt",
        "Nytt AB",
        number="556000-0000",
        address="Gatan 1",
        publisher="P. Ansvarig",
        email="hej@nytt.example",
        administrator="chef@nytt.example",
    )
    link = path(re.search(r"http\S+", capsys.readouterr().out)[0])
    client = Client()
    assert client.post(link, NEW).status_code == 302
    assert "/o/nytt/" in client.get("/o/nytt/people/", follow=True).request["PATH_INFO"]  # maybe asked to accept first
    with acting(PUBLIC), privileged():
        assert list(Membership.objects.values_list("role", flat=True)) == ["administrator"]
    assert mails() == []


def test_accounts_are_not_made_for_people_in_production(db, monkeypatch):
    monkeypatch.setenv("TILLIT_MODE", "production")
    with acting(Actor(office="operator")), pytest.raises(RuntimeError):
        actions.make_account(email="a@b.se", password=PASSWORD)
