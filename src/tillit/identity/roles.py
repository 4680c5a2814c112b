"""What the roles are called."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import pgettext

from tillit.identity.models import ROLES

_EVERYWHERE = {"administrator", "staff", "privacy"}
_WITH = {
    "booking": {"host"},
    "directory": {"provider", "seeker", "moderator"},
    "sales": {"seller", "finance"},
    "dispatch": {"specialist", "customer", "operator", "quality", "finance"},
    "care": {"therapist", "supervisor", "leader"},
    "learning": {"leader"},
}


def roles_for(modules: Iterable[str]) -> list[str]:
    """The roles that mean something in an organisation with these modules; all of them when it has none yet."""
    wanted = set().union(*(_WITH.get(module, set()) for module in modules))
    return [role for role in ROLES if role in _EVERYWHERE | wanted] if wanted else list(ROLES)


def role_words(role: str) -> str:
    """A role's name in the reader's language; one that is not known is called by its own word."""
    names = {
        "administrator": pgettext("role", "Administrator"),
        "host": pgettext("role", "Host"),
        "staff": pgettext("role", "Staff"),
        "provider": pgettext("role", "Provider"),
        "seeker": pgettext("role", "Seeker"),
        "moderator": pgettext("role", "Moderator"),
        "seller": pgettext("role", "Seller"),
        "finance": pgettext("role", "Finance"),
        "specialist": pgettext("role", "Specialist"),
        "customer": pgettext("role", "Customer"),
        "operator": pgettext("role", "Operator"),
        "quality": pgettext("role", "Quality controller"),
        "therapist": pgettext("role", "Therapist"),
        "supervisor": pgettext("role", "Supervisor"),
        "leader": pgettext("role", "Group leader"),
        "privacy": pgettext("role", "Data protection"),
    }
    return names.get(role, role)
