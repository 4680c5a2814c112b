"""Petra shows her phone to Sara alone; nobody else has it on any page; she takes it back, and Sara's next look has
nothing."""

from __future__ import annotations

from typing import Any

from tests.e2e.scenario_a.stage import Stage
from tests.e2e.scenario_a.step_01 import PHONE


def given(stage: Stage) -> None:
    """Nothing later stands on it: what was shown was taken back."""


def play(stage: Stage) -> None:
    """In the thread, for two days; the moderator and another seeker look, too."""
    thread = thread_of(stage)
    petra, sara = stage.page("Petra"), stage.page("Sara")
    petra.goto(thread)
    petra.get_by_text("Visa mitt telefonnummer, min e-post eller adress").click()
    petra.locator("input[name=scope][value='contact.phone']").check()
    petra.locator("select[name=hours]").select_option("48")
    petra.get_by_role("button", name="Visa det").click()
    petra.locator("#shown-here").get_by_text("Namn och telefon").wait_for()
    sara.goto(thread)
    shown = sara.locator("#shown-here")
    shown.get_by_text(PHONE).wait_for()
    assert "stängs av sig självt" in shown.inner_text()
    for first in ("Amir", "Maria", ""):
        _finds_nothing(stage, first, thread)
    petra.locator("#shown-here .card").filter(has_text="Namn och telefon").get_by_role("button").click()
    petra.get_by_text("Det är stängt").first.wait_for()
    shown.get_by_text(PHONE).wait_for(state="detached")  # on the page that stands open
    sara.goto(thread)
    assert PHONE not in sara.content()
    sara.goto(f"{stage.home}me/shown/")
    assert PHONE not in sara.content()


def thread_of(stage: Stage) -> str:
    """The address of Sara's and Petra's thread; begun where no step before has."""
    if "thread" not in stage.known:
        from tillit.kernel.ids import new_id
        from tillit.messaging import actions

        with stage.as_("Sara"):
            words = "Hej! Vi söker någon till lördag mellan 9 och 12."
            petra = stage.market.person("Petra").pk
            stage.known["thread"] = actions.begin(to=petra, about=("directory.profile", new_id()), words=words)
    return f"{stage.home}messages/{stage.known['thread']}/"


def _finds_nothing(stage: Stage, first: str, thread: str) -> None:
    page: Any = stage.page(first)
    assert page.goto(thread).status == 404 or "/account/" in page.url
    assert PHONE not in page.content()
    profile = f"profiles/{stage.known['profile_slug']}"
    for address in (
        *(f"{stage.home}{path}" for path in ("", "me/shown/", "moderation/", "people/", "messages/")),
        f"{stage.home}p/{stage.known['profile_slug']}/",
        f"{stage.home}find/?place=eskilstuna",
        f"{stage.live.url}/api/v1/o/{stage.market.organisation.slug}/{profile}",
    ):
        found = page.request.get(address).text()
        assert PHONE not in found and PHONE.removeprefix("+46")[:5] not in found.replace(" ", ""), address
