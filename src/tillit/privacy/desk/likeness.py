"""Addresses that look like another one and are not it: letters of other alphabets, dots, plus signs, lookalikes.

    compare("anna@exаmple.se", "anna@example.se")      # "alike": the first has a Cyrillic а

Two addresses are the same only when the mail of one reaches the other for certain: `normal.email` says so. What merely
looks the same proves nothing, and whoever decides is told.
"""

from __future__ import annotations

import unicodedata

from tillit.kernel import normal

# The most used look-alikes of Unicode's confusables.txt (UTS 39): Cyrillic, Greek, Armenian, and digits for letters.
_LOOKS = str.maketrans(
    "аеорсухівјѕԁӏԛԝһгпτνοαρειχυηγϲյոսցօ0135|",
    "aeopcyxibjsdlqwhrntvoapeixyhycjnsgoolesl",
)
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def compare(typed: str, registered: str) -> str:
    """same, alike or other. An address that is none is other."""
    try:
        one, two = normal.email(typed), normal.email(registered)
    except ValueError:
        return "other"
    if one == two:
        return "same"
    return "alike" if skeleton(one) == skeleton(two) else "other"


def skeleton(address: str) -> str:
    """What is left of an address when everything that can be mistaken is taken for the same."""
    local, _at, domain = address.casefold().partition("@")
    return f"{_plain(local.partition('+')[0]).replace('.', '')}@{_plain(_decoded(domain))}"


def _plain(text: str) -> str:
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    text = text.translate(_LOOKS).replace("-", "").replace("_", "")
    for pair, looks in _PAIRS:
        text = text.replace(pair, looks)
    return text.replace("i", "l")  # I, l, 1 and | are one stroke


def _decoded(domain: str) -> str:
    """A domain as it is read, not as it travels (punycode)."""
    try:
        return domain.encode("ascii").decode("idna")
    except (UnicodeError, ValueError):
        return domain
