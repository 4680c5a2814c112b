"""What django-allauth asks us: how to authenticate, what to say, where mail goes, how secrets are kept."""

from __future__ import annotations

import base64
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from tillit.identity import addresses, post, queries, throttle
from tillit.identity.models import Account
from tillit.kernel import formats, happenings, keyring

_TOO_OFTEN = _("Too many tries in a short time. Wait a few minutes, then try again.")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are found by blind index; only a link that arrived by mail makes a new one."""

    error_messages: ClassVar[dict[str, Promise]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "This address and this password do not belong together. After several wrong tries the account rests "
            "for a few minutes."
        ),
        "enter_current_password": _("This is not your present password."),
        "incorrect_password": _("This is not your password."),
        "incorrect_code": _("This code or key is not right, or it has been used."),
        "invalid_password_reset": _("This link is no longer valid. Ask for a new one."),
        "too_many_login_attempts": _TOO_OFTEN,
        "rate_limited": _TOO_OFTEN,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up without an invitation."""
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Only the passkey button's question is answered with data."""
        return request.method == "GET" and request.headers.get("Accept") == "application/json"

    def is_safe_url(self, url: str) -> bool:
        """Only onward to a page of ours, named without a host."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Account | None:
        """The account, if address and password are right and neither is being guessed at.

        Wrong password, unknown address, closed account and too many tries give the same None, after the same work.
        """
        subject = addresses.index_of(credentials.get("email", "")) or "?"
        here = throttle.network(request)
        # the narrow limit first: one network alone cannot use up everybody's tries
        if not (throttle.GUESS_HERE.take(subject, here) and throttle.GUESS.take(subject)):
            make_password(credentials.get("password"))
            happenings.announce("identity.login.refused", network=here)
            return None
        found = authenticate(request, **credentials)
        AuthenticationBackend.unstash_authenticated_user()
        if found is None:
            happenings.announce("identity.login.refused", network=here)
            return None
        throttle.GUESS.give_back(subject)
        throttle.GUESS_HERE.give_back(subject, here)
        return found if isinstance(found, Account) else None

    def clean_password(self, password: str, user: Any = None) -> str:
        """Raises ValidationError with every reason against a new password."""
        if isinstance(user, Account) and not user._state.adding:
            user.hints = [addresses.opened(user), *(b.display_name for b in queries.my_organisations())]
        password = super().clean_password(password, user)
        if isinstance(user, Account) and user.has_usable_password() and check_password(password, user.password):
            raise ValidationError(gettext("This is your present password. Choose another one."), code="password_reused")
        return password

    def set_password(self, user: Account, password: str) -> None:
        """Keep a new password."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell the owner what happened to the account; the library may call this when the request is committed."""
        with transaction.atomic():
            post.notice(user, template_prefix)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Every mail of ours is named above; the library sends none of its own."""
        raise NotImplementedError(template_prefix)


class KeyAdapter(DefaultMFAAdapter):
    """Passkeys, hardware keys and codes."""

    error_messages: ClassVar[dict[str, Promise]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_generate_recovery_codes": _("Recovery codes come with a passkey, a key or codes from an app."),
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret (of an app's codes, of recovery codes) for the database."""
        return base64.b64encode(keyring.seal(text.encode(), context=b"identity.authenticator")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The other way. Raises keyring.Unopened."""
        return keyring.open(base64.b64decode(encrypted_text), context=b"identity.authenticator").decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """What a new key is called until its owner names it."""
        number = user.authenticator_set.filter(type=type).count() + 1
        return gettext("Key %(number)s") % {"number": formats.digits(number, get_language() or "en")}

    def get_totp_issuer(self) -> str:
        """Who the codes are for, as the app shows it."""
        return "Tillit"

    def _get_site_name(self) -> str:
        return "Tillit"

    def _get_user_identifier(self, user: Any) -> str:
        # shown by the person's own device only; the address stays here
        names = [belonging.display_name for belonging in queries.my_organisations()]
        return names[0] if names else gettext("Your account")

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """What the device keeps: an id that says nothing, and the person's name."""
        name = self._get_user_identifier(user)
        return {"id": user.pk.hex.encode(), "display_name": name, "name": name}
