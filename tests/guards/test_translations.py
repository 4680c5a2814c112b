"""Every sentence exists in the three languages of the product (tools/messages.py says what that means)."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import ROOT

LANGUAGES = ("sv", "en", "fa")


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    path = ROOT / "tools" / "messages.py"
    spec = importlib.util.spec_from_file_location("tillit_messages", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_every_sentence_is_translated(tool):
    messages = tool.source_messages()
    wrong = [f"{language}: {line}" for language in LANGUAGES for line in tool.problems(language, messages)]
    assert not wrong, "\n".join(wrong)


CATALOGUE = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

{}
"""


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ('msgid "Hello %(name)s"\nmsgstr "Hej %(name)s"', None),
        ("", "missing"),
        ('msgid "Hello %(name)s"\nmsgstr ""', "untranslated"),
        ('#, fuzzy\nmsgid "Hello %(name)s"\nmsgstr "Hej %(name)s"', "fuzzy"),
        ('msgid "Hello %(name)s"\nmsgstr "Hej du"', "placeholders"),
        ('msgid "Hello %(name)s"\nmsgstr "Hej %(name)s"\n\nmsgid "Gone"\nmsgstr "Borta"', "stale"),
    ],
)
def test_the_guard_sees_what_is_wrong(tool, tmp_path, entry, complaint):
    source, locale = tmp_path / "source", tmp_path / "locale"
    source.mkdir()
    (source / "x.py").write_text(
        'from django.utils.translation import gettext as _\n_("Hello %(name)s") % {"name": "x"}\n'
    )
    path: Path = tool.catalogue_path("sv", locale)
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE.format(entry))
    wrong = tool.problems("sv", tool.source_messages(source), locale)
    assert wrong == [] if complaint is None else [line.split()[0].rstrip(":") for line in wrong] == [complaint]
