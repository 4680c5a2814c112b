"""Whose public privacy pages they are: an organisation that shows itself, or one that is closing.

Who leaves the public's eye still answers for what it holds, until the days of its closing are over.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.http import Http404, HttpRequest

from tillit.identity.queries import current_organisation


def here(request: HttpRequest) -> Any:
    """The organisation of a public page about privacy. 404 where there is none, or it has not opened yet."""
    organisation = current_organisation(request)
    if organisation is None or not (organisation.published or _closing()):
        raise Http404
    return organisation


def _closing() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select privacy.closing()")
        return bool(cursor.fetchone()[0])
