"""The way from a list to its file."""

from __future__ import annotations

from django.template.context import RequestContext
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tillit.web.templatetags.library import register
from tillit.web.templatetags.parts import button


@register.simple_tag(takes_context=True)
def export_link(context: RequestContext, which: str) -> SafeString:
    """{% export_link "people" %}: a link to take the list on this page out as a file (exchange.lists)."""
    organisation = context.get("organisation")
    url = reverse("export", args=[organisation.slug, which]) if organisation else ""
    return button(_("As a file"), kind="line", size="s", href=url, icon_name="copy") if url else SafeString()
