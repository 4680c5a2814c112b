"""An organisation with those who may break something open, a host, and two people who are looked at."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection

from tests.conftest import privileged
from tests.kernel import support
from tillit.access.models import Grant
from tillit.identity.models import Person
from tillit.kernel import clock, tasks
from tillit.kernel.ticket import Actor, acting

NOW = datetime(2030, 3, 1, 12, tzinfo=UTC)


@dataclass
class House:
    organisation: UUID
    admin: UUID = field(init=False)
    privacy: UUID = field(init=False)
    host: UUID = field(init=False)
    anna: UUID = field(init=False)
    bo: UUID = field(init=False)

    def __post_init__(self) -> None:
        self.admin, self.privacy = self.person("administrator"), self.person("privacy")
        self.host, self.anna, self.bo = self.person("host"), self.person(), self.person()

    def person(self, role: str = "") -> UUID:
        person = uuid.uuid4()
        with privileged(), connection.cursor() as cursor:
            cursor.execute(
                "insert into identity_person (id, organisation_id, display_name, email, email_index, phone, language, "
                "time_zone, verified, made) values (%s, %s, '', '', '', '', 'sv', 'UTC', true, now())",
                [person, self.organisation],
            )
            if role:
                cursor.execute(
                    "insert into identity_membership (id, organisation_id, person_id, role, made) "
                    "values (gen_random_uuid(), %s, %s, %s, now())",
                    [self.organisation, person, role],
                )
        return person

    def modules(self, *modules: str) -> None:
        with privileged(), connection.cursor() as cursor:
            cursor.execute(
                "update identity_organisation set modules = %s where id = %s", [list(modules), self.organisation]
            )

    def acts(self, person: UUID | None, office: str = "member") -> acting:
        return acting(Actor(office=office, organisation=self.organisation, person=person))

    def sees(self, who: UUID, whom: UUID) -> bool:
        """Does the row of one person show to another?"""
        with self.acts(who):
            return Person.objects.filter(pk=whom).exists()

    def grants(self) -> list[Grant]:
        with privileged():
            return list(Grant.objects.filter(organisation_id=self.organisation).order_by("made", "pk"))

    def events(self, name: str) -> list[tuple[UUID | None, UUID | None]]:
        """Subject and object of each recorded event of a name."""
        with privileged(), connection.cursor() as cursor:
            cursor.execute(
                "select subject_id, object_id from evidence_event where organisation_id = %s and name = %s",
                [self.organisation, name],
            )
            return cursor.fetchall()


@pytest.fixture
def house(db):
    tasks.load()
    with clock.at(NOW):
        yield House(support.an_organisation())


@pytest.fixture
def other(house) -> House:
    return House(support.an_organisation())
