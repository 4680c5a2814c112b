"""One line as people type it, in any script."""

import pytest

from tillit.kernel.lines import one_line


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("  two \t words \r\n", "two words"),
        ("صفحه\u200cگسترده", "صفحه\u200cگسترده"),  # the half-space is part of the word
        ("a\u202eb\u2067c\x00d\x1b", "abcd"),
        ("\ud800x", "x"),
        ("", ""),
    ],
)
def test_one_line(typed, line):
    assert one_line(typed) == line
