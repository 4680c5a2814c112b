"""For each probe of a person's rights: green on the product, red when the defence behind it is switched off."""

from __future__ import annotations

from unittest import mock

import pytest

from tests.privacy.test_sabotage import breaks, holds, sql
from tillit.identity.models import Person
from tillit.kernel.dpv import Basis, Purpose

BROKEN = "language sql stable security definer set search_path = pg_catalog, pg_temp as"

NEVER_CLOSED = (
    "create or replace function access.take_back(body text, mac text) returns table (subject uuid, scope text)"
    f" {BROKEN} 'select null::uuid, null::text where false'"
)


@pytest.fixture
def house(desk, grace):
    return desk.organisation


def test_nothing_of_a_rehearsal_stays(house):
    before = _people()
    for promise in ("see-own-data", "restrict", "share-with-one"):
        holds(house, promise)
    assert _people() == before


def _people():
    from tests.conftest import privileged

    with privileged():
        return Person.objects.count()


def test_see_own_data(house):
    holds(house, "see-own-data")
    with mock.patch("tillit.privacy.registry.tables", lambda person, only=(): iter(())):
        breaks(house, "see-own-data", "not shown to them")
    with mock.patch("tillit.privacy.rights.my_data.tables", lambda *door, **words: []):
        breaks(house, "see-own-data", "does not show it")


def test_correct_own_data(house):
    holds(house, "correct-own-data")
    with mock.patch("tillit.privacy.rights.corrections.find", lambda label: None):
        breaks(house, "correct-own-data", "no way to correct")
    with mock.patch.object(Person, "save", lambda self, **fields: None):
        breaks(house, "correct-own-data", "does not stay")
    with sql(
        "create policy leak on identity_person for select to tillit_app using (true)",
        "create policy leaks on identity_person for update to tillit_app using (true)",
    ):
        breaks(house, "correct-own-data", "another person's name")


def test_hide_or_delete(house):
    holds(house, "hide-or-delete-own-details")
    with mock.patch.object(Person, "save", lambda self, **fields: None):
        breaks(house, "hide-or-delete-own-details", "still held")
    with sql(NEVER_CLOSED):
        breaks(house, "hide-or-delete-own-details", "still seen")


def test_restrict(house):
    holds(house, "restrict")
    with sql(
        "create or replace function privacy.shown_to_me() returns table"
        f" (id uuid, person uuid, name bytea, email bytea, phone bytea) {BROKEN} $$"
        " select g.id, p.id, p.display_name, p.email, p.phone from public.access_grant g"
        " join public.identity_person p on p.id = g.subject_id where g.grantee_id = access.person() $$"
    ):
        breaks(house, "restrict", "still shown")


def test_restrict_asks_the_programs_too(house):
    with sql(f"create or replace function access.restricted() returns uuid[] {BROKEN} $$ select '{{}}'::uuid[] $$"):
        breaks(house, "restrict", "still shown or used")


def test_object(house):
    holds(house, "object")
    with (
        mock.patch.object(Purpose.BOOK, "basis", Basis.INTEREST),
        mock.patch("tillit.privacy.rights.objections.every", list),
    ):
        breaks(house, "object", "Nobody can object")
    with sql(
        f"create or replace function privacy.objected(wanted text) returns uuid[] {BROKEN} $$"
        " select coalesce(array_agg(o.person_id), '{{}}') from public.privacy_objection o where o.state = 'upheld' $$"
    ):
        breaks(house, "object")


def test_marketing_objection(house):
    holds(house, "marketing-objection-absolute")
    with sql(
        f"create or replace function privacy.willing(wanted text, or_to text) returns uuid[] {BROKEN} $$"
        " select coalesce(array_agg(c.person_id), '{}') from public.privacy_consent c where c.withdrawn is null $$"
    ):
        breaks(house, "marketing-objection-absolute", "still be written to")


def test_share_with_one(house):
    holds(house, "share-with-one")
    with sql(NEVER_CLOSED):
        breaks(house, "share-with-one", "still seen")


def test_share_with_one_sees_too_much(house):
    with sql(
        "create or replace function privacy.shown_to_me() returns table"
        f" (id uuid, person uuid, name bytea, email bytea, phone bytea) {BROKEN} $$"
        " select g.id, p.id, p.display_name, p.email, p.phone from public.access_grant g"
        " join public.identity_person p on p.id = g.subject_id where g.grantee_id = access.person() $$"
    ):
        breaks(house, "share-with-one", "More or less")
