"""The privacy office's lists: requests, objections, receivers, holds, what was handed out, what is open, what is gone.

A file tells those in it that it was taken, unless the page keeps from them that they stand there: somebody whose hold
waits, or of whom something is handed out in silence.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from tillit.access import queries as glass
from tillit.access.scopes import REASONS, SCOPES
from tillit.exchange.lists import Between, Line, List, register
from tillit.identity import queries as identity
from tillit.journeys.exporting.common import administrators, officers
from tillit.kernel import clock, ends
from tillit.privacy import processors
from tillit.privacy.desk import clocks, queries, reasons, shown
from tillit.privacy.desk.kinds import WORDS
from tillit.privacy.policy.attesting import stated
from tillit.privacy.policy.words import ROLES
from tillit.privacy.rights import objections
from tillit.privacy.rights.queries import named, waiting_objections
from tillit.privacy.rights.said import called

_GONE = timedelta(days=90)  # as the page shows


def _requests(request: Any, between: Between) -> Iterable[Line]:
    for row in [*queries.requests(), *queries.requests(closed=True)]:
        what, state = str(WORDS.get(row.kind, row.kind)), str(shown.state_words(row))
        yield Line((row.reference, what, row.name, state, row.made, row.due, row.closed), row.person_id)


def _objections(request: Any, between: Between) -> Iterable[Line]:
    """Who objected the page does not name."""
    for one in waiting_objections():
        yield Line((one.made, str(objections.use(one.purpose).says), one.words), one.person_id)


def _receivers(request: Any, between: Between) -> Iterable[Line]:
    for one in processors.listed():
        uses = ", ".join(str(purpose.says) for purpose in one.purposes)
        kinds = ", ".join(str(kind.label) for kind in one.categories)
        yield Line((one.name, str(ROLES[one.role.value]), one.region, kinds, uses, one.agreed, one.ends))


def _holds(request: Any, between: Between) -> Iterable[Line]:
    for one in [*queries.holds(), *queries.holds(closed=True)]:
        only = ", ".join(str(called(table)) for table in one.tables)
        why, until = str(reasons.HOLDS.get(one.reason, one.reason)), clocks.last_day(one.organisation, one.ends)
        cells = (why, one.words, only, str(reasons.HOLD_STATES[one.state]), until, one.closed)
        yield Line(cells, one.person_id if one.state == "live" else None)


def _disclosures(request: Any, between: Between) -> Iterable[Line]:
    for one in queries.disclosures():
        to, why = reasons.RECEIVERS.get(one.receiver_kind, one.receiver_kind), reasons.DISCLOSURES[one.kind]
        cells = (one.made, str(to), one.receiver, str(why), str(reasons.DISCLOSURE_STATES[one.state]), one.handed)
        yield Line(cells, one.person_id if one.told else None)


def _opened(request: Any, between: Between) -> Iterable[Line]:
    """Whose data it is the page does not say; those whom it concerns were told when it was opened."""
    rows = [*glass.waiting(), *glass.requests(glass.open_now())]
    names = named(who for one in rows for who in (one.asked_by_id, one.answered_by_id))
    for one in rows:
        other = one.answered_by_id
        second = names.get(other, "") if other and other != one.asked_by_id else ""
        what, why = SCOPES.get(one.scope, one.scope), REASONS.get(one.reason, one.reason)
        yield Line((one.made, str(what), names.get(one.asked_by_id, ""), str(why), second, one.ends))


def _gone(request: Any, between: Between) -> Iterable[Line]:
    for one in ends.history(clock.now() - _GONE):
        yield Line((one.at, str(one.says), one.reached, one.failed))


def _stated(request: Any, between: Between) -> Iterable[Line]:
    for promise, row in stated(identity.current_organisation(request)):
        said = (row.name, row.statement, row.evidence, row.ends) if row else ("", "", "", None)
        yield Line((str(promise.says), *said))


register(
    List(
        "requests", _("What people ask about their data"),
        (_("Reference"), _("What"), _("Name"), _("State"), _("Came"), _("Answer by"), _("Closed")),
        officers, _requests, "office_requests", others=True,
    )
)  # fmt: skip
register(
    List(
        "objections", _("Objections"), (_("When"), _("What"), _("Why")), officers, _objections, "office_objections",
        others=True,
    )
)  # fmt: skip
register(
    List(
        "receivers", _("Receivers"),
        (_("Name"), _("Role"), _("Region"), _("Kinds of data"), _("In order to"), _("Agreed"), _("Until")),
        officers, _receivers, "office_processors",
    )
)  # fmt: skip
register(
    List(
        "holds", _("Held back"), (_("Why"), _("Note"), _("Only"), _("State"), _("Until"), _("Closed")), officers,
        _holds, "office_holds", others=True,
    )
)  # fmt: skip
register(
    List(
        "disclosures", _("Handed out"),
        (_("When"), _("To"), _("Name"), _("Why"), _("State"), _("Handed over")),
        officers, _disclosures, "office_disclosures", others=True,
    )
)  # fmt: skip
register(
    List(
        "opened", _("Opening what is closed"),
        (_("When"), _("What"), _("By whom"), _("Why"), _("Opened by"), _("Until")),
        officers, _opened, "office_glass", others=True,
    )
)  # fmt: skip
register(
    List(
        "gone", _("What has gone"), (_("When"), _("What"), _("How many"), _("Failed")), administrators, _gone,
        "office_retention",
    )
)  # fmt: skip
register(
    List(
        "stated", _("Stated by people"), (_("What"), _("Name"), _("Statement"), _("Proof"), _("Until")), officers,
        _stated, "office_attested",
    )
)  # fmt: skip
