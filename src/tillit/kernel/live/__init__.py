"""Pages that are told at once: `publish` in the transaction that changes something, and whoever has a page open hears
of it when that commits (docs/decisions/0033-live-pages.md).

    live.publish(person.pk, "booking.changed", booking.pk)

An event carries ids alone. What they name is read by the page, as the person who looks at it.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Max

from tillit.kernel.ids import new_id
from tillit.kernel.tasks import periodic
from tillit.kernel.ticket import Actor, current, sign_text

NOTIFIED = "tillit_live"  # the channel of NOTIFY (sql/live.sql)
KEPT = timedelta(hours=1)  # how long a page may have been away and still miss nothing


def publish(channel: UUID, kind: str, object_id: UUID, *, person: UUID | None = None) -> None:
    """Tell `channel` that something of this kind happened to `object_id`, if the present transaction commits.

    The channel is a person, or a booking, for whoever holds its link; then `person` says whose link it is. A commit
    that notifies waits for others that do (decisions/0010-outbox-polls.md): where many write at once, publish from a
    reaction. Raises ValueError for a kind that is not words with dots between.
    """
    if not all(part.isidentifier() for part in kind.split(".")):
        raise ValueError("A kind of event is words with dots between.")
    event, whose, topic = new_id(), person or channel, topic_of(channel)
    organisation = (current() or Actor()).organisation
    said = ":".join(str(part) for part in (event, organisation, channel, whose, kind, object_id, topic))
    with connection.cursor() as cursor:
        cursor.execute(
            "select kernel.publish_live(%s, %s, %s, %s, %s, %s, %s)",
            [event, channel, whose, kind, object_id, topic, sign_text("live", said)],
        )


def topic_of(channel: UUID) -> str:
    """What listeners hear of a channel: nobody who overhears it learns whose it is."""
    return sign_text("livetopic", str(channel))[:32]


def position(channel: UUID) -> int:
    """The number of the newest event of a channel that the actor may read; 0 where there is none. A page that is made
    now and asks for what comes after it misses nothing."""
    from tillit.kernel.live_tables import LiveEvent  # tables need the apps to be loaded

    found = LiveEvent.objects.filter(channel_id=channel).aggregate(newest=Max("number"))["newest"]
    return int(found or 0)


@periodic("kernel.forget_live", cron="*/10 * * * *", office="sweeper")
def forget() -> None:
    """Events that nobody can have missed any more."""
    with connection.cursor() as cursor:
        cursor.execute("select kernel.forget_live(make_interval(secs => %s))", [KEPT.total_seconds()])
