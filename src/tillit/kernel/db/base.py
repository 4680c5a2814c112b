"""The database backend. It adds to Django's: transactions only, the ticket before the first statement that
needs it, pooled connections that carry nothing over, and ON DELETE clauses that the database keeps itself
(schema.py). docs/decisions/0001-ticket.md says why, attack by attack."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import BaseTzLoader
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper
from django.db.utils import ProgrammingError

from tillit.kernel import clock, ticket
from tillit.kernel.db.schema import SchemaEditor

_PREPARE_AFTER = 5  # times that a connection sends a statement; a pooled one forgets them with each borrower
_RENEW_AFTER = ticket.LIFE_SECONDS / 2
# the second column is false for a superuser, for BYPASSRLS and for an owner: nothing would hold them back
PRESENT = "select set_config('tillit.ticket', %s, true), row_security_active('access.secret')"


class _Present(threading.local):
    """What this thread may keep in memory until its present transaction ends, however it ends. `cache` (opened keys)
    is emptied when a savepoint is rolled back, too; `lasting` is not, and learns of it ("undone")."""

    cache: Mapping[Any, Any] = MappingProxyType({})
    lasting: Mapping[Any, Any] = MappingProxyType({})


present = _Present()


# What `discard all` does, but for the plans inside our functions: making them anew takes as long as using them.
# docs/decisions/0006-booking-speed.md says why they are safe to keep.
FORGET = """
close all; set session authorization default; reset all; deallocate all; unlisten *; discard temp; discard sequences;
select pg_advisory_unlock_all()
"""


def ours() -> DatabaseWrapper:
    """This thread's connection, as the type it is."""
    return cast(DatabaseWrapper, connections[DEFAULT_DB_ALIAS])


class Instant(BaseTzLoader):  # type: ignore[misc]
    """A moment as the server writes it in UTC, read by Python's own parser: a tenth of the driver's time."""

    timezone = UTC  # Django's own loader takes over on a connection with another zone

    def load(self, data: Any) -> datetime:
        text = bytes(data).decode()
        return datetime.fromisoformat(text) if text.endswith("+00") and len(text) < 30 else super().load(data)


class Unticketed(ProgrammingError):
    """A statement came outside a transaction, with nobody acting, or as a role that no policy holds for."""


class _Ticketed:
    """What both cursor wrappers share: before any statement, the ticket of whoever acts now."""

    db: DatabaseWrapper
    cursor: Any
    opened_by: ticket.Actor | None = None

    def _execute(self, sql: Any, params: Any, *ignored: Any) -> Any:
        self.db.present_ticket()
        self.opened_by = ticket.current()
        return super()._execute(sql, params, *ignored)  # type: ignore[misc]

    def _executemany(self, sql: Any, param_list: Any, *ignored: Any) -> Any:
        self.db.present_ticket()
        return super()._executemany(sql, param_list, *ignored)  # type: ignore[misc]

    def callproc(self, *arguments: Any, **named: Any) -> Any:
        """A procedure's call is a statement like any other."""
        self.db.present_ticket()
        return super().callproc(*arguments, **named)  # type: ignore[misc]

    def __getattr__(self, name: str) -> Any:
        if name in {"copy", "stream"}:
            self.db.present_ticket()
        elif name.startswith("fetch"):
            self._same_reader()
        return super().__getattr__(name)  # type: ignore[misc]

    def __iter__(self) -> Iterator[Any]:
        self._same_reader()
        yield from super().__iter__()  # type: ignore[misc]

    def _same_reader(self) -> None:
        """A cursor in the server works out who asks while it is read: one actor opens it and reads it."""
        if getattr(self.cursor, "name", None) and not self.db.ticketless and self.opened_by != ticket.current():
            raise Unticketed(
                "A server-side cursor is read by whoever opened it. Finish reading before the actor changes."
            )


class TicketedCursor(_Ticketed, CursorWrapper):
    pass


