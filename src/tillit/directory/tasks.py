"""What ends in the directory by itself."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from tillit.directory.models.profiles import DAYS
from tillit.directory.upkeep import reactions, tasks  # noqa: F401 (they declare ends and who is told)
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
