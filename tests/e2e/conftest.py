"""A live server and a real browser. Each test module gets a database and a server process of its own:

    def test_something(live, page):
        with live.django():                # actions and queries here, as the application's role (open a transaction)
            ...
        page.goto(live.url + "/account/login/")

A module that sets `LIVE_MODE = "demo"` gets the demo's inbox and clock. A page that asks another host fails its test.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.conftest import ROOT, connected_to

# The shell without windows is the same browser and starts in half the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("TILLIT_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), "/usr/bin/chromium")
_QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--disable-dev-shm-usage",
    "--disable-features=OptimizationHints,MediaRouter,Translate,InterestFeedContentSuggestions",
)


@dataclass(frozen=True)
class Live:
    """A running installation: its address in the browser and its database."""

    url: str
    database: str
    server: Any
    log: Path

    def dsn(self, role: str = "tillit_app") -> str:
        """How a role reaches this installation's database."""
        return str(self.server.dsn(role, "test", self.database))

    def django(self) -> AbstractContextManager[None]:
        """Django's connection in this process, pointed here as the application's role."""
        return connected_to(self.dsn())

    def mails(self, to: str = "") -> list[dict[str, Any]]:
        """Mail on its way, oldest first: to, subject, text, html, language. No worker runs, so it stays."""
        import psycopg

        from tillit.kernel import mail

        with psycopg.connect(self.server.admin_dsn(self.database)) as admin:
            rows = admin.execute("select id, content from kernel_mail order by made, id").fetchall()
        found = [mail.read(mail.opened(content, id)) for id, content in rows]
        return [m for m in found if not to or to in m["to"]]


@pytest.fixture(scope="session")
def run_live(server: Any, make_clone: Callable[[], str], tmp_path_factory: Any) -> Iterator[Callable[[str], Live]]:
    """Starts servers and stops them all at the end."""
    running: list[subprocess.Popen[bytes]] = []

    def start(mode: str = "test") -> Live:
        folder = tmp_path_factory.mktemp("live")
        shutil.copytree(Path(os.environ["TILLIT_VAR"]) / "secrets", folder / "secrets")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        name = make_clone()
        live = Live(f"http://localhost:{port}", name, server, folder / "log")
        environment = {
            **os.environ,
            "TILLIT_DSN": live.dsn(),
            "TILLIT_MODE": mode,
            "TILLIT_VAR": str(folder),
            "TILLIT_ORIGIN": live.url,
            "TILLIT_HOSTS": "localhost",
            "PYTHONPATH": str(ROOT / "src"),
        }
        if mode != "test":
            subprocess.run(
                [sys.executable, "-m", "django", "collectstatic", "--noinput", "--verbosity=0"],
                env=environment,
                cwd=ROOT,
                check=True,
            )
        with live.log.open("wb") as log:
            running.append(
                subprocess.Popen(
                    [
                        sys.executable,
                        "-m",
                        "uvicorn",
                        "tillit.web.asgi:application",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        str(port),
                        "--log-level",
                        "warning",
                        "--lifespan",
                        "off",
                    ],
                    env=environment,
                    cwd=ROOT,
                    stdout=log,
                    stderr=log,
                )
            )
        _wait_for(live, running[-1])
        return live

    yield start
    for process in running:
        process.terminate()
    for process in running:
        process.wait(10)


def _wait_for(live: Live, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1800):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(live.url + "/healthz", timeout=1)
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"The server did not start:\n{live.log.read_text()}")


@pytest.fixture(scope="module")
def live(request: pytest.FixtureRequest, run_live: Callable[[str], Live]) -> Live:
    """This module's own installation."""
    return run_live(getattr(request.module, "LIVE_MODE", "test"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for the session; every test gets a fresh profile of it."""
    from playwright.sync_api import sync_playwright

    # the driver keeps an event loop in this thread; the tests' own queries run beside it
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(_QUIET))
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Any, live: Live) -> Iterator[Callable[..., Any]]:
    """Makes pages, each in a profile of its own (width=, height=, locale=, timezone_id=, java_script_enabled=…).

    At the end: no page asked another host, and the policy against foreign content was never broken.
    """
    contexts: list[Any] = []
    trouble: list[str] = []

    def make(width: int = 1280, height: int = 900, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", lambda asked: _check_host(asked.url))
        page.on("console", lambda said: _check_console(said))
        page.on("pageerror", lambda error: trouble.append(f"script error: {error}"))
        return page

    def _check_host(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob", "about"} and f"{parts.scheme}://{parts.netloc}" != live.url:
            trouble.append(f"another host: {url}")

    def _check_console(said: Any) -> None:
        if "Content Security Policy" in said.text or "Content-Security-Policy" in said.text:
            trouble.append(f"blocked: {said.text}")

    yield make
    for context in contexts:
        context.close()
    assert not trouble, trouble


@pytest.fixture
def page(new_page: Callable[..., Any]) -> Any:
    """One page, 1280 wide."""
    return new_page()


@contextmanager
def _named_step(words: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        error.add_note(f"in the step: {words}")
        raise


@pytest.fixture
def step() -> Callable[[str], AbstractContextManager[None]]:
    """`with step("the host sees it"):` a failure says in which step it happened."""
    return _named_step
