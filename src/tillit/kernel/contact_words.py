"""Recognises contact details in what people write: phone numbers, e-mail addresses, links and street addresses, also
spelled out (Swedish, English, Persian), in any script's digits, spaced, with invisible and look-alike characters.

    for one in contact_words.find("Ring 070 – 174 06 31"): one.kind, one.start, one.end      # "phone", 5, 20

It is pure and knows nobody. It asks, it does not forbid: what it misses is sent, what it finds wrongly can be sent all
the same. Prices, dates, times, ages and postcodes alone are none. docs/decisions/0052-… says why it is as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from tillit.kernel.number_words import JOINS, digits_of

KINDS = ("phone", "email", "link", "address")
LONGEST = 20_000  # characters that are looked at
LEAD = 80  # characters before a text into which a detail may reach back

_LOOKALIKE = str.maketrans(
    "асеорхуіјԁѕһкмтвнѵԛԝαοινρτυχεκ\u0131\u0261\u0251\u2018\u2019",
    "aceopxyijdshkmtbhvqwaoivptuxekiga''",
)
_LIKE_DOT = frozenset("․。｡·•∙⋅ꓸ")
_LIKE_DASH = frozenset("‐‑‒–—―−﹣－~")
_LIKE_SLASH = frozenset("⁄∕／")
_TLD = (
    "com|net|org|se|info|io|ir|app|eu|dk|fi|de|uk|fr|nl|es|tv|link|site|online|shop|xyz|ly|gg|biz|page|dev|club|live|"
    "email|chat|social"
)
_RISKY_TLD = "nu|no|me|co|so|to|is|it|in|ai"
"""Endings that are words as well: believed with www., a path or an address before them only."""
_MAILERS = "gmail|hotmail|outlook|icloud|yahoo|protonmail|proton|live|msn|telia|جیمیل|جی میل|یاهو|هاتمیل"
_AT = r"(?:\s?@\s?|\s?[(\[{<]\s?(?:at|a|ات)\s?[)\]}>]\s?|\s?snabel[\s-]?a\s?|\s?ات\s?ساین\s?)"
_SPOKEN_AT = r"(?:\s+(?:at|ات|alfakrull)\s+)"
_DOT = r"(?:\.|\s?[(\[{]\s?(?:dot|punkt|\.|نقطه)\s?[)\]}]\s?|\s+(?:dot|punkt|prick|نقطه|دات)\s+)"
_SPOKEN_DOT = r"(?:\s?[(\[{]\s?(?:dot|punkt|نقطه)\s?[)\]}]\s?|\s+(?:dot|punkt|prick|نقطه|دات)\s+)"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,62})"
_LOCAL = r"[a-z0-9](?:[a-z0-9._%+-]{0,63})"
_NAME = rf"{_LOCAL}(?:{_SPOKEN_DOT}{_LOCAL}){{0,3}}"
_TOP = rf"(?:{_TLD}|{_RISKY_TLD}|کام)"

_EMAIL = re.compile(
    rf"(?<![a-z0-9]){_NAME}(?:"
    rf"{_AT}(?:{_LABEL}{_DOT}){{1,4}}[a-z]{{2,24}}\b"
    rf"|{_SPOKEN_AT}(?:{_LABEL}{_DOT}){{1,4}}{_TOP}\b"
    rf"|(?:{_AT}|\s+(?:at|pa|ات|در)\s+)(?:{_MAILERS})\b(?:{_DOT}{_TOP}\b)?)"
)
_LINK = re.compile(
    r"https?\s?:\s?/\s?/\s?\S+"
    rf"|(?<![a-z0-9@])www{_DOT}{_LABEL}(?:{_DOT}{_LABEL})*"
    rf"|(?<![a-z0-9@.])(?:{_LABEL}\.)+(?:{_TLD}|{_RISKY_TLD})\s?/\s?[\w@+.-]+"
    rf"|(?<![a-z0-9@.])(?:{_LABEL}\.)+(?:{_TLD})\b(?![a-z0-9-])"
    rf"|(?<![a-z0-9])[a-z0-9-]{{2,63}}{_SPOKEN_DOT}(?:{_TLD})\b"
    r"|(?<![\w.])@[a-z][a-z0-9_.]{3,29}\b"
    r"|\b(?:insta(?:gram)?|snap(?:chat)?|telegram|whats\s?app|signal|kik|messenger|skype|discord|facebook|"
    r"اینستا(?:گرام)?|تلگرام|واتساپ|اسکایپ)\b\s?(?:id|namn|name|ایدی)?\s?(?::|=|@|\b(?:heter|ar|is)\b)+\s?@?[a-z0-9_.]{3,30}"
)
_STREET = (
    r"gatan|gata|vagen|vag|grand|granden|stigen|stig|torget|torg|allen|alle|backen|platsen|plats|plan|esplanaden|leden|"
    r"ringen|kajen|parken|garden|svangen|boulevarden|terrassen|backe|brinken"
)
_NUMBER = r"(?:\d{1,3}(?:\s?[a-h])?(?![\d:.,/]*\d)|(?P<spelled>[a-z]{2,12}))"
_ADDRESS = re.compile(
    rf"\b(?:[a-z]{{2,30}}(?:{_STREET})|(?:stora|lilla|norra|sodra|ostra|vastra|gamla|nya|ovre|nedre|[a-z]{{3,20}}s)"
    rf"\s(?:{_STREET}))\s{_NUMBER}\b(?!\s?(?:km|ar|kr|min|tim|timmar|h|m|meter|ganger|personer|barn|procent|%))"
    r"|\b\d{1,4}[a-d]?\s(?:[a-z]{3,20}\s){1,2}(?:street|st|road|rd|avenue|ave|lane|drive|boulevard|blvd|close|square)\b"
    r"|(?:خیابان|کوچه|بلوار|میدان|بزرگراه|کوی)\s[^\s،,]+(?:[\s،,]+[^\s،,]+){0,6}?[\s،,]+(?:پلاک|شماره|واحد|ساختمان)\s?\d+"
)
_DAY_MONTH = r"(?:0?[1-9]|[12]\d|3[01])\s?[/.]\s?(?:0?[1-9]|1[0-2])"
_CLOCK = r"(?:[01]?\d|2[0-4])\s?[.:]\s?[0-5]\d"
_NOT_A_NUMBER = re.compile(
    rf"(?<![\d.:]){_CLOCK}\s?-{{1,2}}\s?{_CLOCK}(?!\d|\W{{1,2}}\d)"  # times
    rf"|(?<![\d.:])(?<!\d\W){_CLOCK}(?!\d|\W{{1,3}}\d)"
    r"|(?<!\d)(?:19|20|13|14)\d\d\s?[-/.]\s?(?:0?[1-9]|1[0-2])\s?[-/.]\s?(?:0?[1-9]|[12]\d|3[01])(?![\d-])"  # dates
    r"|(?<![\d./-])(?:0?[1-9]|[12]\d|3[01])\s?[-/.]\s?(?:0?[1-9]|1[0-2])\s?[-/. ]\s?(?:19|20|13|14)\d\d(?!\d|\W\d)"
    rf"|(?<![\d./-]){_DAY_MONTH}\s?-{{1,2}}\s?{_DAY_MONTH}(?!\d|\W{{0,3}}\d)"
    rf"|(?<![\d./*_-])(?<!\d\s){_DAY_MONTH}(?!\d|\W{{0,3}}\d)"
    r"|(?<![\d+])[1-9]\d{0,2}(?:[ .,']?\d{3})*(?:[.,]\d{1,2})?\s?(?::-|kr\b|kronor|sek\b|eur|€|usd|\$|£|tusen|"
    r"toman|rial|تومان|ریال|هزار|میلیون)"
)
_SEPARATOR = re.compile(r"[^a-z0-9\u0600-\u06ff]{0,4}")


@dataclass(frozen=True)
class Found:
    """One contact detail: its kind (KINDS) and where it stands in the text, as a slice."""

    kind: str
    start: int
    end: int


def find(text: str, before: str = "") -> list[Found]:
    """The contact details of a text, in order and without overlap. Only the first LONGEST characters are looked at.

    before: what the same writer said just before it. A detail that begins there and goes on in the text is found, from
    the text's beginning; what was whole there already is not found again."""
    found = _find(text)
    if not before:
        return found
    lead = before[-LEAD:] + "\n"
    whole = {one.start for one in _find(lead)}
    reaching = [
        Found(one.kind, 0, one.end - len(lead))
        for one in _find(lead + text)
        if one.start < len(lead) < one.end and one.start not in whole
    ]
    return _without_overlap([*reaching, *found])


