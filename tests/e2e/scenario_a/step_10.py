"""P1 has F tax and writes S1 an invoice; S1 gives the number for the reduction and pays 750; then the file is made."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from tests.e2e.scenario_a.stage import Stage
from tests.e2e.scenario_a.step_08 import over, span
from tests.sales.conftest import BUSINESS, SARA
from tests.sales.test_reductions import PART, checked
from tillit.hiring import queries as hiring
from tillit.hiring import working
from tillit.journeys.market import money
from tillit.sales import actions, queries, reducing
from tillit.wallet import actions as wallet
from tillit.wallet import providers
from tillit.wallet.providers.test_payments import KEY


def _turn_on(stage: Stage) -> None:
    with stage.as_("Jonas"):
        wallet.turn_on(providers.get(KEY))


def play(stage: Stage) -> None:
    """Petra in her browser, Sara in hers; the provider's page is the test provider's."""
    over(stage)
    _turn_on(stage)
    petra, sara = stage.page("Petra"), stage.page("Sara")
    job = f"{stage.home}jobs/{stage.known['job']}/"
    petra.goto(job)
    petra.get_by_role("link", name="Rapportera tid").click()
    petra.get_by_role("button", name="Rapportera det").click()
    petra.wait_for_url(job)
    sara.goto(job)
    sara.get_by_role("button", name="Godkänn").click()
    sara.wait_for_load_state()
    petra.goto(stage.home + "invoices/business/")
    for name, value in BUSINESS.items():
        if isinstance(value, str):
            petra.fill(f"[name={name}]", value)
    petra.check("[name=f_tax]")
    petra.get_by_role("button", name="Behåll").first.click()
    petra.goto(job)
    petra.get_by_role("button", name="Skriv en faktura").click()
    petra.get_by_role("button", name="Spara utkastet").click()
    petra.wait_for_url("**/invoices/*/")
    where = petra.url
    assert "Utkast till faktura" in petra.locator("h1").inner_text() and "10001" not in petra.content()
    petra.get_by_role("button", name="Fråga om skattereduktion (RUT)").click()
    petra.wait_for_load_state()

    sara.goto(stage.home + "invoices/")
    sara.goto(where)
    sara.get_by_role("link", name="Svara om skattereduktionen").click()
    sara.fill("[name=number]", SARA)
    sara.get_by_role("button", name="Jag vill ha skattereduktionen").click()
    sara.wait_for_load_state()

    petra.goto(where)
    petra.get_by_role("button", name="Bokför och skicka").click()
    petra.get_by_role("heading", name="Faktura 10001").wait_for()
    assert SARA[:6] not in petra.content(), "whoever writes the invoice reads no number"

    sara.goto(where)
    sara.get_by_role("button", name="Betala 750 kr").click()
    sara.locator("button[name=choice][value=pay]").click()
    sara.wait_for_url(where)
    stage.until(lambda: stage.rows("select 1 from sales_received where amount = 75000"), "The payment did not come.")
    sara.goto(where)
    sara.get_by_text("Betald", exact=True).first.wait_for()
    _nobody_else(stage, where)

    petra.goto(stage.home + "invoices/reductions/")
    with petra.expect_download() as started:
        petra.get_by_role("button", name="Gör filen").click()
    made = Path(started.value.path()).read_bytes()
    _checked(made)
    stage.known["invoice"] = UUID(where.rstrip("/").rpartition("/")[2])
    _says(stage)


def given(stage: Stage) -> None:
    """The same by actions."""
    _turn_on(stage)
    with stage.as_("Petra"):
        actions.set_business(**BUSINESS)
    over(stage)
    start, end = span(stage)
    with stage.as_("Petra"):
        job = hiring.get_job(stage.known["job"])
        working.report(job, start=start, end=end, travel=6_000)
    with stage.as_("Sara"):
        working.decide(hiring.reports(job)[0], approve=True)
    with stage.as_("Petra"):
        draft = actions.draft(
            buyer=stage.market.person("Sara").pk, items=money.job_items(job), supplied=stage.saturday,
            buyer_name="Sara", job=job.pk,
        ).pk  # fmt: skip
        reducing.ask(queries.invoice(draft))
    with stage.as_("Sara"):
        reducing.give(queries.reduction_of(queries.invoice(draft)), SARA, 7_500_000)
    with stage.as_("Petra"):
        made = actions.post(queries.invoice(draft))
        actions.mark_paid(made, 75_000, stage.now().date())
        year = queries.standing(made).paid_on.year
        _checked(reducing.file(year, name="rut")[0])
        stage.known["invoice"] = made.pk
    _says(stage)


def _says(stage: Stage) -> None:
    """1,380 for work and 60 for travel, with VAT in both, by somebody with F tax; 690 of it is the tax authority's."""
    with stage.as_("Petra"):
        made = queries.invoice(stage.known["invoice"])
        lines = [(one.kind, one.price * one.quantity // 1000) for one in queries.items(made)]
        assert lines == [("work", 138_000), ("travel", 6_000)] and made.includes_vat
        assert (made.gross, made.reduction, made.to_pay) == (144_000, 69_000, 75_000)
        assert made.said["seller"]["f_tax"]


def _checked(made: bytes) -> None:
    root = checked(made)
    said = {one.tag.removeprefix(PART): one.text for one in root.iter()}
    sums = [said[name] for name in ("PrisForArbete", "BetaltBelopp", "BegartBelopp", "Ovrigkostnad")]
    assert sums == ["1380", "690", "690", "60"], sums
    assert root.find(f".//{PART}Barnpassning/{PART}AntalTimmar").text == "3"
    assert made.startswith(b"<?xml")


def _nobody_else(stage: Stage, where: str) -> None:
    """Nobody else reaches it."""
    for first in ("Amir", "Maria"):
        other = stage.page(first)
        assert other.goto(where).status == 404
