"""Across the whole scenario no page made a request to another host, and no page of it names one to load from."""

from __future__ import annotations

from urllib.parse import urlsplit

from tests.e2e.scenario_a.stage import Stage

PAGES = ("", "find/?place=eskilstuna", "find/how/", "find/map/?place=eskilstuna", "trust/", "privacy/")


def play(stage: Stage) -> None:
    """What was asked in all steps; and what the pages say that they load, or send to."""
    page = stage.page("Petra")
    for path in PAGES:
        answer = page.goto(f"{stage.home}{path}")
        assert answer.status == 200, path
        addresses = page.locator(
            "link[href], script[src], img[src], source[src], iframe[src], video[src], form[action]"
        ).evaluate_all("all => all.map(one => one.href || one.src || one.action)")
        hosts = {urlsplit(str(one)).netloc for one in addresses} - {"", urlsplit(stage.live.url).netloc}
        assert not hosts, f"{path} names {hosts}"
    assert not stage.trouble, stage.trouble
