"""Django's way of sending mail, led into ours: what a library sends is stored and queued like everything else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import get_language

from tillit.kernel import mail


class Backend(BaseEmailBackend):
    """Each recipient gets a mail of their own, in the present transaction."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        sent = 0
        for message in email_messages:
            html = next((str(a.content) for a in getattr(message, "alternatives", ()) if a.mimetype == "text/html"), "")
            for recipient in message.recipients():
                mail.send(
                    mail.Message(
                        to=recipient,
                        subject=str(message.subject),
                        text=str(message.body),
                        html=html,
                        language=get_language() or "en",
                        attachments=tuple(_attachment(a) for a in message.attachments),
                        reply_to=next(iter(message.reply_to), ""),
                    )
                )
            sent += 1
        return sent


def _attachment(attached: Any) -> mail.Attachment:
    name, content, kind = attached
    body = content.encode() if isinstance(content, str) else bytes(content)
    return mail.Attachment(name or "file", body, kind or "application/octet-stream")
