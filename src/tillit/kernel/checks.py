"""What is missing or unsafe in this installation, each in a sentence. `tillit check` runs it:

    python -m tillit.kernel.checks

The settings and secrets are looked at before Django starts, since without them it does not.
"""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tillit.kernel import config, root

ERROR, WARNING, FINE = "error", "warning", "fine"
OLDEST_SERVER = 16
_LOCAL = {"localhost", "127.0.0.1", "[::1]", "::1", "testserver"}
_OUR_ROLES = {"tillit_app", "tillit_worker"}


@dataclass(frozen=True)
class Finding:
    """One sentence about the installation, and how bad it is: error, warning or fine."""

    level: str
    says: str


def settings() -> Iterator[Finding]:
    """Each listed setting can be read and fits the mode; nothing is misspelt."""
    broken = False
    for name in config.SETTINGS:
        try:
            config.get(name)
        except config.Missing as missing:
            broken = True
            yield Finding(ERROR, str(missing))
    for name in sorted(n for n in os.environ if n.startswith("TILLIT_") and n not in config.SETTINGS):
        close = difflib.get_close_matches(name, config.SETTINGS, 1)
        hint = f" Did you mean {close[0]}?" if close else ""
        yield Finding(WARNING, f"{name} is no setting of this program and has no effect.{hint}")
    if broken:
        return
    yield from _mail()
    if not 0 < config.number("TILLIT_UPLOAD_MB") <= 500:
        yield Finding(ERROR, "TILLIT_UPLOAD_MB is between 1 and 500.")
    if not 1 <= config.number("TILLIT_KEY_DAYS") <= 366:
        yield Finding(ERROR, "TILLIT_KEY_DAYS is between 1 and 366.")
    if config.number("TILLIT_PROXIES") < 0:
        yield Finding(ERROR, "TILLIT_PROXIES is a number of proxies, 0 or more.")
    if config.mode() == "production":
        yield from _production()
    else:
        yield Finding(WARNING, f"TILLIT_MODE is {config.mode()}: not for real people's data.")


def secrets() -> Iterator[Finding]:
    """The keys are there, long enough, and readable by nobody else."""
    folder = Path(config.var()) / "secrets"
    if not folder.is_dir():
        yield Finding(ERROR, f"{folder} does not exist. `tillit up` makes the secrets of a new installation.")
        return
    if folder.stat().st_mode & 0o077:
        yield Finding(ERROR, f"{folder} can be entered by others. Run: chmod 700 {folder}")
    try:
        root.check()
    except config.Missing as missing:
        yield Finding(ERROR, str(missing))
    for name in ("ticket.key", "django.key"):
        try:
            if len(config.secret(name)) < 32:
                yield Finding(ERROR, f"{folder / name} is shorter than 32 bytes; restore it from your copy.")
        except config.Missing as missing:
            yield Finding(ERROR, str(missing))
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.stat().st_mode & 0o077 and path.suffix != ".key":
            yield Finding(ERROR, f"{path} can be read by others. Run: chmod 600 {path}")
    uploads = Path(config.var()) / "uploads"
    if uploads.exists() and uploads.stat().st_mode & 0o077:
        yield Finding(ERROR, f"{uploads} can be entered by others. Run: chmod 700 {uploads}")


def database() -> Iterator[Finding]:
    """The database can be reached, is new enough, holds its own rules, and believes our tickets. Needs Django."""
    from django.db import DatabaseError, connection, connections

    if not config.text("TILLIT_DSN"):
        yield Finding(ERROR, f"TILLIT_DSN is not set. {config.SETTINGS['TILLIT_DSN'].says}")
        return
    for kept in (connection.settings_dict, connections.settings["default"]):
        kept["OPTIONS"].pop("pool", None)
        kept["OPTIONS"]["connect_timeout"] = 5
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        yield Finding(ERROR, _unreached(error))
        return
    raw = connection.connection
    version = raw.info.server_version // 10000
    if version < OLDEST_SERVER:
        yield Finding(ERROR, f"PostgreSQL is version {version}; at least {OLDEST_SERVER} is needed.")
    else:
        yield Finding(FINE, f"PostgreSQL {version} answers as {raw.info.user}.")
    for check in (_role, _tables, _functions, _server, _tickets, _keys):
        try:
            yield from check(connection)
        except DatabaseError as error:
            connection.connection.rollback()
            yield Finding(ERROR, f"The database could not be examined ({check.__name__[1:]}): {str(error).strip()}")
    connection.close()


