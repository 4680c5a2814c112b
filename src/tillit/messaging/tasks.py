"""What ends in messages by itself."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from tillit.access import Actor, current
from tillit.kernel import ends, keys, uploads
from tillit.messaging.models import DAYS

KEEP_DAYS = ends.Setting(
    "messaging.keep_days",
    default=DAYS,
    least=30,
    most=1827,
    says=_("Days after the last message between two people until their messages are deleted"),
)


@ends.handler(
    "messaging.thread",
    says=_("messages between two people"),
    why=_("nothing was written for a long time"),
    setting=KEEP_DAYS,
)
def forget(threads: list[UUID]) -> None:
    """They go, with their files, and the keys of the threads are destroyed."""
    organisation: Any = (current() or Actor()).organisation
    with connection.cursor() as cursor:
        cursor.execute("select messaging.forget(%s::uuid[])", [threads])
        (files,) = cursor.fetchone()
    keys.shred(organisation, threads)
    for file in files:
        transaction.on_commit(partial(uploads.forget, file))
