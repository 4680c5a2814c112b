"""django-allauth's pages behind our door: the database shows them the one account they are about, and no other.

Which account that is comes from the typed address, from the link, from the passkey's own handle or from a login
that waits for its second step. Somebody else's id in a handle or a link opens nothing: key and token are checked
against that very account.
"""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.mfa.base import views as codes
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from tillit.access import as_office
from tillit.identity import addresses
from tillit.identity.doors import View, signed_in

Subject = Callable[[HttpRequest, dict[str, Any]], str | None]


def _typed(field: str) -> Subject:
    """The blind index of the address in a posted field."""

    def subject(request: HttpRequest, kwargs: dict[str, Any]) -> str | None:
        try:
            return addresses.index(request.POST[field]) if request.method == "POST" else None
        except (KeyError, ValueError):
            return None

    return subject


def _linked(request: HttpRequest, kwargs: dict[str, Any]) -> str | None:
    """The account in a mailed link."""
    return _id(kwargs.get("uidb36"))


def _waiting(request: HttpRequest, kwargs: dict[str, Any]) -> str | None:
    """The account whose password was right and whose second step is still to come."""
    login = request.session.get(LOGIN_SESSION_KEY)
    return _id(login.get("user_pk")) if isinstance(login, dict) else None


def _handle(request: HttpRequest, kwargs: dict[str, Any]) -> str | None:
    """The account that a passkey says it is for."""
    try:
        told = json.loads(request.POST["credential"])["response"]["userHandle"]
        return _id(base64.urlsafe_b64decode(told + "=" * (-len(told) % 4)).decode())
    except (KeyError, TypeError, ValueError, RecursionError, binascii.Error):
        return None


def _id(text: Any) -> str | None:
    try:
        return str(uuid.UUID(text))
    except (AttributeError, TypeError, ValueError):
        return None


def door(view: View, *, subject: Subject | None = None) -> View:
    """The library's view as a page of ours."""

    @never_cache
    @sensitive_post_parameters()
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        narrowed = subject(request, kwargs) if subject else None
        try:
            if narrowed is None:
                return _rendered(request, view(request, *args, **kwargs))
            with as_office("login", subject=narrowed):
                return _rendered(request, view(request, *args, **kwargs))
        except ReauthenticationRequired:
            # not the library's own way, which would keep the whole request, cookie included
            return prove_again(request)
        except ImmediateHttpResponse as answer:
            return answer.response
        except RecursionError:
            raise BadRequest("A credential nested without end.") from None

    return wrapped


def prove_again(request: HttpRequest) -> HttpResponse:
    """On to "is it still you?", and back here after it."""
    return HttpResponseRedirect(_again(request))


def proof_wanted(request: HttpRequest) -> str:
    """Where whoever asks shows that it is still them before they fill in a form that needs it, so that nothing typed is
    lost on the way; "" for whoever did so lately."""
    return _again(request) if is_reauthentication_required(request, app="allauth.account") else ""


def _again(request: HttpRequest) -> str:
    methods = get_adapter().get_reauthentication_methods(request.user)
    page = methods[0]["url"] if methods else reverse("account_login")
    return f"{page}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}"


def _rendered(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Rendered here, where the account is visible; a form that comes back says so in its status."""
    if request.method == "POST" and response.status_code == 200 and hasattr(response, "context_data"):
        response.status_code = 422
    if hasattr(response, "render"):
        response.render()
    return unlogged(response)


def unlogged(response: HttpResponse) -> HttpResponse:
    """Django logs the address of every refusal; these addresses may hold the secret of a mailed link."""
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


login = door(account.login, subject=_typed("login"))
logout = door(account.logout)
inactive = door(account.account_inactive)
reauthenticate = door(signed_in(account.reauthenticate))
password_change = door(account.password_change)
password_set = door(account.password_set)
password_reset = door(account.password_reset, subject=_typed("email"))
password_reset_done = door(account.password_reset_done)
password_reset_from_key = door(account.password_reset_from_key, subject=_linked)
password_reset_from_key_done = door(account.password_reset_from_key_done)

second_step = door(codes.authenticate, subject=_waiting)
codes_again = door(codes.reauthenticate)
keys_index = door(codes.IndexView.as_view(extra_context={"section": "keys"}))

totp_activate = door(signed_in(totp.activate_totp))
totp_deactivate = door(signed_in(totp.deactivate_totp))

recovery_view = door(signed_in(recovery.view_recovery_codes))
recovery_generate = door(signed_in(recovery.generate_recovery_codes))
recovery_download = door(signed_in(recovery.download_recovery_codes))


def key_list(request: HttpRequest) -> HttpResponse:
    """All keys are on one page."""
    return HttpResponseRedirect(reverse("mfa_index"))


key_add = door(signed_in(keys.add_webauthn))
key_edit = door(signed_in(keys.edit_webauthn))
key_remove = door(signed_in(keys.remove_webauthn))
key_again = door(signed_in(keys.reauthenticate_webauthn))
passkey_login = door(keys.login_webauthn, subject=_handle)
