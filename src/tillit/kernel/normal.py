"""The one form of a value by which it is found (blind indexes). Each raises ValueError for what has no such form."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tillit.kernel.lines import REORDERING

LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3 less the angle brackets
_SEPARATORS = re.compile(r"[\s.\-/()\u200c-\u200f\u2010-\u2015\u202a-\u202e\u2066-\u2069]")
_IRAN, _SWEDEN = "98", "46"


def email(text: str) -> str:
    """An address: NFKC, no blanks around it, no difference of case.

    Refuses control characters, line breaks or blanks inside, more or less than one @, an empty part, more than
    254 characters.
    """
    address = unicodedata.normalize("NFKC", text).strip().casefold()
    local, at, domain = address.partition("@")
    if not (at and local and domain) or "@" in domain or len(address) > LONGEST_ADDRESS:
        raise ValueError("Not an e-mail address.")
    if any(c.isspace() or unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn"} for c in address):
        raise ValueError("An e-mail address has no blanks or invisible characters.")
    return address


def phone(text: str, *, country: str | None = None) -> str:
    """A telephone number as E.164 writes it: `+` and at most fifteen digits. Digits of any script are read.

    A number without a country (a leading 0) belongs to `country` (its calling code); without one, eleven digits
    are Iranian and eight to ten Swedish, as the two numbering plans have them.
    """
    written = _ascii_digits(_SEPARATORS.sub("", text.replace("(0)", "").replace("(۰)", "")))
    plus, digits = written.startswith("+"), written.removeprefix("+")
    if not re.fullmatch(r"[0-9]+", digits):
        raise ValueError("Not a telephone number.")
    if not plus and digits.startswith("00"):
        plus, digits = True, digits[2:]
    if not plus:
        code = country or (_IRAN if len(digits) == 11 else _SWEDEN if 8 <= len(digits) <= 10 else None)
        if code is None or not digits.startswith("0"):
            raise ValueError("A telephone number without its country.")
        digits = code + digits[1:]
    if digits.startswith("0") or not 7 <= len(digits) <= 15:
        raise ValueError("Not a telephone number.")
    return f"+{digits}"


def number(text: str) -> str:
    """An identity or organisation number: its digits, whatever script and separators it was typed with."""
    digits = _ascii_digits(re.sub(r"[\s\-+\u200c-\u200f]", "", text))
    if not re.fullmatch(r"[0-9]{4,20}", digits):
        raise ValueError("Not a number.")
    return digits


_SAME_LETTER = str.maketrans({
    "ي": "ی", "ى": "ی", "ك": "ک", "ە": "ه", "ة": "ه", "ہ": "ه", "ھ": "ه", "ـ": None,
    "ø": "o", "æ": "ae", "đ": "d", "ł": "l", "ı": "i",
})  # fmt: skip
"""Arabic letters as Persian writes them (ي ى ك ة …), letters with a stroke, and the line that only stretches a word."""


def folded(text: str) -> str:
    """Text as it is compared when somebody searches: not to be shown, and of no fixed length.

    No difference of case, of marks above and below letters (so å and ä are a, ö is o, آ is ا), of Arabic and Persian
    letters, or of the digits' script; nothing invisible (a half-space joins what it stands between); line breaks and
    the like are blanks. NFKD of Unicode (UAX 15) with its casefold.
    """
    if text.isascii() and text.isprintable():
        return text.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(map(_compared, plain)).translate(_SAME_LETTER)


@lru_cache(maxsize=4096)
def _compared(letter: str) -> str:
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    sort = unicodedata.category(letter)
    if sort in {"Mn", "Cf"}:
        return ""
    return " " if sort in {"Cc", "Zl", "Zp", "Zs"} else letter


def clean_text(text: str, *, lines: bool) -> str:
    """Text in any script as typed, NFC, without control characters (but line breaks, where `lines`)."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (
        c
        for c in text
        if (c == "\n" and lines) or (unicodedata.category(c) not in {"Cc", "Cs"} and ord(c) not in REORDERING)
    )
    return "".join(kept).strip()


def _ascii_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
