"""Pages inside another site's page, in a browser that keeps no cookies for it: what works there, and what the browser
refuses because we say so."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.booking.conftest import lay_out
from tests.conftest import connected_to
from tests.e2e.another_site import another_site, strict_browser, visit  # noqa: F401
from tests.e2e.scenario_d.step_09_embed import book, fits
from tillit.access import PUBLIC, acting
from tillit.identity.embedding.models import EmbedSite

pytestmark = pytest.mark.e2e
ELSEWHERE = "elsewhere.example"
ALSO = "also.example"


@pytest.fixture(scope="module")
def house(live, another_site):  # noqa: F811
    """An organisation whose list names two names of the other site."""
    from django.db import connection, transaction

    with connected_to(live.server.admin_dsn(live.database)), acting(PUBLIC):
        connection.ticketless = True
        try:
            with transaction.atomic():
                made = lay_out()
                for name in ("snickeriet.example", ALSO):
                    EmbedSite.objects.create(organisation=made.organisation, site=another_site.origin(name))
        finally:
            connection.ticketless = False
    return made


def line(live, **data):
    said = {"organisation": "tidboken", "type": "consultation", **data}
    words = " ".join(f'data-{name}="{value}"' for name, value in said.items())
    return f'<script src="{live.url}/embed.js" {words} async></script>'


def framed(live, path):
    return f'<iframe src="{live.url}{path}" title="x" width="100%" height="1500"></iframe>'


def clean(frame):
    found = [(one["id"], one["nodes"][0]["html"][:100]) for one in Axe().run(frame).response["violations"]]
    assert found == []
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("language", "width"), [("fa", 390), ("sv", 1280)])
def test_booked_inside(live, house, another_site, visit, language, width):  # noqa: F811
    another_site.pages["/boka"] = f"<h1>Snickeriet</h1>{line(live, language=language, title='Boka')}"
    visitor = visit(width, timezone_id="Asia/Tehran", reduced_motion="reduce")
    visitor.page.goto(another_site.url("/boka"))
    visitor.frame.locator("a.time").first.wait_for()
    inside = visitor.page.frames[1]
    inside.wait_for_url(re.compile("zone=Asia"))  # the page goes over to the visitor's clock
    assert inside.get_attribute("html", "dir") == ("rtl" if language == "fa" else "ltr")
    clean(inside)
    assert fits(visitor.page)
    before = visitor.page.evaluate("document.querySelector('iframe').clientHeight")
    visitor.page.evaluate("heard = []; addEventListener('message', (event) => heard.push(JSON.stringify(event.data)))")
    book(visitor, "نازنین احمدی", f"{language}@example.org")
    assert inside.get_attribute("html", "lang") == language, "kept all the way"
    clean(inside)
    visitor.page.wait_for_timeout(200)
    assert fits(visitor.page) and inside.evaluate("document.cookie") == ""
    after = visitor.page.evaluate("document.querySelector('iframe').clientHeight")
    assert after < before, "it shrinks with what it shows"
    heard = " ".join(visitor.page.evaluate("heard"))
    assert "arrived" in heard and "/" not in heard, "no address: that of a booking opens it"
    assert visitor.complaints == []


def test_the_organisations_page_leads_to_its_offers(live, house, another_site, visit):  # noqa: F811
    another_site.pages["/om"] = line(live, type="", language="en")
    visitor = visit()
    visitor.page.goto(another_site.url("/om"))
    visitor.frame.locator("a[href*='/embed/book/consultation/']").click()
    visitor.frame.locator("a.time").first.wait_for()
    assert visitor.page.url == another_site.url("/om") and visitor.complaints == []


def test_without_scripts(live, house, another_site, visit):  # noqa: F811
    another_site.pages["/utan"] = framed(live, "/o/tidboken/embed/book/consultation/?language=en")
    visitor = visit(java_script_enabled=False)
    visitor.page.goto(another_site.url("/utan"))
    book(visitor, "No Script", "noscript@example.org", scripts=False)
    assert visitor.frame.get_by_role("heading", name="It is booked").count()


def test_with_the_keyboard_only(live, house, another_site, visit):  # noqa: F811
    another_site.pages["/boka"] = f"<a href='/'>Start</a>{line(live, language='en')}"
    visitor = visit(timezone_id="Europe/Stockholm")
    page = visitor.page
    page.goto(another_site.url("/boka"))
    visitor.frame.locator("a.time").first.wait_for()

    def tab_to(selector):
        for _ in range(90):
            page.keyboard.press("Tab")
            if page.frames[1].evaluate("s => document.hasFocus() && document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"the keyboard does not reach {selector}")

    tab_to("a.time")
    page.keyboard.press("Enter")
    visitor.frame.locator("input[name=name]").wait_for()
    tab_to("input[name=name]")
    page.keyboard.type("Grace")
    page.keyboard.press("Tab")
    page.keyboard.type("keys@example.org")
    tab_to("button.btn-wide")
    page.keyboard.press("Enter")
    visitor.frame.get_by_role("heading", name="It is booked").wait_for()
    page.wait_for_function("document.activeElement.nodeName === 'IFRAME'")
    assert page.frames[1].evaluate("document.activeElement.nodeName") == "H1", "the reader is where the news is"


@pytest.mark.parametrize("name", [ELSEWHERE, "snickeriet.example.evil.example"])
def test_a_site_that_is_not_named(live, house, another_site, visit, name):  # noqa: F811
    another_site.pages["/boka"] = line(live)
    visitor = visit()
    visitor.page.goto(another_site.url("/boka", name))
    visitor.page.locator("iframe").scroll_into_view_if_needed()
    assert visitor.refused()


def test_a_site_that_says_it_is_another(live, house, another_site, visit):  # noqa: F811
    said = another_site.origin(ALSO)
    another_site.pages["/lie"] = framed(live, f"/o/tidboken/embed/book/consultation/?origin={said}")
    for name in (ELSEWHERE, "snickeriet.example"):
        visitor = visit()
        visitor.page.goto(another_site.url("/lie", name))
        assert visitor.refused(), name


@pytest.mark.parametrize(
    "path", ["/", "/o/tidboken/", "/o/tidboken/book/consultation/", "/account/login/", "/o/tidboken/office/embed/"]
)
def test_other_pages_stand_in_no_frame(live, house, another_site, visit, path):  # noqa: F811
    another_site.pages["/klick"] = framed(live, path)
    visitor = visit()
    visitor.page.goto(another_site.url("/klick"))
    assert visitor.refused()
    visitor.cookies.clear()  # the login page set its own on the way; the browser kept none


def test_a_named_site_inside_another(live, house, another_site, visit):  # noqa: F811
    another_site.pages["/boka"] = line(live)
    another_site.pages["/nested"] = f'<iframe src="{another_site.url("/boka")}" width="900" height="900"></iframe>'
    visitor = visit()
    visitor.page.goto(another_site.url("/nested", ELSEWHERE))
    visitor.page.frame_locator("iframe").locator("iframe").wait_for()
    assert visitor.refused()


def test_strangers_messages(live, house, another_site, visit):  # noqa: F811
    another_site.pages["/stranger"] = "<p>x</p>"
    stranger = another_site.url("/stranger", ELSEWHERE)
    another_site.pages["/boka"] = f'{line(live)}<iframe src="{stranger}" name="stranger"></iframe>'
    visitor = visit()
    page = visitor.page
    page.goto(another_site.url("/boka"))
    visitor.frame.locator("a.time").first.wait_for()
    page.wait_for_timeout(300)
    before = page.evaluate("document.querySelector('iframe').clientHeight")
    assert before > 640
    evil = next(frame for frame in page.frames if frame.url == stranger)
    inside = next(frame for frame in page.frames if "/embed/" in frame.url)
    evil.evaluate("parent.postMessage({tillit: 1, height: 150, arrived: true}, '*')")
    page.evaluate("postMessage({tillit: 1, height: 150}, '*')")
    evil.evaluate("parent.frames[0].postMessage({tillit: 1, theme: 'dark'}, '*')")
    page.wait_for_timeout(300)
    assert page.evaluate("document.querySelector('iframe').clientHeight") == before
    assert inside.get_attribute("html", "data-theme") is None
    page.evaluate("document.querySelector('script[data-organisation]').dataset.theme = 'dark'")
    inside.wait_for_selector("html[data-theme=dark]")
    page.evaluate("document.querySelector('script[data-organisation]').dataset.theme = 'auto'")
    inside.wait_for_selector("html:not([data-theme])")


def test_who_opens_it_in_a_tab_gets_the_page_of_its_own(live, house, visit):  # noqa: F811
    visitor = visit()
    visitor.page.goto(f"{live.url}/o/tidboken/embed/book/consultation/")
    assert "/embed/" not in visitor.page.url and "/book/consultation/" in visitor.page.url
    visitor.cookies.clear()
