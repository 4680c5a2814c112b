"""Pages shown inside another site's page: who may show them, and how they do without any cookie.

    path("embed/book/<slug:kind>/", framed(views.book, of="book"), name="embed_book")

The same views serve the page of its own and the embedded one. Inside a frame `request.embedded` is a `Frame`: it says
what every address carries along, and its form token stands where Django's stands elsewhere. Nobody is logged in there,
whoever has a session (web.embedded.without_cookies): a page laid over ours can steal no click of theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import get_callable, reverse
from django.views.decorators.cache import never_cache

from tillit.identity.embedding import actions, sites
from tillit.identity.queries import current_organisation
from tillit.journeys import form_token
from tillit.kernel import config
from tillit.privacy.policy import children

THEMES = ("light", "dark")
View = Callable[..., HttpResponse]


@dataclass
class Frame:
    """The frame that a request's page is shown in.

    origin: of the page around, "" where nothing says so; kept: what every address inside carries along; sent: the
    form token that was sent, when it is ours.
    """

    organisation: UUID
    path: str
    origin: str
    kept: dict[str, str]
    sent: form_token.FormToken | None = field(default=None)

    @property
    def theme(self) -> str:
        """The page around wants "light" or "dark"; "" as the device."""
        return self.kept.get("theme", "")

    @property
    def bound(self) -> list[str]:
        """What a form of this page is bound to."""
        return [str(self.organisation), self.path, self.origin]


def frame(request: HttpRequest) -> Frame | None:
    """The frame that this request's page is shown in; None on pages of their own."""
    return getattr(request, "embedded", None)


def token(request: HttpRequest) -> str:
    """What a form of the page sends back to show that it is ours."""
    around = frame(request)
    return form_token.make(around.bound) if around else get_token(request)


def address(request: HttpRequest, name: str, *args: Any) -> str:
    """The address of a page that is there both embedded and of its own: the one that fits where the request came."""
    around = frame(request)
    if around is None:
        return reverse(name, args=args)
    return _with(reverse(f"embed_{name}", args=args), around.kept)


def framed(view: View, *, of: str) -> View:
    """The view, embedded. `of` names the address of the same page on its own, where whoever opens this one lands."""

    @never_cache
    @wraps(view)
    def inside(request: Any, slug: str, **more: Any) -> HttpResponse:
        organisation = current_organisation(request)
        if organisation is None or not organisation.published:
            raise Http404
        if request.method != "POST" and request.headers.get("Sec-Fetch-Dest") == "document":
            return redirect(_with(reverse(of, kwargs={"slug": slug, **more}), _own_query(request)))
        claimed = request.GET.get("origin")
        if claimed is None and (around := _page_around(request)):
            return redirect(_with(request.path, request.GET.dict() | {"origin": around}))
        origin = sites.origin(claimed)
        allowed = _ancestors(request, origin) if origin or claimed is None else None
        if allowed is None:
            return render(request, "journeys/embedded/not_here.html", status=403)
        request.frame_ancestors = allowed
        request.embedded = Frame(organisation.pk, request.path, origin, _kept(request, origin))
        if request.method == "POST" and not _sent_from_here(request):
            return get_callable(settings.CSRF_FAILURE_VIEW)(request, reason="embedded")
        request.COOKIES[children.COOKIE] = request.GET.get(children.COOKIE, "")
        response = view(request, slug=slug, **more)
        if children.COOKIE in response.cookies:
            answer = response.cookies[children.COOKIE].value
            return redirect(_with(request.path, request.GET.dict() | {children.COOKIE: answer}))
        return response

    inside.csrf_exempt = True  # type: ignore[attr-defined]  # Django's own needs a cookie
    return inside


def _page_around(request: HttpRequest) -> str:
    """The origin of the page around, as the browser told it with the frame's first request."""
    found = sites.origin(request.headers.get("Referer"))
    return "" if found in _ours(request) else found


def _ours(request: HttpRequest) -> set[str]:
    return {config.text("TILLIT_ORIGIN").rstrip("/"), f"{request.scheme}://{request.get_host()}"}


def _ancestors(request: HttpRequest, origin: str) -> str | None:
    """Who may stand around this page, as the content policy says it (CSP level 3, frame-ancestors); None: nobody.

    Where the page around names itself, it alone, so that whatever we tell it reaches nobody else; our own pages too,
    since the office shows what it will look like.
    """
    if origin in _ours(request):
        return "'self'"
    listed = [row.site for row in actions.allowed()]
    if origin:
        return f"'self' {origin}" if any(sites.covers(site, origin) for site in listed) else None
    return " ".join(["'self'", *(site for site in listed if "*" not in site)])


def _kept(request: HttpRequest, origin: str) -> dict[str, str]:
    asked = request.GET
    kept = {"origin": origin} if origin else {}
    if asked.get("language") in dict(settings.LANGUAGES):
        kept["language"] = asked["language"]
    if asked.get("theme") in THEMES:
        kept["theme"] = asked["theme"]
    if children.COOKIE in asked:
        kept[children.COOKIE] = asked[children.COOKIE]
    return kept


def _sent_from_here(request: Any) -> bool:
    """Did a form of ours, in a page of ours, send this? The browser says from where, the token from which form."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    if request.headers.get("Origin") not in {None, *_ours(request)}:
        return False
    request.embedded.sent = form_token.read(request.POST.get("csrfmiddlewaretoken", ""), request.embedded.bound)
    return request.embedded.sent is not None


def _own_query(request: HttpRequest) -> dict[str, str]:
    ours = {"origin", "theme", children.COOKIE}
    return {name: value for name, value in request.GET.dict().items() if name not in ours}


def _with(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
