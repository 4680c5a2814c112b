"""Sealed fields: what the database holds, what the row shows, and what is refused."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django import forms
from django.core.exceptions import FieldError, ImproperlyConfigured, ValidationError
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext, isolate_apps
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.conftest import privileged
from tests.kernel.sealed_samples import Client, Letter, make_tables, within
from tillit.kernel import keyring, keys, normal, sealed
from tillit.kernel.ids import new_id
from tillit.kernel.models import Record
from tillit.kernel.sealed import BlindIndex, Misused, Sealed, Unopened, is_shredded

HERE = uuid.UUID("01890000-0000-7000-8000-000000000001")
THERE = uuid.UUID("01890000-0000-7000-8000-000000000002")


@pytest.fixture
def tables(db) -> Iterator[None]:
    with privileged():
        make_tables()
    with within(HERE):
        yield


def raw(row: Any, column: str) -> bytes:
    """What the database holds."""
    with connection.cursor() as cursor:
        cursor.execute(f'select "{column}" from "{row._meta.db_table}" where id = %s', [row.pk])
        return bytes(cursor.fetchone()[0])


def put(row: Any, column: str, content: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'update "{row._meta.db_table}" set "{column}" = %s where id = %s', [content, row.pk])


def a_client(**changes: Any) -> Client:
    return Client.objects.create(**{"organisation_id": HERE, "name": "Åsa Öberg", "email": "Asa@Example.se", **changes})


def a_letter(author: Client, **changes: Any) -> Letter:
    return Letter.objects.create(
        **{"organisation_id": author.organisation_id, "author": author, "text": "Hello", **changes}
    )


def anew(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def key_queries(context: CaptureQueriesContext) -> int:
    return sum("keys." in query["sql"] for query in context.captured_queries)


# -- values -----------------------------------------------------------------------------------------------------------


def test_the_database_holds_bytes_and_the_row_shows_the_value(tables):
    client = a_client(born=date(1990, 2, 3))
    letter = a_letter(client, text="Dear doctor", answers={"q": ["ja", None, 3]}, sum=12)
    assert b"sa" not in raw(client, "name")
    assert raw(client, "name")[:3] == b"\x01\x00\x01"
    again, written = anew(client), anew(letter)
    assert (again.name, again.email, again.born, again.mood) == ("Åsa Öberg", "Asa@Example.se", date(1990, 2, 3), "up")
    assert again.get_mood_display() == "Up"
    assert (written.text, written.answers, written.sum) == ("Dear doctor", {"q": ["ja", None, 3]}, 12)


@given(
    text=st.text(st.characters(exclude_categories=["Cs"])),
    answers=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
        max_leaves=8,
    ),
)
@example("", None)
@example("\0", "")
@example("نامه‌ای به دکتر", {"é": "🜁"})
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_value_comes_back(tables, text, answers):
    client = a_client()
    found = anew(a_letter(client, text=text, answers=answers))
    assert found.text == text
    assert found.answers == answers


def test_empty_and_absent_values_need_no_key(tables):
    with CaptureQueriesContext(connection) as context:
        client = Client.objects.create(organisation_id=HERE, name="", mood="")
    assert key_queries(context) == 0
    assert raw(client, "name") == raw(client, "email") == b""
    again = anew(client)
    assert (again.name, again.email, again.born, again.email_index) == ("", "", None, "")
    assert Client.objects.filter(born__isnull=True).count() == 1


def test_what_nobody_touched_is_written_back_as_it_was(tables):
    letter = a_letter(a_client(), answers={"a": 1})
    before = raw(letter, "text"), raw(letter, "answers")
    again = anew(letter)
    again.sent = True
    again.save()
    assert (raw(letter, "text"), raw(letter, "answers")) == before
    again = anew(letter)
    assert (again.text, again.answers) == ("Hello", {"a": 1})
    again.full_clean()
    again.save()
    again.refresh_from_db()
    again.save()
    assert (raw(letter, "text"), raw(letter, "answers")) == before
    again.answers["a"] = 2  # in place
    again.text = "Hello you"
    again.save()
    assert raw(letter, "text") != before[0]
    assert (anew(letter).answers, anew(letter).text) == ({"a": 2}, "Hello you")


def test_fields_that_were_left_out_are_loaded_when_read(tables):
    letter = a_letter(a_client())
    assert Letter.objects.defer("text").get().text == "Hello"
    thin = Letter.objects.only("text").get()
    assert thin.text == "Hello"
    thin.text = "Bye"
    thin.save()
    assert anew(letter).text == "Bye"
    partly = Letter.objects.only("sent").get()
    partly.sent = True
    partly.save()
    assert (anew(letter).sent, anew(letter).text) == (True, "Bye")


def test_many_rows_at_once(tables):
    clients = [Client(organisation_id=HERE, name=f"Client {n}", email="") for n in range(20)]
    keys.prepare(HERE, [c.pk for c in clients])
    with CaptureQueriesContext(connection) as context:
        Client.objects.bulk_create(clients)
    assert key_queries(context) == 0
    assert {c.name for c in Client.objects.all()} == {f"Client {n}" for n in range(20)}


def test_a_page_of_fifty_costs_one_key_query(tables):
    for n in range(50):
        client = a_client(name=f"Client {n}", email="")
        a_letter(client, text=f"Letter {n}", sum=n)
    connection.transaction_cache.clear()
    with CaptureQueriesContext(connection) as context:
        rows = list(Letter.objects.select_related("author").order_by("id"))
        shown = [(row.text, row.sum, row.author.name, row.author.mood) for row in rows]
    assert shown == [(f"Letter {n}", n, f"Client {n}", "up") for n in range(50)]
    assert key_queries(context) == 1
    connection.transaction_cache.clear()
    rows = list(Letter.objects.all())
    connection.transaction_cache.clear()
    with CaptureQueriesContext(connection) as context:
        sealed.prefetch(rows)
        assert [row.sum for row in rows]
    assert key_queries(context) == 1


def test_a_page_costs_one_more_after_a_rollback(tables):
    for n in range(20):
        a_client(name=f"Client {n}", email="")
    connection.transaction_cache.clear()
    rows = list(Client.objects.all())
    assert rows[0].name
    transaction.savepoint_rollback(transaction.savepoint())
    with CaptureQueriesContext(connection) as context:
        assert all(row.name for row in rows)
    assert key_queries(context) == 1


def test_opened_keys_end_with_the_transaction_and_with_a_savepoint_that_is_rolled_back(tables):
    client = a_client()
    assert any(isinstance(k, int) for k in connection.transaction_cache)
    sid = transaction.savepoint()
    a_letter(client, sum=3)  # makes the key of class accounting
    transaction.savepoint_rollback(sid)
    assert not connection.transaction_cache
    letter = a_letter(client, sum=4)  # a key that was lost with the savepoint would not open
    connection.transaction_cache.clear()
    assert anew(letter).sum == 4


# -- places -----------------------------------------------------------------------------------------------------------


def test_a_value_elsewhere_does_not_open_and_says_where(tables):
    anna, bo = a_client(name="Anna"), a_client(name="Bo")
    first, second = a_letter(anna, text="first"), a_letter(anna, text="second")
    put(first, "text", raw(second, "text"))  # another row, the same key
    with pytest.raises(Unopened, match=r"sample_letter\.text") as refused:
        _ = anew(first).text
    assert "second" not in str(refused.value)
    put(bo, "name", raw(anna, "name"))  # another person
    with pytest.raises(Unopened, match=r"sample_client\.name"):
        _ = anew(bo).name
    put(anna, "mood", raw(anna, "name"))  # another column
    with pytest.raises(Unopened, match=r"sample_client\.mood"):
        _ = anew(anna).mood
    put(first, "text", raw(anna, "name"))  # another table
    with pytest.raises(Unopened, match=r"sample_letter\.text"):
        _ = anew(first).text


def test_a_row_in_another_organisation_does_not_open(tables):
    letter = a_letter(a_client())
    with connection.cursor() as cursor:
        cursor.execute("reset role")
        cursor.execute("update sample_letter set organisation_id = %s", [THERE])
        # even the key store moved along: its wrapping names the organisation
        cursor.execute("update keys.person set organisation = %s", [THERE])
        cursor.execute("set local role tillit_app")
    connection.transaction_cache.clear()
    with within(THERE), pytest.raises(Unopened):
        _ = anew(letter).text


@pytest.mark.parametrize("at", [0, 1, 2, 3, 14, 15, 18, -17, -1])
def test_every_changed_byte_is_noticed(tables, at):
    letter = a_letter(a_client())
    data = bytearray(raw(letter, "text"))
    data[at] ^= 0x40
    put(letter, "text", bytes(data))
    with pytest.raises(Unopened):
        _ = anew(letter).text


@pytest.mark.parametrize("content", [b"\x01", b"plain text", b"\x01\x00\x01" + b"x" * 20, b"\x01\x00\x02" + b"x" * 60])
def test_what_was_never_sealed_is_refused(tables, content):
    letter = a_letter(a_client())
    put(letter, "text", content)
    with pytest.raises(Unopened):
        _ = anew(letter).text


def test_a_row_that_goes_elsewhere_takes_its_values_along(tables):
    anna, bo = a_client(name="Anna"), a_client(name="Bo")
    letter = anew(a_letter(anna, text="mine", sum=5))
    letter.author = bo
    with pytest.raises(ValueError, match="former place"):
        letter.save(update_fields=["author"])
    letter.save()
    found = anew(letter)
    assert (found.text, found.sum, found.author_id) == ("mine", 5, bo.pk)
    with within(HERE, "erasure", anna.pk):
        keys.shred(HERE, anna.pk)
    assert anew(letter).text == "mine"
    twin = anew(letter)
    twin.pk, twin._state.adding = new_id(), True
    twin.save()
    assert (anew(twin).text, anew(letter).text) == ("mine", "mine")


# -- shredding --------------------------------------------------------------------------------------------------------


def test_shredded_values_read_empty_and_nothing_new_is_sealed(tables):
    client = a_client(born=date(2000, 1, 1))
    letter = a_letter(client, answers={"a": 1}, sum=7)
    with within(HERE, "erasure", client.pk):
        assert keys.shred(HERE, client.pk, "erasable") == 1
    found, read = anew(client), anew(letter)
    assert (found.name, found.email, found.mood, read.text, read.answers) == ("", "", "", "", None)
    assert is_shredded(found, "name") and is_shredded(read, "answers")
    assert (found.born, read.sum) == (date(2000, 1, 1), 7)  # other classes stay
    assert not is_shredded(read, "sum")
    read.sent = True
    read.save()  # what is shredded does not stand in the way
    read.text = "again"
    with pytest.raises(keys.Gone), transaction.atomic():
        read.save()
    Letter.objects.update(text="")
    assert not is_shredded(anew(letter), "text")


def test_only_erasure_of_this_subject_and_the_sweeper_shred(tables):
    anna, bo = a_client(name="Anna"), a_client(name="Bo")
    for office, subject in (("member", anna.pk), ("erasure", bo.pk), ("erasure", None), ("public", None)):
        with within(HERE, office, subject), pytest.raises(Exception, match="shredding is for"), transaction.atomic():
            keys.shred(HERE, anna.pk)
    with within(THERE, "sweeper"), pytest.raises(Exception, match="another organisation"), transaction.atomic():
        keys.shred(HERE, anna.pk)
    assert anew(anna).name == "Anna"
    with within(HERE, "sweeper"):
        assert keys.shred(HERE, [anna.pk, bo.pk]) == 2
    assert (anew(anna).name, anew(bo).name) == ("", "")


def test_a_hold_outlives_the_shredding(tables):
    letter = anew(a_letter(a_client(), text="evidence"))
    sealed.hold(letter, "text")
    assert anew(letter).text == "evidence"
    with within(HERE, "sweeper"):
        keys.shred(HERE, letter.author_id)
    assert anew(letter).text == "evidence"
    assert anew(letter).answers is None
    with within(HERE, "sweeper"):
        keys.shred(HERE, letter.author_id, "hold")
    assert is_shredded(anew(letter), "text")


def test_a_renewed_key_opens_what_the_old_one_sealed(tables):
    client = a_client()
    old, untouched = a_letter(client, text="old"), a_letter(client, text="untouched")
    with within(HERE, "keyring"):
        assert keys.renew(HERE, client.pk, "erasable") == 2
    row = anew(old)
    assert row.text == "old"
    row.text = "new"
    row.save()
    assert raw(old, "text")[:3] == b"\x01\x00\x02"
    assert raw(untouched, "text")[:3] == b"\x01\x00\x01"
    assert (anew(old).text, anew(untouched).text) == ("new", "untouched")
    assert sealed.reseal(Letter.objects.all()) == 2  # the answers of the first, both of the second
    assert sealed.reseal(Letter.objects.all()) == 0
    assert raw(untouched, "text")[:3] == b"\x01\x00\x02"
    assert [anew(row).text for row in (old, untouched)] == ["new", "untouched"]
    with pytest.raises(Exception, match="keyring only"), transaction.atomic():
        keys.renew(HERE, client.pk, "erasable")


def test_a_whole_table_is_sealed_anew_in_batches(tables, monkeypatch):
    from tests.kernel import support
    from tillit.kernel import rotation

    monkeypatch.setattr(rotation, "RESEALED", 3)
    monkeypatch.setattr(rotation.apps, "get_model", lambda label: {"kernel.Letter": Letter}[label])
    client = a_client()
    letters = [a_letter(client, text=f"letter {n}") for n in range(8)]
    with within(HERE, "keyring"):
        keys.renew(HERE, client.pk, "erasable")
    rotation.reseal.defer(model="kernel.Letter", after=None)
    assert support.run_jobs() == 3
    assert {raw(letter, "text")[:3] for letter in letters} == {b"\x01\x00\x02"}
    assert [anew(letter).text for letter in letters] == [f"letter {n}" for n in range(8)]


# -- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ask",
    [
        lambda: Client.objects.filter(name="Åsa Öberg"),
        lambda: Client.objects.exclude(name__icontains="sa"),
        lambda: Letter.objects.filter(author__name__startswith="Å"),
        lambda: Letter.objects.filter(answers__q=1),
        lambda: list(Client.objects.order_by("name")),
        lambda: list(Letter.objects.order_by("-author__name")),
        lambda: list(Client.objects.order_by(models.F("name").desc())),
        lambda: list(Client.objects.values("name")),
        lambda: list(Client.objects.values_list("name", flat=True)),
        lambda: list(Client.objects.values()),
        lambda: list(Letter.objects.values("author__email")),
        lambda: Client.objects.update(name="Somebody"),
        lambda: Client.objects.bulk_update([a_client()], ["name"]),
        lambda: Client.objects.get_or_create(name="Åsa Öberg", defaults={"organisation_id": HERE}),
        lambda: Client.objects.filter(email="asa@example.se"),
        lambda: str(Client.objects.annotate(x=models.F("name")).first().x),
        lambda: a_client(name=models.F("email")),
    ],
)
def test_what_the_database_cannot_do_is_refused(tables, ask):
    a_client()
    with pytest.raises(Misused, match="sealed"), transaction.atomic():
        ask()


def test_other_columns_may_be_ordered_by_and_taken(tables):
    client = a_client()
    assert [c.name for c in Client.objects.order_by("email_index", "-id")] == ["Åsa Öberg"]
    assert list(Client.objects.values_list("id", flat=True)) == [client.pk]


def test_a_sealed_value_shows_nothing_by_itself(tables):
    a_client()
    row = Client.objects.get()
    assert repr(row.__dict__["name"]) == "<sealed>"
    with pytest.raises(FieldError):
        str(row.__dict__["name"])


def test_too_long_is_refused_without_a_form_too(tables):
    with pytest.raises(ValueError, match="40"):
        a_client(name="x" * 41)


def test_another_organisations_key_is_refused_and_does_not_look_shredded(tables):
    row = anew(a_client())
    connection.transaction_cache.clear()
    with within(THERE), pytest.raises(Exception, match="keys of another organisation"):
        _ = row.name


# -- the model ---------------------------------------------------------------------------------------------------------


def test_validation_and_forms_are_the_inner_fields(tables):
    class Form(forms.ModelForm):
        class Meta:
            model = Client
            fields = ("name", "email", "born", "mood")

    form = Form({"name": "x" * 41, "email": "nobody", "born": "1990-02-31", "mood": "sideways"})
    assert set(form.errors) == {"name", "email", "born", "mood"}
    form = Form(
        {"name": "Åsa", "email": "", "born": "1990-02-03", "mood": "down"}, instance=Client(organisation_id=HERE)
    )
    assert isinstance(form.fields["born"], forms.DateField)
    saved = form.save()
    assert (anew(saved).name, anew(saved).born, anew(saved).mood) == ("Åsa", date(1990, 2, 3), "down")
    with pytest.raises(ValidationError) as refused:
        Client(organisation_id=HERE, name="<b>", email="x").full_clean()
    assert set(refused.value.message_dict) == {"name", "email"}
    assert Form(instance=anew(saved)).initial["name"] == "Åsa"


def test_migrations_see_a_column_of_bytes():
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.state import ModelState, ProjectState

    field = Client._meta.get_field("name")
    assert field.deconstruct() == ("name", "django.db.models.BinaryField", [], {"default": b""})
    assert Client._meta.get_field("born").deconstruct()[3] == {"null": True}
    assert Client._meta.get_field("email_index").deconstruct()[1] == "django.db.models.CharField"
    state = ProjectState()
    state.add_model(ModelState.from_model(Client))
    assert type(state.models["kernel", "client"].fields["name"]) is models.BinaryField
    detector = MigrationAutodetector(state, state.clone())
    assert detector._detect_changes() == {}


def test_models_that_misuse_it_are_found():
    with isolate_apps("tillit.kernel"):

        class Bad(Record):
            organisation_id = models.UUIDField()
            text = Sealed(models.TextField(), of="nobody")

            class Meta:
                app_label = "kernel"
                ordering = ["text"]

        class Homeless(Record):
            text = Sealed(models.TextField(), of="self")

            class Meta:
                app_label = "kernel"

        assert {e.id for e in Bad._meta.get_field("text").check()} == {"tillit.S001", "tillit.S002"}
        assert {e.id for e in Homeless._meta.get_field("text").check()} == {"tillit.S001"}
    assert not Client._meta.get_field("mood").check()
    for inner in (
        models.CharField(max_length=3, unique=True),
        models.TextField(db_index=True),
        models.FileField(),
        models.ForeignKey(Client, models.CASCADE),
    ):
        with pytest.raises(ImproperlyConfigured):
            Sealed(inner, of="self")
    with pytest.raises(ImproperlyConfigured):
        Sealed(models.TextField(), of="self", klass="forever")


# -- finding ----------------------------------------------------------------------------------------------------------


def test_exact_lookup_by_blind_index(tables):
    client, other = a_client(), a_client(email="bo@example.se")
    assert Client.objects.get(email__is=" ASA@example.SE ") == client
    assert Letter.objects.filter(author__email__is="asa@example.se").count() == 0
    a_letter(client)
    assert Letter.objects.filter(author__email__is="asa@example.se").count() == 1
    for nobody in ("eva@example.se", "no address", ""):
        assert not Client.objects.filter(email__is=nobody).exists()
    assert sealed.index(Client, "email_index", "asa@example.se", organisation=HERE) == client.email_index
    assert sealed.index(Client, "email_index", "asa@example.se", organisation=THERE) != client.email_index
    assert client.email_index != other.email_index
    with within(THERE):
        assert not Client.objects.filter(email__is="asa@example.se").exists()


def test_the_index_follows_the_value(tables):
    row = anew(a_client())
    row.save()
    assert row.email_index == anew(row).email_index != ""
    row.email = "new@example.se"
    with pytest.raises(ValueError, match="email_index"):
        row.save(update_fields=["email"])
    row.save(update_fields=["email", "email_index"])
    assert Client.objects.get(email__is="new@example.se") == row
    row.email = ""
    row.save()
    assert anew(row).email_index == ""


def test_the_index_of_an_installation_and_its_settings():
    with isolate_apps("tillit.kernel"):

        class Person(Record):
            organisation_id = models.UUIDField()
            phone = Sealed(models.CharField(max_length=30), of="self")
            phone_index = BlindIndex(of="phone", normalise=normal.phone, scope="installation")

            class Meta:
                app_label = "kernel"

        found = {
            sealed.index(Person, "phone_index", p) for p in ("070-123 45 67", "+46 (0)70 1234567", "0046701234567")
        }
    assert len(found) == 1
    with pytest.raises(ImproperlyConfigured):
        BlindIndex(of="x", normalise=str, scope="world")


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("070-123 45 67", "+46701234567"), ("08-12 34 56", "+468123456"), ("+46 (0)70-123 45 67", "+46701234567"),
        ("۰۹۱۲۳۴۵۶۷۸۹", "+989123456789"), ("٠٠٩٨ ٩١٢ ٣٤٥ ٦٧٨٩", "+989123456789"), ("021 8888 7777", "+982188887777"),
        ("+1 (202) 555-0123", "+12025550123"), ("\u200e+44 20 7946 0958", "+442079460958"),
    ],
)  # fmt: skip
def test_telephone_numbers_have_one_form(written, form):
    assert normal.phone(written) == form


@pytest.mark.parametrize("written", ["", "12", "phone", "+0123456789", "7012345678", "+" + "1" * 16, "+46;70", "1e7"])
def test_what_is_no_telephone_number(written):
    with pytest.raises(ValueError, match="telephone"):
        normal.phone(written)


def test_identity_numbers_have_one_form():
    assert normal.number("19900203-1234") == normal.number("۱۹۹۰۰۲۰۳ ۱۲۳۴") == "199002031234"
    for written in ("", "12", "1990x0203", "1" * 21):
        with pytest.raises(ValueError, match="number"):
            normal.number(written)
    assert normal.phone("8 123 45 67 0".replace("8", "08", 1), country="47").startswith("+47")


# -- for SQL functions ------------------------------------------------------------------------------------------------


def test_a_value_can_be_sealed_before_its_row_and_its_key_are_there(tables):
    person, row = new_id(), new_id()
    fresh = keys.fresh(HERE, person, "erasable")
    name = sealed.value(Client, "name", "Anna", organisation=HERE, row=person, person=person, key=fresh)
    text = sealed.value(Letter, "text", "Hi", organisation=HERE, row=row, person=person, key=fresh)
    assert sealed.value(Client, "email", "", organisation=HERE, row=person, person=person, key=fresh) == b""
    with connection.cursor() as cursor:
        cursor.execute("select keys.keep(%s, %s, 'erasable', %s)", [HERE, person, fresh.wrapped])
        with pytest.raises(Exception, match="has a key already"), transaction.atomic():
            cursor.execute("select keys.keep(%s, %s, 'erasable', %s)", [HERE, person, fresh.wrapped])
        cursor.execute(
            "insert into sample_client (id, organisation_id, name, email, email_index, mood) "
            "values (%s, %s, %s, '', '', '')",
            [person, HERE, name],
        )
    assert Client.objects.get(pk=person).name == "Anna"
    assert sealed.opened(Letter, "text", text, organisation=HERE, row=row, person=person) == "Hi"
    more = sealed.value(Letter, "text", "More", organisation=HERE, row=row, person=person)
    connection.transaction_cache.clear()
    with CaptureQueriesContext(connection) as context:
        found = sealed.opened_many(
            Letter, "text", [(text, row, person), (None, row, person), (b"", row, None), (more, row, person)],
            organisation=HERE,
        )  # fmt: skip
    assert found == ["Hi", None, "", "More"]
    assert key_queries(context) == 1
    with pytest.raises(Unopened):
        sealed.opened(Letter, "text", text, organisation=HERE, row=new_id(), person=person)
    assert sealed.opened(Letter, "text", text, organisation=HERE, row=row, person=new_id()) == ""  # no key at all


def test_laying_out_data_past_the_policies(tables):
    with privileged():
        client = a_client(name="Laid out")
    connection.transaction_cache.clear()
    with privileged():
        assert anew(client).name == "Laid out"
    connection.transaction_cache.clear()
    assert anew(client).name == "Laid out"


# -- long contents ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, keyring.PIECE - 1, keyring.PIECE, keyring.PIECE + 1, 3 * keyring.PIECE])
def test_streams(size):
    import io
    import os

    key, content = keyring.Key(os.urandom(32), 1), os.urandom(size)
    chopped = [content[n : n + 50_000] for n in range(0, size, 50_000)]
    kept = b"".join(keyring.seal_stream(chopped, key, b"here"))

    def opened(data: bytes, place: bytes = b"here") -> bytes:
        return b"".join(keyring.open_stream(io.BytesIO(data).read, lambda head: key, place))

    assert opened(kept) == content
    piece = keyring.NONCE + keyring.PIECE + keyring.TAG
    damaged = [kept[:-1], kept[:19], kept[:10], kept + b"x", bytes([kept[0] ^ 1]) + kept[1:], kept[:-1] + b"\0\0"]
    if size > 2 * keyring.PIECE:
        damaged += [
            kept[: 19 + piece],  # the end is missing
            kept[:19] + kept[19 + piece :],  # the beginning
            kept[:19] + kept[19 + piece : 19 + 2 * piece] + kept[19 : 19 + piece] + kept[19 + 2 * piece :],
        ]
        other = b"".join(keyring.seal_stream(chopped, key, b"here"))
        damaged.append(other[:19] + kept[19:])  # of another stream
    for data in damaged:
        with pytest.raises(Unopened):
            opened(data)
    with pytest.raises(Unopened):
        opened(kept, b"there")
