"""A document that somebody was given to look at: from the request of a page's picture to its last byte, through the
whole program, drawn in its own process with the viewer's name in it and packed as JPEG.

Beside it the bare drawing of the same page: pdfium in this process, no name, packed the same. Then races with clients
of their own: two approvals at the same moment, and taking back while the viewer asks for the page again and again.
Run: `tillit bench document`.
"""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import psycopg

from bench import _world, live
from tillit.ops import scratch

TIMES, RACES, WATCHED = 30, 20, 10
GOAL = 300  # ms
SLUG = "y"
SCAN = (1654, 2339)  # points of an A4 sheet at 200 to the inch


@dataclass(frozen=True)
class Market:
    """The organisation, whoever owns the documents, and two who may be given them."""

    organisation: UUID
    owner: UUID
    viewer: UUID
    other: UUID

    @contextmanager
    def acts(self, person: UUID) -> Iterator[None]:
        """A transaction in which that person acts."""
        from django.db import transaction

        from tillit.access import Actor, acting

        with acting(Actor(organisation=self.organisation, person=person, office="member")), transaction.atomic():
            yield


def run() -> list[dict[str, Any]]:
    """Milliseconds of a first picture, and what became of the races."""
    with scratch.database() as db:
        db.enter("tillit_app")
        market, cookie = lay_out(db.admin_dsn())
        figures = []
        for what, content in (("a certificate of text", _text()), ("a scanned certificate", _scanned())):
            figures += _pictures(market, cookie, what, content)
        figures.append(_approvals(market))
        return [*figures, *_taken_back(market, cookie)]


def lay_out(dsn: str) -> tuple[Market, str]:
    """The marketplace's people, and the cookie of the viewer's browser."""
    with psycopg.connect(dsn) as admin:
        world = _world.lay_out(admin, hosts=3, slug=SLUG)
        admin.execute(
            "update identity_organisation set modules = %s where id = %s",
            [["directory", "messaging", "documents"], world.organisation],
        )
        cookies = live.log_in(admin, world)
    _world.settle(dsn)
    return Market(world.organisation, *world.people), cookies[1]


def _text() -> bytes:
    import typst

    return bytes(typst.compile(b'#set page(paper: "a4")\n#set text(size: 30pt)\nFirst aid for children.'))


