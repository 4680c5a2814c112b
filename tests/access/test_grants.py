"""What a person shows by choice: until its end, or until it is taken back, and to nobody else."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests.access.conftest import NOW
from tests.kernel.ending import swept
from tillit.access import actions, queries
from tillit.access.actions import Refused
from tillit.access.models import Grant
from tillit.kernel import clock, ends, signing
from tillit.kernel.ticket import sign_text

DAY = timedelta(days=1)


def show(house, to=None, until=NOW + DAY, whose=None):
    with house.acts(whose or house.anna):
        return actions.show("contact", to or house.host, until)


def test_what_is_shown_is_seen_by_that_person_only_and_ends_by_itself(house):
    assert not house.sees(house.host, house.anna)
    grant = show(house)
    assert house.sees(house.host, house.anna)
    assert not house.sees(house.bo, house.anna)
    assert not house.sees(house.host, house.bo)
    with house.acts(house.anna):
        assert [g.pk for g in queries.shown_of_me()] == [grant]
        assert [e.object for e in ends.coming(NOW + 2 * DAY) if e.kind == "access.grant"] == [grant]
    with house.acts(house.host):
        assert [g.pk for g in queries.shown_to_me()] == [grant]
    assert house.events("access.grant.opened") == [(house.anna, grant)]
    with clock.at(NOW + DAY):
        assert not house.sees(house.host, house.anna)
        assert swept().failed == 0
        with house.acts(house.anna):
            assert queries.shown_of_me() == []
    assert house.events("access.grant.ended") == [(house.anna, None)]


def test_taking_back_is_immediate_and_off_the_clock(house):
    grant = show(house)
    with house.acts(house.anna):
        assert actions.take_back(grant)
        assert not actions.take_back(grant)
        assert ends.coming(NOW + 2 * DAY) == []
    assert not house.sees(house.host, house.anna)
    assert house.events("access.grant.revoked") == [(house.anna, grant)]
    (row,) = house.grants()
    assert (row.revoked, row.revoked_by_id, row.given_by_id) == (NOW, house.anna, house.anna)


def test_two_grants_at_once_stand_each_for_itself(house):
    first, second = show(house), show(house, until=NOW + 2 * DAY)
    with house.acts(house.anna):
        assert actions.take_back(first)
    assert house.sees(house.host, house.anna)
    with house.acts(house.anna):
        assert actions.take_back(second)
    assert not house.sees(house.host, house.anna)


def test_everything_is_taken_back_at_once(house):
    show(house), show(house, to=house.bo), show(house, whose=house.bo)
    with house.acts(house.anna):
        assert actions.take_back_all() == 2
        assert actions.take_back_all() == 0
    assert not house.sees(house.bo, house.anna)
    assert house.sees(house.host, house.bo)


@pytest.mark.parametrize("until", [NOW, NOW - DAY, NOW + 366 * DAY])
def test_a_grant_has_an_end_within_a_year(house, until):
    with pytest.raises(Refused, match="bounds"):
        show(house, until=until)


def test_a_grant_names_somebody_else_of_the_same_organisation(house, other):
    for nobody in (house.anna, other.host, uuid.uuid4()):
        with pytest.raises(Refused, match="nobody"):
            show(house, to=nobody)
    with house.acts(None), pytest.raises(Refused, match="nobody"):
        actions.show("contact", house.host, NOW + DAY)
    with house.acts(house.anna), pytest.raises(ValueError, match="Nothing is known"):
        actions.show("everything", house.host, NOW + DAY)
    with house.acts(house.anna), pytest.raises(ValueError, match="time zone"):
        actions.show("contact", house.host, (NOW + DAY).replace(tzinfo=None))


def test_nobody_takes_back_what_is_not_theirs(house, other):
    grant = show(house)
    for who in (house.host, house.bo, house.admin):
        with house.acts(who):
            assert not actions.take_back(grant)
    with other.acts(other.admin):
        assert not actions.take_back(grant)
    assert house.sees(house.host, house.anna)


def attempt(sql: str, *arguments: object) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, arguments)


def test_injected_sql_neither_opens_nor_prolongs(house):
    grant = show(house)
    with house.acts(house.host):
        attempt("update access_grant set ends = ends + interval '1 year' where id = %s", grant)
        attempt("update access_grant set revoked = null")
        attempt("delete from access_grant")
        attempt(
            "insert into access_grant (id, organisation_id, subject_id, grantee_id, scope, relation, reason, starts, "
            "ends, made) values (gen_random_uuid(), %s, %s, %s, 'contact', 'choice', 'x', now(), now() + '1 day', "
            "now())",
            house.organisation,
            house.bo,
            house.host,
        )
        attempt(
            "select access.open_grants(access.actor(), %s, array[%s]::uuid[], 'contact', 'x', 'x', null, now())",
            house.bo,
            house.host,
        )
        attempt("select access.close_grants(array[%s]::uuid[])", grant)
        attempt("select access.close_relation(%s, 'x', null)", house.organisation)
        attempt("select access.break_glass(access.actor(), %s)", grant)
        attempt("select * from access.ended_grants(array[%s]::uuid[])", grant)
        attempt("select access.sweep()")
        attempt("select access.show('{}', 'forged')")
    assert [g.ends for g in house.grants()] == [NOW + DAY]


def test_an_order_serves_only_whom_it_was_signed_for(house):
    body = signing.canonical(
        {
            "id": str(uuid.uuid4()),
            "scope": "contact",
            "grantee": str(house.host),
            "until": (NOW + DAY).isoformat(),
            "reason": "chosen",
            "organisation": str(house.organisation),
            "person": str(house.anna),
            "office": "member",
        }
    )
    mac = sign_text("show", body)
    with house.acts(house.bo):
        attempt("select access.show(%s, %s)", body, mac)
    with house.acts(house.anna):
        attempt("select access.show(%s, %s)", body, sign_text("glass", body))
        with connection.cursor() as cursor:
            cursor.execute("select access.show(%s, %s)", [body, mac])
        attempt("select access.show(%s, %s)", body, mac)  # the same order opens once
    assert len(house.grants()) == 1


def test_a_year_later_it_is_forgotten(house):
    show(house)
    with clock.at(NOW + 367 * DAY), house.acts(None, "sweeper"), connection.cursor() as cursor:
        cursor.execute("select access.sweep()")
    assert house.grants() == []


def test_another_organisation_sees_no_grant(house, other):
    show(house)
    with other.acts(house.host):
        assert not Grant.objects.exists()
