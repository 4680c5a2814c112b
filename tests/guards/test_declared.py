"""The build fails when code and published declarations disagree, when a cookie is set that is not listed, and when a
purpose rests on an interest that nobody names."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings

from tillit.kernel.declare import holdings
from tillit.kernel.dpv import Basis, Purpose
from tillit.privacy.policy import children, cookies, declared, words
from tillit.wallet import links

SOURCES = Path("src/tillit")
BY_LIBRARIES = {"messages", settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_NAME}


def test_code_and_file_say_the_same():
    assert declared.disagreements() == [], declared.RENEW
    assert declared.FILE.read_text(encoding="utf-8") == declared.written(declared.derived()), declared.RENEW


def test_a_changed_declaration_is_noticed():
    one = next(iter(holdings()))
    with mock.patch.dict(one.declared.__dict__, {"why": (Purpose.WORK, Purpose.BOOK)}):
        assert declared.disagreements() == [f"{one.label} says something else"]
    with mock.patch.object(Purpose.SECURITY, "basis", Basis.CONSENT):
        assert declared.disagreements() == ["security says something else"]
        assert [error.id for error in declared.declared_as_published(None)] == ["tillit.E110"]


@pytest.mark.parametrize("purpose", [one for one in Purpose if one.basis is Basis.INTEREST], ids=lambda one: one.name)
def test_every_interest_is_named(purpose):
    assert str(words.INTERESTS[purpose.name.lower()]).strip()


def set_in_python(source: str, constants: dict[str, str]) -> list[str]:
    """The names of cookies that a source sets; one that can not be read is called "?"."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and "set_" in node.func.attr:
            if not node.func.attr.endswith("cookie"):
                continue
            name = node.args[0] if node.args else None
            if isinstance(name, ast.Constant):
                found.append(str(name.value))
            else:
                found.append(constants.get(ast.unparse(name) if name else "", "?"))
    return found


CONSTANTS = {
    "settings.SESSION_COOKIE_NAME": settings.SESSION_COOKIE_NAME,
    "COOKIE": children.COOKIE,
    "WAY_COOKIE": links.WAY_COOKIE,
}


def test_every_cookie_is_listed():
    names = set(BY_LIBRARIES)
    for path in SOURCES.rglob("*.py"):
        names |= set(set_in_python(path.read_text(encoding="utf-8"), CONSTANTS))
    for path in SOURCES.rglob("static/**/*.js"):
        if "vendor" not in path.parts:
            names |= set(re.findall(r"document\.cookie\s*=\s*[`'\"](\w[\w-]*)=", path.read_text(encoding="utf-8")))
    assert names == cookies.NAMES


def test_a_cookie_that_nobody_listed_is_found():
    assert set_in_python("r.set_cookie('tracker', 1)", CONSTANTS) == ["tracker"]
    assert set_in_python("r.set_signed_cookie(some.name, 1)", CONSTANTS) == ["?"]
