"""What the roles are called."""

from __future__ import annotations

from django.utils.translation import pgettext


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
