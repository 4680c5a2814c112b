"""Building blocks for `Visible` that know of relations: memberships and grants."""

from __future__ import annotations

from tillit.kernel.rls import Block, any_of, quoted

__all__ = ["colleague", "in_use", "shown", "staff"]


def staff(*roles: str) -> Block:
    """The actor holds one of these roles in the organisation (a live membership)."""
    listed = ", ".join(quoted(role) for role in roles)
    return Block(f"(select access.roles() && array[{listed}])", f"role:{','.join(roles)}")


def shown(column: str, scope: str) -> Block:
    """The person in `column` has a live grant of `scope` to the actor."""
    return any_of(column, f"access.shown({quoted(scope)})", f"scope:{scope}")


def colleague(column: str) -> Block:
    """The person in `column` is a member of the organisation, and so is the actor."""
    return any_of(column, "access.colleagues()", "colleague:administrator")


def in_use(column: str) -> Block:
    """The data of the person in `column` does not lie at rest (GDPR Art. 18)."""
    return Block(f"not {column} = any((select access.restricted())::uuid[])")
