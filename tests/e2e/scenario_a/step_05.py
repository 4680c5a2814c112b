"""Sara writes to Petra. Words about a cheque and another app warn Petra before she answers, and Sara is told nothing of
it; a phone number that Petra types asks her whether to share it properly instead."""

from __future__ import annotations

from tests.e2e.scenario_a.stage import Stage
from tillit.journeys.market.messages import ABOUT
from tillit.messaging import actions, queries

FIRST = "Hej Petra! Vi söker någon till lördag 28 november mellan 9 och 12. Barnen är två och fem år."
ODD = "Min man undrar om vi kan betala i förväg med en check, och om du kan skriva till honom i en annan app i stället?"
TYPED = "070-174 06 31"


def play(stage: Stage) -> None:
    """In the browser."""
    sara, petra = stage.page("Sara"), stage.page("Petra")
    sara.goto(f"{stage.home}p/{stage.known['profile_slug']}/")
    sara.locator("a[href$='/write/']").first.click()
    sara.locator("textarea[name=words]").fill(FIRST)
    sara.get_by_role("button", name="Skicka").click()
    sara.locator("#said").get_by_text("Vi söker någon").wait_for()
    thread = sara.url.rstrip("/").rpartition("/")[2]
    stage.known["thread"] = thread

    petra.goto(f"{stage.home}messages/")
    petra.locator(".thread-new").wait_for()
    petra.get_by_role("link", name="Sara").first.click()
    petra.locator("#said").get_by_text("Vi söker någon").wait_for()
    assert petra.locator("#said .notice-soon").count() == 0
    petra.wait_for_timeout(1500)  # the page listens a moment after it was opened

    sara.locator("textarea[name=words]").fill(ODD)
    sara.get_by_role("button", name="Skicka").click()
    sara.locator("#said").get_by_text("i en annan app").wait_for()
    petra.locator("#said .notice-soon").get_by_text("Läs det här innan du svarar").wait_for()  # live, nobody reloads
    sara.reload()
    assert sara.locator(".notice-soon").count() == 0

    petra.locator("textarea[name=words]").fill(f"Ring mig gärna på {TYPED} om det är något.")
    petra.get_by_role("button", name="Skicka").click()
    petra.locator("#guard mark").get_by_text(TYPED).wait_for()
    petra.get_by_role("button", name="Ta bort det").click()
    assert petra.locator("textarea[name=words]").input_value() == "Ring mig gärna på om det är något."
    petra.locator("textarea[name=words]").fill("Jag tar bara betalt härifrån efteråt. Skicka gärna ett förslag på tid.")
    petra.get_by_role("button", name="Skicka").click()
    petra.locator("#said").get_by_text("Jag tar bara betalt").wait_for()

    amir = stage.page("Amir")
    assert amir.goto(f"{stage.home}messages/{thread}/").status == 404
    for first in ("Sara", "Amir"):
        stage.page(first).goto(f"{stage.home}messages/")
        assert TYPED not in stage.page(first).content()


def given(stage: Stage) -> None:
    """The same, by actions."""
    with stage.as_("Sara"):
        about = (ABOUT, stage.known["profile"])
        thread = actions.begin(to=stage.market.person("Petra").pk, about=about, words=FIRST)
        actions.send(thread, ODD)
    with stage.as_("Petra"):
        actions.send(thread, "Jag tar bara betalt härifrån efteråt. Skicka gärna ett förslag på tid.")
        assert queries.talk(thread).other == stage.market.person("Sara").pk
    stage.known["thread"] = str(thread)
