"""The ground a live probe stands on: the organisation, and ways to look at it as somebody who may not.

Everything here runs as the role of the process (tillit_app or tillit_worker), under tickets that a stranger, an
anonymous browser or a person of another organisation could hold. Nothing here can see what they could not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.test import Client

from tillit.kernel.ticket import Actor, acting


@dataclass
class Ground:
    """What a probe is given."""

    organisation: Any
    elsewhere: UUID
    """Another organisation of the installation, or an id that is none."""
    offices: frozenset[str] = frozenset()
    """Mail addresses of offices (an authority, the operator) that pages may name: nobody's own."""

    @contextmanager
    def acting_as(self, actor: Actor) -> Iterator[None]:
        """A savepoint in which `actor` acts; nothing of it stays."""
        with acting(actor), transaction.atomic():
            yield
            transaction.set_rollback(True)

    @property
    def visitor(self) -> Actor:
        """The anonymous browser on this organisation's page."""
        return Actor(organisation=self.organisation.pk)

    @property
    def stranger(self) -> Actor:
        """Somebody logged in at another organisation (or at none that exists)."""
        return Actor(office="member", account=uuid4(), person=uuid4(), organisation=self.elsewhere)

    @property
    def newcomer(self) -> Actor:
        """Somebody logged in here who has no relation to anybody."""
        return Actor(office="member", account=uuid4(), person=uuid4(), organisation=self.organisation.pk)

    def rows(self, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """What raw SQL of the application's role gets to see under the ticket that acts now."""
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())

    def get(self, path: str, language: str = "en") -> Any:
        """A page as an anonymous browser gets it."""
        browser = Client(headers={"host": "localhost", "accept-language": language})
        return browser.get(path)

    @cached_property
    def public_pages(self) -> dict[str, Any]:
        """The organisation's pages that anybody can open, followed from its front page: address → answer."""
        seen: dict[str, Any] = {}
        todo = [f"/o/{self.organisation.slug}/"]
        while todo and len(seen) < 40:
            path = todo.pop(0)
            if path in seen:
                continue
            answer = self.get(path)
            seen[path] = answer
            if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
                links = re.findall(r'href="(/o/[^"#?]*)', answer.content.decode())
                todo += [link for link in links if link.startswith(f"/o/{self.organisation.slug}/")]
        return seen