class TicketedDebugCursor(_Ticketed, CursorDebugWrapper):
    pass


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection. OPTIONS["ticketless"] is for the owner's migrations only."""

    SchemaEditorClass = SchemaEditor

    def __init__(self, settings_dict: dict[str, Any], alias: str = "default") -> None:
        super().__init__(settings_dict, alias)
        options = settings_dict["OPTIONS"]
        self.ticketless = bool(options.get("ticketless"))
        if pool := options.get("pool"):
            options["pool"] = {**({} if pool is True else pool), "reset": self._forget_session}
        self._presented: tuple[ticket.Actor, datetime | None] | None = None
        self._presented_at = 0.0
        self.transaction_cache: dict[Any, Any] = {}
        self.transaction_lasting: dict[Any, Any] = {}

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        params.pop("ticketless", None)
        if not self.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:  # PgBouncer hands every transaction another session
            params["prepare_threshold"] = _PREPARE_AFTER
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.adapters.register_loader("timestamptz", Instant)
        return connection

    def make_cursor(self, cursor: Any) -> Any:
        return TicketedCursor(cursor, self)

    def make_debug_cursor(self, cursor: Any) -> Any:
        return TicketedDebugCursor(cursor, self)

    def present_ticket(self) -> None:
        """Make sure that the transaction carries the ticket of whoever acts now; raise `Unticketed` if it cannot."""
        if self.ticketless:
            return
        if not self.in_atomic_block:
            raise Unticketed("A statement outside a transaction. Wrap it in transaction.atomic().")
        actor = ticket.current()
        if actor is None:
            raise Unticketed("Nobody acts. Wrap the work in access.acting(...) or access.as_office(...).")
        wanted = (actor, clock.standing())
        if wanted == self._presented and time.monotonic() - self._presented_at < _RENEW_AFTER:
            return
        self.validate_no_broken_transaction()
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(PRESENT, [ticket.sign(actor)])
            guarded = cursor.fetchone()[1]
        if not guarded:
            raise Unticketed("Row security does not hold for this database role. Connect as tillit_app.")
        self._presented = wanted
        self._presented_at = time.monotonic()

    def forget_ticket(self) -> None:
        """The transaction's ticket is gone or another one: the next statement presents it anew."""
        self._presented = None

    @contextmanager
    def without_ticket(self) -> Iterator[None]:
        """For statements that steer the transaction itself, which must work in a failed one too."""
        before, self.ticketless = self.ticketless, True
        try:
            yield
        finally:
            self.ticketless = before

    def _forget_session(self, connection: Any) -> None:
        """Between two borrowers of a pooled connection: settings, prepared statements, held cursors, session
        locks and channels of the last one are gone, so that injected SQL cannot wait there for the next."""
        connection.autocommit = True
        connection.execute(FORGET)
        self._configure_connection(connection)  # type: ignore[attr-defined]

    def _set_autocommit(self, autocommit: bool) -> None:
        self.forget_ticket()
        self._forget_transaction()
        present.cache = _Present.cache if autocommit else self.transaction_cache
        present.lasting = _Present.lasting if autocommit else self.transaction_lasting
        super()._set_autocommit(autocommit)  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        with self.without_ticket():
            super()._savepoint_rollback(sid)  # type: ignore[misc]
        self.forget_ticket()
        self.transaction_cache.clear()  # it may hold a key whose row is gone: what it seals would never open again
        self.transaction_lasting["undone"] = True

    def _savepoint_commit(self, sid: str) -> None:
        with self.without_ticket():
            super()._savepoint_commit(sid)  # type: ignore[misc]

    def _savepoint(self, sid: str) -> None:
        with self.without_ticket():
            super()._savepoint(sid)  # type: ignore[misc]

    def connect(self) -> None:
        self.forget_ticket()
        self._forget_transaction()
        super().connect()

    def close(self) -> None:
        self._forget_transaction()
        super().close()

    def _forget_transaction(self) -> None:
        self.transaction_cache.clear()
        self.transaction_lasting.clear()

    def check_constraints(self, table_names: Any = None) -> None:
        with self.without_ticket():
            super().check_constraints(table_names)