def _unreached(error: Exception) -> str:
    """Why the database cannot be reached: a sentence first, then the server's or the library's own words."""
    match getattr(error.__cause__, "sqlstate", None):
        case "28P01" | "28000":
            why = "The database refuses us: its password for this role is not the one in secrets/."
        case "3D000":
            why = "The database server answers, but there is no such database. `tillit up` makes it."
        case _:
            why = "The database cannot be reached. Does Tillit run (`tillit up`), or the server of DATABASE_URL?"
    said = str(error).strip().splitlines()
    return f"{why} It said: {said[-1].strip()}" if said else why


def settings_page() -> str:
    """docs/operations/settings.md: every setting, from the list the program reads."""
    lines = [
        "# Settings",
        "",
        "Every setting is an environment variable. `tillit check` explains what is missing or unsafe. This page is",
        "made from the program's own list (`python -m tillit.kernel.checks --write-docs`); a test compares them.",
        "",
        "| setting | what it is for | default |",
        "|---|---|---|",
    ]
    for setting in config.SETTINGS.values():
        says = setting.says.replace("|", "\\|") + (" Secret: it may hold a password." if setting.secret else "")
        default = f"`{setting.default}`" if setting.default else "empty"
        lines.append(f"| `{setting.name}` | {says} | {default} |")
    lines += [
        "",
        "Yes and no are written `yes` or `no` (also `1`, `true`, `on` and `0`, `false`, `off`).",
        "Secrets themselves are files in `$TILLIT_VAR/secrets/`, readable by the program's account only (0600).",
        "",
        "In **production** the check insists on: `TILLIT_HTTPS`, an `https` address in `TILLIT_ORIGIN` that is among",
        "`TILLIT_HOSTS`, a mail server, and a sender address of your own domain.",
    ]
    return "\n".join(lines) + "\n"


def report(write: Callable[[str], Any] = print) -> int:
    """Say everything; returns 1 when something is wrong, else 0. Starts Django when the settings allow it."""
    found = [*settings(), *secrets()]
    if any(f.level == ERROR and "secrets" in f.says for f in found):
        write("The database was not examined: the secrets come first.")
    else:
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tillit.web.settings")
        try:
            django.setup()
        except config.Missing as missing:
            found.append(Finding(ERROR, str(missing)))
        else:
            found += database()
    for finding in sorted(found, key=lambda f: (ERROR, WARNING, FINE).index(f.level)):
        write(f"{finding.level:8} {finding.says}")
    wrong = sum(f.level == ERROR for f in found)
    write(f"{wrong} to mend." if wrong else "Nothing to mend.")
    return 1 if wrong else 0


def _mail() -> Iterator[Finding]:
    from tillit.kernel import smtp

    if address := config.text("TILLIT_SMTP"):
        try:
            server = smtp.server(address)
        except ValueError as error:
            yield Finding(ERROR, str(error))
        else:
            if server.user and not server.password:
                yield Finding(WARNING, "TILLIT_SMTP names a user but no password.")
            if config.mode() == "demo":
                yield Finding(WARNING, "TILLIT_SMTP is set, but a demo sends nothing: its mail stays in the inbox.")
        try:
            smtp.operator(config.text("TILLIT_SMTP_PROCESSOR"))
        except ValueError as error:
            yield Finding(ERROR, f"TILLIT_SMTP_PROCESSOR cannot be read: {error}")
    yield from _texts()
    yield from _calendars()
    local, at, domain = config.text("TILLIT_MAIL_FROM").rpartition("@")
    if not (local and at and domain):
        yield Finding(ERROR, "TILLIT_MAIL_FROM is no mail address.")


def _texts() -> Iterator[Finding]:
    from tillit.kernel import egress, sms, smtp

    try:
        sms.provider(config.text("TILLIT_SMS"))
        smtp.operator(config.text("TILLIT_SMS_PROCESSOR"))
    except ValueError as error:
        yield Finding(ERROR, f"TILLIT_SMS or TILLIT_SMS_PROCESSOR cannot be read: {error}")
    safeguard = config.text("TILLIT_PUSH")
    if safeguard and safeguard not in list(egress.Safeguard):
        yield Finding(ERROR, "TILLIT_PUSH says what safeguards it: adequacy, clauses or rules.")
    if (bounces := config.text("TILLIT_BOUNCES")) and ("+" in bounces or bounces.count("@") != 1):
        yield Finding(ERROR, "TILLIT_BOUNCES is an address without a plus sign: name@domain.")


