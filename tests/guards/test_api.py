"""The API does what the pages do, or says why not; every field that an answer can hold is accounted for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.guards.test_urls import LIST, patterns, read_list
from tillit.web.api.site import api
from tillit.web.api.types import In, Out

PAGES = Path(__file__).with_name("api_pages.txt")
FIELDS = Path(__file__).with_name("api_fields.txt")
BELOW = "api/v1/"


def read_pages(text: str) -> dict[str, str]:
    """Page (or all below, with *) → what a program does instead, or the word of a reason."""
    rows = (line.split("|", 1) for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return {page.strip(): instead.strip() for page, instead in rows}


def unsaid(pages: set[str], said: dict[str, str]) -> list[str]:
    """Pages of which the list does not say what a program does."""
    areas = tuple(page[:-1] for page in said if page.endswith("*"))
    return sorted(page for page in pages if page not in said and not page.startswith(areas))


def idle(pages: set[str], said: dict[str, str]) -> list[str]:
    """Lines that speak of no page."""
    return sorted(
        one
        for one in said
        if not any(page.startswith(one[:-1]) if one.endswith("*") else page == one for page in pages)
    )


def test_every_page_has_an_address_for_programs_or_a_reason():
    pages = {pattern for pattern in read_list(LIST.read_text()) if not pattern.startswith("api/")}
    said = read_pages(PAGES.read_text())
    assert unsaid(pages, said) == [], "say in api_pages.txt what a program does instead"
    assert idle(pages, said) == []


def test_what_programs_do_instead_is_there():
    there, reasons = (
        set(patterns()),
        set(re.findall(r"^\| \*\*([a-z]+)\*\* \|", (ROOT / "docs/api.md").read_text(), re.M)),
    )
    said = read_pages(PAGES.read_text())
    wrong = [
        f"{page}: {one}"
        for page, instead in said.items()
        for one in instead.split()
        if one not in (there if one.startswith(BELOW) else reasons)
    ]
    assert wrong == []
    assert reasons <= {one for instead in said.values() for one in instead.split()}, "a reason that nothing needs"


def answer_fields() -> dict[str, str]:
    """Schema.field → its type, for every field that an answer can hold."""
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    known = schema["components"]["schemas"]
    found: set[str] = set()
    waiting = [
        name
        for methods in schema["paths"].values()
        for operation in methods.values()
        for answer in operation["responses"].values()
        for name in named(answer)
    ]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += list(named(known[name]))
    return {f"{name}.{field}": "" for name in found for field in known[name].get("properties", {})}


def named(part: Any) -> Iterator[str]:
    """The schemas to which a part of the description refers."""
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"].rpartition("/")[2]
        for one in part.values():
            yield from named(one)
    elif isinstance(part, list):
        for one in part:
            yield from named(one)


WHOSE = {"nobody", "public", "own", "granted", "colleague"}


def test_every_field_of_an_answer_says_whose_it_is():
    rows = [line.split() for line in FIELDS.read_text().splitlines() if line.strip() and not line.startswith("#")]
    said = {field: whose for whose, *fields in rows for field in fields}
    assert set(said.values()) <= WHOSE
    assert len(said) == sum(len(fields) for _whose, *fields in rows), "a field stands twice"
    assert sorted(answer_fields().keys() - said) == [], "say in api_fields.txt whose they are"
    assert sorted(said.keys() - answer_fields().keys()) == []


def schemas(kind: type) -> Iterator[type]:
    """All that is described by schemas that come from `kind`."""
    for one in kind.__subclasses__():
        yield one
        yield from schemas(one)


def test_two_schemas_never_share_a_name():
    """The document would describe the one and the program take the other."""
    names = Counter(one.__name__ for kind in (In, Out) for one in schemas(kind) if one.__module__.startswith("tillit."))
    assert [name for name, times in names.items() if times > 1] == []


def test_the_guard_sees_what_is_wrong():
    said = {"a/": "later", "b/*": "later", "gone/": "later"}
    assert unsaid({"a/", "b/c/", "new/"}, said) == ["new/"]
    assert idle({"a/", "b/c/"}, said) == ["gone/"]
