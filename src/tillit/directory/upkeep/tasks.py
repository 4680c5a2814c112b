"""What of training and of the ethical code ends by itself."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit.directory.models import Acceptance, Training
from tillit.directory.models.upkeep import TRAINING_DAYS
from tillit.directory.upkeep import events, queries
from tillit.kernel import clock, ends, outbox

KEEP_DAYS = ends.Setting(
    "directory.training_days",
    default=TRAINING_DAYS,
    least=365,
    most=3653,
    says=_("Days after a course until it leaves somebody’s training record"),
)


@ends.handler("directory.training", says=_("a course that you have taken"), why=_("it is long ago"), setting=KEEP_DAYS)
def forget(courses: list[UUID]) -> None:
    """Courses of long ago go."""
    Training.objects.filter(pk__in=courses).delete()


@ends.handler("directory.acceptance", says=_("that you accepted the ethical code"), why=_("it is long ago"))
def forget_acceptances(acceptances: list[UUID]) -> None:
    """They go; on the profile nothing stands of it then."""
    Acceptance.objects.filter(pk__in=acceptances).delete()


@ends.handler("directory.upkeep", says=_("the time until you are reminded of the year’s training"))
def remind(people: list[UUID]) -> None:
    """Whoever has fewer points than are wished for hears of it, or whose knowledge of emergencies is old; next year
    again."""
    for person in people:
        standing = queries.standing_of(person, queries.today())
        if standing.left or not standing.emergencies:
            outbox.emit(events.Behind(person=person))
        ends.set("directory.upkeep", object=person, subject=person, due=queries.next_reminder(clock.now()))
