"""Mail of the account pages. Everything leaves through `deliver`, and invitations through `invite`.

A mail about an account is of no one organisation. Whoever the account is in its organisations finds in each of them
that it left for the mail server (evidence.actions.heard).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tillit.access import PUBLIC, acting, current
from tillit.identity import addresses
from tillit.identity.models import Account
from tillit.kernel import letters, mail

INVITED = letters.declare("identity.invited", says=_("An invitation"), offered=(letters.Channel.MAIL,), must=True)


def deliver(
    template: str,
    *,
    to: str,
    language: str,
    context: dict[str, Any],
    about: Sequence[UUID] = (),
    really: bool = True,
) -> None:
    """Write a mail of the template `identity/mail/<template>` and queue it in the present transaction.

    about: the people whom it concerns. `really=False` does the work and sends nothing, so that an address without an
    account takes as long. It is of no organisation, and says none: nobody chooses how their login reaches them.
    """
    message = mail.render(f"identity/{template}", to=to, language=language, context=context)
    if really:
        mail.send(message, about=about)


def invite(organisation: Any, *, to: str, language: str, context: dict[str, Any], path: str) -> None:
    """The invitation of an organisation to an address, which may be nobody's here; path: of the page behind it."""
    message = mail.render(
        "identity/invitation", to=to, language=language, organisation_name=organisation.name,
        context={**context, "url": mail.link(path)},
    )  # fmt: skip
    letters.send(INVITED, message, organisation=organisation, path=path)


def to_account(template: str, *, to: str, language: str, context: dict[str, Any], really: bool = True) -> None:
    """As `deliver`, about the account that acts (or to which the office "login" is narrowed), in no organisation."""
    with connection.cursor() as cursor:
        cursor.execute("select identity.my_people()")
        (people,) = cursor.fetchone()
    with acting(replace(current() or PUBLIC, organisation=None, person=None)):
        deliver(template, to=to, language=language, context=context, about=people, really=really)


def reset_link(account: Account, url: str) -> None:
    """The link with which a forgotten password is replaced."""
    to_account("reset", to=addresses.opened(account), language=account.language, context={"url": url})


def pretend_reset(language: str, url: str) -> None:
    """What `reset_link` does, for an address that has no account."""
    to_account("reset", to="nobody@account.invalid", language=language, context={"url": url}, really=False)


# what happened to an account → how its owner is told
NOTICES: dict[str, tuple[Promise, Promise]] = {
    "account/email/password_changed": (
        _("Your password was changed"),
        _("The password of your account was changed."),
    ),
    "account/email/password_reset": (
        _("Your password was replaced"),
        _(
            "The password of your account was replaced with a link that we had mailed to you. "
            "Everybody who was logged in has been logged out."
        ),
    ),
    "account/email/password_set": (
        _("Your account has a password now"),
        _("A password was set for your account."),
    ),
    "mfa/email/webauthn_added": (
        _("A passkey or hardware key was added"),
        _("Your account can now be opened with one more key."),
    ),
    "mfa/email/webauthn_removed": (
        _("A passkey or hardware key was removed"),
        _("One of the keys no longer opens your account."),
    ),
    "mfa/email/totp_activated": (
        _("Codes from an app were switched on"),
        _("Logging in with your password now also asks for a code."),
    ),
    "mfa/email/totp_deactivated": (
        _("Codes from an app were switched off"),
        _("Logging in with your password no longer asks for a code."),
    ),
    "mfa/email/recovery_codes_generated": (
        _("You have new recovery codes"),
        _("New recovery codes were made; the old ones no longer work."),
    ),
    "identity/new_device": (
        _("Somebody logged in with a new device"),
        _(
            "Your account was opened with a kind of device or browser that was never used with it before. If that was "
            "you, all is well. If not, log out all devices there and choose a new password."
        ),
    ),
    "identity/email_moved": (
        _("Your account has a new e-mail address"),
        _("The e-mail address of your account was changed. This is the last mail to the old one."),
    ),
}


def notice(account: Account, what: str, *, to: str | None = None) -> None:
    """Tell an account's owner what happened to it; unknown happenings are not told."""
    if words := NOTICES.get(what):
        title, sentence = words
        to_account(
            "notice",
            to=to or addresses.opened(account),
            language=account.language,
            context={"title": title, "sentence": sentence, "url": mail.link("/account/")},
        )


def new_device(account: UUID) -> None:
    """Tell an account's owner of a login with a kind of device that is new; nobody where no such account is seen."""
    if found := Account.objects.filter(pk=account).first():
        notice(found, "identity/new_device")
