"""Sara leaves and erases everything in one flow: she reads first what goes, what stays and why; the receipt verifies
offline; what she wrote stays readable to Petra, without her name; invoices stay."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.e2e.scenario_a.stage import Stage
from tests.e2e.scenario_a.step_07 import thread_of
from tests.e2e.scenario_d.step_12 import proves, sequenced


def given(stage: Stage) -> None:
    """The last of them: nothing later stands on it."""


def play(stage: Stage) -> None:
    """On her page "My data"; then as Petra."""
    sara, petra = stage.again("Sara"), stage.again("Petra")
    person = str(stage.market.person("Sara").pk)
    thread = thread_of(stage)
    petra.goto(thread)
    said = [line for line in petra.locator("#said").inner_text().splitlines() if len(line) > 20]
    assert "Sara" in petra.content()
    posted = _posted(stage)
    sara.goto(f"{stage.home}me/erase/")
    sara.get_by_role("heading", name="Det här försvinner genast").wait_for()
    sara.locator("main form input[type=checkbox]").check()
    sara.get_by_role("button", name="Radera mig nu").click()
    sara.wait_for_url("**/erased/**")
    receipt = sara.url
    if posted:  # kept for seven years after the one that it belongs to
        kept = sara.locator("tr").filter(has_text="Bokföringslagen").all_inner_texts()
        until = f"1 januari {stage.saturday.year + 8}"
        assert kept and all(until in " ".join(one.split()) for one in kept), kept
    sequenced(stage.live, stage.market.organisation)
    sara.goto(receipt)
    verifier = sara.locator("code").inner_text()
    with TemporaryDirectory() as folder:
        with sara.expect_download() as got:
            sara.locator("a[href$='.tlog-proof']").click()
        proven = proves(Path(folder) / "erased.tlog-proof", Path(got.value.path()).read_bytes(), verifier)
    assert "privacy.person.erased" in proven and person in proven and "Sara" not in proven
    petra.goto(thread)
    assert "Sara" not in petra.content() and "Holm" not in petra.content()
    assert all(line in petra.locator("#said").inner_text() for line in said if "Sara" not in line)
    assert _posted(stage) == posted
    if posted:
        assert petra.goto(f"{stage.home}invoices/{stage.known['invoice']}/").status == 200


def _posted(stage: Stage) -> int:
    """How many posted invoices there are."""
    if not stage.rows("select to_regclass('public.sales_invoice') is not null")[0][0]:
        return 0
    return int(stage.rows("select count(*) from sales_invoice where number is not null")[0][0])
