"""A world of 1.7 million rows in five tables of 20,000 people, some of whom have 3,086 rows each, sealed as real ones.

The tables are declared as any app's are, in a process of their own, and made beside the product's; rows come by COPY
and by SQL. What the other people wrote is noise of the right length: nobody opens it.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import psycopg

from bench import _world
from tillit.ops import scratch

PEOPLE = 20_000
ROWS = {"message": 800_000, "visit": 300_000, "entry": 400_000, "answer": 180_000, "upload": 20_000}
OWN = {"message": 1500, "visit": 600, "entry": 650, "answer": 299, "upload": 36}  # and the person: 3,086
FILE = 8_000  # bytes
MADE = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class People:
    """The organisation, and the people with 3,086 rows each."""

    organisation: UUID
    heavy: list[UUID]
    models: Any


def declare() -> Any:
    """The five tables, as an app would declare them."""
    from django.db import models

    from tillit.kernel import normal
    from tillit.kernel.declare import personal
    from tillit.kernel.dpv import Data, Erase, Keep, Purpose
    from tillit.kernel.models import CASCADE, Made, Row
    from tillit.kernel.rls import own
    from tillit.kernel.sealed import BlindIndex, Sealed
    from tillit.kernel.tables import Upload

    keep = Keep("booking.meeting.over", "measured", 30, setting="booking.keep_days", clock="booking.data")
    said: Any = {"why": [Purpose.BOOK], "keep": keep}

    def somebody() -> Any:
        return models.ForeignKey("identity.Person", CASCADE, related_name="+")

    class Own:
        see = [own()]

    class BenchMessage(Row, Made):
        not_personal = ("made",)
        person = somebody()
        body = Sealed(models.TextField(), of="person", what=Data.COMMUNICATION, erase=Erase.SHRED, **said)

        class Meta:
            app_label = "privacy"

        Visible = Own

    class BenchVisit(Row, Made):
        not_personal = ("made",)
        person = somebody()
        starts = personal(models.DateTimeField(), of="person", what=Data.BOOKING, erase=Erase.DELETE, **said)
        place = personal(models.CharField(max_length=100), of="person", what=Data.LOCATION, erase=Erase.DELETE, **said)

        class Meta:
            app_label = "privacy"

        Visible = Own

    class BenchEntry(Row, Made):
        not_personal = ("amount", "made")
        person = somebody()
        amount = models.BigIntegerField()
        what = personal(models.CharField(max_length=100), of="person", what=Data.BOOKING, erase=Erase.BLANK, **said)

        class Meta:
            app_label = "privacy"

        Visible = Own

    class BenchAnswer(Row, Made):
        not_personal = ("made",)
        person = somebody()
        email = Sealed(models.EmailField(), of="person", what=Data.EMAIL, erase=Erase.SHRED, **said)
        email_index = BlindIndex(of="email", normalise=normal.email)
        words = Sealed(models.TextField(), of="person", what=Data.COMMUNICATION, erase=Erase.SHRED, **said)

        class Meta:
            app_label = "privacy"
            indexes = [models.Index(fields=["organisation", "email_index"], name="bench_answer_email")]

        Visible = Own

    return SimpleNamespace(message=BenchMessage, visit=BenchVisit, entry=BenchEntry, answer=BenchAnswer, upload=Upload)


def lay_out(db: scratch.Database, heavy: int) -> People:
    """The world, in a database of its own; `heavy` people have what is measured."""
    from django.db import connection, transaction

    from tillit.access import Actor, acting
    from tillit.kernel import erasure_sql

    models = declare()
    with psycopg.connect(db.admin_dsn(), autocommit=True) as admin:
        admin.execute("set role tillit_owner")
        with connection.schema_editor(collect_sql=True, atomic=False) as editor:
            for model in (models.message, models.visit, models.entry, models.answer):
                editor.create_model(model)
        for statement in editor.collected_sql:
            admin.execute(statement.encode())
        admin.execute("reset role; set role tillit_definer")
        admin.execute(erasure_sql.functions().encode())
        admin.execute("reset role")
    with psycopg.connect(db.admin_dsn()) as admin:
        world = _world.lay_out(admin, hosts=1)
        organisation, others = world.organisation, PEOPLE - heavy
        admin.execute("set session_replication_role = replica")
        admin.execute(
            "create temp table others as select gen_random_uuid() id, n from generate_series(1, %s) n", [others]
        )
        admin.execute(
            "insert into identity_person (id, organisation_id, display_name, email, email_index, phone, language, "
            "time_zone, verified, made) select id, %s, sha256(id::text::bytea), sha256(id::text::bytea), id::text, '', "
            "'sv', 'Europe/Stockholm', false, now() from others",
            [organisation],
        )
        admin.execute(
            "insert into keys.person select %s, id, 'erasable', 1, 1, "
            "sha256(id::text::bytea) || substr(sha256(id::text::bytea), 1, 28) from others",
            [organisation],
        )
        for name, sql in _noise(models, heavy).items():
            admin.execute(sql.encode(), {"organisation": organisation, "rows": ROWS[name] - heavy * OWN[name],
                                         "others": others})  # fmt: skip
        people = []
        for number in range(heavy):
            with acting(Actor(organisation=organisation)), transaction.atomic():
                people.append(_heavy(admin, models, organisation, number))
        admin.execute("set session_replication_role = origin")
    _world.settle(db.admin_dsn())
    return People(organisation, people, models)


def _noise(models: Any, heavy: int) -> dict[str, str]:
    """SQL that makes the other people's rows, each table in a mixed order."""
    noise = "'\\x010001'::bytea || substr(sha256(g::text::bytea) || sha256((-g)::text::bytea), 1, 28 + g %% 36)"
    columns = {
        "message": ("body", noise),
        "visit": ("starts, place", "now() - g * interval '1 minute', 'Room ' || g %% 90"),
        "entry": ("amount, what", "g, 'Entry of ' || g %% 1000"),
        "answer": ("email, email_index, words", f"{noise}, encode(sha256(g::text::bytea), 'hex'), {noise}"),
        "upload": ("name, kind, size, sha256", f"{noise}, 'text/plain', 100, sha256(g::text::bytea)"),
    }
    return {
        name: f"insert into {getattr(models, name)._meta.db_table} (id, organisation_id, made, "
        f"{'owner_id' if name == 'upload' else 'person_id'}, {listed}) "
        f"select gen_random_uuid(), %(organisation)s, now(), o.id, {values} from generate_series(1, %(rows)s) g "
        "join others o on o.n = 1 + (g * 7919::bigint) %% %(others)s"
        for name, (listed, values) in columns.items()
    }


