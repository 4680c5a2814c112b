"""Files made to deceive or to harm are refused with a reason; what is kept is harmless."""

from __future__ import annotations

import io
import socket
import subprocess
import sys
import threading

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from tests.conftest import ROOT
from tests.documents.papers import changed, pdf, picture
from tillit.documents import boxed, drawing, intake


def locked() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as found:
        found.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


def many(count: int) -> bytes:
    new = pikepdf.new()
    for _page in range(count):
        new.add_blank_page(page_size=(200, 200))
    out = io.BytesIO()
    new.save(out)
    return out.getvalue()


def huge(found: pikepdf.Pdf) -> None:
    found.pages[0].MediaBox = Array([0, 0, 100000, 100000])


def bomb(found: pikepdf.Pdf) -> None:
    image = found.make_stream(b"\0" * 10)
    for key, value in {
        "/Type": Name.XObject, "/Subtype": Name.Image, "/Width": 60000, "/Height": 60000, "/BitsPerComponent": 8,
        "/ColorSpace": Name.DeviceRGB,
    }.items():  # fmt: skip
        image[key] = value
    image.write(b"\0" * 200_000_000)
    found.pages[0].Resources.XObject = Dictionary(Big=image)
    found.pages[0].contents_add(b"q 500 0 0 500 0 0 cm /Big Do Q")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (locked(), "locked"),
        (many(31), "pages"),
        (changed(huge), "size"),
        (b"%PDF-1.7\n<html><script>alert(1)</script>" + pdf(), "two"),
        (pdf() + b"\n<script>alert(1)</script>", "two"),
        (pdf() + b"PK\x03\x04 more", "two"),
        (b"%PDF-1.7\nnothing at all", "broken"),
        (picture() + b"<script>alert(1)</script>", "two"),
        (b"plain words", "kind"),
    ],
)
def test_refused(house, content, why):
    with house.as_("Petra"), pytest.raises(intake.Refused) as refused:
        intake.take(io.BytesIO(content), name="a.pdf", title="", owner=house.id("Petra"))
    assert str(refused.value) == str(intake.WHY[why])


@pytest.mark.parametrize("content", [b"GIF89a/*<svg/onload=alert(1)>*/", b"<svg xmlns='x'/>", b"PK\x03\x04zip",
                                     pdf() + b"PK\x05\x06" + b"\0" * 18, b"", b"MZ\x90"])  # fmt: skip
def test_other_kinds_are_refused(house, content):
    with house.as_("Petra"), pytest.raises(intake.Refused):
        intake.take(io.BytesIO(content), name="a.pdf", title="", owner=house.id("Petra"))


def test_a_bomb_takes_neither_memory_nor_time():
    try:
        boxed.clean(changed(bomb))
    except boxed.Failed as failed:
        assert failed.why in {"heavy", "broken"}


def swollen(found: pikepdf.Pdf) -> None:
    text = [found.make_indirect(Array([pikepdf.String("x" * 30_000)])) for _number in range(1200)]
    found.pages[0].Resources.Properties = Dictionary(A=found.make_indirect(Array(text)))


def slow(found: pikepdf.Pdf) -> None:
    found.pages[0].contents_add(b"q\n" + b"0 0 m 595 842 l 300 100 l 0 842 l h f*\n" * 5_000 + b"Q")


def packed(change) -> bytes:
    return changed(change, object_stream_mode=pikepdf.ObjectStreamMode.generate)


@pytest.mark.parametrize("change", [swollen, slow])
def test_what_grows_when_unpacked_or_is_slow_to_draw_is_refused(change):
    paper = packed(change)
    assert len(paper) < 100_000
    with pytest.raises(boxed.Failed, match="heavy"):
        boxed.clean(paper)


def test_nothing_acts_or_leads_away():
    def armed(found: pikepdf.Pdf) -> None:
        script = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
        found.Root.OpenAction = script
        found.Root.AA = Dictionary(WC=script)
        found.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["a", script])))
        found.Root.AcroForm = Dictionary(Fields=Array([]), XFA="secret")
        found.attachments["evil.exe"] = b"MZ evil"
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]),
                          A=Dictionary(S=Name.URI, URI="https://evil.example/"))  # fmt: skip
        found.pages[0].Annots = Array([found.make_indirect(link)])
        found.pages[0].AA = Dictionary(O=script)
        with found.open_metadata() as told:
            told["dc:creator"] = ["Hidden Author"]
        found.docinfo["/Author"] = "Hidden Author"

    cleaned = boxed.clean(changed(armed))
    assert cleaned.pages == 1 and "HLR" in cleaned.text
    with pikepdf.open(io.BytesIO(cleaned.content)) as found:
        loose = b"".join(bytes(one.unparse(resolved=True)) if not isinstance(one, pikepdf.Stream) else
                         bytes(str(dict(one.stream_dict)), "utf-8") for one in found.objects)  # fmt: skip
        assert set(found.Root.keys()) <= {"/Type", "/Pages"} and "/Info" not in found.trailer
    for word in (b"JavaScript", b"evil", b"URI", b"Hidden", b"alert", b"OpenAction", b"XFA"):
        assert word not in loose and word not in cleaned.content, word


