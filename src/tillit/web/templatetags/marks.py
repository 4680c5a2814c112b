"""Small marks: icons, the five ideas' marks, faces, chips, leaves, numbers of steps."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from typing import Any, Literal
from zlib import crc32

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tillit.kernel import formats
from tillit.web.templatetags.library import language, register

# Icons that point somewhere are mirrored where text runs from right to left.
_TURNS = {"arrow", "in", "list", "next", "out", "prev", "send", "undo"}

_SEAL = (
    "M12 4Q15.400 1.540 16.700 5.530Q20.900 5.530 19.610 9.530Q23 12 19.610 14.470Q20.900 18.470 16.700 18.470"
    "Q15.400 22.460 12 20Q8.600 22.460 7.300 18.470Q3.100 18.470 4.390 14.470Q1 12 4.390 9.530"
    "Q3.100 5.530 7.300 5.530Q8.600 1.540 12 4z"
)
_SIGNS = {
    "kept": "m8.500 12.300 2.500 2.400 4.500-5",
    "broken": "m9.250 9.250 5.500 5.500M14.750 9.250l-5.500 5.500",
    "attested": "M7.500 14c1.500-5 3-5 3-2.500s1 2 1.800 0 1.500-1 1.500.5 1.200 1.500 2.700 0",
}


_HIDDEN = SafeString('aria-hidden="true"')


def _sprite(file: str, name: str, css: str, label: str = "") -> SafeString:
    said = format_html('role="img" aria-label="{}"', label) if label else _HIDDEN
    return format_html('<svg class="{}" {}><use href="{}#{}"/></svg>', css, said, static(file), name)


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """{% icon "clock" %}: decoration. {% icon "lock" label=_("Closed") %}: says something by itself."""
    classes = " ".join(filter(None, ("i", "i-turns" if name in _TURNS else "", css)))
    return _sprite("web/img/icons.svg", f"i-{name}", classes, label)


@register.simple_tag
def mark(idea: Literal["tag", "eye", "nobody", "dots"]) -> SafeString:
    """{% mark "eye" %}: tag (declared), eye or nobody (granted to), dots (evidence)."""
    name = {"nobody": "eye-off"}.get(idea, idea)
    return icon(name, css=f"mark-{'eye' if idea == 'nobody' else idea}")


@register.simple_tag
def ring(share: float = 1, law: bool = False, css: str = "") -> SafeString:
    """{% ring 0.7 %}: the clock, with the share of time that is left; honey below a quarter.

    `law=True` draws what a law holds: grey and dotted.
    """
    left = max(0, min(100, round(float(share) * 100)))
    state = "ring-law" if law else "ring-over" if left == 0 else "ring-soon" if left < 25 else ""
    return format_html(
        '<svg class="ring {} {}" viewBox="0 0 24 24" aria-hidden="true">'
        '<circle class="ring-track" cx="12" cy="12" r="8.250"/>'
        '<circle cx="12" cy="12" r="8.250" pathLength="100" stroke-dasharray="{} 100" '
        'transform="rotate(-90 12 12)"/></svg>',
        state,
        css,
        left,
    )


@register.simple_tag
def seal(state: Literal["kept", "broken", "attested"] = "kept") -> SafeString:
    """{% seal "broken" %}: a promise."""
    return format_html(
        '<svg class="seal seal-{}" viewBox="0 0 24 24" aria-hidden="true">'
        '<path class="seal-edge" d="{}"/><path class="seal-sign" d="{}"/></svg>',
        state,
        _SEAL,
        _SIGNS[state],
    )


def initials(name: str) -> str:
    """One or two letters for a face: the first of the first and of the last word that has letters.

    Letters of joining scripts are kept apart, so that they are not read as one word.
    """
    firsts = []
    for word in name.split():
        letters = [c for c in word if unicodedata.category(c)[0] == "L"]
        if letters:
            firsts.append(letters[0].upper()[0])
    if not firsts:
        return "·"
    pair = firsts[:1] + (firsts[-1:] if len(firsts) > 1 else [])
    joins = any(unicodedata.bidirectional(c) == "AL" for c in pair)
    return ("\u200c " if joins else "").join(pair)


@register.simple_tag
def face(name: str, size: Literal["", "s", "l"] = "", photo: str = "", label: str = "") -> SafeString:
    """{% face person.display_name size="l" %}: a drawn shape with initials, or the person's picture.

    Decoration beside a written name; give `label` where it stands alone.
    """
    shape = (crc32(name.encode()) >> 16) % 4 + 1
    classes = " ".join(filter(None, ("face", f"face-{shape}" if shape > 1 else "", f"face-{size}" if size else "")))
    inside = format_html('<img src="{}" alt="">', photo) if photo else initials(name)
    said = format_html('role="img" aria-label="{}"', label) if label else _HIDDEN
    return format_html('<span class="{}" {}>{}</span>', classes, said, inside)


@register.simple_tag
def chip(text: str, kind: str = "", icon_name: str = "", share: float | None = None) -> SafeString:
    """{% chip _("paid") kind="fine" icon_name="check" %}; kinds: fine, soon, wrong, told, line."""
    sign: Any = icon(icon_name) if icon_name else "" if share is None else ring(share)
    return format_html('<span class="chip {}">{}{}</span>', f"chip-{kind}" if kind else "", sign, text)


@register.simple_tag
def step(count: int) -> SafeString:
    """{% step 1 %}: the number before a step's heading."""
    return format_html('<span class="step" aria-hidden="true">{}</span>', formats.digits(count, language()))


@register.simple_tag
def leaf(day: date, zone: str = "UTC") -> SafeString:
    """{% leaf start zone=zone %}: a leaf of the calendar with month, day and weekday."""
    if isinstance(day, datetime):
        day = formats.local(day, zone).date()
    month, number, weekday = formats.leaf_parts(day, language())
    said = formats.format_date(day, language(), "full")
    return format_html(
        '<span class="leaf" role="img" aria-label="{}"><span>{}</span><b>{}</b><span>{}</span></span>',
        said,
        month,
        number,
        weekday,
    )


@register.simple_tag
def drawing(name: str = "house", size: Literal["", "l"] = "") -> SafeString:
    """{% drawing "calendar" %}: house, dark, calendar, letter, path, door."""
    css = "drawing drawing-l" if size else "drawing"
    return _sprite("web/img/drawings.svg", f"d-{name}", css)


@register.simple_tag
def forest() -> SafeString:
    """The line of trees with one lit house that closes every page."""
    return _sprite("web/img/forest.svg", "forest", "forest")
