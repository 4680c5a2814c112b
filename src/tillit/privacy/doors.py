"""The two doors to what is held of a person: logged in, below /o/<slug>/me/, or by a link, below /o/<slug>/my/<token>/.

    @doors.person
    def data(request: HttpRequest, slug: str) -> HttpResponse: ...

Behind either the acting person is the one whom it is about, so the database shows what is theirs and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from tillit.access import Actor, acting
from tillit.identity.doors import signed_in
from tillit.identity.queries import acting_person, people_by_id, roles
from tillit.privacy import links
from tillit.privacy.rights import actions

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Door:
    """By which door the request came. `person`: whom it is about; `token`: of the link, empty for a login."""

    person: Any
    slug: str
    token: str = ""

    @property
    def by_link(self) -> bool:
        """Did the person come by a link, without a login?"""
        return bool(self.token)

    def url(self, name: str, **more: Any) -> str:
        """The address of a page about the person, behind the same door; another app's as "app:name"."""
        kept = {"token": self.token} if self.token else {}
        app, _colon, page = name.rpartition(":")
        door = ("my" if self.token else "me") + (f"-{app}" if app else "")
        return reverse(f"{door}:{page}", kwargs={"slug": self.slug, **kept, **more})


def person(view: View) -> View:
    """Whoever it is about, by login or by link; `request.mine` is the door. The page is never kept by a browser.

    404 for everybody else: somebody without a person here, a forged link, an ended one, another organisation's. The
    link of somebody who has a login leads there, and that of somebody with a role nowhere: it would get around both.
    """

    @never_cache
    @wraps(view)
    def opened(request: Any, slug: str, token: str = "", **more: Any) -> HttpResponse:
        if token:
            return _by_link(view, request, slug, token, **more)
        found = acting_person(request)
        if found is None:
            return _nobody(request)
        request.mine = Door(found, slug)
        return view(request, slug=slug, **more)

    return opened


@signed_in
def _nobody(request: HttpRequest) -> HttpResponse:
    raise Http404


def _by_link(view: View, request: Any, slug: str, token: str, **more: Any) -> HttpResponse:
    actor = Actor(office="guest", person=links.person(token), organisation=request.actor.organisation)
    with acting(actor):
        found = people_by_id([actor.person]).get(actor.person) if actor.person else None
        if found is None or not found.display_name or roles():  # without a name: erased, or long over
            raise Http404
        if found.account_id:
            return redirect(Door(found, slug).url("data"))
        request.mine = Door(found, slug, token)
        actions.heed_signal(request)
        return view(request, slug=slug, **more)


def to(person: Any, name: str, **more: Any) -> str:
    """The address of a page about a person (a row of identity.Person), for a mail to them: behind their login where
    they have one, else with a link."""
    token = "" if person.account_id else links.token(person.pk)
    return Door(person, person.organisation.slug, token).url(name, **more)


def whose(request: HttpRequest) -> UUID:
    """The id of the person whom a page behind either door is about."""
    door: Door = request.mine  # type: ignore[attr-defined]
    return UUID(str(door.person.pk))


def mine(request: HttpRequest, name: str, **more: Any) -> str:
    """The address of a page about the person (a name in rights/urls.py), behind the door of this request."""
    door: Door = request.mine  # type: ignore[attr-defined]
    return door.url(name, **more)
