"""A copy: all of one's own, nothing of anybody else's, in forms that other programs read."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.http import Http404

from tests.booking.conftest import NOW, desk  # noqa: F401
from tests.booking.test_actions import at, order
from tests.conftest import ROOT, privileged
from tests.privacy.rights.test_erasing import acts, guest_of
from tillit.access import Actor, acting
from tillit.evidence.models import Event
from tillit.kernel import clock, uploads
from tillit.privacy.models import Copy
from tillit.privacy.rights import contents, copying, files


@pytest.fixture
def guests(desk):  # noqa: F811
    grace, _ = order(desk.kinds["consultation"], at(10), note="=1+1 My knee")
    ali, _ = order(desk.kinds["consultation"], at(12), name="Ali Karimi", email="ali@example.org", note="My back")
    return guest_of(grace), guest_of(ali)


def unpacked(copy):
    return zipfile.ZipFile(io.BytesIO(b"".join(copying.opened(copy, name="copy.zip").streaming_content)))


def accept(person, name, content):
    return uploads.accept(io.BytesIO(content), name=name, owner=person)


def test_everything_of_ones_own_and_nothing_else(desk, guests):  # noqa: F811
    with acts(desk, guests[0]):
        for _ in range(2):
            accept(guests[0], "x-ray.txt", b"two bones")
        whole = unpacked(copying.make(guests[0], language="en"))
    names = whole.namelist()
    assert names[:3] == ["index.html", "data.json", "schema.json"]
    assert {"contact.vcf", "csv/booking.booking.csv", "documents/x-ray.txt", "documents/x-ray (2).txt"} <= set(names)
    assert whole.read("documents/x-ray.txt") == b"two bones"
    data = json.loads(whole.read("data.json"))
    booking = next(table for table in data["tables"] if table["name"] == "booking.booking")
    assert booking["rows"][0]["values"] == {"note": "=1+1 My knee"}
    assert booking["rows"][0]["until"] == "2026-12-24T09:45:00Z"
    card = whole.read("contact.vcf").decode()
    assert "FN:Grace Miller\r\n" in card and "EMAIL:grace@example.org\r\n" in card
    rows = list(csv.reader(io.StringIO(whole.read("csv/booking.booking.csv").decode("utf-8-sig"))))
    assert rows[1][2] == "'=1+1 My knee"  # no formula in a spreadsheet
    page = whole.read("index.html").decode()
    assert "Grace Miller" in page and "<script" not in page and "http" not in page.replace("https://tillit", "")
    everything = b"\n".join(whole.read(name) for name in names).decode()
    for other in ("Ali", "ali@", "My back", "Jonas", "+467"):
        assert other not in everything


def test_data_fits_its_schema(desk, guests):  # noqa: F811
    """Checked by hand, since no validator is a dependency: every object has the required parts and no others."""
    with acts(desk, guests[0]):
        whole = unpacked(copying.make(guests[0]))
    schema, data = json.loads(whole.read("schema.json")), json.loads(whole.read("data.json"))
    assert whole.read("schema.json") == (ROOT / "docs" / "copy.schema.json").read_bytes()

    def fits(value, shape, where):
        kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "null": type(None)}
        wanted = shape.get("type")
        if wanted:
            allowed = tuple(kinds[one] for one in (wanted if isinstance(wanted, list) else [wanted]))
            assert isinstance(value, allowed), where
        if "const" in shape:
            assert value == shape["const"], where
        if isinstance(value, dict) and "properties" in shape:
            assert set(shape["required"]) <= set(value) <= set(shape["properties"]), where
            for key, one in value.items():
                fits(one, shape["properties"][key], f"{where}.{key}")
        if isinstance(value, list):
            for number, one in enumerate(value):
                fits(one, shape["items"], f"{where}[{number}]")

    fits(data, schema, "data")


def test_in_persian_it_reads_from_the_right(desk, guests):  # noqa: F811
    with acts(desk, guests[0]):
        page = unpacked(copying.make(guests[0], language="fa")).read("index.html").decode()
    assert '<html lang="fa" dir="rtl">' in page and "<bdi>Grace Miller</bdi>" in page


def test_nothing_lies_open_and_nobody_else_gets_it(desk, guests):  # noqa: F811
    with acts(desk, guests[0]):
        copy = copying.make(guests[0])
        assert b"Grace" not in files.place(copy.pk).read_bytes()
    for actor in (
        desk.visitor(),
        desk.as_host(desk.h1),
        Actor("rights", None, None, desk.organisation.pk, str(guests[1])),
    ):
        with acting(actor), pytest.raises(PermissionError):
            copying.make(guests[0])
    with acts(desk, guests[1]):
        assert not Copy.objects.exists()


def test_the_desk_makes_one_on_request(desk, guests):  # noqa: F811
    actor = Actor("rights", None, desk.administrator.pk, desk.organisation.pk, str(guests[0]))
    with acting(actor):
        copy = copying.make(guests[0])
    with acts(desk, guests[0]):
        assert unpacked(copy).namelist()


def test_made_and_taken_are_recorded(desk, guests):  # noqa: F811
    with acts(desk, guests[0]):
        unpacked(copying.make(guests[0]))
        assert {"privacy.copy.made", "privacy.copy.taken"} <= set(Event.objects.values_list("name", flat=True))


def test_a_copy_ends(desk, guests):  # noqa: F811
    from tillit.privacy.rights import tasks

    with acts(desk, guests[0]):
        copy = copying.make(guests[0])
    with clock.at(NOW + timedelta(days=8)), acts(desk, guests[0]), pytest.raises(Http404):
        copying.opened(copy, name="copy.zip")
    with acting(Actor("sweeper", organisation=desk.organisation.pk)):
        tasks.drop_copies([copy.pk])
    with privileged():
        assert not Copy.objects.exists()


def test_a_large_one_goes_on_where_it_was_cut_off(desk, guests, monkeypatch):  # noqa: F811
    monkeypatch.setattr(contents, "AT_ONCE_ROWS", 1)
    with acts(desk, guests[0]):
        accept(guests[0], "x-ray.txt", b"two bones")
        copy = copying.make(guests[0], language="en")
        assert copy.state == "waiting" and copying.make(guests[0]) == copy  # asked twice, made once
        made, broken = [], iter([False, False, True, False])
        write = files.write

        def interrupted(path, row, pieces):
            if next(broken, False):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(b"half")  # what a killed worker leaves
                raise KeyboardInterrupt
            made.append(path.name)
            write(path, row, pieces)

        monkeypatch.setattr(files, "write", interrupted)
        for _ in range(200):
            try:
                copying._next(copy=copy.pk)
            except KeyboardInterrupt:
                continue
        copy.refresh_from_db()
        assert (copy.state, copy.done) == ("ready", copy.total)
        assert len(made) == len(set(made)) == copy.total + 1  # each part once, and the whole
        whole = unpacked(copy)
    assert whole.testzip() is None and "documents/x-ray.txt" in whole.namelist()
    assert "csv/booking.busytime.csv" not in whole.namelist()
    assert json.loads(whole.read("data.json"))["tables"]
