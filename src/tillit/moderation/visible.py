"""Building blocks for `Visible` of what can be moderated."""

from __future__ import annotations

from tillit.kernel.rls import Block, any_of, quoted, subject_id

__all__ = ["decided_on", "in_good_standing", "not_paused", "under_case"]


def under_case(kind: str, column: str = "id") -> Block:
    """Rows that a case shows: the acting moderator has taken a case of this kind about them, and it is open. Chosen
    parts of it (messages) count as well."""
    return any_of(column, f"moderation.under_case({quoted(kind)})", "scope:moderation.case")


def decided_on(column: str = "id") -> Block:
    """The row that a decision is being carried out on (`kinds.Kind.decided`)."""
    return subject_id(column, of="moderation")


def in_good_standing(column: str) -> Block:
    """The account of the person in `column` is not paused, and was not ended."""
    return Block(f"not {column} = any((select moderation.paused_people())::uuid[])")


def not_paused() -> Block:
    """The actor's account is not paused: `add = [own() & not_paused()]`."""
    return Block("not (select moderation.paused())")
