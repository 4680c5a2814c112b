"""For each probe of copy and erasure: green on the product, red when the defence behind it is switched off."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest

from tests.booking.conftest import desk  # noqa: F401
from tests.privacy.test_sabotage import breaks, holds, sql
from tests.privacy.test_sabotage_declared import spoilt
from tillit.access import acting, current
from tillit.kernel import config, erasure, keys, uploads
from tillit.kernel.dpv import Erase, Keep, Law
from tillit.kernel.promise import every
from tillit.privacy import registry
from tillit.privacy.rights import contents, copying, erasing, files, formats, parts
from tillit.privacy.rights.promises import EMAIL, NAME


@pytest.fixture
def house(desk):  # noqa: F811
    desk.organisation.modules = ["booking", "care"]
    return desk.organisation


def test_portable_copy(house):
    holds(house, "portable-copy")
    with mock.patch.object(formats, "FORMAT", "other/1"), mock.patch.object(formats.Plain, "json", lambda self: {
        "name": "", "says": "", "fields": [], "rows": [],
    }):  # fmt: skip
        breaks(house, "portable-copy", "does not hold")
    with mock.patch("tillit.privacy.rights.contents.formats.schema", lambda: b""):
        holds(house, "portable-copy")
    whole = contents.members
    with mock.patch.object(copying, "members", lambda gathered: whole(gathered)[1:]):
        breaks(house, "portable-copy", "index.html")

    def stored(path, pieces, key, bound_to):
        """A file that is not sealed."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(NAME.encode())

    with mock.patch.object(uploads, "write_sealed", stored), mock.patch.object(files, "read", unsealed()):
        breaks(house, "portable-copy", "in the clear")

    @contextmanager
    def anybody(person):
        with acting(replace(current(), person=person)) as me:
            yield me

    with mock.patch.object(copying, "_as", anybody):
        breaks(house, "portable-copy", "Somebody else gets a copy")


def unsealed():
    """A copy as it would be read back, beside whatever lies on the disk."""
    packed = io.BytesIO()
    values = {"display_name": NAME, "email": EMAIL}
    data = {"format": formats.FORMAT, "tables": [{"rows": [{"values": values}]}]}
    with zipfile.ZipFile(packed, "w") as file:
        for name in ("index.html", "schema.json", "contact.vcf"):
            file.writestr(name, "")
        file.writestr("data.json", json.dumps(data))
    return lambda path, copy: io.BytesIO(packed.getvalue())


def test_erase(house):
    holds(house, "erase")
    keep_key = mock.patch.object(keys, "shred", lambda *_: 0)
    with keep_key:
        breaks(house, "erase", "Not erased: 1 of keys")
    with (
        keep_key,
        sql(
            "create or replace function privacy.not_erased(held text[]) returns table (label text, many bigint)"
            " language sql as $$ select '', 0::bigint where false $$"
        ),
    ):
        breaks(house, "erase", "still be read")


def test_erase_notices_whom_anybody_could_erase(house):
    @contextmanager
    def anybody(person):
        yield replace(current(), office="member", person=person)

    with mock.patch.object(erasing, "_for", anybody):
        breaks(house, "erase", "erases somebody else")


def test_kept_for_collaborators(house):
    holds(house, "kept-for-collaborators")
    with ExitStack() as stack:
        for name in ("slug", "name", "about"):
            stack.enter_context(spoilt(f"booking.host.{name}", erase=Erase.DELETE))
        erasure._planned.cache_clear()
        breaks(house, "kept-for-collaborators", "booking_hosttime")
    erasure._planned.cache_clear()
    with sql("alter table booking_meeting add column leaver uuid references booking_schedule (id) on delete cascade"):
        breaks(house, "kept-for-collaborators", "booking_meeting")


def test_bookkeeping_kept(house):
    holds(house, "bookkeeping-kept")
    seven = Keep(
        "booking.meeting.over", "seven years", 2557, clock="booking.data", law=Law("bokföringslagen 7:2", 2557)
    )
    with spoilt("booking.hosttime.span", erase=Erase.KEEP, keep=seven):
        holds(house, "bookkeeping-kept")
    with spoilt("booking.hosttime.span", erase=Erase.KEEP):
        breaks(house, "bookkeeping-kept", "no law")
    with spoilt("booking.booking.note", erase=Erase.KEEP, keep=seven):
        breaks(house, "bookkeeping-kept", "its key would be destroyed")
    clockless = Keep("booking.meeting.over", "seven years", 2557, law=Law("bokföringslagen 7:2", 2557))
    with spoilt("booking.hosttime.span", erase=Erase.KEEP, keep=clockless):
        breaks(house, "bookkeeping-kept", "no clock")


def test_not_journals(house):
    assert "not-journals" in {promise.id for promise in every()}
    holds(house, "not-journals")
    from tillit.booking.models import Booking

    note = Booking._meta.get_field("note")
    with mock.patch.object(note, "klass", "journal"):
        breaks(house, "not-journals", "would go with an erasure")
        with spoilt("booking.booking.note", erase=Erase.KEEP), mock.patch.object(registry, "labels", list):
            breaks(house, "not-journals", "does not say where")
            told = parts.Refer("Your journal", "It follows the patient-data law.", "journal@house.example")
            with mock.patch.object(parts, "refers", lambda person: [told]):
                holds(house, "not-journals")


def test_nothing_of_a_rehearsal_lies_on_the_disk(house, tmp_path, monkeypatch):
    shutil.copytree(Path(config.var()) / "secrets", tmp_path / "secrets")
    monkeypatch.setenv("TILLIT_VAR", str(tmp_path))  # a folder that no other test writes to
    for promise in ("portable-copy", "erase", "kept-for-collaborators"):
        holds(house, promise)
    assert not set(uploads.stale("copies", -1))
