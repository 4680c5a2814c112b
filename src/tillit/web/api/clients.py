"""Tokens for an organisation's clients (OAuth 2.0 client credentials, RFC 6749 4.4)."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any
from urllib.parse import unquote_plus
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from ninja import Form, Router

from tillit.identity.programs import tokens
from tillit.web.api.types import Out, StrictStr

router = Router(tags=["Tokens"])
FORM = "application/x-www-form-urlencoded"
_NOT_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class TokenOut(Out):
    """A token that lives for `expires_in` seconds (RFC 6749, 5.1)."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


class TokenError(Out):
    """Why there is none (RFC 6749, 5.2)."""

    error: str


@router.post("token", response={200: TokenOut, 400: TokenError, 401: TokenError}, auth=None, operation_id="exchange")
def exchange(
    request: HttpRequest,
    grant_type: Annotated[StrictStr, Form(..., max_length=100)],
    client_id: Annotated[StrictStr | None, Form(None, max_length=200)],
    client_secret: Annotated[StrictStr | None, Form(None, max_length=200)],
    scope: Annotated[StrictStr | None, Form(None, max_length=1000)],
) -> Any:
    """A client's id and secret, in the form or as HTTP Basic, for a token."""
    basic = _basic(request)
    twice = any(len(values) > 1 for _name, values in request.POST.lists())
    if twice or (basic and client_secret is not None) or request.content_type != FORM:
        return refused("invalid_request")
    if grant_type != "client_credentials":
        return refused("unsupported_grant_type")
    name, secret = basic or (client_id, client_secret)
    try:
        client = UUID(name or "")
    except ValueError:
        return refused("invalid_client")
    found = tokens.exchange(client, secret or "", scope.split() if scope else None)
    if found is None:
        return refused("invalid_client")
    token, scopes = found
    if not scopes:
        return refused("invalid_scope")
    seconds = int(tokens.EXCHANGED.total_seconds())
    said = {"access_token": token, "token_type": "Bearer", "expires_in": seconds, "scope": " ".join(scopes)}
    return JsonResponse(said, headers=_NOT_KEPT)


def refused(error: str) -> JsonResponse:
    """Why there is no token (RFC 6749, 5.2)."""
    said = JsonResponse({"error": error}, status=401 if error == "invalid_client" else 400, headers=_NOT_KEPT)
    if said.status_code == 401:
        said.headers["WWW-Authenticate"] = 'Basic realm="api"'
    return said


def _basic(request: HttpRequest) -> tuple[str, str] | None:
    """Id and secret of HTTP Basic, each written as in a form (RFC 6749, 2.3.1)."""
    kind, _space, told = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _colon, secret = base64.b64decode(told, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return unquote_plus(name), unquote_plus(secret)
