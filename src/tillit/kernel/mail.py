"""Mail: written in the transaction that causes it, sent by the worker.

    message = mail.render("booking/confirmation", to=address, language="fa", context={"booking": b})
    mail.send(message)

It leaves through SMTP (`TILLIT_SMTP`). In demo mode, and where no server is set, it goes to the demo's inbox.
Nothing in it tells anyone that it was read: no pictures from elsewhere, no counted links.
"""

from __future__ import annotations

import email
import email.policy
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.template import Context, TemplateDoesNotExist, loader
from django.utils import translation
from django.utils.translation import get_language_bidi

from tillit.kernel import clock, config, happenings, keyring, letters, smtp, tasks
from tillit.kernel.tables import Mail, SentMail
from tillit.kernel.ticket import Actor, acting, current


class _Wire(email.policy.EmailPolicy):
    """SMTP's rules of writing; a subject keeps its spaces. Python's own folding loses those that fall between two
    encoded words (RFC 2047, 6.2; CPython issue 92081), so that "Monday 2" arrives as "Monday2".
    """

    def fold(self, name: str, value: Any) -> str:
        if name != "Subject" or str(value).isascii():
            return str(super().fold(name, value))
        return f"{name}: {Header(str(value), 'utf-8', header_name=name).encode(linesep=self.linesep)}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")


_POLICY = _Wire(linesep="\r\n", cte_type="7bit")
_LONGEST_SUBJECT = 300
SENT, FAILED = "kernel.mail.sent", "kernel.mail.failed"
"""What is announced when a mail has left or was given up: object=its id."""
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*")


class Refused(ValueError):
    """A mail that cannot be sent as it stands: a line break in a header, or an address that is none."""


@dataclass(frozen=True)
class Attachment:
    """A file in a mail. `type` is its media type, with parameters if it has any."""

    name: str
    content: bytes = field(repr=False)
    type: str = "application/octet-stream"


@dataclass(frozen=True)
class Message:
    """A mail to one address. `language` is that of the text; `sender_name` stands before our own address.

    unsubscribe: an address of ours that ends such mail with one POST (RFC 8058). thread: an id that mails about one
    thing have in common, so that mail programs show them together (RFC 5322, 3.6.4).
    """

    to: str
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(default="", repr=False)
    language: str = "en"
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""
    sender_name: str = ""
    unsubscribe: str = ""
    thread: UUID | None = None


@dataclass(frozen=True)
class Sent:
    """A mail as it was sent, for the demo's inbox."""

    id: UUID
    to: str
    subject: str
    text: str
    html: str
    language: str
    sender: str
    date: datetime
    attachments: tuple[Attachment, ...]


def render(
    template: str,
    *,
    to: str,
    language: str,
    context: Mapping[str, Any] | None = None,
    attachments: Iterable[Attachment] = (),
    reply_to: str = "",
    organisation_name: str = "",
    unsubscribe: str = "",
) -> Message:
    """A message from `<app>/mail/<name>.subject.txt`, `.txt` and (if there is one) `.html`, for "app/name".

    Rendered in `language`; text templates do not escape. The context gains language, text_direction and
    organisation_name.
    """
    app, _, name = template.partition("/")
    with translation.override(language):
        known = {
            **(context or {}),
            "language": language,
            "LANGUAGE_CODE": language,
            "text_direction": "rtl" if get_language_bidi() else "ltr",
            "organisation_name": organisation_name,
        }
        subject = _filled(f"{app}/mail/{name}.subject.txt", known, escape=False)
        text = _filled(f"{app}/mail/{name}.txt", known, escape=False)
        try:
            html = _filled(f"{app}/mail/{name}.html", known, escape=True)
        except TemplateDoesNotExist as error:
            if str(error) != f"{app}/mail/{name}.html":
                raise
            html = ""
    return Message(
        to,
        " ".join(subject.split()),
        text.strip() + "\n",
        html,
        language,
        tuple(attachments),
        reply_to,
        organisation_name,
        unsubscribe,
    )


def calendar(content: bytes, *, method: str = "REQUEST", name: str = "invitation.ics") -> Attachment:
    """An iCalendar file (RFC 5545) as an invitation (REQUEST), a withdrawal (CANCEL) or for keeping (PUBLISH).

    Mail programs offer to put it into the calendar (RFC 6047).
    """
    if method not in {"REQUEST", "CANCEL", "PUBLISH"}:
        raise ValueError("A calendar's method is REQUEST, CANCEL or PUBLISH.")
    return Attachment(name, content, f"text/calendar; method={method}; charset=utf-8")


