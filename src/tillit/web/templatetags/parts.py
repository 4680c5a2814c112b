"""Larger parts: cards, notices, who sees what, tables, timelines, dialogs, tabs, pages, progress."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal

from django.template.context import RequestContext
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tillit.kernel import formats
from tillit.web.templatetags.library import language, read, register
from tillit.web.templatetags.marks import drawing, icon

_NOTICES = {"told": ("info", ""), "soon": ("warn", "notice-soon"), "wrong": ("x", "notice-wrong"),
            "fine": ("check", "notice-fine")}  # fmt: skip


def _words(until: date | datetime | str) -> str:
    if isinstance(until, datetime):
        raise ValueError("an instant needs a zone: pass the day or words")
    return formats.format_date(until, language(), "medium") if isinstance(until, date) else until


@register.simple_block_tag
def card(content: str, kind: Literal["", "plain", "lit"] = "", label: str = "", css: str = "") -> SafeString:
    """{% card %}…{% endcard %}: a thing one can hold. kinds: plain, lit (once at most in sight)."""
    classes = " ".join(filter(None, ("card", f"card-{kind}" if kind else "", css)))
    if label:
        return format_html('<section class="{}" aria-label="{}">{}</section>', classes, label, content)
    return format_html('<div class="{}">{}</div>', classes, content)


@register.simple_block_tag
def notice(content: str, kind: Literal["told", "soon", "wrong", "fine"] = "told", icon_name: str = "") -> SafeString:
    """{% notice "soon" %}…{% endnotice %}: told (sky), soon (honey), wrong (lingon), fine (moss)."""
    sign, css = _NOTICES[kind]
    return format_html('<div class="notice {}">{}<div>{}</div></div>', css, icon(icon_name or sign), content)


@register.simple_block_tag
def told(content: str) -> SafeString:
    """{% told %}<b>Only Helena sees this.</b> …{% endtold %}: said at the moment of collection."""
    return format_html('<p class="told">{}<span>{}</span></p>', icon("eye"), content)


@register.inclusion_tag("components/sees.html")
def sees(
    who: str = "",
    until: date | str = "",
    share: float = 1,
    law: bool = False,
    url: str = "",
    action: str = "",
    text: str = "",
    css: str = "",
) -> dict[str, Any]:
    """{% sees who="Helena Lind" until=day share=0.7 url=… action=_("Change") %}: the visibility line.

    Without `who` and `text`: nobody. `text` replaces the sentence ("Only you and Sara read this").
    `until` is a day or words; `share` is what is left of the time; `law` if a law holds it.
    """
    return {
        "who": who,
        "text": text,
        "until": _words(until) if until else "",
        "share": share,
        "law": law,
        "url": url,
        "action": action,
        "css": css,
    }


@register.simple_block_tag
def empty(content: str, picture: str = "house", title: str = "", level: int = 3) -> SafeString:
    """{% empty title=_("Nobody has written yet") %}<p>…</p>{% endempty %}: nothing here, and what to do."""
    heading = format_html("<h{0}>{1}</h{0}>", int(level), title) if title else ""
    return format_html('<div class="empty">{}{}{}</div>', drawing(picture), heading, content)


@register.inclusion_tag("components/timeline.html")
def timeline(items: Iterable[Any], level: int = 3) -> dict[str, Any]:
    """{% timeline items %}: each with `title`, `when` (words), `note`, `state` (done, now, seen, wrong)."""
    return {
        "items": [{n: read(i, n) for n in ("title", "when", "note", "state", "machine")} for i in items],
        "level": level,
    }


@register.simple_block_tag
def dialog(content: str, id: str, title: str, still: bool = False) -> SafeString:
    """{% dialog "cancel" title=… %}…{% enddialog %}, opened by <a href="/…" data-dialog="cancel">.

    Inside, a button with data-dialog-close closes it. `still` shows it in place, for the gallery.
    """
    if still:
        return format_html('<div class="dialog dialog-still"><h3>{}</h3>{}</div>', title, content)
    return format_html(
        '<dialog class="dialog" id="{0}" aria-labelledby="{0}-title">'
        '<h2 class="h3" id="{0}-title">{1}</h2>{2}</dialog>',
        id,
        title,
        content,
    )


@register.simple_tag
def button(
    text: str,
    kind: Literal["", "line", "bare", "stop"] = "",
    href: str = "",
    icon_name: str = "",
    size: Literal["", "s"] = "",
    wide: bool = False,
    name: str = "",
    value: str = "",
    disabled: bool = False,
    opens: str = "",
) -> SafeString:
    """{% button _("Book") icon_name="check" wide=True %}: sends its form; with `href`, a link.

    `opens` names a dialog that a link opens instead, where scripts run.
    """
    css = " ".join(
        filter(None, ("btn", f"btn-{kind}" if kind else "", f"btn-{size}" if size else "", "btn-wide" if wide else ""))
    )
    sign = icon(icon_name) if icon_name else ""
    dialog_name = format_html(' data-dialog="{}"', opens) if opens else ""
    if href:
        return format_html('<a class="{}" href="{}"{}>{}{}</a>', css, href, dialog_name, sign, text)
    named = format_html(' name="{}" value="{}"', name, value) if name else ""
    off = " disabled" if disabled else ""
    return format_html('<button type="submit" class="{}"{}{}{}>{}{}</button>', css, named, off, dialog_name, sign, text)


@register.inclusion_tag("components/tabs.html")
def tabs(items: Iterable[Any], label: str) -> dict[str, Any]:
    """{% tabs items label=… %}: links between views of one thing; each `label`, `url`, `current`."""
    return {"items": [{n: read(i, n) for n in ("label", "url", "current", "icon")} for i in items], "label": label}


@register.inclusion_tag("components/steps.html")
def steps(labels: Iterable[str], current: int, label: str) -> dict[str, Any]:
    """{% steps labels current=2 label=_("Booking") %}: where one is in a few steps; counted from one."""
    state = {True: "done", False: ""}
    numbered = enumerate(labels, 1)
    return {"steps": [(n, text, "now" if n == current else state[n < current]) for n, text in numbered], "label": label}


@register.inclusion_tag("components/offers.html")
def offers(items: Iterable[Any], label: str) -> dict[str, Any]:
    """{% offers items label=… %}: what can be booked; each `title`, `note`, `url`, `icon`, `current`."""
    return {"items": [{n: read(i, n) for n in ("title", "note", "url", "icon", "current")} for i in items],
            "label": label}  # fmt: skip


@register.simple_block_tag
def summary_card(
    content: str,
    start: datetime,
    zone: str,
    title: str,
    note: str = "",
    rows: Iterable[tuple[str, str]] = (),
    label: str = "",
    css: str = "",
) -> SafeString:
    """{% summary_card start=… zone=… title=… note=… rows=rows label=_("Your booking so far") %}
    {% sees … css="card-foot" %}{% endsummary_card %}: leaf, title, pairs of (word, value), and a foot."""
    inner = {
        "start": start, "zone": zone, "title": title, "note": note, "rows": list(rows), "label": label,
        "css": css, "content": content,
    }  # fmt: skip
    return SafeString(get_template("components/summary_card.html").render(inner))


@register.inclusion_tag("components/progress.html")
def progress(value: float, top: float, label: str, words: str = "") -> dict[str, Any]:
    """{% progress 3 12 label=… words=… %}: how far something long has come."""
    return {"value": value, "top": top, "label": label, "words": words}


@register.inclusion_tag("components/to_copy.html")
def to_copy(value: str) -> dict[str, Any]:
    """{% to_copy address %}: an address, a key or a line of code that belongs into another program."""
    return {"value": value}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(
    context: RequestContext, page: Any = None, previous_url: str = "", following_url: str = ""
) -> dict[str, Any]:
    """{% pagination page %} for a Django page (keeps the query), or with the two urls of a cursor."""
    words = ""
    if page is not None:
        request = context.get("request")

        def at(number: int) -> str:
            query = request.GET.copy() if request is not None else {}
            query["page"] = str(number)
            return "?" + (query.urlencode() if hasattr(query, "urlencode") else f"page={number}")

        previous_url = at(page.previous_page_number()) if page.has_previous() else ""
        following_url = at(page.next_page_number()) if page.has_next() else ""
        words = formats.digits(f"{page.number}/{page.paginator.num_pages}", language())
    return {"previous_url": previous_url, "following_url": following_url, "words": words}


@register.inclusion_tag("components/toasts.html")
def toasts(messages: Iterable[Any] | None) -> dict[str, Any]:
    """{% toasts messages %}: Django's messages; a warning or an error stays until it is closed."""
    signs = {"success": "check", "warning": "warn", "error": "x"}
    return {
        "messages": [
            {
                "text": message,
                "icon": signs.get(read(message, "level_tag"), "info"),
                "stays": read(message, "level_tag") in ("warning", "error"),
            }
            for message in messages or ()
        ]
    }
