"""Another site beside ours: real pages on a port and under names of its own, and visitors whose browser keeps no
cookies for frames of other sites. What they ask, and with which cookies, is written down.

    def test_something(live, another_site, visit):
        another_site.pages["/boka"] = "<h1>…</h1>"
        visitor = visit(width=390)
        visitor.page.goto(another_site.url("/boka"))
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.e2e.conftest import _QUIET, CHROMIUM

NAME = "snickeriet.example"


@dataclass
class Site:
    """Answers under every name that ends in .example; `pages` is path → what stands in the page's body."""

    port: int
    pages: dict[str, str] = field(default_factory=dict)

    def origin(self, name: str = NAME) -> str:
        return f"http://{name}:{self.port}"

    def url(self, path: str, name: str = NAME) -> str:
        return self.origin(name) + path


@dataclass
class Visitor:
    """A page in a profile of its own, and what left it: every host asked, and the cookies that went along."""

    page: Any
    asked: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def hosts(self) -> set[str]:
        return {urlsplit(url).netloc for url in self.asked if urlsplit(url).scheme not in {"data", "blob", "about"}}

    @property
    def frame(self) -> Any:
        """The embedded page."""
        return self.page.frame_locator("iframe").first

    def refused(self) -> bool:
        """Did the browser refuse to show what stands in the (last) frame?"""
        self.page.wait_for_load_state("networkidle")
        return bool(self.page.frames[-1].url.startswith("chrome-error:"))


@pytest.fixture(scope="module")
def another_site() -> Iterator[Site]:
    """The other site's server."""
    site = Site(0)

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = site.pages.get(self.path.partition("?")[0])
            head = '<meta charset="utf-8"><title>Snickeriet</title><link rel="icon" href="data:,">'
            page = f'<!doctype html><html lang="sv">{head}<body>{body}'.encode()
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *arguments: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield site
    server.shutdown()
    thread.join()


@pytest.fixture(scope="module")
def strict_browser(browser: Any) -> Iterator[Any]:
    """Chromium to which all names ending in .example are here, and which keeps no third party's cookies."""
    chromium = browser.browser_type.launch(
        executable_path=CHROMIUM,
        headless=True,
        args=[*_QUIET, "--host-resolver-rules=MAP *.example 127.0.0.1", "--test-third-party-cookie-phaseout"],
    )
    yield chromium
    chromium.close()


@pytest.fixture
def visit(strict_browser: Any, live: Any, another_site: Site) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors. At the end: nobody was asked but the two sites, and ours was told no cookie by a frame."""
    made: list[tuple[Any, Visitor]] = []

    def make(width: int = 1280, **options: Any) -> Visitor:
        context = strict_browser.new_context(viewport={"width": width, "height": 900}, **options)
        visitor = Visitor(context.new_page())
        visitor.page.set_default_timeout(60_000)
        made.append((context, visitor))

        def asks(request: Any) -> None:
            visitor.asked.append(request.url)
            if "/embed" in urlsplit(request.url).path and "cookie" in request.headers:
                visitor.cookies.append(request.url)

        def says(message: Any) -> None:
            if "Blocked autofocusing" in message.text:
                return  # embedded.js moves the focus where the reader is inside already
            if message.type == "error" or "Content Security Policy" in message.text:
                visitor.complaints.append(message.text)

        context.on("request", asks)
        context.on("response", lambda got: visitor.cookies.append(got.url) if "set-cookie" in got.headers else None)
        visitor.page.on("console", says)
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        return visitor

    yield make
    known = {urlsplit(live.url).netloc}
    for context, visitor in made:
        context.close()
        strangers = {
            host for host in visitor.hosts if host not in known and not host.endswith(f".example:{another_site.port}")
        }
        assert not strangers, strangers
        assert not visitor.cookies, visitor.cookies