def _calendars() -> Iterator[Finding]:
    for name in ("TILLIT_GOOGLE", "TILLIT_MICROSOFT"):
        try:
            if config.text(name):
                config.client(name)
        except config.Missing as missing:
            yield Finding(ERROR, str(missing))


def _production() -> Iterator[Finding]:
    origin = urlsplit(config.text("TILLIT_ORIGIN"))
    hosts = config.names("TILLIT_HOSTS")
    if not config.flag("TILLIT_HTTPS"):
        yield Finding(
            ERROR, "TILLIT_HTTPS is no: passwords and cookies would travel in plain text. Put TLS in front and say yes."
        )
    if origin.scheme != "https" or not origin.hostname:
        yield Finding(
            ERROR, "TILLIT_ORIGIN starts with https:// and names the host people type; links in mails use it."
        )
    elif origin.hostname in _LOCAL:
        yield Finding(ERROR, "TILLIT_ORIGIN names this machine only; links in mails would lead nowhere.")
    if "*" in hosts:
        yield Finding(ERROR, "TILLIT_HOSTS allows every name; forged links could be sent in your name. List your own.")
    elif not set(hosts) - _LOCAL:
        yield Finding(ERROR, "TILLIT_HOSTS names only this machine; say the name people type.")
    elif origin.hostname and not any(
        origin.hostname == h or (h[:1] == "." and origin.hostname.endswith(h)) for h in hosts
    ):
        yield Finding(ERROR, f"TILLIT_ORIGIN's host {origin.hostname} is not among TILLIT_HOSTS.")
    if config.flag("TILLIT_HTTPS") and not config.number("TILLIT_PROXIES"):
        yield Finding(
            WARNING,
            "TILLIT_PROXIES is 0: if TLS ends at a proxy of yours, say 1, or every visitor looks like the proxy.",
        )
    if not config.text("TILLIT_SMTP"):
        yield Finding(ERROR, "TILLIT_SMTP is empty: no mail would leave this machine.")
    if config.text("TILLIT_MAIL_FROM").rpartition("@")[2] in {"", "localhost", "example.org", "example.com"}:
        yield Finding(ERROR, "TILLIT_MAIL_FROM is the default sender; use an address of your own domain.")
    if (Path(config.var()) / "demo-clock").exists():
        yield Finding(WARNING, f"{config.var()}/demo-clock is left over from a demo. Production ignores it; remove it.")


def _ask(connection: Any, statement: str) -> list[tuple[Any, ...]]:
    """A question to the catalogue, which needs no ticket."""
    with connection.connection.cursor() as cursor:
        rows: list[tuple[Any, ...]] = cursor.execute(statement).fetchall()
    return rows


def _role(connection: Any) -> Iterator[Finding]:
    ((name, superuser, bypass, makes_roles, makes_databases, replicates),) = _ask(
        connection,
        "select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication "
        "from pg_roles where rolname = current_user",
    )
    for has, what in (
        (superuser, "is a superuser"),
        (bypass, "may pass row security"),
        (makes_roles, "may create roles"),
        (makes_databases, "may create databases"),
        (replicates, "may replicate"),
    ):
        if has:
            yield Finding(ERROR, f"The role {name} {what}. `tillit up` makes roles without such rights.")
    if name not in _OUR_ROLES:
        yield Finding(WARNING, f"TILLIT_DSN is the role {name}; the web process is tillit_app.")
    owned = _ask(
        connection,
        "select relname from pg_class where relowner = current_user::regrole "
        "union all select proname from pg_proc where proowner = current_user::regrole limit 1",
    )
    if owned:
        yield Finding(ERROR, f"The role {name} owns {owned[0][0]}; what it owns it could open. Only tillit_owner owns.")
    extra = _ask(
        connection,
        "select r.rolname from pg_roles r where r.rolname not in (current_user, 'tillit_app') "
        "and pg_has_role(current_user, r.oid, 'member') "
        "and not (select rolsuper from pg_roles where rolname = current_user)",
    )
    for (other,) in extra:
        yield Finding(ERROR, f"The role {name} is a member of {other}.")
    ((temporary, makes_schemas),) = _ask(
        connection,
        "select has_database_privilege(current_database(), 'TEMP'), "
        "has_database_privilege(current_database(), 'CREATE')",
    )
    if temporary or makes_schemas:
        yield Finding(ERROR, f"The role {name} may create tables or schemas in the database.")


