"""Sara asks for the certificate; Petra opens it to her for 48 hours. The viewer says what has not been checked; the
diploma stays closed; Amir finds neither."""

from __future__ import annotations

from uuid import UUID

from tests.e2e.scenario_a.stage import Stage
from tillit.documents import actions


def play(stage: Stage) -> None:
    """In the browser."""
    sara, petra, amir = stage.page("Sara"), stage.page("Petra"), stage.page("Amir")
    certificate, diploma = (f"{stage.home}documents/{stage.known[kind]}/" for kind in ("first_aid", "diploma"))
    sara.goto(f"{stage.home}messages/{stage.known['thread']}/documents/")
    sara.get_by_label("Första hjälpen").check()
    sara.locator("form:has(input[value=ask]) textarea").fill("Vi vill gärna se det före lördag.")
    sara.locator("form:has(input[value=ask]) button").click()
    sara.wait_for_url(f"**/messages/{stage.known['thread']}/**")

    petra.goto(f"{stage.home}documents/")
    petra.locator("a[href*='/documents/asked/']").first.click()
    petra.get_by_text("Vi vill gärna se det före lördag").wait_for()
    assert petra.locator("select[name=hours]").input_value() == "48"
    petra.get_by_role("button", name="Öppna det").click()
    petra.get_by_role("button", name="Stäng det nu").wait_for()

    sara.goto(certificate)
    sara.get_by_text("Inte kontrollerat av oss.").first.wait_for()
    assert sara.locator("img.leaf-page").count() == 0
    sara.locator("input[name=accepted]").check()
    sara.get_by_role("button", name="Öppna dokumentet").click()
    sara.locator("img.leaf-page").first.wait_for()
    sara.wait_for_function("document.querySelector('img.leaf-page').naturalWidth === 1000")
    stage.known["opened"] = sara.url
    assert sara.goto(diploma).status == 404
    for address in (certificate, diploma, stage.known["opened"], f"{stage.known['opened']}1.jpg"):
        assert amir.request.get(address).status == 404
    petra.goto(f"{stage.home}documents/")
    assert "Sara" in petra.locator("section[aria-labelledby=looked]").inner_text()


def given(stage: Stage) -> None:
    """The same, by actions."""
    certificate = UUID(stage.known["first_aid"])
    with stage.as_("Petra"):
        actions.approve(certificate, stage.market.person("Sara").pk, hours=48, name="Sara")
    with stage.as_("Sara"):
        opening = actions.open_it(certificate, name="Sara")
    stage.known["opened"] = f"{stage.home}documents/seen/{opening}/"
