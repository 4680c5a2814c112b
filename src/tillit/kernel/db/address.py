"""Where the database is, as libpq writes it."""

from __future__ import annotations

from psycopg.conninfo import conninfo_to_dict


def parts(dsn: str) -> dict[str, str]:
    """The parts of a libpq connection string by name; raises psycopg.ProgrammingError when it is none."""
    return {name: str(value) for name, value in conninfo_to_dict(dsn).items() if value is not None}
