"""The desk's lists: matters, ready answers, figures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from tillit.desk import canned, queries, shown
from tillit.desk.roles import DESK
from tillit.exchange.lists import MOST, Between, Line, List, register
from tillit.journeys.exporting.common import needs


def _matters(request: Any, between: Between) -> Iterable[Line]:
    """What the acting person may work on: what is open, then what is closed."""
    for state in ("", "closed"):
        for page in range(1, MOST // queries.PAGE + 2):
            found, more = queries.inbox(state=state, page=page)
            names = queries.names(one.pk for one in found)
            for one in found:
                name, assignee = names.get(one.pk, ("", ""))
                what, stands = str(shown.KINDS[one.kind]), str(shown.STATES[one.state])
                cells = (one.reference, what, name, stands, assignee, one.made, one.due, one.closed)
                yield Line(cells, one.person_id)
            if not more:
                break


def _answers(request: Any, between: Between) -> Iterable[Line]:
    for one in canned.every():
        yield Line((one.language, one.title, one.words))


def _figures(request: Any, between: Between) -> Iterable[Line]:
    for one in queries.figures():
        mean = f"{one.stars / one.rated:.1f}" if one.stars is not None and one.rated else ""
        yield Line((str(shown.KINDS[one.kind]), one.asked, one.answered, one.in_time, one.rated, mean))


register(
    List(
        "matters", _("What people ask and complain about"),
        (_("Reference"), _("What"), _("Name"), _("State"), _("With"), _("Came"), _("Answer by"), _("Closed")),
        needs(*DESK), _matters, "desk", others=True,
    )
)  # fmt: skip
register(
    List("answers", _("Ready answers"), (_("Language"), _("Title"), _("Text")), needs(*DESK), _answers, "desk_canned")
)
register(
    List(
        "figures", _("A year at the desk"),
        (_("Kind"), _("Came"), _("Answered"), _("In time"), _("Said how content"), _("Of 5, on average")),
        needs("administrator", "quality"), _figures, "desk_figures",
    )
)  # fmt: skip
