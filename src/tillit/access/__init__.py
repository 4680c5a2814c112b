"""Who may see what of whom, why, until when: actors, offices, grants and the blocks policies are built of."""

from collections.abc import Iterator
from contextlib import contextmanager

from tillit.kernel.ticket import PUBLIC, Actor, acting, current

__all__ = ["PUBLIC", "Actor", "acting", "as_office", "current"]


@contextmanager
def as_office(office: str, subject: str | None = None) -> Iterator[Actor]:
    """Act in another capacity inside the block: the only way for the actor to change within a transaction.

    The person and organisation stay those of the outer actor (anonymous where there is none); the office and
    its subject decide which rows the policies let it reach. The outer actor is restored at the end.
    """
    outer = current() or PUBLIC
    with acting(outer.with_office(office, subject)) as actor:
        yield actor