def test_a_flood_is_slowed(house, monkeypatch):
    monkeypatch.setattr(boxed, "clean", lambda content: boxed.Cleaned(content, 1, ""))
    with house.as_("Petra"):
        for _time in range(18):  # two are there already
            intake.take(io.BytesIO(pdf()), name="a.pdf", title="", owner=house.id("Petra"))
        with pytest.raises(intake.Refused) as refused:
            intake.take(io.BytesIO(pdf()), name="a.pdf", title="", owner=house.id("Petra"))
    assert str(refused.value) == str(intake.WHY["flood"])


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (b"stream: OK\0", ""),
        (b"stream: Eicar-Signature FOUND\0", "does harm"),
        (b"UNKNOWN COMMAND\0", "cannot be checked"),
        (None, "cannot be checked"),
    ],
)
def test_the_scanner_has_the_last_word(house, monkeypatch, tmp_path, answer, word):
    path = str(tmp_path / "clamd")
    monkeypatch.setenv("TILLIT_CLAMD", path)
    heard = []
    if answer is not None:
        server = socket.socket(socket.AF_UNIX)
        server.bind(path)
        server.listen(1)

        def serve() -> None:
            line, _who = server.accept()
            said = b""
            while not said.endswith(b"\0\0\0\0"):
                said += line.recv(65536)
            heard.append(said)
            line.sendall(answer)
            line.close()

        threading.Thread(target=serve, daemon=True).start()
    with house.as_("Petra"):
        if not word:
            assert intake.take(io.BytesIO(pdf()), name="a.pdf", title="", owner=house.id("Petra")).pages == 1
            assert heard[0].startswith(b"zINSTREAM\0")
        else:
            with pytest.raises(intake.Refused, match=word):
                intake.take(io.BytesIO(pdf()), name="a.pdf", title="", owner=house.id("Petra"))


@pytest.mark.parametrize("name", ["Sara Holm", "x" * 200, "ﷺ" * 200, "a\nb\x00c", "\u202eSara", "\u200c" * 200, ""])
def test_no_name_leaves_a_part_of_the_page_without_a_mark(name):
    sheet = drawing.marked(Image.new("RGB", (1000, 1414), "white"), f"{name} · 2026-11-22 10:00").convert("L")
    for left in range(0, 1000, 250):
        for top in range(0, 1414, 250):
            part = sheet.crop((left, top, min(left + 500, 1000), min(top + 500, 1414)))
            assert part.width < 400 or part.height < 400 or part.getextrema()[0] < 250, (left, top)


GATED = """
import sys
from tillit.documents import boxed
from tillit.kernel.egress import gate
gate.shut()
cleaned = boxed.clean(sys.stdin.buffer.read())
print(cleaned.pages, boxed.draw(cleaned.content, 1, 1000)[0])
"""
APART = """
import runpy, socket, subprocess, sys
sys.addaudithook(runpy.run_path(sys.argv[1])["_stay"])
for leave in (lambda: socket.socket().connect(("127.0.0.1", 9)), lambda: subprocess.run(["true"])):
    try:
        leave()
    except PermissionError:
        print("shut")
"""


def test_files_are_read_behind_a_shut_gate():
    """As web and worker run: the process apart is started all the same, and lets nothing out."""

    def said(program: str, *arguments: str, given: bytes = b"") -> str:
        environment = {"PYTHONPATH": str(ROOT / "src"), "TILLIT_MODE": "test"}
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments], input=given, env=environment, capture_output=True, check=True
        )
        return done.stdout.decode()

    assert said(GATED, given=pdf()).split(maxsplit=1)[0] == "1"
    assert said(APART, str(ROOT / "src/tillit/documents/apart.py")).split() == ["shut", "shut"]
