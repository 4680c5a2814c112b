"""The link under a message that leads to how one wants to be told, without a login. It opens that and nothing else:
messages are passed on, and whoever gets one so must not reach what is held of its first reader."""

from __future__ import annotations

import base64
import binascii
import re
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import Http404
from django.urls import reverse

from tillit.kernel import mail

_SALT = "tillit.notify.link"
_HIDDEN = "tillit.notify.page"
_LETTER = "tillit.notify.letter"


def token(person: UUID) -> str:
    """The token of a person's link. It has no end: an old message can be unsubscribed from (RFC 8058)."""
    return _written(person, _SALT)


def person(token: str) -> UUID:
    """Whose link it is. One that we did not sign is a 404, as for a stranger."""
    return _read(token, _SALT)


def unsubscribe(slug: str, person: UUID, kind: str) -> str:
    """The absolute address that ends a kind of message with one POST. It is never hidden: it stands in a header, and
    mail programs follow no redirect (RFC 8058)."""
    return mail.link(reverse("unsubscribe", args=[slug, token(person), kind]))


def letter_token(note: UUID) -> str:
    """The token of a letter's link. It opens that letter as long as the letter is kept."""
    return _written(note, _LETTER)


def letter(token: str) -> UUID:
    """Which letter a link opens. One that we did not sign is a 404."""
    return _read(token, _LETTER)


def page(path: str, *, hidden: bool) -> str:
    """The absolute address of one of our pages. hidden: written so that its address does not name the organisation to
    whoever looks over a shoulder; it leads on to the page."""
    return mail.link(reverse("go", args=[_signed(path)]) if hidden else path)


def hidden(text: str) -> str:
    """A text with every address of ours written so that it does not name the organisation."""
    ours = re.compile(re.escape(mail.link("/")) + r"[^\s<>\"]*")
    return ours.sub(lambda found: page(found[0].removeprefix(mail.link("")), hidden=True), text)


def hidden_path(told: str) -> str:
    """The path behind a hidden address. One that we did not write is a 404: we lead nowhere else, also where the
    words of a message held an address of ours that went on with another host's name."""
    try:
        raw = Signer(salt=_HIDDEN, sep=".").unsign(told)
        return "/" + base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)).decode().lstrip("/")
    except (BadSignature, ValueError, binascii.Error):
        raise Http404 from None


def _signed(path: str) -> str:
    raw = base64.urlsafe_b64encode(path.encode()).rstrip(b"=").decode()
    return Signer(salt=_HIDDEN, sep=".").sign(raw)


def _written(identity: UUID, salt: str) -> str:
    raw = base64.urlsafe_b64encode(identity.bytes).rstrip(b"=").decode()
    return Signer(salt=salt, sep=".").sign(raw)


def _read(token: str, salt: str) -> UUID:
    try:
        raw = Signer(salt=salt, sep=".").unsign(token)
        return UUID(bytes=base64.urlsafe_b64decode(raw + "=="))
    except (BadSignature, ValueError, binascii.Error):
        raise Http404 from None
