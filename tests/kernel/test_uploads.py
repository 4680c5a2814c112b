from __future__ import annotations

import io
import os
import shutil
import uuid
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import ProgrammingError, connection, transaction
from django.http import Http404
from PIL import Image

from tests.conftest import privileged
from tests.kernel import support
from tillit.kernel import keyring, keys, uploads
from tillit.kernel.tables import Upload
from tillit.kernel.ticket import Actor, acting, current


def drawn(kind: str, size: tuple[int, int] = (12, 8), **more) -> bytes:
    """A picture as a camera or a program would write it."""
    held = io.BytesIO()
    Image.new("RGB", size, "teal").save(held, kind, **more)
    return held.getvalue()


PNG = drawn("PNG")
PDF = b"%PDF-1.7\n" + b"x" * 200


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    from tillit.kernel import config

    for name in ("root.key", "ticket.key"):
        config.secret(name)
    shutil.copytree(Path(config.var()) / "secrets", tmp_path / "secrets")
    monkeypatch.setenv("TILLIT_VAR", str(tmp_path))
    return tmp_path


@contextmanager
def a_person():
    organisation, person = support.an_organisation(), uuid.uuid4()
    with privileged(), connection.cursor() as cursor:
        cursor.execute(
            "select column_name from information_schema.columns where table_name = 'identity_person' "
            "and is_nullable = 'NO' and data_type not in ('uuid')"
        )
        columns = {name for (name,) in cursor.fetchall()}
        values = {"made": "2026-01-01", "verified": False, "language": "sv", "time_zone": "Europe/Stockholm"}
        filled = {name: values.get(name, "") for name in columns}
        names = ", ".join(["id", "organisation_id", *filled])
        marks = ", ".join(["%s"] * (len(filled) + 2))
        cursor.execute(
            f"insert into identity_person ({names}) values ({marks})",  # the columns are the table's own
            [person, organisation, *filled.values()],
        )
    with support.as_person(organisation, person):
        yield person


def files(folder: Path) -> list[Path]:
    return [path for path in (folder / "uploads").rglob("*") if path.is_file()]


def test_kept_privately_and_given_back_as_a_download(db, folder):
    with a_person() as person:
        row = uploads.accept(io.BytesIO(PNG), name="Foto på mig.PNG", owner=person)
        (path,) = files(folder)
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.name == str(row.pk)
        assert (row.name, row.kind, row.size) == ("Foto på mig.png", "image/png", len(PNG))
        response = uploads.open_upload(row.pk)
        assert b"".join(response.streaming_content) == PNG
        assert response["Content-Disposition"].startswith("attachment;")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Type"] == "image/png"


def test_others_are_told_it_does_not_exist(db, folder):
    with a_person() as person:
        row = uploads.accept(io.BytesIO(PDF), name="x.pdf", owner=person)
    with a_person(), pytest.raises(Http404):
        uploads.open_upload(row.pk)
    with acting(Actor()), pytest.raises(Http404):
        uploads.open_upload(row.pk)


def test_nobody_uploads_in_anothers_name(db, folder):
    with a_person() as other:
        pass
    with a_person(), pytest.raises(ProgrammingError), transaction.atomic():
        uploads.accept(io.BytesIO(PDF), name="x.pdf", owner=other)
    assert files(folder) == []


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\boot.ini", "boot.ini.pdf"),
        ("/abs/report.pdf", "report.pdf"),
        ("..", "File.pdf"),
        ("", "File.pdf"),
        (".pdf", "pdf.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe.pdf"),
        ("x" * 500 + ".pdf", "x" * 120 + ".pdf"),
        ("گزارش\u200cها.pdf", "گزارش\u200cها.pdf"),
        ("con<script>.pdf", "conscript.pdf"),
        ("picture.png", "picture.png.pdf"),
    ],
)
def test_names_are_cleaned(said, kept):
    assert uploads.clean_name(said, "application/pdf") == kept


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "application/pdf"),
        (PNG, "image/png"),
        (drawn("JPEG"), "image/jpeg"),
        (drawn("WEBP"), "image/webp"),
        ("Hej! Det här är text.\n".encode(), "text/plain"),
        (b"\xef\xbb\xbfBEGIN:VCALENDAR\r\n", "text/calendar"),
    ],
)
def test_the_content_says_what_it_is(db, folder, content, kind):
    with a_person() as person:
        assert uploads.accept(io.BytesIO(content), name="lies.exe", owner=person).kind == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04" + b"\0" * 30,
        b"\x1f\x8b\x08" + b"\0" * 30,
        b"7z\xbc\xaf\x27\x1c",
        b"Rar!\x1a\x07",
        b"\0" * 257 + b"ustar",
        PDF + b"PK\x05\x06" + b"\0" * 18,
        b"MZ\x90\0",
        b"\x7fELF",
        b"#!/bin/sh\nrm -rf /\n",
        b"<html><script>alert(1)</script>",
        b"  <svg xmlns='http://www.w3.org/2000/svg'>",
        b"text first <script>alert(1)</script>",
        b"<?php system($_GET['x']);",
        b"\x01\x02\x03",
        b"text " * 2000 + b"\xff\xfe",
        b"text " * 2000 + b"\x00",
    ],
)
def test_refused_with_a_sentence(db, folder, content):
    with a_person() as person, pytest.raises(uploads.Refused) as refused:
        uploads.accept(io.BytesIO(content), name="holiday.pdf", owner=person)
    assert str(refused.value).endswith(".")
    assert files(folder) == []


