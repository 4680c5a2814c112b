"""The link under a message that leads to how one wants to be told, without a login. It opens that and nothing else:
messages are passed on, and whoever gets one so must not reach what is held of its first reader."""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import Http404
from django.urls import reverse

from tillit.kernel import mail

_SALT = "tillit.notify.link"
_HIDDEN = "tillit.notify.page"


def token(person: UUID) -> str:
    """The token of a person's link. It has no end: an old message can be unsubscribed from (RFC 8058)."""
    raw = base64.urlsafe_b64encode(person.bytes).rstrip(b"=").decode()
    return Signer(salt=_SALT, sep=".").sign(raw)


def person(token: str) -> UUID:
    """Whose link it is. One that we did not sign is a 404, as for a stranger."""
    try:
        raw = Signer(salt=_SALT, sep=".").unsign(token)
        return UUID(bytes=base64.urlsafe_b64decode(raw + "=="))
    except (BadSignature, ValueError, binascii.Error):
        raise Http404 from None


def page(path: str, *, hidden: bool) -> str:
    """The absolute address of one of our pages. hidden: written so that its address does not name the organisation to
    whoever looks over a shoulder; it leads on to the page."""
    return mail.link(reverse("go", args=[_signed(path)]) if hidden else path)


def hidden_path(told: str) -> str:
    """The path behind a hidden address. One that we did not write is a 404: we lead nowhere else."""
    try:
        raw = Signer(salt=_HIDDEN, sep=".").unsign(told)
        return base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)).decode()
    except (BadSignature, ValueError, binascii.Error):
        raise Http404 from None


def _signed(path: str) -> str:
    raw = base64.urlsafe_b64encode(path.encode()).rstrip(b"=").decode()
    return Signer(salt=_HIDDEN, sep=".").sign(raw)