def link(path: str) -> str:
    """The absolute address of a path of this installation."""
    return config.text("TILLIT_ORIGIN").rstrip("/") + "/" + path.lstrip("/")


def send(message: Message, *, about: Iterable[UUID] = (), at: datetime | None = None) -> UUID:
    """Store a mail and queue its sending, soon or at a moment (aware), in the present transaction. Raises `Refused`.

    about: ids of the people whom it concerns (whoever it is for, and whoever is named in it): they can read that it
    left for the mail server (kernel.egress), and it goes when one of them is erased. Whoever has no id is left out.
    """
    stored = Mail(about=list(about))
    stored.recipient = _sealed(checked_address(message.to).encode(), stored.pk)
    stored.content = _sealed(compose(message, stored.pk), stored.pk)
    stored.save(force_insert=True)
    actor = Actor(office="mail", subject=str(stored.pk), organisation=(current() or Actor()).organisation)
    deliver.configure(actor=actor, run_at=at).defer(mail=stored.pk)
    return stored.pk


def compose(message: Message, identity: UUID) -> bytes:
    """The message on the wire (RFC 5322), made once so that a second try is the same mail."""
    mail = EmailMessage(policy=_POLICY)
    to = checked_address(message.to)
    sender = config.text("TILLIT_MAIL_FROM")
    mail["From"] = Address(_checked_header(message.sender_name), addr_spec=sender)
    mail["To"] = Address(addr_spec=to)
    if message.reply_to:
        mail["Reply-To"] = Address(addr_spec=checked_address(message.reply_to))
    mail["Subject"] = _checked_header(message.subject)[:_LONGEST_SUBJECT].strip()
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = f"<{identity}@{_own_domain(sender)}>"
    if message.thread:
        mail["In-Reply-To"] = mail["References"] = f"<{message.thread}@{_own_domain(sender)}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    if message.unsubscribe:
        mail["List-Unsubscribe"] = f"<{_checked_header(message.unsubscribe)}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(message.text, cte="quoted-printable")
    if message.html:
        mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    for attached in message.attachments:
        if attached.type.startswith("text/calendar") and "PUBLISH" not in attached.type:
            mail.add_alternative(attached.content.decode(), subtype="calendar", params=_parameters(attached.type))
    for attached in message.attachments:
        _attach(mail, attached)
    mail["Content-Language"] = _checked_header(message.language)  # last: parts take the content headers with them
    return mail.as_bytes()


def read(content: bytes) -> dict[str, Any]:
    """A composed message taken apart again: to, subject, text, html, language, sender, date, attachments."""
    mail = email.message_from_bytes(content, policy=email.policy.default)
    bodies = {kind: mail.get_body((kind,)) for kind in ("plain", "html")}
    return {
        "to": str(mail["To"]),
        "subject": str(mail["Subject"]),
        "text": _body(bodies["plain"]),
        "html": _body(bodies["html"]),
        "language": str(mail["Content-Language"]),
        "sender": str(mail["From"]),
        "date": parsedate_to_datetime(str(mail["Date"])),
        "attachments": tuple(_attached(part) for part in mail.iter_attachments()),
    }


def checked_address(address: str) -> str:
    """An address fit for an envelope: its domain in ASCII (IDNA). Raises `Refused` without repeating it."""
    local, _, domain = _checked_header(address).strip().rpartition("@")
    try:
        plain = f"{local}@{domain.encode('idna').decode('ascii')}"
        validate_email(plain)
    except (ValidationError, UnicodeError):
        raise Refused("This is not a mail address.") from None
    return plain


def can_reach(address: str) -> bool:
    """Is it an address to which mail can be sent?"""
    try:
        return bool(checked_address(address))
    except Refused:
        return False


def keeps_mail_here() -> bool:
    """Does mail stay in the demo's inbox instead of leaving?"""
    return config.mode() == "demo" or not config.text("TILLIT_SMTP")


def again(mail: UUID) -> bool:
    """Queue once more a mail that was given up; False where nothing is left of it."""
    actor = Actor(office="mail", subject=str(mail), organisation=(current() or Actor()).organisation)
    with acting(actor):
        if not Mail.objects.filter(pk=mail).exists():
            return False
    deliver.configure(actor=actor).defer(mail=mail)
    return True


def _given_up(*, mail: UUID, attempts: int, reason: str) -> None:
    """Refused for good, nothing of a mail stays; what no server took can be sent again for two weeks (kernel.sweep)."""
    refused = reason.startswith("Permanent")
    if refused:
        Mail.objects.filter(pk=mail).delete()
    happenings.announce(FAILED, object=mail, refused=refused, tries=attempts)


