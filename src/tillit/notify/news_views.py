"""The office's pages about news: written, looked at, tried out, sent off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.identity.doors import needs_role
from tillit.identity.queries import acting_person, current_organisation
from tillit.notify import news as actions
from tillit.notify.models import News

administrators = needs_role("administrator")


class NewsForm(forms.Form):
    """What there is to say."""

    title = forms.CharField(label=gettext_lazy("What it is about"), max_length=100)
    text = forms.CharField(
        label=gettext_lazy("What there is to say"),
        max_length=News.LONGEST,
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
        help_text=gettext_lazy("Plain text. Addresses of pages become links. No pictures: nothing tells who read it."),
    )


@require_safe
@administrators
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """Drafts, and what went out."""
    return render(request, "notify/office/news.html", {"rows": actions.written()})


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def write(request: HttpRequest, slug: str, news: UUID | None = None) -> HttpResponse:
    """A new draft, or one that is there."""
    found = get_object_or_404(News, pk=news, begun=None) if news else None
    initial = {"title": found.title, "text": found.text} if found else {}
    form = NewsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        kept = actions.write(found, organisation=current_organisation(request), **form.cleaned_data)
        return redirect("office_news_one", slug=slug, news=kept.pk)
    return render(request, "notify/office/news_write.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@administrators
def one(request: HttpRequest, slug: str, news: UUID) -> HttpResponse:
    """As it will look, whom it reaches, and why others do not get it."""
    found = get_object_or_404(News, pk=news)
    context = {"news": found, "audience": actions.audience(), "me": _me(request)}
    return render(request, "notify/office/news_one.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def change(request: HttpRequest, slug: str, news: UUID) -> HttpResponse:
    """The words of a draft."""
    return write(request, slug, news)


@require_POST
@administrators
def do(request: HttpRequest, slug: str, news: UUID, what: str) -> HttpResponse:
    """Try it out, send it off, or delete it."""
    found = get_object_or_404(News, pk=news)
    organisation = current_organisation(request)
    try:
        if what == "try" and (me := _me(request)):
            actions.try_out(found, organisation, me)
            messages.success(request, _("It is on its way to you, and to nobody else."))
        elif what == "send":
            count = actions.audience().reached
            actions.send_off(found, organisation)
            says = ngettext("It is on its way to %(n)d person.", "It is on its way to %(n)d people.", count)
            messages.success(request, says % {"n": count})
        elif what == "remove":
            actions.remove(found)
            messages.success(request, _("The draft is deleted."))
            return redirect("office_news", slug=slug)
        else:
            raise Http404
    except actions.TooSoon:
        messages.error(request, _("News went out this month already, and people agreed to once a month at most."))
    except ValueError:
        messages.error(request, _("These news have gone out already."))
    return redirect("office_news_one", slug=slug, news=found.pk)


def _me(request: HttpRequest) -> Any:
    person = acting_person(request)
    return person if person is not None and person.email else None
