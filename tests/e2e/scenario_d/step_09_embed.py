"""Step 9, the embedded page: the booking page stands in another site, calls no third host, and needs no cookie."""

from __future__ import annotations

import re

from tests.e2e.another_site import another_site as another_site
from tests.e2e.another_site import strict_browser as strict_browser
from tests.e2e.another_site import visit as visit
from tests.e2e.scenario_d.step_02 import logged_in


def book(visitor, name: str, email: str, *, scripts: bool = True):
    """Choose a time in the frame, say who comes, book. Returns the frame with the confirmation."""
    frame, inside = visitor.frame, visitor.page.frames[1]
    if scripts:  # the page comes once more, on the visitor's own clock
        inside.wait_for_url(re.compile("zone="))
    for selector, which, then in (("a.day-free", 1, "day="), ("a.time", 0, "start=")):
        frame.locator(selector).nth(which).click()
        inside.wait_for_url(re.compile(then))
    frame.locator("input[name=name]").fill(name)
    frame.locator("input[name=email]").fill(email)
    frame.locator("form[method=post] button.btn-wide").click()
    frame.locator("a[href*='/booking/']").first.wait_for()
    return frame


def fits(page) -> bool:
    """Is the frame as high as what it shows?"""
    inner = page.frames[1].evaluate("Math.ceil(document.body.getBoundingClientRect().height)")
    outer = page.evaluate("document.querySelector('iframe').clientHeight")
    return abs(inner - outer) <= 1


def test_step_09_booked_in_another_site(live, tidboken, another_site, new_page, visit, step):
    office = new_page()
    logged_in(office, live, tidboken.administrator.pk)
    with step("the administrator names the site, and copies a line"):
        office.goto(f"{live.url}/o/tidboken/office/embed/")
        office.get_by_label("The site's address").fill(another_site.origin())
        office.get_by_role("button", name="Let it show our pages").click()
        assert office.get_by_text(another_site.origin(), exact=True).count()
        office.locator("select[name=type]").select_option("consultation")
        office.locator("select[name=language]").select_option("en")
        office.get_by_role("button", name="Show the line").click()
        line = office.locator("code.copy").first.inner_text()
        assert line.startswith("<script ") and live.url in line
    with step("the line stands in the other site's page"):
        another_site.pages["/boka"] = f"<h1>Snickeriet</h1>{line}<p>Välkommen!</p>"
        visitor = visit(timezone_id="America/New_York")
        visitor.page.goto(another_site.url("/boka"))
        frame = visitor.frame
        frame.get_by_role("heading", name=re.compile("Book a time with")).wait_for()
        assert visitor.page.locator("iframe").get_attribute("title") == "Book: Consultation"
    with step("a stranger books there"):
        book(visitor, "Grace Miller", "grace@example.org")
        assert frame.get_by_role("heading", name="It is booked").count()
        assert frame.get_by_text("grace@example.org").count()
        visitor.page.wait_for_timeout(200)
        assert fits(visitor.page)
        assert visitor.page.url == another_site.url("/boka")
    with step("moving and cancelling open in a page of their own"):
        with visitor.page.context.expect_page() as opened:
            frame.get_by_role("link", name="Manage my booking").click()
        opened.value.wait_for_load_state()
        assert opened.value.url.startswith(f"{live.url}/o/tidboken/booking/")
        assert opened.value.get_by_text("Move it to another time").count()
    assert visitor.complaints == []
