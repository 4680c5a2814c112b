"""`tillit bounce < MESSAGE`: read what a mail server sent back. For the alias of TILLIT_BOUNCES."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from tillit.access import Actor, acting
from tillit.notify import bounces
from tillit.notify.tasks import returned


class Command(BaseCommand):
    help = "Read a delivery report (RFC 3464) or a complaint (RFC 5965) from standard input."
    requires_system_checks = []
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        report = bounces.read(sys.stdin.buffer.read(bounces.LARGEST + 1))
        if report is None:
            self.stdout.write("Nothing in it says that one of our mails failed for good.")
            return
        with acting(Actor(office="bounce")), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select notify.whose(%s)", [report.mail])
            (organisation,) = cursor.fetchone()
            if organisation:
                actor = Actor(office="reaction", organisation=organisation)
                returned.configure(actor=actor).defer(mail=report.mail, why=report.why)
        self.stdout.write("Noted." if organisation else "We know nothing of that mail.")
