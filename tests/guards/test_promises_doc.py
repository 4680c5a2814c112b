"""docs/promises.md says of every promise whether it is given, and says nothing that is not so."""

from __future__ import annotations

import re

from django.utils import translation

from tillit.kernel.promise import every
from tillit.privacy import promises_page


def read():
    return promises_page.page().read_text(encoding="utf-8")


def wrong(text):
    """Ids that are given and not listed so, listed as given and not, coming though given, or named twice."""
    given = {promise.id for promise in every()}
    head, _end, tail = text.partition(promises_page.END)
    listed = re.findall(r"^\| ([a-z0-9-]+) \|", head, re.MULTILINE)
    listed = [one for one in listed if one != "id"]
    coming = [one for one in re.findall(r"^\| ([a-z0-9-]+) \|", tail, re.MULTILINE) if one != "id"]
    found = [f"{one} is given and not listed" for one in sorted(given - set(listed))]
    found += [f"{one} is listed as given and is not" for one in sorted(set(listed) - given)]
    found += [f"{one} is given and listed as coming" for one in sorted(given & set(coming))]
    found += [f"{one} is listed twice" for one in sorted({*listed} | {*coming}) if (listed + coming).count(one) > 1]
    return found


def test_the_page_tells_of_every_promise():
    assert not wrong(read())


def test_the_page_is_as_it_is_drawn():
    text = read()
    assert text == promises_page.drawn(text), "Run: .venv/bin/python -m tillit.privacy.promises_page"
    with translation.override(None):
        for promise in every():
            assert f"| {promise.id} | {promise.says} |" in text


def test_coming_lines_can_all_be_struck_out():
    tail = read().partition(promises_page.END)[2]
    rows = [line for line in tail.splitlines() if line.startswith("| ") and not line.startswith("| id ")]
    assert len(promises_page.coming(read())) == len(rows)


def test_the_guard_sees_what_is_wrong():
    text = read()
    row = next(line for line in text.splitlines() if line.startswith("| never-sold |"))
    assert wrong(text.replace(row + "\n", "")) == ["never-sold is given and not listed"]
    assert wrong(text.replace("| never-sold |", "| never-bought |")) == [
        "never-sold is given and not listed",
        "never-bought is listed as given and is not",
    ]
    assert wrong(text + "| never-sold | x | live |\n") == [
        "never-sold is given and listed as coming",
        "never-sold is listed twice",
    ]
    drawn = promises_page.drawn(text + "| never-sold | x | live |\n")
    assert drawn == text
