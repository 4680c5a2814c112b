"""Row security and declarations for the tables that django-allauth brings, in one place.

They are walled as our own are: an account reaches its own rows, the office "login" the rows of the one account
it was narrowed to. The migration 0003_library_tables carries what is said here.
"""

from __future__ import annotations

from django.apps import apps

from tillit.identity.models import ACCOUNT
from tillit.kernel.declare import Declared
from tillit.kernel.dpv import Data, Erase, Purpose
from tillit.kernel.rls import Block, RowSecurity, own_account

_OWN = own_account("user_id")
_LOGIN = Block("user_id = (select identity.login_account())")
_EITHER = f"({_OWN.sql}) or ({_LOGIN.sql})"

# `<blind index>@account.invalid` of each account, always verified. Written by identity.open_account and move_account.
ADDRESSES = RowSecurity(
    name="account_emailaddress_rows",
    rights=("SELECT",),
    definer=("SELECT", "INSERT", "UPDATE (email)", "DELETE"),
    policies=(("see", "permissive", "SELECT", _EITHER, ""),),
)

# Not used: addresses are proven by links of our own. Nobody reaches the table.
CONFIRMATIONS = RowSecurity(name="account_emailconfirmation_rows")

# Passkeys, hardware keys, codes of an app, recovery codes. Secrets in `data` are sealed (adapters.py). A login
# marks what it used; only the account itself adds and removes.
AUTHENTICATORS = RowSecurity(
    name="mfa_authenticator_rows",
    rights=("SELECT", "INSERT", "UPDATE", "DELETE"),
    definer=("SELECT", "DELETE"),
    policies=(
        ("see", "permissive", "SELECT", _EITHER, ""),
        ("add", "permissive", "INSERT", "", _OWN.sql),
        ("change", "permissive", "UPDATE", _EITHER, _EITHER),
        ("remove", "permissive", "DELETE", _OWN.sql, ""),
    ),
)

TABLES = {
    "account_emailaddress": ADDRESSES,
    "account_emailconfirmation": CONFIRMATIONS,
    "mfa_authenticator": AUTHENTICATORS,
}

_LOGIN_DATA = Declared(("user",), Data.AUTHENTICATION, (Purpose.LOGIN,), ACCOUNT, Erase.DELETE)
_USE = Declared(("user",), Data.ACTIVITY, (Purpose.SECURITY,), ACCOUNT, Erase.DELETE)

# table → field → declaration; a field that says nothing about anybody has None
DECLARED: dict[str, dict[str, Declared | None]] = {
    "account_emailaddress": {"email": _LOGIN_DATA, "verified": None, "primary": None},
    "account_emailconfirmation": {"created": None, "sent": None, "key": None},
    "mfa_authenticator": {"type": None, "data": _LOGIN_DATA, "created_at": _USE, "last_used_at": _USE},
}


def declare() -> None:
    """Say on the libraries' models what is said here, so that the declarations are read in one way only."""
    for model in apps.get_models():
        if fields := DECLARED.get(model._meta.db_table):
            model.declared_elsewhere = {name: said for name, said in fields.items() if said}  # type: ignore[attr-defined]
            model.not_personal = tuple(name for name, said in fields.items() if said is None)  # type: ignore[attr-defined]
