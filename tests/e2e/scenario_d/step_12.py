"""Step 12: a guest with a live booking asks, from the link in the mail, for everything that is held of them, downloads
it, and erases it. The time is free at once, the host is told, and a program of one's own proves the erasure."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.e2e.scenario_d.post import plain
from tests.e2e.scenario_d.step_02 import HERE, logged_in, offered, workday
from tests.e2e.scenario_d.step_03 import NOTE, booked
from tests.e2e.scenario_d.step_05 import link_of
from tests.e2e.scenario_d.step_06 import arrived
from tillit.access import Actor, acting

ADDRESS, NAME = "olga@example.org", "Olga Leaves"


def test_step_12_a_guest_takes_everything_along_and_is_erased(live, tidboken, post, new_page, tmp_path, step):
    start = booked(new_page, live, hour=7, name=NAME, address=ADDRESS)
    guest = new_page(width=390, locale="en-US", timezone_id="America/New_York")
    with step("the mail's link leads to the booking, and on to all that is held"):
        manage = link_of(arrived(post, guest, ADDRESS, "Booked"))
        guest.goto(manage)
        guest.get_by_role("link", name="See what we know about you").click()
        mine = guest.url
        for words in (NAME, ADDRESS, NOTE):
            guest.get_by_text(words).first.wait_for()
    with step("a copy of it, readable by people and programs"):
        guest.goto(f"{mine}copy/")
        guest.locator("main form button").first.click()
        with guest.expect_download() as download:
            guest.locator("a[href$='.zip']").first.click()
        whole = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
        assert json.loads(whole.read("data.json"))["format"] == "tillit-copy/1"
        page, table = whole.read("index.html").decode(), whole.read("csv/booking.booking.csv").decode()
        assert all(words in page for words in (NAME, ADDRESS)) and NOTE in table and "bookings.ics" in whole.namelist()
    with step("reads what goes, and what others notice; then it goes"):
        guest.goto(f"{mine}erase/")
        guest.get_by_text("What others notice").wait_for()
        guest.locator("main form input[type=checkbox]").check()
        guest.get_by_role("button", name="Erase me now").click()
        guest.wait_for_url(re.compile("/erased/"))
        receipt = guest.url
    with step("what was held is not there any more, the booking is off, its time is free, and nobody reads a word"):
        assert [guest.goto(address).status for address in (mine, f"{mine}copy/", f"{mine}erase/")] == [404] * 3
        guest.goto(manage)
        guest.get_by_role("heading", name="This booking is cancelled").wait_for()
        assert not [words for words in (NAME, ADDRESS, NOTE) if words in guest.content()]
        assert start.astimezone(HERE).hour in offered(new_page(), live, workday())
        host = new_page()
        logged_in(host, live, tidboken.h1.person_id)
        host.goto(f"{live.url}/o/tidboken/calendar/?view=list")
        assert NAME not in host.content() and ADDRESS not in host.content()
    with step("the last mail leads to a receipt that a program of one's own believes"):
        assert re.search(r"/erased/\S+", plain(arrived(post, guest, ADDRESS, "erased")))
        sequenced(live, tidboken.organisation)
        guest.goto(receipt)
        verifier = guest.locator("code").inner_text()
        with guest.expect_download() as proof:
            guest.locator("a[href$='.tlog-proof']").click()
        proven = proves(tmp_path / "erased.tlog-proof", Path(proof.value.path()).read_bytes(), verifier)
        assert "privacy.person.erased" in proven and "Olga" not in proven


def proves(file: Path, content: bytes, verifier: str) -> str:
    """What the verifier, which knows nothing but the key, says of a receipt."""
    file.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-m", "tillit.evidence.receipts", str(file), "--key", verifier],
        capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def sequenced(live, organisation) -> None:
    """What the worker does every minute: the log closes over what happened."""
    from django.db import transaction

    from tests.conftest import connected_to
    from tillit.evidence import sequencer

    sequencing = Actor(office="sequencer", organisation=organisation.pk)
    with connected_to(live.dsn("tillit_worker")), transaction.atomic(), acting(sequencing):
        sequencer.sequence()
