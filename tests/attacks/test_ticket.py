"""Whoever holds the application's connection can still act only as the ticket says."""

import psycopg
import pytest

from tillit.kernel import ticket
from tillit.kernel.ids import new_id

pytestmark = pytest.mark.attack


@pytest.fixture
def raw(app_dsn):
    with psycopg.connect(app_dsn) as connection:
        yield connection


def test_no_ticket_raises(raw):
    with pytest.raises(psycopg.errors.InvalidAuthorizationSpecification, match="no ticket"):
        raw.execute("select access.person()")


def test_signed_ticket_is_believed(raw):
    actor = ticket.Actor(person=new_id(), organisation=new_id(), office="member")
    raw.execute("select set_config('tillit.ticket', %s, true)", [ticket.sign(actor)])
    assert raw.execute("select access.person(), access.organisation(), access.office()").fetchone() == (
        actor.person, actor.organisation, "member",
    )