def test_too_large_is_stopped_on_the_way(db, folder, monkeypatch):
    monkeypatch.setenv("TILLIT_UPLOAD_MB", "1")

    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return (b"%PDF-" if self.given == size else b"") + b"x" * (size - 5)

    file = Endless()
    with a_person() as person, pytest.raises(uploads.Refused, match="1 MB"):
        uploads.accept(file, name="x.pdf", owner=person)  # type: ignore[arg-type]
    assert file.given < 1_500_000
    assert files(folder) == []


def test_removed_by_its_owner(db, folder):
    with a_person() as person:
        row = uploads.accept(io.BytesIO(PDF), name="x.pdf", owner=person)
        with acting(Actor()):
            uploads.remove(row.pk)
        assert Upload.objects.count() == 1
        uploads.remove(row.pk)
        assert Upload.objects.count() == 0


def test_files_without_a_row_are_swept(db, folder):
    with a_person() as person:
        kept = uploads.accept(io.BytesIO(PDF), name="x.pdf", owner=person)
        with pytest.raises(RuntimeError), transaction.atomic():
            uploads.accept(io.BytesIO(PDF), name="undone.pdf", owner=person)
            raise RuntimeError
    assert len(files(folder)) == 2
    with support.worker_rights(), acting(Actor(office="sweeper")):
        assert uploads.remove_orphans() == 0
        for path in files(folder):
            os.utime(path, (0, 0))
        assert uploads.remove_orphans() == 1
    assert files(folder) == [uploads.place(kept.pk)]


# -- sealed -----------------------------------------------------------------------------------------------------------


def content(upload: uuid.UUID) -> bytes:
    return b"".join(uploads.open_upload(upload).streaming_content)


def test_nothing_of_a_content_is_on_the_disk_in_the_clear(db, folder):
    long = b"%PDF-1.7\n" + b"what only the doctor may read " * 20_000
    with a_person() as person:
        row = uploads.accept(io.BytesIO(long), name="x.pdf", owner=person)
        (path,) = files(folder)
        assert b"doctor" not in path.read_bytes()
        assert row.size == len(long)
        response = uploads.open_upload(row.pk)
        assert response["Content-Length"] == str(len(long))
        assert b"".join(response.streaming_content) == long


def test_a_damaged_cut_or_foreign_file_is_not_given_out(db, folder):
    with a_person() as person:
        one = uploads.accept(io.BytesIO(PDF), name="one.pdf", owner=person)
        two = uploads.accept(io.BytesIO(PDF), name="two.pdf", owner=person)
        kept = uploads.place(one.pk).read_bytes()
        for spoilt in (kept[:-1], kept[:30] + b"x" + kept[31:], uploads.place(two.pk).read_bytes(), b""):
            uploads.place(one.pk).write_bytes(spoilt)
            with pytest.raises(keyring.Unopened):
                content(one.pk)
        assert content(two.pk) == PDF


def test_a_shredded_owner_takes_the_files_along(db, folder):
    with a_person() as person:
        row = uploads.accept(io.BytesIO(PDF), name="x.pdf", owner=person)
        actor = current()
        with acting(Actor(office="erasure", organisation=actor.organisation, subject=str(person))):
            keys.shred(actor.organisation, person)
        with pytest.raises(Http404):
            uploads.open_upload(row.pk)


def test_every_folder_on_the_way_is_private(tmp_path):
    place = tmp_path / "uploads" / "ab" / "file"
    uploads.write_sealed(place, [b"x"], keyring.Key(b"k" * 32, 1), b"here")
    for folder in (place.parent, place.parent.parent):
        assert folder.stat().st_mode & 0o077 == 0


def located(kind: str) -> bytes:
    """A picture that lies on its side and says where it was taken, and by which device."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Kamera AB 4711"
    exif.get_ifd(0x8825).update({1: "N", 2: (59.0, 22.0, 15.0), 3: "E", 4: (16.0, 30.0, 0.0)})
    return drawn(kind, exif=exif.tobytes(), **({"comment": b"Kungsgatan 5"} if kind == "JPEG" else {}))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_says_no_more_where_it_was_taken(db, folder, kind):
    sent = located(kind)
    assert b"4711" in sent and Image.open(io.BytesIO(sent)).getexif().get_ifd(0x8825)
    with a_person() as person:
        row = uploads.accept(io.BytesIO(sent), name="hus.jpg", owner=person)
        kept = b"".join(uploads.open_upload(row.pk).streaming_content)
    assert (row.size, row.kind) == (len(kept), f"image/{kind.lower()}")
    picture = Image.open(io.BytesIO(kept))
    assert picture.size == (8, 12), "the way up is kept"
    assert not picture.getexif() and b"4711" not in kept and b"Kungsgatan" not in kept and b"Exif" not in kept


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "cannot be read"),
        (drawn("JPEG", (400, 400))[:900], "cannot be read"),
        (drawn("PNG", (20_000, 3_000), optimize=True), "too many points"),
        (drawn("PNG") + b"PK\x03\x04 hidden PK\x05\x06" + b"\0" * 18, "Archives"),
    ],
    ids=["no picture", "torn", "bomb", "archive behind"],
)
def test_what_only_says_it_is_a_picture_is_refused(db, folder, sent, sentence):
    with a_person() as person, pytest.raises(uploads.Refused, match=sentence):
        uploads.accept(io.BytesIO(sent), name="hus.png", owner=person)
    assert not files(folder)


def test_a_file_is_looked_at_before_it_is_kept():
    assert uploads.look(io.BytesIO(PDF), size=len(PDF)) == "application/pdf"
    for wrong in (b"", b"PK\x03\x04" + b"x" * 90_000, PDF + b"PK\x05\x06" + b"\0" * 18):
        with pytest.raises(uploads.Refused):
            uploads.look(io.BytesIO(wrong), size=len(wrong))
    with pytest.raises(uploads.Refused, match="larger than"):
        uploads.look(io.BytesIO(PDF), size=10**9)
