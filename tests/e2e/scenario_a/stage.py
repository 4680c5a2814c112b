"""Where scenario A plays: an installation in demo mode with its worker, and everybody's own browser, kept over the
steps. On a phone: 390 wide."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tests.conftest import ROOT, connected_to
from tests.e2e.scenario_d.step_02 import logged_in
from tests.marketplace import Market, lay_out
from tillit.access import PUBLIC, Actor, acting
from tillit.kernel import clock


@dataclass
class Stage:
    """The installation, its people, and what steps tell later ones (`known`).

    `trouble` gathers requests to other hosts and scripts that failed; the last step wants it empty.
    """

    live: Any
    browser: Any
    market: Market
    known: dict[str, Any] = field(default_factory=dict)
    pages: dict[str, Any] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)

    @property
    def home(self) -> str:
        """The address of the organisation, with a slash at its end."""
        return f"{self.live.url}/o/{self.market.organisation.slug}/"

    def page(self, first: str, language: str = "sv") -> Any:
        """The page of whoever is called so, logged in; "" is a stranger. One for all steps."""
        if first not in self.pages:
            self.pages[first] = self._new_page()
            if first:
                logged_in(self.pages[first], self.live, self.market.person(first).pk)
        self.pages[first].context.add_cookies([{"name": "language", "value": language, "url": self.live.url}])
        return self.pages[first]

    def again(self, first: str) -> Any:
        """The same page, logged in anew: after weeks nobody is any more."""
        with clock.at(self.now()):
            logged_in(self.page(first), self.live, self.market.person(first).pk)
        return self.page(first)

    def fresh_page(self) -> Any:
        """A stranger's new browser."""
        return self._new_page()

    def _new_page(self) -> Any:
        context = self.browser.new_context(
            viewport={"width": 390, "height": 844}, locale="sv-SE", timezone_id="Europe/Stockholm"
        )
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", lambda asked: self._asked(asked.url))
        page.on("pageerror", lambda error: self.trouble.append(f"script error: {error}"))
        page.on("console", lambda said: self._said(said.text))
        return page

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob", "about"} and f"{parts.scheme}://{parts.netloc}" != self.live.url:
            self.trouble.append(f"another host: {url}")

    def _said(self, words: str) -> None:
        if "Content Security Policy" in words or "Content-Security-Policy" in words:
            self.trouble.append(f"blocked: {words}")

    def now(self) -> datetime:
        """The installation's present instant (UTC)."""
        file = self.live.log.parent / "demo-clock"
        ahead = int(file.read_text() or 0) if file.exists() else 0
        return datetime.now(UTC) + timedelta(seconds=ahead)

    @property
    def saturday(self) -> date:
        """The Saturday of the story, 2026-11-28; when that is over, the first one that is some days ahead."""
        if "saturday" not in self.known:
            told, soon = date(2026, 11, 28), self.now().date() + timedelta(days=3)
            self.known["saturday"] = told if soon < told else soon + timedelta(days=(5 - soon.weekday()) % 7)
        day: date = self.known["saturday"]
        return day

    @property
    def expires(self) -> date:
        """When the first-aid certificate ends: 2027-03-01, or as long after that Saturday as that was."""
        return self.saturday + (date(2027, 3, 1) - date(2026, 11, 28))

    def move(self, *, weeks: int = 0, days: int = 0, hours: int = 0) -> None:
        """Move the demo's clock by its page; what is over then ends by the worker, soon."""
        if "clock" not in self.pages:
            self.pages["clock"] = self._new_page()
        page = self.pages["clock"]
        for value, count in (("week", weeks), ("day", days), ("hour", hours)):
            for _ in range(count):
                page.goto(f"{self.live.url}/demo/clock/")
                page.locator(f"button[name=move][value={value}]").click()
                page.wait_for_load_state()

    @contextmanager
    def as_(self, first: str) -> Iterator[Any]:
        """Act in this process as that person, in one transaction, at the installation's present instant."""
        from django.db import transaction

        actor = self.market.as_(first) if first else self.market.visitor()
        with self._here(), self.live.django(), clock.at(self.now()), acting(actor), transaction.atomic():
            yield actor

    @contextmanager
    def _here(self) -> Iterator[None]:
        """Files go where the installation keeps its own."""
        before, os.environ["TILLIT_VAR"] = os.environ["TILLIT_VAR"], str(self.live.log.parent)
        try:
            yield
        finally:
            os.environ["TILLIT_VAR"] = before

    def token(self, first: str) -> str:
        """A program's token for that person, with everything that one of them may do. One for all steps."""
        from django.db import transaction

        from tillit.identity.programs import tokens
        from tillit.identity.programs.scopes import SCOPES

        if (kept := f"token {first}") not in self.known:
            login = Actor("member", account=self.market.person(first).account_id)
            with self.live.django(), clock.at(self.now()), acting(login), transaction.atomic():
                until = clock.now() + timedelta(days=90)
                self.known[kept] = tokens.make(name="test", scopes=list(SCOPES), until=until)[1]
        return str(self.known[kept])

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """What the database holds, past every policy."""
        with psycopg.connect(self.live.server.admin_dsn(self.live.database), autocommit=True) as admin:
            return admin.execute(sql, values).fetchall()

    def until(self, done: Callable[[], Any], what: str = "") -> Any:
        """Ask until the answer is true: for what the worker does. Raises AssertionError after a minute and a half."""
        for _ in range(360):
            if answer := done():
                return answer
            time.sleep(0.25)
        raise AssertionError(what or "It did not happen.")


@contextmanager
def opened(live: Any, browser: Any) -> Iterator[Stage]:
    """The stage with its people and a running worker."""
    from django.db import connection, transaction

    with connected_to(live.server.admin_dsn(live.database)), acting(PUBLIC):
        connection.ticketless = True
        try:
            with transaction.atomic():
                market = lay_out()
                for person in market.people.values():
                    _reachable(person)
        finally:
            connection.ticketless = False
    stage = Stage(live, browser, market)
    with worker(live):
        try:
            yield stage
        finally:
            for page in stage.pages.values():
                page.context.close()


def _reachable(person: Any) -> None:
    """The login's mail address can be opened, as for whoever registered."""
    from tillit.identity import addresses
    from tillit.identity.models import Account

    address = addresses.sealed(person.email, person.account_id)
    Account.objects.filter(pk=person.account_id).update(email_sealed=address)


@contextmanager
def worker(live: Any) -> Iterator[None]:
    """Jobs of this installation are done inside the block, by its own clock."""
    environment = {
        **os.environ, "TILLIT_DSN": live.dsn("tillit_worker"), "TILLIT_MODE": "demo", "TILLIT_ORIGIN": live.url,
        "TILLIT_VAR": str(live.log.parent), "PYTHONPATH": str(ROOT / "src"),
    }  # fmt: skip
    main = "import django; django.setup(); from tillit.kernel import worker; worker.main(stalled=worker.STALLED)"
    with (live.log.parent / "worker.log").open("ab") as log:
        running = subprocess.Popen([sys.executable, "-c", main], env=environment, cwd=ROOT, stdout=log, stderr=log)
        try:
            yield
        finally:
            running.terminate()
            running.wait(120)


__all__ = ["Stage", "opened", "worker"]
