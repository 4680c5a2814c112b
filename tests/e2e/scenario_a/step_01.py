"""Petra offers childcare in Eskilstuna for 460 kronor an hour. Nobody finds or opens her profile yet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.e2e.scenario_a.stage import Stage
from tillit.access import acting
from tillit.directory import actions, places, queries
from tillit.identity import details, living

STREET, PHONE, EMAIL = "Rönnbärsstigen 14", "+46701740633", "petra-nyström-omsorgstorget@example.org"
"""What of Petra is planted where it belongs, and is looked for where it does not."""
SERVICE = {"sv": "Barnpassning", "en": "Childcare", "fa": "نگهداری از کودک"}
SAID: dict[str, Any] = {
    "name": "Petra N.", "rate": {"minor": 46000, "currency": "SEK", "vat": True}, "tax": True,
    "languages": ["sv", "fi"],
    "experience": {"years": 9, "words": "Barnskötare sedan 2017"}, "ages": ["0-2", "3-6"], "record": True,
    "about": "Jag tycker bäst om att vara ute, även när det regnar.",
}  # fmt: skip


def play(stage: Stage) -> None:
    """In the browser: the administrator names the service, Petra writes section by section and hands it in."""
    _plant(stage)
    stranger = stage.page("")
    stranger.goto(stage.home)
    stranger.get_by_role("link", name="Jag erbjuder hjälp").click()
    stranger.get_by_label("E-postadress").fill("nina.ny@post.example")
    stranger.get_by_role("button", name="Fortsätt").click()
    assert "Titta i din e-post" in stranger.content()

    jonas = stage.page("Jonas")
    jonas.goto(f"{stage.home}directory/")
    for code, words in SERVICE.items():
        jonas.locator(f"input[name={code}]").fill(words)
    jonas.locator("section[aria-labelledby=services] button[type=submit]").click()
    jonas.get_by_text("Barnpassning").first.wait_for()

    petra = stage.page("Petra")
    petra.goto(f"{stage.home}profile/who/")
    petra.locator("input[name=name]").fill(f"Petra, ring {PHONE}")
    _keep(petra)
    assert "ett telefonnummer" in petra.content()
    petra.locator("input[name=name]").fill(str(SAID["name"]))
    _keep(petra, "what")
    petra.get_by_label("Barnpassning").check()
    petra.get_by_label("Barn upp till 2 år").check()
    petra.locator("textarea[name=about]").fill(str(SAID["about"]))
    _keep(petra, "price")
    petra.locator("input[name=rate]").fill("460")
    petra.locator("select[name=tax]").select_option("yes")
    _keep(petra, "where")
    petra.locator("input[name=place]").fill("Eskilstuna")
    petra.locator("input[name=km]").fill("10")
    _keep(petra, "can")
    petra.get_by_label("Svenska", exact=True).check()
    petra.locator("input[name=years]").fill("9")
    _keep(petra, "safe")
    petra.goto(f"{stage.home}profile/")
    petra.get_by_role("button", name="Lämna in den").click()
    petra.get_by_text("En moderator granskar den nu.").wait_for()
    _not_yet(stage)


def given(stage: Stage) -> None:
    """The same, by actions."""
    _plant(stage)
    with stage.as_("Jonas"):
        service = actions.add_category(SERVICE).pk
    place = places.find("Eskilstuna", most=1, country="SE")[0]
    area = {
        "place": str(place.id), "name": place.name, "lat": round(place.latitude, 2), "lon": round(place.longitude, 2),
        "km": 10,
    }  # fmt: skip
    with stage.as_("Petra"):
        for kind, value in {**SAID, "services": [str(service)], "area": area}.items():
            actions.say(kind, value)
        actions.submit()
    _not_yet(stage)


def _plant(stage: Stage) -> None:
    """Petra's address, number and mail address, where they belong."""
    petra = stage.market.person("Petra")
    assert petra.email == EMAIL
    with stage.as_("Petra") as actor:
        living.write(living.Lives(STREET, "632 20", "Eskilstuna"))
        with acting(replace(actor, account=petra.account_id)):
            details.change(petra.pk, "phone", PHONE)


def _keep(page: Any, after: str = "") -> None:
    page.locator("main form button[value=next]").click()
    page.wait_for_url(f"**/profile/{after}/") if after else page.wait_for_load_state()


def _not_yet(stage: Stage) -> None:
    """Sara neither finds nor opens it, by any way."""
    ((profile, slug),) = stage.rows(
        "select id, slug from directory_profile where person_id = %s", stage.market.person("Petra").pk
    )
    stage.known |= {"profile": profile, "profile_slug": slug}
    for first in ("Sara", ""):
        page = stage.page(first)
        assert page.goto(f"{stage.home}p/{slug}/").status == 404
        assert (
            page.request.get(f"{stage.live.url}/api/v1/o/{stage.market.organisation.slug}/profiles/{slug}").status
            == 404
        )
        assert page.goto(f"{stage.home}find/").status in (200, 404)
        assert "Petra" not in page.content()
    with stage.as_("Sara"):
        assert queries.profile_of(stage.market.person("Petra").pk) is None