def _find(text: str) -> list[Found]:
    folded, at = fold(text[:LONGEST])
    found: list[tuple[str, int, int]] = []
    for kind, pattern in (("email", _EMAIL), ("link", _LINK), ("address", _ADDRESS)):
        found += [(kind, *match.span()) for match in pattern.finditer(folded) if _meant(kind, match, text, at)]
    found += [("phone", start, end) for start, end in _phones(folded)]
    return _without_overlap([Found(kind, at[start], at[end - 1] + 1) for kind, start, end in found])


def without(text: str, kinds: tuple[str, ...] = KINDS, before: str = "") -> str:
    """The text with its contact details of these kinds left out; before: as in `find`."""
    for one in reversed(find(text, before)):
        if one.kind in kinds:
            text = text[: one.start].rstrip(" \t(") + " " + text[one.end :].lstrip(" \t)")
    return text.strip()


def fold(text: str) -> tuple[str, list[int]]:
    """The text as it looks to a reader: plain digits, letters without marks or case, nothing invisible; and for each
    of its characters the place in the original. One character of the original may give several."""
    folded: list[str] = []
    at: list[int] = []
    for place, sign in enumerate(text):
        for plain in _plain(sign):
            folded.append(plain)
            at.append(place)
    return "".join(folded), at


def _plain(sign: str) -> str:
    if sign < "\x80":
        return sign.lower() if sign.isprintable() else " "
    if (digit := unicodedata.digit(sign, None)) is not None:  # every script's, circled and raised ones too
        return str(digit)
    if sign in _LIKE_DOT:
        return "."
    if sign in _LIKE_DASH:
        return "-"
    if sign in _LIKE_SLASH:
        return "/"
    if sign in "يى":
        return "ی"
    if sign == "ك":
        return "ک"
    kind = unicodedata.category(sign)
    if kind in {"Cf", "Mn", "Me"} or sign in "\u115f\u1160\u3164\uffa0\u0640":
        return ""
    if kind[0] == "Z":
        return " "
    shown = unicodedata.normalize("NFKD", sign).casefold().translate(_LOOKALIKE)
    return "".join(one for one in shown if unicodedata.category(one) not in {"Mn", "Me", "Cf"})