def _heavy(admin: psycopg.Connection[Any], models: Any, organisation: UUID, number: int) -> UUID:
    """One person with 3,086 rows, made by the product's own sealing."""
    from tillit.identity.models import Person
    from tillit.kernel import keys, sealed
    from tillit.kernel.ids import new_id

    person = new_id()
    key = keys.fresh(organisation, person)

    def value(model: Any, field: str, plain: str, row: UUID) -> bytes:
        return sealed.value(model, field, plain, organisation=organisation, row=row, person=person, key=key)

    def copy(model: Any, columns: str, rows: Iterator[list[Any]]) -> None:
        table = model._meta.db_table
        with (
            admin.cursor() as cursor,
            cursor.copy(f"copy {table} (id, organisation_id, made, {columns}) from stdin") as c,
        ):
            for one, *rest in rows:
                c.write_row([one, organisation, MADE, *rest])

    email = f"anna{number}@example.org"
    index = sealed.index(Person, "email_index", email, organisation=organisation)
    copy(
        Person, "display_name, email, email_index, phone, language, time_zone, verified",
        iter([[person, value(Person, "display_name", "Anna Berg", person), value(Person, "email", email, person), index,
               b"", "sv", "Europe/Stockholm", False]]),
    )  # fmt: skip
    admin.execute(
        "insert into keys.person values (%s, %s, 'erasable', 1, 1, %s)", [organisation, person, key.wrapped[4:]]
    )
    ids = {name: [new_id() for _ in range(count)] for name, count in OWN.items()}
    text = "We meet at the usual place, and I bring what you asked me for. " * 2
    copy(
        models.message, "person_id, body", ([i, person, value(models.message, "body", text, i)] for i in ids["message"])
    )
    copy(
        models.visit,
        "person_id, starts, place",
        ([i, person, MADE + n * timedelta(minutes=77), "Room 7"] for n, i in enumerate(ids["visit"])),
    )
    copy(models.entry, "person_id, amount, what", ([i, person, 45_000, "A lesson"] for i in ids["entry"]))
    copy(
        models.answer, "person_id, email, email_index, words",
        ([i, person, value(models.answer, "email", email, i), index, value(models.answer, "words", text, i)]
         for i in ids["answer"]),
    )  # fmt: skip
    copy(
        models.upload, "owner_id, name, kind, size, sha256",
        ([i, person, value(models.upload, "name", f"notes {n}.txt", i), "text/plain", FILE, b"x" * 32]
         for n, i in enumerate(ids["upload"])),
    )  # fmt: skip
    for one in ids["upload"]:
        _file(organisation, one, key)
    return person


def _file(organisation: UUID, upload: UUID, key: Any) -> None:
    from tillit.kernel import keyring, uploads

    path = uploads.place(upload)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = b"kernel_upload\0" + organisation.bytes + upload.bytes
    path.write_bytes(b"".join(keyring.seal_stream(io.BytesIO(os.urandom(FILE // 2).hex().encode()), key.key, place)))
