"""Petra puts a first-aid certificate and a diploma here. An extract from the criminal record is refused with the
reason. Nobody else can list the documents, nor guess their addresses."""

from __future__ import annotations

import io
from datetime import date

from tests.documents.papers import pdf
from tests.e2e.scenario_a.stage import Stage
from tillit.documents import actions, queries

CERTIFICATE = actions.Facts("first_aid", "Första hjälpen", "Röda Korset", date(2025, 3, 1), date(2027, 3, 1), "title")
DIPLOMA = actions.Facts("diploma", "Barnskötare", "Eskilstuna kommun", date(2015, 6, 10), None, "title")
EXTRACT = "Utdrag ur belastningsregistret. Inga uppgifter förekommer."


def play(stage: Stage) -> None:
    """In the browser."""
    petra = stage.page("Petra")
    for facts in (CERTIFICATE, DIPLOMA):
        petra.goto(f"{stage.home}documents/new/")
        petra.locator("input[type=file]").set_input_files(
            {"name": "intyg.pdf", "mimeType": "application/pdf", "buffer": pdf(facts.title)}
        )
        petra.locator("select[name=kind]").select_option(facts.kind)
        petra.locator("input[name=title]").fill(facts.title)
        petra.locator("input[name=issuer]").fill(facts.issuer)
        if facts.expires:
            petra.locator("input[name=expires]").fill(facts.expires.isoformat())
        petra.locator("input[name=listed][value=title]").check()
        petra.get_by_role("button", name="Spara det här").click()
        petra.get_by_role("heading", name=facts.title).wait_for()
        stage.known[facts.kind] = petra.url.rstrip("/").rpartition("/")[2]
    petra.goto(f"{stage.home}documents/new/")
    petra.locator("input[type=file]").set_input_files(
        {"name": "papper.pdf", "mimeType": "application/pdf", "buffer": pdf(EXTRACT)}
    )
    petra.locator("input[name=title]").fill("Ett papper")
    petra.get_by_role("button", name="Spara det här").click()
    petra.get_by_text("Visa papperet när ni ses").wait_for()
    petra.goto(f"{stage.home}documents/")
    assert "Ett papper" not in petra.content()
    _closed(stage)


def given(stage: Stage) -> None:
    """The same, by actions."""
    with stage.as_("Petra"):
        for facts in (CERTIFICATE, DIPLOMA):
            kept = actions.keep(facts, io.BytesIO(pdf(facts.title)), name="intyg.pdf")
            stage.known[facts.kind] = str(kept.pk)


def _closed(stage: Stage) -> None:
    """For everybody else they are not there."""
    for kind in ("first_aid", "diploma"):
        there = f"{stage.home}documents/{stage.known[kind]}/"
        for first in ("Sara", "Amir", "Maria"):
            page = stage.page(first)
            assert page.goto(there).status == 404
            assert page.request.get(f"{there}1.jpg").status == page.request.get(f"{there}file").status == 404
    for first in ("Sara", "Amir"):
        stage.page(first).goto(f"{stage.home}documents/")
        assert "Barnskötare" not in stage.page(first).content()
        with stage.as_(first):
            assert queries.open_to_me() == []
