"""Tables that are read on a phone: below a narrow width each row becomes a small list, its cells under their headings.

What a row's cells are called stands in the head; here every cell gets it along, and its part in the table by name,
since a table that is laid out as blocks is none for a screen reader otherwise.
"""

from __future__ import annotations

import re
from itertools import chain, repeat

from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe

from tillit.web.templatetags.library import register

_HEAD = re.compile(r"<thead>(.*?)</thead>", re.S)
_WORDS = re.compile(r"<th\b[^>]*>(.*?)</th>", re.S)
_ROW = re.compile(r"<tr\b[^>]*>.*?</tr>", re.S)
_OPENS = re.compile(r"<(td|th)\b([^>]*)>")
_CELL = re.compile(r"<(td|th)\b([^>]*)>(.*?)</\1>", re.S)
_STACKS = 3  # columns; fewer fit beside each other


@register.simple_block_tag
def table(content: str, caption: str, hide_caption: bool = False) -> SafeString:
    """{% table caption=… %}<thead>…</thead><tbody>…</tbody>{% endtable %}: wide ones stack when narrow, or scroll."""
    heads = _heads(content)
    stacks = len(heads) >= _STACKS and "colspan" not in content and "<tfoot" not in content
    return format_html(
        '<div class="table-box" tabindex="0" role="region" aria-label="{}"><table class="{}"{}>'
        '<caption class="{}">{}</caption>{}</table></div>',
        caption,
        "table table-stacks" if stacks else "table",
        mark_safe(' role="table"') if stacks else "",
        "vh" if hide_caption else "",
        caption,
        _labelled(content, heads) if stacks else content,
    )


def _heads(content: str) -> list[str]:
    head = _HEAD.search(content)
    return [" ".join(strip_tags(words).split()) for words in _WORDS.findall(head[1])] if head else []


def _labelled(content: str, heads: list[str]) -> SafeString:
    """The same rows, each cell with its heading. The headings are text of the page already: escaped there."""
    cut = content.index("</thead>")
    head, body = content[:cut], content[cut:]
    head = _OPENS.sub(r'<\1\2 role="columnheader">', head).replace("<tr", '<tr role="row"')

    def row(found: re.Match[str]) -> str:
        words = chain(heads, repeat(""))
        return _CELL.sub(lambda cell: _cell(cell, next(words)), found[0]).replace("<tr", '<tr role="row"', 1)

    return mark_safe(head + _ROW.sub(row, body))  # noqa: S308 (the page's own markup, with what its head says)


def _cell(cell: re.Match[str], words: str) -> str:
    role = "rowheader" if cell[1] == "th" else "cell"
    label = words.replace('"', "&quot;")
    return f'<{cell[1]}{cell[2]} role="{role}" data-label="{label}"><div>{cell[3].strip()}</div></{cell[1]}>'
