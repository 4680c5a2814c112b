"""A map of our own: places as circles, drawn from our table. No tile, no other host. Counts are rounded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import cos, radians, sqrt

from django.db import connection
from django.urls import reverse

from tillit.access import current
from tillit.directory import places
from tillit.directory.places import Place
from tillit.directory.search.question import Question
from tillit.kernel import formats
from tillit.kernel.ticket import Actor

SIZE = 1000
MOST = 60
LABELS = 12
_EDGE = 90


@dataclass(frozen=True)
class Spot:
    """A place on the map: x, y and radius in units of SIZE; count: in words, rounded; url: the search from there."""

    place: Place
    x: int
    y: int
    radius: int
    count: str
    url: str
    labelled: bool

    @property
    def label_y(self) -> int:
        """Where its name stands: above the circle."""
        return self.y - self.radius - 12


COUNTED = """
select o.place, count(*)::int from directory_offer o
where o.organisation_id = %s and o.category = %s and o.place = any(%s::int[]) group by o.place order by 2 desc limit %s
"""


def drawn(question: Question, *, slug: str, language: str) -> list[Spot]:
    """Where those who offer the service are, within the distance asked for, the most first. Only the service and the
    place count here, not the other wishes."""
    if question.place:
        around = [place for place, _ in places.near(question.place.id, question.km)]
    else:
        around = list(places.every())
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [(current() or Actor()).organisation, question.service, around, MOST])
        rows = [(places.every()[place], count) for place, count in cursor.fetchall() if place in places.every()]
    if not rows:
        return []
    xs = [place.longitude * cos(radians(place.latitude)) for place, _ in rows]
    ys = [-place.latitude for place, _ in rows]
    span = max(max(xs) - min(xs), max(ys) - min(ys), 0.02)
    most = max(count for _, count in rows)
    here = reverse("find", args=[slug])
    return [
        Spot(
            place, _at(x, xs, span), _at(y, ys, span), 14 + round(46 * sqrt(count / most)), rounded(count, language),
            f"{here}?{replace(question, place=place).address()}", number < LABELS,
        )
        for number, ((place, count), x, y) in enumerate(zip(rows, xs, ys, strict=True))
    ]  # fmt: skip


def _at(value: float, values: list[float], span: float) -> int:
    middle = (max(values) + min(values)) / 2
    return round(SIZE / 2 + (value - middle) / span * (SIZE - 2 * _EDGE))


def rounded(count: int, language: str) -> str:
    """How many, roughly: below ten as it is, else at least a round number."""
    if count < 10:
        return formats.format_number(count, language)
    unit = 10 ** (len(str(count)) - 1)
    return f"{formats.format_number(count // unit * unit, language)}+"
