"""The office's page about other sites: which may show our pages, and the line that puts one there."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tillit.booking.queries import meeting_types
from tillit.identity.doors import needs_role
from tillit.identity.embedding import actions
from tillit.identity.queries import current_organisation
from tillit.journeys.offers import offer_words
from tillit.kernel import config
from tillit.privacy import office

office.section("doors", gettext_lazy("On other sites"), "office_embed", only_administrators=True)


class SiteForm(forms.Form):
    """Another site."""

    site = forms.CharField(
        label=gettext_lazy("The site's address"),
        max_length=1000,
        widget=forms.TextInput(
            attrs={"dir": "ltr", "inputmode": "url", "autocomplete": "off", "placeholder": "https://example.se"}
        ),
        help_text=gettext_lazy(
            "With *. first, every name one step below it: https://*.example.se covers https://shop.example.se, "
            "and not https://a.shop.example.se"
        ),
        error_messages={"required": gettext_lazy("Write the site's address, like https://example.se.")},
    )


class LineForm(forms.Form):
    """What the line shall show."""

    type = forms.ChoiceField(label=gettext_lazy("Page"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    theme = forms.ChoiceField(
        label=gettext_lazy("Colours"),
        required=False,
        choices=[
            ("", gettext_lazy("as the visitor's device")),
            ("light", gettext_lazy("light")),
            ("dark", gettext_lazy("dark")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["type"].choices = [
            ("", _("the organisation's page")),
            *((kind.slug, offer_words(kind)["title"]) for kind in meeting_types()),
        ]
        fields["language"].choices = [("", _("as the visitor's browser")), *settings.LANGUAGES]


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role("administrator")
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The sites, a form for one more, the line to copy and what it will look like."""
    form = SiteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            site = actions.allow(form.cleaned_data["site"])
        except ValidationError as error:
            form.add_error("site", error)
        else:
            messages.success(request, _("%(site)s may show your pages from now on.") % {"site": site})
            return redirect("office_embed", slug=slug)
    asked = request.GET if request.method != "POST" else None
    line = LineForm(asked or None)
    chosen = line.cleaned_data if line.is_bound and line.is_valid() else {"type": "", "language": "", "theme": ""}
    context = {"form": form, "sites": actions.allowed(), "line_form": line, **_lines(request, slug, chosen)}
    return render(request, "web/embed_office.html", context, status=422 if form.errors else 200)


@require_POST
@needs_role("administrator")
def end(request: HttpRequest, slug: str, site: UUID) -> HttpResponse:
    """Take a site off the list."""
    if actions.end(site):
        messages.success(request, _("That site shows your pages no longer."))
    return redirect("office_embed", slug=slug)


def _lines(request: HttpRequest, slug: str, chosen: dict[str, str]) -> dict[str, Any]:
    """The line with the script, the one without, and the address of the preview."""
    here: Any = current_organisation(request)
    kind = next((one for one in meeting_types() if one.slug == chosen["type"]), None)
    with translation.override(chosen["language"] or here.languages[0]):
        title = _("Book: %(title)s") % {"title": offer_words(kind)["title"]} if kind else here.name
    path = reverse("embed_book", args=[slug, kind.slug]) if kind else reverse("embed_organisation", args=[slug])
    home = config.text("TILLIT_ORIGIN").rstrip("/")
    wanted = {name: chosen[name] for name in ("language", "theme") if chosen[name]}
    said = {"organisation": slug, **({"type": kind.slug} if kind else {}), **wanted, "title": title}
    words = format_html_join(" ", 'data-{}="{}"', said.items())
    address = path + (f"?{urlencode(wanted)}" if wanted else "")
    return {
        "title": title,
        "preview": address,
        "with_script": format_html('<script src="{}/embed.js" {} async></script>', home, words),
        "without_script": format_html(
            '<iframe src="{}" title="{}" loading="lazy" width="100%" height="1400" style="border:0"></iframe>',
            home + address,
            title,
        ),
    }