def _meant(kind: str, match: re.Match[str], text: str, at: list[int]) -> bool:
    if kind == "address" and (spelled := match.groupdict().get("spelled")):
        return bool(digits_of([spelled]))
    if kind == "link" and "/" not in match[0] and not match[0].startswith(("www", "@")):
        dot = match[0].rfind(".")
        top = at[match.start() + dot + 1]
        return dot < 0 or not text[top].isupper() or text[at[match.start()]].isupper()  # "… skolan.Se på …"
    return True


# -- numbers ----------------------------------------------------------------------------------------------------------

_WORD = re.compile(r"\+?[0-9oliı]*[0-9][0-9oliı]*|[a-z]+|[\u0600-\u06ff]+|\+")
_SAME_SHAPE = str.maketrans("oliı", "0111")


def _phones(folded: str) -> Iterator[tuple[int, int]]:
    """Where digits, or words for digits, that stand together make a telephone number."""
    masked = _NOT_A_NUMBER.sub(lambda match: "§" * len(match[0]), folded)
    run: list[tuple[str, int, int]] = []  # digits or word, from, to
    for match in _WORD.finditer(masked):
        word, start, end = match[0], *match.span()
        part = word.translate(_SAME_SHAPE) if word[-1].isdigit() or any(c.isdigit() for c in word) else word
        counts = part.lstrip("+").isdigit() or word == "+" or bool(digits_of([part])) or (part in JOINS and run)
        if not counts or (run and not _SEPARATOR.fullmatch(masked[run[-1][2] : start])):
            yield from _numbers(run)
            run = []
        if counts:
            run.append((part, start, end))
    yield from _numbers(run)


def _numbers(run: list[tuple[str, int, int]]) -> Iterator[tuple[int, int]]:
    while run and run[-1][0] in JOINS:
        run = run[:-1]
    while run and run[0][0] in JOINS:
        run = run[1:]
    for first in range(len(run)):  # a number may follow another: "2 070 174 06 31"
        groups = digits_of([word for word, _, _ in run[first:]])
        if groups and _dials(groups):
            yield run[first][1], run[-1][2]
            return


def _dials(groups: list[str]) -> bool:
    """Do these groups of digits look like a number that one dials?"""
    digits = "".join(groups)
    abroad = digits.startswith("+")
    digits = digits.lstrip("+")
    if not 7 <= len(digits) <= 15 or len(set(digits)) == 1:
        return False
    sizes = [len(one.lstrip("+")) for one in groups]
    values = [int(one) for one in groups if one.lstrip("+")]
    if len(values) >= 4 and all(a < b for a, b in pairwise(values)):
        return False  # counting, ages, years
    if abroad or digits.startswith("00"):
        return len(digits) >= 8
    if digits.startswith("0"):
        return 8 <= len(digits) <= 12
    even = len(set(sizes)) == 1 and sizes[0] == 1
    whole = even or min(sizes) >= 2
    mobile = (digits[0] == "7" and len(digits) == 9) or (digits[0] == "9" and len(digits) == 10)
    country = digits.startswith(("46", "98", "47", "45", "358")) and 10 <= len(digits) <= 13
    return whole and (mobile or country) and not digits.endswith("000")


def _without_overlap(found: list[Found]) -> list[Found]:
    """Of two that share a character, the one that begins first; of those, the longest."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


__all__ = ["KINDS", "LEAD", "LONGEST", "Found", "find", "fold", "without"]
