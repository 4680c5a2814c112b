"""With the application's own credentials, its wrapped keys give nothing: they cannot be read in bulk, changed,
removed or planted; and neither a dump nor the server's files hold a word that was sealed."""

from __future__ import annotations

import os
import subprocess
import uuid
from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction

from tests import on_disk
from tests.attacks.conftest import Town, attacking, refused
from tests.conftest import connected_to
from tests.kernel.sealed_samples import Client, Letter, make_tables, within
from tillit.kernel import keys
from tillit.kernel.ids import new_id
from tillit.kernel.keyring import Unopened
from tillit.kernel.ticket import Actor
from tillit.ops import embedded

pytestmark = pytest.mark.attack

ENVELOPE = b"\0\0\0\1" + b"x" * 60
KEYRING = {
    "keys.horizons()": [],
    "keys.open_horizon(%s)": [1],
    "keys.close_horizon(%s)": [1],
    "keys.to_rewrap(%s, 10, %s, %s, '', 0)": [1, uuid.UUID(int=0), uuid.UUID(int=0)],
    "keys.rewrap(1, 1, '{}', '{}', '{}', '{}', '{}')": [],
    "keys.insert_key(%s, %s, 'erasable', 1, %s)": [uuid.UUID(int=1), uuid.UUID(int=2), ENVELOPE],
}


def planted(raw: psycopg.Connection, organisation: uuid.UUID, person: uuid.UUID) -> None:
    raw.execute("select keys.keep(%s, %s, 'erasable', %s)", [organisation, person, ENVELOPE])


@pytest.mark.parametrize(
    "statement",
    [
        "select * from keys.person",
        "select wrapped from keys.person limit 1",
        "insert into keys.person select * from keys.person",
        "update keys.person set wrapped = null",
        "delete from keys.person",
        "truncate keys.person",
        "copy keys.person to stdout",
        "lock keys.person",
        "select * from keys.horizon",
        "update keys.horizon set state = 'closed'",
        "select * from keys.mark",
        "create table keys.mine (id int)",
        "create function keys.walled(uuid) returns uuid language sql as 'select $1'",
    ],
)
def test_the_store_itself_is_closed(town: Town, statement):
    for office in ("member", "erasure", "sweeper", "keyring"):
        with attacking(town.app_dsn, town.actor("anna", office=office)) as raw:
            refused(raw, statement)


@pytest.mark.parametrize("call", KEYRING)
def test_rotation_is_the_workers(town: Town, call):
    with attacking(town.app_dsn, Actor(office="keyring")) as raw:
        refused(raw, f"select {call}", KEYRING[call])


def test_keys_of_another_organisation_are_neither_read_nor_planted_nor_shredded(town: Town):
    north, south = town.organisation["north"], town.organisation["south"]
    emil = town.person["emil"]
    with attacking(town.app_dsn, town.actor("dina")) as raw:
        planted(raw, south, emil)
        assert raw.execute("select * from keys.fetch_many(%s, %s, '{erasable}')", [south, [emil]]).fetchall()
    for actor in (town.actor("anna"), town.stranger(), town.actor("anna", office="sweeper")):
        with attacking(town.app_dsn, actor) as raw:
            refused(raw, "select * from keys.fetch_many(%s, %s, '{erasable}')", [south, [emil]])
            # under the wrong organisation there is nothing
            assert not raw.execute("select * from keys.fetch_many(%s, %s, '{erasable}')", [north, [emil]]).fetchall()
            refused(raw, "select keys.keep(%s, %s, 'erasable', %s)", [south, emil, ENVELOPE])
            refused(raw, "select * from keys.keep_first(%s, %s, 'erasable', %s)", [south, emil, ENVELOPE])
            refused(raw, "select keys.shred(%s, %s, 'erasable')", [south, [emil]])
    for actor in (Actor(), Actor(office="sweeper"), Actor(office="keyring")):
        with attacking(town.app_dsn, actor) as raw:  # nobody's organisation
            refused(raw, "select * from keys.fetch_many(%s, %s, '{erasable}')", [south, [emil]])
            refused(raw, "select * from keys.fetch_many(null, %s, '{erasable}')", [[emil]])


def test_without_a_ticket_nothing_is_answered(town: Town):
    with attacking(town.app_dsn) as raw:
        refused(
            raw,
            "select * from keys.fetch_many(%s, %s, '{erasable}')",
            [town.organisation["north"], [town.person["carl"]]],
            state="28000",
        )
        refused(raw, "select keys.shred(%s, '{}', 'erasable')", [town.organisation["north"]], state="28000")