def _tables(connection: Any) -> Iterator[Finding]:
    """Row security is forced on every table of ours that belongs to an organisation or tells of people."""
    from django.apps import apps

    told = {
        model._meta.db_table
        for model in apps.get_models()
        if any(hasattr(f, "declared") for f in model._meta.local_fields) or hasattr(model, "Visible")
    }
    rows = _ask(
        connection,
        "select c.relname, c.relrowsecurity and c.relforcerowsecurity, exists (select from pg_attribute a "
        "where a.attrelid = c.oid and a.attname = 'organisation_id' and not a.attisdropped) "
        "from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace",
    )
    if missing := sorted(told - {name for name, _, _ in rows}):
        yield Finding(
            ERROR, f"The database lacks {', '.join(missing[:5])}: it is older than the program. Run `tillit up`."
        )
    bare = sorted(name for name, forced, owned in rows if not forced and (owned or name in told))
    for name in bare:
        yield Finding(ERROR, f"Row security is not forced on the table {name}.")
    if not bare and not missing:
        yield Finding(FINE, f"Row security is forced on all {sum(bool(f) for _, f, _ in rows)} tables that need it.")


def _functions(connection: Any) -> Iterator[Finding]:
    """Functions that act with their owner's rights belong to the definer and look names up in fixed places."""
    for name, owner, fixed in _ask(
        connection,
        "select n.nspname || '.' || p.proname, r.rolname, "
        "coalesce(array_to_string(p.proconfig, ','), '') like '%search_path=%' "
        "from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_roles r on r.oid = p.proowner "
        "where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema')",
    ):
        if owner != "tillit_definer" or not fixed:
            yield Finding(ERROR, f"The function {name} acts with the rights of {owner} or without a fixed search path.")


def _server(connection: Any) -> Iterator[Finding]:
    """The server's log and catalogue give nothing away."""
    for name, wanted in (("log_parameter_max_length", "0"), ("log_parameter_max_length_on_error", "0")):
        ((value,),) = _ask(connection, f"select current_setting('{name}')")
        if value != wanted:
            yield Finding(
                WARNING, f"The server's {name} is {value}: its log may hold personal data. Set it to {wanted}."
            )
    ((seen,),) = _ask(connection, "select has_table_privilege('pg_catalog.pg_stat_activity', 'SELECT')")
    if seen:
        yield Finding(ERROR, "The role can read other sessions' statements (pg_stat_activity), tickets among them.")
    ((secret,),) = _ask(connection, "select has_table_privilege('access.secret', 'SELECT')")
    if secret:
        yield Finding(ERROR, "The role can read the secret that verifies tickets.")


def _keys(connection: Any) -> Iterator[Finding]:
    """The secrets open the keys of this database."""
    from tillit.kernel import keys

    try:
        keys.check()
    except config.Missing as missing:
        yield Finding(ERROR, str(missing))
    else:
        yield Finding(FINE, f"The keys of this database open with {root.in_use().name}.")


def _tickets(connection: Any) -> Iterator[Finding]:
    """Our ticket is believed, and only ours; and how outbox and jobs stand."""
    from django.db import DatabaseError, transaction

    from tillit.kernel.ticket import Actor, acting

    with acting(Actor(office="operator")):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("select access.office()")
                believed = cursor.fetchone() == ("operator",)
        except DatabaseError:
            believed = False
        if not believed:
            yield Finding(
                ERROR,
                "The database does not believe this program's tickets: ticket.key and the database "
                "do not belong together. Restore the key that came with this database.",
            )
            return
        yield Finding(FINE, "The database believes this program's tickets.")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select * from kernel.backlog()")
            waiting, _oldest, dead, jobs, failed = cursor.fetchone()
    try:
        with connection.connection.transaction():
            _ask(connection, "select access.office()")
        answered = True
    except Exception:  # any refusal is the right answer
        answered = False
    if answered:
        yield Finding(ERROR, "The database answers without a ticket.")
    yield Finding(FINE, f"{waiting} events and {jobs} jobs wait.")
    if dead:
        yield Finding(WARNING, f"{dead} events could not be delivered after many tries (kernel.dead_deliveries()).")
    if failed:
        yield Finding(WARNING, f"{failed} jobs failed for good; the worker's log says of what kind.")


def main(arguments: list[str]) -> int:
    """The command: 0 when nothing is wrong."""
    if arguments == ["--write-docs"]:
        (config.checkout() / "docs" / "operations" / "settings.md").write_text(settings_page(), encoding="utf-8")
        return 0
    return report()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
