"""What a table is called when people read of it: the model says it (`called`), else the kinds of data in it."""

from __future__ import annotations

from functools import lru_cache

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from tillit.kernel.declare import holdings
from tillit.kernel.dpv import Words

_OTHERS: dict[str, Words] = {
    "account.emailaddress": _("your address for logging in"),
    "mfa.authenticator": _("your keys and codes for logging in"),
    "keys": _("the key that opened what was sealed"),
}


@lru_cache(maxsize=256)
def called(table: str) -> Words:
    """The words for a table (app.model). Raises LookupError for one that is none."""
    if table in _OTHERS:
        return _OTHERS[table]
    model = apps.get_model(table)
    words: Words | None = getattr(model, "called", None)
    return words or next(one.declared.what.label for one in holdings() if one.model is model)