def test_nobody_shreds_but_erasure_of_this_person_and_the_sweeper(town: Town):
    north, carl, bo = town.organisation["north"], town.person["carl"], town.person["bo"]
    attempt = "select keys.shred(%s, %s, 'erasable')"
    for actor in (
        town.actor("anna"),
        town.actor("carl"),
        town.stranger(),
        town.actor("anna", office="erasure"),
        town.actor("anna", office="erasure", subject=str(bo)),
        town.actor("anna", office="erasure", subject="carl"),
        town.actor("anna", office="keyring"),
    ):
        with attacking(town.app_dsn, actor) as raw:
            planted(raw, north, carl)
            refused(raw, attempt, [north, [carl]])
    with attacking(town.app_dsn, town.actor("anna", office="erasure", subject=str(carl))) as raw:
        planted(raw, north, carl)
        refused(raw, attempt, [north, [carl, bo]])  # nor anybody along with them
        assert raw.execute(attempt, [north, [carl]]).fetchone() == (1,)


def test_a_standing_key_is_not_replaced(town: Town):
    north, carl = town.organisation["north"], town.person["carl"]
    other = b"\0\0\0\1" + b"y" * 60
    with attacking(town.app_dsn, town.actor("carl")) as raw:
        planted(raw, north, carl)
        refused(raw, "select keys.keep(%s, %s, 'erasable', %s)", [north, carl, other], state="23505")
        ((_, _, kept),) = raw.execute("select * from keys.keep_first(%s, %s, 'erasable', %s)", [north, carl, other])
        assert kept == b"x" * 60
        refused(raw, "select keys.renew(%s, %s, 'erasable', 2, %s)", [north, carl, other])
        refused(raw, "select keys.keep(%s, %s, 'nonsense', %s)", [north, new_id(), other], state="23514")
        refused(raw, "select keys.keep(%s, %s, 'journal', %s)", [north, carl, other[:50]], state="23514")


def test_a_value_swapped_by_injected_sql_does_not_open(real_db, server):
    with connected_to(server.admin_dsn(real_db)):
        connection.ticketless = True
        with transaction.atomic():
            make_tables()
        connection.ticketless = False
    here = new_id()
    with within(here), transaction.atomic():
        anna, bo = (Client.objects.create(organisation_id=here, name=name, email="") for name in ("Anna", "Bo"))
        letter = Letter.objects.create(organisation_id=here, author=anna, text="for Anna")
        with connection.cursor() as cursor:
            cursor.execute("update sample_client c set name = o.name from sample_client o where o.id = %s", [anna.pk])
            cursor.execute("update sample_letter set author_id = %s", [bo.pk])
    with within(here), transaction.atomic():
        assert Client.objects.get(pk=anna.pk).name == "Anna"
        with pytest.raises(Unopened, match=r"sample_client\.name"):
            _ = Client.objects.get(pk=bo.pk).name
        keys.prepare(here, [bo.pk])
        with pytest.raises(Unopened, match=r"sample_letter\.text"):
            _ = Letter.objects.get(pk=letter.pk).text


def test_neither_dump_nor_files_hold_what_is_sealed(real_db, server):
    open_word, sealed_word = f"open-{os.urandom(8).hex()}", f"sealed-{os.urandom(8).hex()}"
    here = new_id()
    with connected_to(server.admin_dsn(real_db)):
        connection.ticketless = True
        with transaction.atomic():
            make_tables()
        connection.ticketless = False
    with within(here), transaction.atomic():
        client = Client.objects.create(
            organisation_id=here, name=sealed_word, email=f"{sealed_word}@example.se", email_index=open_word
        )
        Letter.objects.create(organisation_id=here, author=client, text=sealed_word * 300, answers={"q": sealed_word})
        key = keys.sealing(here, client.pk, "erasable").secret
        with connection.cursor() as cursor:
            cursor.execute("insert into sample_client (id, organisation_id, name, email, email_index, mood) "
                           "values (%s, %s, '', '', %s, '')", [new_id(), here, open_word])  # fmt: skip
    connection.close()
    dump = subprocess.run(
        [embedded.programs() / "pg_dump", server.dsn("tillit_backup", "test", real_db)], capture_output=True, check=True
    ).stdout
    wrapping = [path.read_bytes().strip() for path in Path(os.environ["TILLIT_VAR"], "secrets", "wrap").iterdir()]
    assert wrapping
    sealed = (sealed_word.encode(), sealed_word.encode().hex().encode(), key, key.hex().encode(), *wrapping)
    with psycopg.connect(server.admin_dsn(real_db), autocommit=True) as admin:
        found = on_disk.holding(on_disk.files(admin), open_word.encode(), *sealed)
    assert open_word.encode() in dump, "the search in the dump proves nothing"
    assert found.pop(open_word.encode()), "the search in the files proves nothing"
    assert not any(found.values())
    assert not [form for form in sealed if form in dump]
