"""Settings from the environment: one typed, documented list, read by everything and checked by `tillit check`."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MODES = ("demo", "production", "test")


class Missing(RuntimeError):
    """A setting that must be there is not, or says something it cannot say."""


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, what it is for, its default and how it is read."""

    name: str
    says: str
    default: str | None = None
    read: Callable[[str], object] = str
    secret: bool = False


def _flag(text: str) -> bool:
    if text.lower() in {"1", "yes", "true", "on"}:
        return True
    if text.lower() in {"", "0", "no", "false", "off"}:
        return False
    raise ValueError("say yes or no")


def _mode(text: str) -> str:
    if text not in MODES:
        raise ValueError(f"one of {', '.join(MODES)}")
    return text


def _names(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


SETTINGS = {
    s.name: s
    for s in (
        Setting("TILLIT_MODE", "What this installation is: demo, production or test.", "production", _mode),
        Setting("TILLIT_VAR", "Folder for data, secrets and uploads; empty means `var` in the checkout.", ""),
        Setting("TILLIT_DSN", "How this process reaches PostgreSQL, as its own role.", "", secret=True),
        Setting(
            "TILLIT_ROOT_KEY",
            "The root key as 64 hexadecimal digits, instead of secrets/root.key; while it is "
            "being changed the new one and then the old, with a comma.",
            "",
            _names,
            secret=True,
        ),
        Setting("TILLIT_PKCS11", "A root key in a PKCS#11 token: module;token;label;pin-file.", ""),
        Setting(
            "TILLIT_KEY_DAYS",
            "After how many days the key store is wrapped anew and the old wrapping secret "
            "destroyed; then erasure has reached older backups too.",
            "30",
            int,
        ),
        Setting(
            "DATABASE_URL",
            "Administrator's address of a PostgreSQL server, 16 or newer, used instead of the embedded one.",
            "",
            secret=True,
        ),
        Setting("TILLIT_DB_PORT", "Port on this machine for the embedded server; empty means its socket only.", ""),
        Setting("TILLIT_PGBOUNCER", "Is there a PgBouncer in transaction mode before the server?", "no", _flag),
        Setting(
            "TILLIT_DIRECT",
            "Where the PostgreSQL server behind PgBouncer is (host:port): open pages listen there. Empty: they ask "
            "once a second.",
            "",
        ),
        Setting(
            "TILLIT_HOSTS",
            "Host names this installation answers to, comma separated.",
            "localhost,127.0.0.1,[::1]",
            _names,
        ),
        Setting("TILLIT_ORIGIN", "Address people use in the browser, with scheme and port.", "http://localhost:8000"),
        Setting("TILLIT_HTTPS", "Do people reach this installation over TLS only?", "no", _flag),
        Setting("TILLIT_PROXIES", "How many proxies of yours stand in front (they set X-Forwarded-For).", "0", int),
        Setting(
            "TILLIT_SMTP",
            "Outgoing mail: smtp://user:password@host:587 or smtps://…; empty keeps mail in the demo's inbox.",
            "",
            secret=True,
        ),
        Setting(
            "TILLIT_SMTP_PROCESSOR",
            "Who runs the mail server, if somebody else does: name; region (eu, ir or a "
            "country's two letters); agreement; its last day (2027-12-31); what protects mail in another region "
            "(adequacy, clauses or rules). The last two may be left out.",
            "",
        ),
        Setting("TILLIT_MAIL_FROM", "Sender address of the mail.", "tillit@localhost"),
        Setting(
            "TILLIT_OPERATOR",
            "Who runs this installation, as the agreement with its organisations names it: name; organisation number; "
            "postal address; e-mail.",
            "",
        ),
        Setting(
            "TILLIT_BOUNCES",
            "Address that gets what mail servers send back (RFC 3464), as name@domain; mail leaves as "
            "name+<id>@domain, and `tillit bounce` reads what comes. Empty: nobody reads it.",
            "",
        ),
        Setting(
            "TILLIT_SMS",
            "Text messages: 46elks://user:password@api.46elks.com?from=Name, or "
            "template://key@host?template=1000&field=TEXT; empty offers none (the demo shows them in its inbox).",
            "",
            secret=True,
        ),
        Setting(
            "TILLIT_SMS_PROCESSOR",
            "Who carries the text messages: name; region; agreement; its last day; safeguard.",
            "",
        ),
        Setting(
            "TILLIT_PUSH",
            "What safeguards messages to browsers, which their makers' services carry from the United States: "
            "adequacy, clauses or rules; empty offers none.",
            "",
        ),
        Setting(
            "TILLIT_GOOGLE",
            "File with the OAuth client that Google gave this installation, as it is downloaded there (JSON, readable "
            "by its owner only); hosts connect their calendars with it. Empty offers none.",
            "",
        ),
        Setting(
            "TILLIT_MICROSOFT",
            "The same for Microsoft: a JSON file with client_id and client_secret.",
            "",
        ),
        Setting(
            "TILLIT_WEB",
            "How many web processes share the work, each some 60 MB; 0 means two, or one where there is one core or "
            "less than 1 GB of free memory.",
            "0",
            int,
        ),
        Setting("TILLIT_UPLOAD_MB", "Largest file a person may send, in megabytes.", "10", int),
        Setting(
            "TILLIT_CLAMD",
            "Local socket of a virus scanner (clamd) that looks at documents; empty means none. Once it is named and "
            "does not answer, nothing is taken.",
            "",
        ),
    )
}


def get(name: str) -> object:
    """The value of a listed setting, read as its type. Raises `Missing` with a sentence when it cannot be."""
    setting = SETTINGS[name]
    text = os.environ.get(name, setting.default)
    if text is None:
        raise Missing(f"{name} is not set. {setting.says}")
    try:
        return setting.read(text)
    except ValueError as error:
        raise Missing(f"{name} cannot be read ({error}). {setting.says}") from None


def text(name: str) -> str:
    """A setting that is text."""
    return str(get(name))


def flag(name: str) -> bool:
    """A setting that is yes or no."""
    return bool(get(name))


def number(name: str) -> int:
    """A setting that is a whole number."""
    return int(str(get(name)))


def names(name: str) -> list[str]:
    """A setting that is a list of names."""
    value = get(name)
    return list(value) if isinstance(value, list) else []


def mode() -> str:
    """demo, production or test."""
    return text("TILLIT_MODE")


def var() -> str:
    """The folder for data, secrets and uploads: TILLIT_VAR, else `var` in the checkout."""
    return os.environ.get("TILLIT_VAR") or str(checkout() / "var")


@cache
def checkout() -> Path:
    """The folder that holds the project (three above this package)."""
    return Path(__file__).resolve().parents[3]


@cache
def secret(name: str) -> bytes:
    """A secret kept as hexadecimal text in `$TILLIT_VAR/secrets/<name>`.

    Raises `Missing` when it is absent, and when others on the machine could read it.
    """
    path = Path(var()) / "secrets" / name
    try:
        if path.stat().st_mode & 0o077:
            raise Missing(f"{path} can be read by others. Run: chmod 600 {path}")
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        raise Missing(f"{path} does not exist. `tillit up` makes the secrets of a new installation.") from None
    except ValueError:
        raise Missing(f"{path} does not hold hexadecimal text; restore it from your copy of the secrets.") from None


def client(name: str) -> dict[str, str]:
    """The OAuth client in the JSON file that a setting names: client_id and client_secret.

    Raises `Missing` when it is not there, cannot be read, or others on the machine could read it.
    """
    path = Path(text(name))
    try:
        if path.stat().st_mode & 0o077:
            raise Missing(f"{path} can be read by others. Run: chmod 600 {path}")
        told = json.loads(path.read_text(encoding="utf-8"))
        told = told.get("web", told)
        found = {key: told[key] for key in ("client_id", "client_secret")}
    except OSError:
        raise Missing(f"The file that {name} names cannot be read.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Missing(f"The file that {name} names does not hold client_id and client_secret.") from None
    if not all(isinstance(value, str) and value.isascii() and value.isprintable() for value in found.values()):
        raise Missing(f"The file that {name} names does not hold client_id and client_secret as text.")
    return found
