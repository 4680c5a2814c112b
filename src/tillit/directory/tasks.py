"""What ends in the directory by itself."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from tillit.directory.adverts import reactions as answers  # noqa: F401 (they declare who is told)
from tillit.directory.adverts import tasks as adverts  # noqa: F401 (they declare ends)
from tillit.directory.models import Saved
from tillit.directory.models.profiles import DAYS
from tillit.directory.search import listing, saving
from tillit.directory.upkeep import reactions as told  # noqa: F401 (they declare who is told)
from tillit.directory.upkeep import tasks as upkeep  # noqa: F401 (they declare ends)
from tillit.kernel import ends, tasks
from tillit.kernel.ticket import Actor

KEEP_DAYS = ends.Setting(
    "directory.keep_days",
    default=DAYS,
    least=30,
    most=1827,
    says=_("Days after its last change until a profile is deleted"),
)


@ends.handler(
    "directory.profile",
    says=_("your profile, with all that it says"),
    why=_("nobody has changed it for a long time"),
    setting=KEEP_DAYS,
)
def forget(profiles: list[UUID]) -> None:
    """They go, with everything that they say."""
    with connection.cursor() as cursor:
        cursor.execute("select directory.forget(%s::uuid[])", [profiles])


@ends.handler("directory.saved", says=_("a search that you keep"), why=_("you have not used it for half a year"))
def forget_searches(searches: list[UUID]) -> None:
    """They go."""
    Saved.objects.filter(pk__in=searches).delete()


@tasks.periodic("directory.relist", cron="13 1 * * *", office="listing")
def relist() -> None:
    """Queue, for each organisation that has listings, that they are made anew."""
    with connection.cursor() as cursor:
        cursor.execute("select directory.listing_organisations()")
        (organisations,) = cursor.fetchone()
    for organisation in organisations:
        relist_one.configure(actor=Actor(office="reaction", organisation=organisation)).defer()


@tasks.task("directory.relist_one")
def relist_one() -> None:
    """Every listing of the acting organisation anew: a new day of free time has come."""
    listing.remake_all()


@tasks.periodic("directory.alerts", cron="21 7 * * *", office="listing")
def alerts() -> None:
    """Queue, once a day, each kept search whose owner wants to hear of new ones."""
    with connection.cursor() as cursor:
        cursor.execute("select organisation, person, search from directory.alerting()")
        waiting: list[tuple[UUID, UUID, UUID]] = cursor.fetchall()
    for organisation, person, search in waiting:
        actor = Actor(office="member", organisation=organisation, person=person)
        alert.configure(actor=actor).defer(search=search)


@tasks.task("directory.alert")
def alert(*, search: UUID) -> None:
    """Look, as whoever keeps the search, whether somebody new is found, and say so."""
    saving.look(search)
