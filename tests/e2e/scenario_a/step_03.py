"""Petra puts a first-aid certificate and a diploma here. An extract from the criminal record is refused with the
reason. Nobody else can list the documents, nor guess their addresses."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from uuid import UUID

from tests.documents.papers import pdf
from tests.e2e.scenario_a.stage import Stage
from tillit.documents import actions, queries
from tillit.kernel.ids import new_id

CERTIFICATE = actions.Facts("first_aid", "Första hjälpen", "Röda Korset", date(2025, 3, 1), None, "title")
DIPLOMA = actions.Facts("diploma", "Barnskötare", "Eskilstuna kommun", date(2015, 6, 10), None, "title")
"""The certificate's last day is `stage.expires`."""
EXTRACT = "Utdrag ur belastningsregistret. Inga uppgifter förekommer."


def play(stage: Stage) -> None:
    """In the browser."""
    petra = stage.page("Petra")
    for facts in _papers(stage):
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
    whose = "select kind from documents_document where person_id = %s order by kind"
    assert stage.rows(whose, stage.market.person("Petra").pk) == [("diploma",), ("first_aid",)]
    _closed(stage)


def given(stage: Stage) -> None:
    """The same, by actions."""
    with stage.as_("Petra"):
        for facts in _papers(stage):
            kept = actions.keep(facts, io.BytesIO(pdf(facts.title)), name="intyg.pdf")
            stage.known[facts.kind] = str(kept.pk)


def _papers(stage: Stage) -> list[actions.Facts]:
    return [replace(CERTIFICATE, expires=stage.expires), DIPLOMA]


def _closed(stage: Stage) -> None:
    """For everybody else they are not there."""
    for first in ("Sara", "Amir", "Maria", ""):
        nobody_finds(stage, first)
    with stage.as_("Sara"):
        assert queries.open_to_me() == []


def nobody_finds(stage: Stage, first: str) -> None:
    """Neither lists nor opens a document of Petra's: what is there answers as what is not. A stranger ("") is asked to
    log in, whatever the address."""
    page, papers = stage.page(first), f"{stage.home}documents/"
    nothing = [f"{UUID(stage.known['diploma']).int + 1:032x}", str(new_id())]
    for document in (stage.known["first_aid"], stage.known["diploma"], *nothing):
        for path in ("", "file", "1.jpg", "remove/"):
            answer = page.request.get(f"{papers}{UUID(document)}/{path}", max_redirects=0)
            assert answer.status == (404 if first else 302), path
    if first:
        page.goto(papers)
        assert not [one for one in (CERTIFICATE.title, DIPLOMA.title) if one in page.content()]
        _by_program(stage, first)


def _by_program(stage: Stage, first: str) -> None:
    """The same for a program with everything that this person may do."""
    base = f"{stage.live.url}/api/v1/o/{stage.market.organisation.slug}/own-documents"
    ask, headers = stage.page(first).request, {"Authorization": f"Bearer {stage.token(first)}"}
    listed = ask.get(base, headers=headers)
    assert listed.status == 200 and listed.json() == {"items": []}
    wish = {"request": str(new_id()), "hours": 48, "download": True}
    assert ask.post(f"{base}/{stage.known['diploma']}/open", headers=headers, data=wish).status == 404
