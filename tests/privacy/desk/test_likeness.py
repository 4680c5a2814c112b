"""What looks like an address and is not it."""

import pytest

from tillit.privacy.desk.likeness import compare


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("anna.berg@example.se", "same"),
        (" Anna.Berg@EXAMPLE.se", "same"),
        ("ａnna.berg@example.se", "same"),  # fullwidth: the same mailbox, as mail servers read it
        ("annaberg@example.se", "alike"),
        ("anna.berg+x@example.se", "alike"),
        ("аnna.berg@example.se", "alike"),  # Cyrillic а
        ("anna.berg@exаmple.se", "alike"),
        ("anna.berg@xn--exmple-4nf.se", "alike"),  # the same domain as it travels
        ("anna.berg@examp1e.se", "alike"),
        ("anna.bеrg@example.se", "alike"),
        ("änna.berg@example.se", "alike"),
        ("anna.berg@exarnple.se", "alike"),
        ("anna-berg@example.se", "alike"),
        ("bo.berg@example.se", "other"),
        ("anna.berg@example.com", "other"),
        ("nonsense", "other"),
        ("", "other"),
    ],
)
def test_only_the_same_is_the_same(typed, found):
    assert compare(typed, "anna.berg@example.se") == found