def _scanned() -> bytes:
    """A sheet as a scanner sends it: one photo with the grain of paper."""
    from PIL import Image

    out = io.BytesIO()
    grain = Image.frombytes("L", SCAN, os.urandom(SCAN[0] * SCAN[1])).point(lambda light: 215 + light // 8)
    grain.convert("RGB").save(out, "PDF", resolution=200, quality=85)
    return out.getvalue()


def _document(market: Market, content: bytes) -> UUID:
    from tillit.documents import actions

    facts = actions.Facts("first_aid", "Första hjälpen", "Röda Korset", date(2025, 3, 1), None, "title")
    with market.acts(market.owner):
        return UUID(str(actions.keep(facts, io.BytesIO(content), name="intyg.pdf").pk))


def _opened(market: Market, document: UUID) -> tuple[UUID, str]:
    """The owner opens it to the viewer, who opens it: the grant and the picture's address."""
    from tillit.documents import actions

    with market.acts(market.owner):
        grant = actions.approve(document, market.viewer, hours=48, name="Sara")
    with market.acts(market.viewer):
        opening = actions.open_it(document, name="Sara")
    return grant, f"/o/{SLUG}/documents/seen/{opening}/1.jpg"


def _browser(cookie: str) -> Any:
    from django.test import Client

    browser = Client(headers={"host": "localhost"})
    browser.cookies["session"] = cookie
    return browser


def _pictures(market: Market, cookie: str, what: str, content: bytes) -> list[dict[str, Any]]:
    """The product's and the bare drawing's, turn by turn in one run."""
    from PIL import Image

    from tillit.documents import apart, drawing, queries
    from tillit.kernel import uploads

    document = _document(market, content)
    _grant, address = _opened(market, document)
    browser = _browser(cookie)
    with market.acts(market.owner), uploads.read(queries.own_file(queries.my_document(document))[0]) as kept:
        cleaned = b"".join(iter(lambda: kept.read(65536), b""))

    def ours() -> None:
        answer = browser.get(address)
        if answer.status_code != 200 or not answer.content.startswith(b"\xff\xd8"):
            raise RuntimeError(f"{address} answers {answer.status_code}")

    def bare() -> None:
        size, points = apart.draw(cleaned, 1, drawing.WIDTH)
        Image.frombytes("RGB", size, points).save(io.BytesIO(), "JPEG", quality=82)

    for warm in (ours, bare, ours, bare):
        warm()
    taken: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(TIMES):
        taken["ours"].append(_milliseconds(ours))
        taken["bare"].append(_milliseconds(bare))
    middle, plain = round(median(taken["ours"]), 1), round(median(taken["bare"]), 1)
    slow = round(quantiles(taken["ours"], n=20)[-1], 1)
    return [
        _row(f"{what}, first picture", middle, "ms", f"≤ {GOAL} ms", middle <= GOAL),
        _row(f"{what}, 95 % within", slow, "ms", None, None),
        _row(f"{what}, the bare drawing", plain, "ms", None, None),
        _row(f"{what}, times the bare drawing", round(middle / plain, 1), "×", None, None),
    ]


def _approvals(market: Market) -> dict[str, Any]:
    """The owner says yes twice at the same moment, from two clients: how often that did not make exactly one grant."""
    from tillit.documents import actions, queries

    document, wrong = _document(market, _text()), 0
    for _ in range(RACES):
        grants: list[UUID] = []
        start = threading.Barrier(2)

        def yes(grants: list[UUID] = grants, start: threading.Barrier = start) -> None:
            start.wait()
            with market.acts(market.owner):
                grants.append(actions.approve(document, market.other, hours=48, name="Amir"))

        _together(yes, yes)
        with market.acts(market.owner):
            running = [one.grant for one in queries.running() if one.document.pk == document]
            wrong += len(running) != 1 or set(grants) != set(running) or len(grants) != 2
            actions.take_back(running[0])
    return _row(f"of {RACES} pairs of approvals, not one grant", wrong, "", "0", wrong == 0)


def _taken_back(market: Market, cookie: str) -> list[dict[str, Any]]:
    """The viewer's page asks for its picture without a pause while the owner takes it back."""
    from tillit.documents import actions

    document, late, waited = _document(market, _text()), 0, []
    for _ in range(WATCHED):
        grant, address = _opened(market, document)
        answers: list[tuple[float, float, int]] = []
        closed: list[float] = []
        watched = threading.Event()

        def look(address: str = address, answers: Any = answers, watched: threading.Event = watched) -> None:
            browser = _browser(cookie)
            while not answers or answers[-1][2] == 200:
                asked = time.perf_counter()
                status = browser.get(address).status_code
                answers.append((asked, time.perf_counter(), status))
                watched.set()

        def close(grant: UUID = grant, watched: threading.Event = watched, closed: Any = closed) -> None:
            watched.wait()
            with market.acts(market.owner):
                actions.take_back(grant)
            closed.append(time.perf_counter())

        _together(look, close)
        if answers[-1][2] != 404 or answers[0][2] != 200:
            raise RuntimeError(f"the answers were {[status for _, _, status in answers]}")
        late += sum(asked > closed[0] and status != 404 for asked, _, status in answers)
        waited.append(max(0.0, answers[-1][1] - closed[0]) * 1000)
    return [
        _row(f"{WATCHED} times taken back, pictures asked for after it that came", late, "", "0", late == 0),
        _row("from taking back to the page that has nothing, half", round(median(waited), 1), "ms", None, None),
    ]


def _together(*work: Callable[[], None]) -> None:
    """Each in a thread with a connection of its own. Raises what one of them raised."""
    from django.db import connection

    failed: list[BaseException] = []

    def one(done: Callable[[], None]) -> None:
        try:
            done()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(done,)) for done in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def _milliseconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def _row(what: str, value: float, unit: str, goal: str | None, ok: bool | None) -> dict[str, Any]:
    return {"what": what, "value": value, "unit": unit, "goal": goal, "ok": ok}
