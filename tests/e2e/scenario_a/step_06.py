"""Sara asks for the certificate; Petra opens it to her for 48 hours. The viewer says what has not been checked; the
diploma stays closed; Amir finds neither: by page, by program, by guessing."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from tests.e2e.scenario_a.stage import Stage
from tests.e2e.scenario_a.step_03 import nobody_finds
from tillit.documents import actions

UNCHECKED = "Inte kontrollerat av oss."
COMPARED = "Vi har varken jämfört det med originalet eller ringt den som utfärdade det."


def play(stage: Stage) -> None:
    """In the browser."""
    sara, petra = stage.page("Sara"), stage.page("Petra")
    certificate, diploma = (f"{stage.home}documents/{stage.known[kind]}/" for kind in ("first_aid", "diploma"))
    sara.goto(f"{stage.home}messages/{stage.known['thread']}/documents/")
    sara.locator(f"input[name=what][value='{stage.known['first_aid']}']").check()
    sara.locator("form:has(input[value=ask]) textarea").fill("Vi vill gärna se det före lördag.")
    sara.locator("form:has(input[value=ask]) button[type=submit]").click()
    sara.wait_for_url(f"**/messages/{stage.known['thread']}/")

    petra.goto(f"{stage.home}documents/")
    petra.locator("a[href*='/documents/asked/']").first.click()
    petra.get_by_text("Vi vill gärna se det före lördag").wait_for()
    assert petra.locator("select[name=hours]").input_value() == "48"
    assert not petra.locator("input[name=download]").is_checked()
    petra.get_by_role("button", name="Öppna det").click()
    petra.get_by_role("button", name="Stäng det nu").wait_for()
    _for_two_days(stage)

    sara.goto(certificate)
    for words in (UNCHECKED, COMPARED):
        sara.get_by_text(words).first.wait_for()
    assert sara.locator("img.leaf-page").count() == 0
    sara.locator("input[name=accepted]").check()
    sara.get_by_role("button", name="Öppna dokumentet").click()
    drawn = sara.locator("img.leaf-page").first
    drawn.wait_for()
    sara.get_by_text(UNCHECKED).first.wait_for()
    stage.until(lambda: drawn.evaluate("one => one.naturalWidth") == 1000, "The page was not drawn.")
    stage.known["opened"] = sara.url
    page = sara.request.get(f"{sara.url}1.jpg")
    assert page.headers["content-type"] == "image/jpeg" and "no-store" in page.headers["cache-control"]
    assert sara.request.get(f"{sara.url}file").status == 404  # to be looked at, not to be taken along
    assert sara.goto(diploma).status == 404
    for other in ("Amir", "Maria"):
        nobody_finds(stage, other)
        for address in (stage.known["opened"], f"{stage.known['opened']}1.jpg", f"{stage.known['opened']}file"):
            assert stage.page(other).request.get(address).status == 404
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
    _for_two_days(stage)


def _for_two_days(stage: Stage) -> None:
    """One grant, on the certificate, to Sara, for 48 hours."""
    found = stage.rows(
        "select object_id, grantee_id, ends - starts from access_grant"
        " where scope = 'documents.file' and subject_id = %s",
        stage.market.person("Petra").pk,
    )  # fmt: skip
    assert found == [(UUID(stage.known["first_aid"]), stage.market.person("Sara").pk, timedelta(hours=48))]
