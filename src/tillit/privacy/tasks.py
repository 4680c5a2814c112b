"""Background work: the probes ask by themselves."""

from __future__ import annotations

from django.db import transaction

from tillit.access import PUBLIC, acting
from tillit.identity.queries import published_organisations
from tillit.kernel.tasks import periodic
from tillit.privacy.checking import check
from tillit.privacy.desk import reactions as desk_reactions  # noqa: F401 (found by being imported)
from tillit.privacy.desk import tasks as desk_tasks  # noqa: F401 (found by being imported)
from tillit.privacy.incidents import reactions, tasks  # noqa: F401 (found by being imported)
from tillit.privacy.policy import tasks as policy_tasks  # noqa: F401 (found by being imported)
from tillit.privacy.rights import reactions as rights_reactions  # noqa: F401 (found by being imported)
from tillit.privacy.rights import tasks as rights_tasks  # noqa: F401 (found by being imported)


@periodic("privacy.ask_promises", cron="17 * * * *", office="prober", own_transactions=True)
def ask_promises() -> None:
    """Ask every promise of every organisation, once an hour."""
    with acting(PUBLIC), transaction.atomic():
        organisations = published_organisations()
    for organisation in organisations:
        check(organisation)
