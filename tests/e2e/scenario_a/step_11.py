"""Each side says how it was; neither reads the other before both have written; another seeker cannot; Petra answers in
public, once."""

from __future__ import annotations

from uuid import UUID

from playwright.sync_api import Page

from tests.e2e.scenario_a.stage import Stage
from tests.e2e.scenario_a.step_08 import over
from tillit.hiring import queries, working

WARM, KIND, THANKS = "Varm och trygg, barnen vill ha henne igen.", "Tydliga och vänliga.", "Tack, det var roligt!"


def given(stage: Stage) -> None:
    """Both reviews, by actions."""
    over(stage)
    job = UUID(str(stage.known["job"]))
    for first, words in (("Sara", WARM), ("Petra", KIND)):
        with stage.as_(first):
            working.review(queries.get_job(job), stars=5, words=words, signature=first)


def play(stage: Stage) -> None:
    """Sara first, then Petra, who answers."""
    over(stage)
    sara, petra, amir = (stage.page(first) for first in ("Sara", "Petra", "Amir"))
    address = f"{stage.home}jobs/{stage.known['job']}/"
    _write(sara, address, WARM)
    sara.get_by_text(WARM).wait_for()
    petra.goto(address)
    assert WARM not in petra.content()
    assert amir.goto(f"{address}review/").status == 404
    assert not stage.rows("select 1 from hiring_review where author_id = %s", stage.market.person("Amir").pk)
    _write(petra, address, KIND)
    petra.get_by_text(WARM).wait_for()
    petra.get_by_role("link", name="Svara offentligt på det").click()
    answer = petra.url
    petra.fill("[name=words]", THANKS)
    petra.get_by_role("button", name="Publicera svaret").click()
    petra.get_by_text(THANKS).wait_for()
    petra.goto(answer)
    petra.fill("[name=words]", "Och en gång till.")
    petra.get_by_role("button", name="Publicera svaret").click()
    petra.get_by_text("en gång").first.wait_for()
    assert [row[0] for row in stage.rows("select count(*) from hiring_review where answered is not null")] == [1]
    sara.goto(address)
    sara.get_by_text(KIND).wait_for()
    sara.get_by_text(THANKS).wait_for()


def _write(page: Page, address: str, words: str) -> None:
    page.goto(f"{address}review/")
    page.locator("[name=stars][value='5']").check()
    page.fill("[name=words]", words)
    page.get_by_role("button", name="Skicka", exact=True).click()
