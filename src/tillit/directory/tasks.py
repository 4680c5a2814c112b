"""What ends in the directory by itself."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from tillit.directory.models import Advert, Saved
from tillit.directory.models.profiles import DAYS
from tillit.kernel import ends

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


@ends.handler(
    "directory.advert_shown",
    says=_("what you advertised, for others to see"),
    why=_("its time is over"),
)
def close_adverts(adverts: list[UUID]) -> None:
    """Nobody else sees them any more; their owners do, until they are deleted."""
    Advert.objects.filter(pk__in=adverts, state__in=("waiting", "open")).update(state="closed")


@ends.handler("directory.advert", says=_("what you advertised"), why=_("it was closed a while ago"))
def forget_adverts(adverts: list[UUID]) -> None:
    """They go, with who answered them."""
    Advert.objects.filter(pk__in=adverts).delete()
