"""The search: a form that sends, and the page that answers."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tillit.access import current
from tillit.identity import throttle
from tillit.identity.queries import current_organisation
from tillit.journeys.search import asking
from tillit.journeys.search.forms import SearchForm
from tillit.journeys.search.queries import search
from tillit.kernel.ticket import Actor


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The box, and what it found. What is posted is sealed into the address of the answer, which can be loaded again.

    404 where the organisation shows itself to nobody and the visitor does not belong to it; 410 for a question of
    somebody else or of another day; 429 for too many.
    """
    organisation, actor = current_organisation(request), current() or Actor()
    if organisation is None or not (organisation.published or actor.person):
        raise Http404
    if request.method == "POST":
        form = SearchForm(request.POST)
        if not form.is_valid():
            return render(request, "journeys/search.html", {"form": form}, status=422)
        answers = form.cleaned_data
        question = asking.Question(answers["q"], answers["since"], answers["until"])
        return redirect(f"{reverse('search', args=[slug])}?{urlencode({'f': asking.sealed(question)})}")
    return _answer(request, slug, str(actor.person or throttle.network(request)))


def _answer(request: HttpRequest, slug: str, who: str) -> HttpResponse:
    if "f" not in request.GET:
        return render(request, "journeys/search.html", {"form": SearchForm()})
    try:
        question = asking.opened(request.GET["f"])
    except asking.Ended:
        return render(request, "journeys/search.html", {"form": SearchForm(), "ended": True}, status=410)
    if not throttle.SEARCH.take(who):
        response = render(request, "identity/too_many.html", status=429)
        response.headers["Retry-After"] = str(int(throttle.SEARCH.every.total_seconds()))
        return response
    groups = search(question, slug=slug, request=request)
    return render(
        request,
        "journeys/search.html",
        {
            "form": SearchForm(initial={"q": question.text, "since": question.since, "until": question.until}),
            "question": question,
            "groups": groups,
            "found": any(group.hits for group in groups),
            "unread": any(group.more and group.source.dated for group in groups),
        },
    )
