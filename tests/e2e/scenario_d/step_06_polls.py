"""Step 6, a poll for a common time: a host proposes times, somebody answers on a phone in Persian with the keyboard
alone, the host chooses, and the time stands in the calendar and on the participant's own page."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe

from tests.e2e.scenario_d.step_02 import logged_in

NAME = "نازنین احمدی"


def focused(page) -> tuple[str, str, str]:
    """Kind, name and value of what has the focus."""
    return tuple(page.evaluate("(e => [e.type || e.tagName, e.name || '', e.value || ''])(document.activeElement)"))


def tab_to(page, kind: str, name: str = "") -> None:
    """Press Tab until something of that kind and name has the focus."""
    for _press in range(200):
        page.keyboard.press("Tab")
        at = focused(page)
        if at[0] == kind and re.fullmatch(name or ".*", at[1]):
            return
    raise AssertionError(f"Tab never reaches {kind} {name}")


def no_complaints(page) -> None:
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1")


def test_step_06_a_common_time_is_found(live, tidboken, new_page, step):
    host = new_page()
    logged_in(host, live, tidboken.h1.person_id)
    with step("H1 proposes three times"):
        host.goto(f"{live.url}/o/tidboken/calendar/polls/new/?language=en")
        host.fill("input[name=title]", "Plan for spring")
        free = host.locator("fieldset input[name=start]")
        for nth in (0, 2, 4):
            free.nth(nth).check()
        host.get_by_role("button", name="The week after").click()
        host.wait_for_url(re.compile("#week"))
        assert host.locator("input[name=start]:checked").count() == 3, "what is ticked stays when another week is shown"
        no_complaints(host)
        host.get_by_role("button", name="Open the poll").click()
        host.wait_for_url(re.compile(r"/polls/[0-9a-f-]{36}/"))
        link = host.locator("code.copy").inner_text()
        poll = host.url.partition("#")[0]

    guest = new_page(width=390, height=800, timezone_id="Asia/Tehran")
    with step("a guest answers on a phone in Persian, with the keyboard alone"):
        guest.goto(f"{live.url}/{link.partition('//')[2].partition('/')[2]}?language=fa")
        assert guest.get_attribute("html", "dir") == "rtl" and fits(guest)
        no_complaints(guest)
        asked = guest.locator("fieldset.poll-ask").count()
        assert asked == 3
        for nth in range(asked):
            tab_to(guest, "radio", "t-.*")
            guest.keyboard.press("Space")  # yes
            if nth == 1:
                guest.keyboard.press("ArrowDown")  # if need be
            if nth == 2:
                guest.keyboard.press("ArrowDown")
                guest.keyboard.press("ArrowDown")  # no
        tab_to(guest, "text", "name")
        guest.keyboard.type(NAME)
        tab_to(guest, "submit")
        guest.keyboard.press("Enter")
        guest.wait_for_url(re.compile("/poll/mine/"))
        assert fits(guest) and NAME in guest.content()
        said = guest.eval_on_selector_all("input[type=radio]:checked", "all => all.map(one => one.value)")
        assert said == ["yes", "maybe", "no"]

    with step("H1 sees it and chooses the best time"):
        host.goto(poll)
        assert NAME in host.locator(".poll-table").inner_text()
        no_complaints(host)
        host.set_viewport_size({"width": 390, "height": 800})
        assert fits(host), "the table scrolls, not the page"
        host.get_by_role("button", name="Choose this time").first.click()
        host.get_by_text("It stands in your calendar").wait_for()
        host.goto(f"{live.url}/o/tidboken/calendar/?view=list")
        assert "Plan for spring" in host.content()

    with step("the guest sees the time by their own link, and takes the answer back"):
        guest.reload()
        assert "این وقت انتخاب شد" in guest.content() and fits(guest)
        assert guest.request.get(guest.url.partition("?")[0] + "calendar.ics").text().count("BEGIN:VEVENT") == 1
        guest.locator("details summary").last.click()
        guest.locator("form[action$='/withdraw/'] button").click()
        guest.get_by_text("پاسخ شما پس گرفته شد").first.wait_for()
        host.goto(poll)
        assert NAME not in host.content()
