"""Extracts from criminal records are not taken (GDPR Art. 10): whom to trust with one, the law decides. They are
recognised by their kind, their name and the words on them, in the languages that people here write."""

from __future__ import annotations

import re
import unicodedata

_SIGNS = re.compile(
    "|".join(
        (
            r"utdrag\w* (ur|fran|av) (\w+ )?(belastnings|misstanke|brotts?)registr",
            r"belastningsregist(er|ret)\w*",
            r"registerutdrag\w* .{0,60}(polis|belastning|brott)",
            r"(polis|belastning|brott)\w* .{0,60}registerutdrag",
            r"\d{4}:\d+ .{0,40}om belastningsregister",
            r"criminal records? (extract|certificate|check|disclosure)",
            r"(extract|excerpt) (from|of) (the )?(swedish )?(criminal|police) records?",
            r"police (record|clearance|certificate of good conduct)",
            r"(enhanced|standard|basic) (dbs|disclosure) (check|certificate)",
            r"disclosure and barring service",
            r"گواهی (عدم )?سو[ءئ]? ?پیشینه",
            r"عدم سو[ءئ]? ?پیشینه",
            r"سو[ءئ] ?پیشینه کیفری",
            r"پیشینه کیفری",
            r"سابقه کیفری",
        )
    )
)
_SAME = str.maketrans({"ي": "ی", "ك": "ک", "\u200c": " ", "\u200d": "", "_": " ", "-": " ", ".": " ", "ٔ": "", "å": "a"})


def recognised(*texts: str) -> bool:
    """Does one of these texts (a file's name, a title, what stands on the pages) say that it is such an extract?"""
    return any(_SIGNS.search(plain(text)) for text in texts)


def plain(text: str) -> str:
    """In small letters, one space between words, letters and signs that look alike as one."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_SAME)
    folded = "".join(c for c in folded if unicodedata.category(c) != "Cf")
    return " ".join(folded.split())