@tasks.task("kernel.send_mail", retries=14, give_up=_given_up, own_transactions=True)
def deliver(*, mail: UUID) -> None:
    """Send one stored mail, then delete it; one that is not wanted any more is deleted only. A mail that is gone was
    sent already, or somebody in it was erased."""
    with transaction.atomic():
        waiting = Mail.objects.filter(pk=mail).first()
        if waiting is None:
            return
        if not letters.may_leave(mail):
            waiting.delete()
            return
    if not keeps_mail_here():
        recipient = opened(waiting.recipient, mail).decode()
        smtp.send(envelope_sender(mail), recipient, opened(waiting.content, mail), about=waiting.about)
    with transaction.atomic():
        still, _rows = Mail.objects.filter(pk=mail).delete()
        if still and keeps_mail_here():
            sealed = {"recipient": waiting.recipient, "content": waiting.content}
            SentMail(pk=mail, about=waiting.about, **sealed).save(force_insert=True)
        happenings.announce(SENT, object=mail)


def envelope_sender(mail: UUID) -> str:
    """Whom a mail server answers when it cannot deliver: TILLIT_BOUNCES with the mail's id behind a plus sign
    (RFC 5233), so that the answer says which mail it was; else our own address."""
    local, at, domain = config.text("TILLIT_BOUNCES").rpartition("@")
    return f"{local}+{mail.hex}@{domain}" if at else config.text("TILLIT_MAIL_FROM")


def opened(sealed: bytes | memoryview, mail: UUID) -> bytes:
    """Recipient or content of a stored mail. It waits sealed with the installation's key: deleted rows stay in the
    server's files for a while, and what they name is sealed everywhere else."""
    return keyring.open(bytes(sealed), context=_context(mail))


def inbox(most: int = 100) -> list[Sent]:
    """The demo's inbox, newest first. The caller acts in office "demo"; raises RuntimeError outside demo mode."""
    _demo_only()
    return [_sent(row) for row in SentMail.objects.order_by("-id")[:most]]


def inbox_mail(mail: UUID) -> Sent | None:
    """One mail of the demo's inbox, under the same conditions."""
    _demo_only()
    row = SentMail.objects.filter(pk=mail).first()
    return _sent(row) if row else None


def _sealed(content: bytes, mail: UUID) -> bytes:
    return keyring.seal(content, context=_context(mail))


def _context(mail: UUID) -> bytes:
    return b"kernel.mail:" + mail.bytes


def _demo_only() -> None:
    if config.mode() != "demo":
        raise RuntimeError("Mail can be read in demo mode only.")


def _sent(row: SentMail) -> Sent:
    return Sent(id=row.pk, **read(opened(row.content, row.pk)))


def _filled(name: str, context: dict[str, Any], *, escape: bool) -> str:
    template = cast(Any, loader.get_template(name)).template
    return str(template.render(Context(context, autoescape=escape)))


def _checked_header(text: str) -> str:
    """Text that stays within its header: no line breaks, no control characters. Raises `Refused`."""
    if any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in text):
        raise Refused("A header of a mail is one line.")
    return text


def _own_domain(sender: str) -> str:
    return urlsplit(config.text("TILLIT_ORIGIN")).hostname or sender.rpartition("@")[2]


def _parameters(media_type: str) -> dict[str, str]:
    """method and the like of "text/calendar; method=REQUEST; charset=utf-8", charset too (RFC 6047, 2.4)."""
    pairs = (part.strip().partition("=") for part in media_type.split(";")[1:])
    return {key: value for key, _, value in pairs if _WORD.fullmatch(value)}


def _attach(mail: EmailMessage, attached: Attachment) -> None:
    main, _, sub = attached.type.partition(";")[0].strip().partition("/")
    if not (_WORD.fullmatch(main) and _WORD.fullmatch(sub)):
        raise Refused("An attachment has a media type.")
    mail.add_attachment(
        attached.content,
        maintype=main,
        subtype=sub,
        filename=_checked_header(attached.name),
        params=_parameters(attached.type),
    )


def _body(part: Any) -> str:
    return str(part.get_content()) if part is not None else ""


def _attached(part: MIMEPart) -> Attachment:
    content = part.get_payload(decode=True)
    return Attachment(
        part.get_filename() or "file", content if isinstance(content, bytes) else b"", part.get_content_type()
    )
