"""Who may come in: the one place where a token's scopes are asked for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from tillit.access import current
from tillit.identity.programs.scopes import SCOPES
from tillit.identity.queries import current_organisation
from tillit.kernel.ticket import Actor
from tillit.privacy.policy import acceptance
from tillit.web.api.problems import Problem


class Token(HttpBearer):
    """The security scheme of everything that is not public."""

    openapi_description = "A personal token, or one that a client got at /api/v1/token."

    def __init__(self, scope: str = "", *, accepted: bool = True) -> None:
        super().__init__()
        self.scope, self.accepted = scope, accepted

    def __call__(self, request: HttpRequest) -> Any:
        """The request's token. Raises Problem 401 without one, 403 where it may not be used for this."""
        asking = request.asking  # type: ignore[attr-defined]
        if asking is None:
            raise Problem(401)
        if self.scope and self.scope not in asking.scopes:
            said = _("The token may not be used for this. It needs the scope %(scope)s.") % {"scope": self.scope}
            raise Problem(403, said, kind="scope-missing")
        if self.accepted:
            _accepted_first()
        return asking

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Never called: the token was read before the transaction began (arriving.py)."""
        raise NotImplementedError


def needs(scope: str) -> Token:
    """A live token with this scope, of somebody who has accepted what holds now, where they are a member."""
    if scope not in SCOPES:
        raise ValueError(f"There is no scope {scope}.")
    # whoever disagrees with what holds now still reads, takes a copy and leaves
    return Token(scope, accepted=not scope.startswith("me:"))


def me() -> Any:
    """The id of the acting person at the organisation of the address, or 404."""
    actor = current()
    if actor is None or actor.person is None:
        raise Http404
    return actor.person


def here(request: HttpRequest) -> Any:
    """The organisation of the address, or 404."""
    found = current_organisation(request)
    if found is None:
        raise Http404
    return found


def concerns(request: Any, person: UUID) -> None:
    """The answer names this person, beside whoever asks: what is kept of it for a repeated request goes with them."""
    request.concerned = [*getattr(request, "concerned", ()), person]


def _accepted_first() -> None:
    actor = current() or Actor()
    if actor.person and actor.organisation and acceptance.asked(actor.organisation, actor.person).due:
        said = _("What this organisation publishes has changed. Read and accept it in the browser first.")
        raise Problem(403, said, kind="accept-first")
