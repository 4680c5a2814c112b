"""Who comes in: members of an organisation that has messages."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest

from tillit.identity.queries import acting_person, current_organisation

MODULE = "messaging"


def here(request: HttpRequest) -> tuple[Any, Any]:
    """The organisation and who acts there. Raises Http404 where there are no messages for them."""
    organisation, person = current_organisation(request), acting_person(request)
    if organisation is None or person is None or MODULE not in organisation.modules:
        raise Http404
    return organisation, person
