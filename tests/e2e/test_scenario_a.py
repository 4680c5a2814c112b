"""Scenario A, the care marketplace, from its first step to its last, in one installation and on a phone's width."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.scenario_a.stage import Stage, opened

pytestmark = pytest.mark.e2e
LIVE_MODE = "demo"
STEPS = tuple(range(15))


@pytest.fixture(scope="module")
def stage(live: Any, browser: Any) -> Iterator[Stage]:
    """One for all steps."""
    with opened(live, browser) as made:
        yield made


@pytest.mark.parametrize("number", STEPS)
def test_step(stage: Stage, number: int) -> None:
    if broken := stage.known.get("broken"):
        pytest.fail(f"step {broken} did not pass, and this one follows from it")
    stage.known["broken"] = number
    importlib.import_module(f"tests.e2e.scenario_a.step_{number:02}").play(stage)
    del stage.known["broken"]
