"""Who may come in: decorators for views."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.views.decorators.cache import never_cache

from tillit.identity import queries

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """Whoever is logged in; others log in first and come back. The page is never kept by a browser."""

    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
        return view(request, *args, **kwargs)

    return wrapped


def needs_role(*roles: str) -> Callable[[View], View]:
    """Whoever holds one of these roles in the organisation of the address (any role when none is named).

    Strangers get 404, so that nothing is revealed; people of the organisation without the role get 403.
    """

    def decorate(view: View) -> View:
        @signed_in
        @wraps(view)
        def wrapped(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.actor.person is None:
                raise Http404
            held = queries.roles()
            if not (held & set(roles) if roles else held):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return wrapped

    return decorate
