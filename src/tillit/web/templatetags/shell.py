"""What the shells need: languages, colour scheme, the organisation's window, navigation."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tillit.web import help
from tillit.web.templatetags.library import language, read, register

DOCK = 5
"""How many links fit at the bottom of a phone."""
_NAMES = {"sv": "Svenska", "en": "English", "fa": "فارسی"}


def _codes(context: Context) -> list[str]:
    organisation = context.get("organisation")
    offered = (read(organisation, "languages") if organisation else None) or context.get("languages")
    offered = offered or [code for code, _name in settings.LANGUAGES]
    return [item if isinstance(item, str) else item[0] for item in offered]


@register.inclusion_tag("components/language_switch.html", takes_context=True)
def language_switch(context: Context) -> dict[str, Any]:
    """{% language_switch %}: links that keep the path and the query and add ?language=xx."""
    request = context.get("request")
    links = []
    for code in _codes(context):
        query = f"language={code}"
        if request is not None:
            kept = request.GET.copy()
            kept["language"] = code
            query = kept.urlencode()
        path = request.path if request is not None else ""
        links.append({"code": code, "name": _NAMES.get(code, code), "url": f"{path}?{query}",
                      "current": code == language()[:2]})  # fmt: skip
    return {"links": links, "current": _NAMES.get(language()[:2], language())}


@register.simple_tag(takes_context=True)
def help_link(context: Context) -> SafeString:
    """{% help_link %}: the "?" of a page that an article of the help is about; nothing on others."""
    request = context.get("request")
    article = help.about(request)
    if request is None or article is None:
        return SafeString()
    slug = request.resolver_match.kwargs.get("slug", "") if context.get("organisation") else ""
    label = _("Help: %(title)s") % {"title": article.title}
    return format_html(
        '<a class="icon-btn help-mark" href="{}" title="{}"><span aria-hidden="true">?</span>'
        '<span class="vh">{}</span></a>',
        help.address(article, slug),
        article.title,
        label,
    )


@register.simple_tag(takes_context=True)
def theme_attribute(context: Context) -> SafeString:
    """The chosen colour scheme as an attribute of <html>; nothing when it follows the system."""
    request = context.get("request")
    around = context.get("embedded")
    chosen = around.theme if around else request.COOKIES.get("theme") if request is not None else None
    return format_html(' data-theme="{}"', chosen) if chosen in ("light", "dark") else SafeString()


@register.simple_tag
def window() -> SafeString:
    """The lit window, in the accent of whatever surrounds it."""
    return SafeString(
        '<svg class="window" viewBox="0 0 32 36" aria-hidden="true">'
        '<path class="window-frame" d="M0 16a16 16 0 0 1 32 0v15a5 5 0 0 1-5 5H5a5 5 0 0 1-5-5z"/>'
        '<path class="window-light" d="M6 16.5a10 10 0 0 1 20 0V29a1.5 1.5 0 0 1-1.5 1.5h-17A1.5 1.5 0 0 1 6 29z"/>'
        '<path class="window-bars" d="M16 6v25M6 19h20"/></svg>'
    )


@register.inclusion_tag("components/nav_links.html", takes_context=True)
def nav_links(context: Context, items: Any) -> dict[str, Any]:
    """{% nav_links nav_items %}: each `label`, `url`, `icon` and, unless the address tells, `current`."""
    request = context.get("request")
    path = request.path if request is not None else ""
    links = []
    for item in items or ():
        url = read(item, "url")
        current = read(item, "current", None)
        links.append({"label": read(item, "label"), "url": url, "icon": read(item, "icon") or "arrow",
                      "current": url == path if current is None else current})  # fmt: skip
    return {"links": links}


@register.inclusion_tag("components/dock.html", takes_context=True)
def dock(context: Context, items: Any) -> dict[str, Any]:
    """{% dock nav_items %}: the same links as nav_links, at the bottom of a phone: five, or four and "More".

    The first, the public page, goes under "More" then: the name at the top leads there too.
    """
    links = nav_links(context, items)["links"]
    if len(links) <= DOCK:
        return {"links": links}
    shown, more = links[1:DOCK], [links[0], *links[DOCK:]]
    return {"links": shown, "more": more, "more_current": any(link["current"] for link in more)}
