"""What a release says of itself names the program it was made of, and speaks of every build promise."""

from __future__ import annotations

from pathlib import Path

from tillit.kernel.promise import Kind, every
from tillit.privacy import release
from tools.release import ROOT, TESTS


def test_every_build_promise_has_its_tests_and_they_exist():
    assert set(TESTS) == {promise.id for promise in every() if promise.kind is Kind.BUILD}
    for paths in TESTS.values():
        assert all((ROOT / path).exists() for path in paths), paths


def test_the_shipped_results_speak_of_every_build_promise():
    """Of this program or an older one: the trust page says which. `make release` writes them anew."""
    for promise in TESTS:
        assert release.result(promise), f"{promise}: run make release"


def test_the_name_follows_the_program_and_nothing_else(tmp_path: Path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "rules.py").write_text("safe = True")
    before = release.identity(tmp_path)
    (tmp_path / "release.json").write_text("{}")
    (tmp_path / "app" / "words.mo").write_bytes(b"x")
    assert release.identity(tmp_path) == before
    (tmp_path / "app" / "rules.py").write_text("safe = False")
    changed = release.identity(tmp_path)
    assert changed != before
    (tmp_path / "app" / "rules.py").rename(tmp_path / "app" / "others.py")
    assert release.identity(tmp_path) not in {before, changed}
