"""Tokens for an organisation's clients (OAuth 2.0 client credentials, RFC 6749 4.4)."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from ninja import Form, Router

from tillit.identity import throttle
from tillit.identity.programs import tokens
from tillit.web.api.problems import Problem
from tillit.web.api.types import Out, StrictStr

router = Router(tags=["Tokens"])


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
    if not throttle.EXCHANGE.take(throttle.network(request)):
        raise Problem(429)
    basic = _basic(request)
    if grant_type != "client_credentials":
        return _refused(400, "unsupported_grant_type")
    name, secret = basic or (client_id, client_secret)
    try:
        client = UUID(name or "")
    except ValueError:
        return _refused(401, "invalid_client")
    found = tokens.exchange(client, secret or "", scope.split() if scope else None)
    if found is None:
        return _refused(401, "invalid_client")
    token, scopes = found
    if not scopes:
        return _refused(400, "invalid_scope")
    seconds = int(tokens.EXCHANGED.total_seconds())
    said = {"access_token": token, "token_type": "Bearer", "expires_in": seconds, "scope": " ".join(scopes)}
    return JsonResponse(said, headers={"Cache-Control": "no-store"})


def _basic(request: HttpRequest) -> tuple[str, str] | None:
    kind, _space, told = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _colon, secret = base64.b64decode(told, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return name, secret


def _refused(status: int, error: str) -> JsonResponse:
    said = JsonResponse({"error": error}, status=status, headers={"Cache-Control": "no-store"})
    if status == 401:
        said.headers["WWW-Authenticate"] = 'Basic realm="api"'
    return said
