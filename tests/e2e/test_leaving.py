"""A guest's copy, erasure and receipt as pages in other languages: what scenario D does in English (step 12), looked
at by axe, at its width, and without scripts."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.booking.conftest import lay_out
from tests.booking.test_actions import order
from tests.e2e.scenario_d.step_12 import proves, sequenced
from tillit.access import PUBLIC, Actor, acting
from tillit.booking.models import Booking
from tillit.kernel import clock, zones
from tillit.privacy import links

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed: browser tests cannot run."),
]

PICTURES = os.environ.get("TILLIT_PICTURES")


@pytest.fixture
def guest(live):
    """Somebody who booked for the day after tomorrow: their link."""
    from django.db import connection, transaction

    from tests.conftest import connected_to

    with connected_to(live.server.admin_dsn(live.database)), acting(PUBLIC):
        connection.ticketless = True
        try:
            with transaction.atomic():
                desk = lay_out(f"house{os.urandom(3).hex()}")
        finally:
            connection.ticketless = False
    with live.django(), acting(Actor(organisation=desk.organisation.pk)), transaction.atomic():
        from tillit.booking.queries import nearest_times

        first = nearest_times(desk.kinds["either"], zones.minute_down(clock.now()) + 3000, "Europe/Stockholm")[0]
        booking, _new = order(desk.kinds["either"], first.minute, note="My knee")
    with connected_to(live.server.admin_dsn(live.database)):
        connection.ticketless = True
        try:
            person = Booking.objects.get(pk=booking).person_id
        finally:
            connection.ticketless = False
    return desk.organisation, person, f"{live.url}/o/{desk.organisation.slug}/my/{quote(links.token(person))}/"


def picture(page, name):
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def fits(page):
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()


@pytest.mark.parametrize(("language", "width", "dark"), [("fa", 390, True), ("sv", 1280, False)])
def test_copy_erase_and_proof(live, guest, new_page, tmp_path, language, width, dark):
    organisation, person, address = guest
    page = new_page(width=width, color_scheme="dark" if dark else "light", java_script_enabled=language != "sv")
    page.goto(f"{address}copy/?language={language}")
    if language != "sv":
        fits(page)
    picture(page, f"copy-{language}-{width}")
    page.locator("main form button").first.click()
    picture(page, f"copied-{language}-{width}")
    with page.expect_download() as download:
        page.locator("a[href$='.zip']").first.click()
    whole = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    data = json.loads(whole.read("data.json"))
    assert data["format"] == "tillit-copy/1" and "bookings.ics" in whole.namelist()
    assert b"My knee" in whole.read("csv/booking.booking.csv")
    unpacked = tmp_path / "copy"
    whole.extractall(unpacked)
    reader = new_page(width=width, color_scheme="dark" if dark else "light")
    reader.set_content((unpacked / "index.html").read_text(encoding="utf-8"))
    assert reader.get_attribute("html", "dir") == ("rtl" if language == "fa" else "ltr")
    fits(reader)
    picture(reader, f"page-{language}-{width}")

    page.goto(f"{address}erase/?language={language}")
    if language != "sv":
        fits(page)
    picture(page, f"erase-{language}-{width}")
    page.locator("main form input[type=checkbox]").check()
    page.locator("main form button").first.click()
    page.wait_for_url(re.compile("/erased/"))
    if language != "sv":
        fits(page)
    picture(page, f"erased-{language}-{width}")
    receipt = page.url
    for gone in ("", "copy/", "erase/"):
        assert page.goto(address + gone).status == 404

    last = live.mails("grace@example.org")[-1]
    assert re.search(r"/erased/\S+", last["text"])
    sequenced(live, organisation)
    page.goto(receipt)
    verifier = page.locator("code").inner_text()
    with page.expect_download() as proof:
        page.locator("a[href$='.tlog-proof']").click()
    proven = proves(tmp_path / "erased.tlog-proof", Path(proof.value.path()).read_bytes(), verifier)
    assert "privacy.person.erased" in proven and str(person) in proven and "Grace" not in proven
