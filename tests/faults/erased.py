"""What a test of backups does inside the product, in a process of its own: make, erase, look, rotate.

python erased.py make SLUG | erase ORGANISATION PERSON | look ORGANISATION PERSON
"""

from __future__ import annotations

import json
import sys
from uuid import UUID

import django

if __name__ == "__main__":
    django.setup()

from django.db import connection, transaction

from tillit.access import Actor, acting
from tillit.identity import actions
from tillit.identity.models import Person
from tillit.kernel.ids import new_id
from tillit.privacy.rights import erasing

OPERATOR = Actor(office="operator")


def make(slug: str) -> dict[str, str]:
    with acting(OPERATOR), transaction.atomic():
        place = actions.found_organisation(
            slug=slug, name="House", number="1", address="Street 1", publisher="P", contact_email="h@example.org"
        )
    with acting(Actor(office="operator", organisation=place.pk)), transaction.atomic():
        person = actions.add_person(
            organisation=place.pk, name="Grace Miller", email="grace@example.org", phone="+46701740605"
        )
        other = actions.add_person(organisation=place.pk, name="Ali Karimi", email="ali@example.org")
    return {"organisation": str(place.pk), "person": str(person), "other": str(other)}


def member(organisation: str, person: str) -> Actor:
    return Actor(office="member", person=UUID(person), organisation=UUID(organisation))


def erase(organisation: str, person: str) -> dict[str, str]:
    with acting(member(organisation, person)):
        return {"receipt": str(erasing.erase(UUID(person), request_key=new_id()).id)}


def look(organisation: str, person: str) -> dict[str, object]:
    """What can be read of somebody, and what stands in the columns."""
    with acting(member(organisation, person)), transaction.atomic():
        row = Person.objects.get(pk=person)
        with connection.cursor() as cursor:
            cursor.execute("select email_index, time_zone from identity_person where id = %s", [person])
            index, zone = cursor.fetchone()
        return {"name": row.display_name, "email": row.email, "index": index, "zone": zone}


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    sys.stdout.write(json.dumps({"make": make, "erase": erase, "look": look}[what](*arguments)))
