"""Walking listings best first. docs/decisions/0051-finding.md says why it is exact and quick.

Everything is asked under row security. A step (a place and a grade) has one score, so the steps are sorted first, and
listings are read step after step until a page is full. Words that few have around there are looked up first instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db import connection

from tillit.access import current
from tillit.directory import places
from tillit.directory.models.search import ANY
from tillit.directory.search import formula, hours
from tillit.directory.search.question import Question
from tillit.directory.search.words import query, typed, within
from tillit.kernel import clock
from tillit.kernel.ticket import Actor

PAGE = 20
FEW = 5000  # listings with the words: up to so many are sorted as they are
MANY = 50_000  # listings with a word: of more it is not even asked where they are
_TURNS = 32768
_DAILY = 7919  # by so much the turn moves on each day
_WIDEN = ((48, 60), (160, 600), (320, 3000), (formula.GRADES, 1_000_000))
"""Of how many grades, the best, and how many steps are read at once, until a page is full."""
_LEAST_LIKE = 4  # letters of a word from which on typing errors are forgiven

Key = tuple[int, int, int, int, int, str]


@dataclass(frozen=True, slots=True)
class Found:
    """One listing: whose, its score, tenths of a kilometre from the place asked for, its grade and place."""

    listing: UUID
    profile: UUID
    person: UUID
    score: int
    tenths: int
    grade: int
    place: int
    turn: int

    @property
    def key(self) -> Key:
        """By which results are sorted."""
        return (-self.score, self.tenths, -self.grade, self.place, self.turn, str(self.listing))


@dataclass(frozen=True)
class Page:
    """Results, the cursor of the following page ("" for none), and words read as another one (typed, taken)."""

    found: list[Found]
    following: str
    read_as: list[tuple[str, str]]


def find(question: Question, *, cursor: str = "", most: int = PAGE, listed_since: datetime | None = None) -> Page:
    """The next best listings. A cursor that is not ours begins anew. listed_since: only those that are newer."""
    after = _opened(cursor)
    forms, read_as, rarest = forms_of(question.text)
    if forms is None:
        return Page([], "", [])
    ask = _Ask(question, forms, after, most + 1, listed_since)
    found = ask.by_words(rarest) if forms else None
    if found is None:
        found = ask.by_steps()
    following = _closed(found[most - 1].key) if len(found) > most else ""
    return Page(found[:most], following, read_as)


def forms_of(text: str) -> tuple[list[list[str]] | None, list[tuple[str, str]], int]:
    """For each typed word the forms that are looked for; None where one has none, not even a similar one; the words
    that were read as others; and in how many listings the rarest one was last night, or thereabouts."""
    forms, read_as, rarest = [], [], MANY + 1
    with connection.cursor() as cursor:
        for word in typed(text):
            cursor.execute(KNOWN, [word, word + "\U0010ffff"])
            (seen,) = cursor.fetchone()
            if seen is not None:
                forms.append([word])
                rarest = min(rarest, seen)
                continue
            like = []
            if len(word) >= _LEAST_LIKE:
                cursor.execute("select directory.like_word(%s, 3)", [word])
                (like,) = cursor.fetchone()
            if not like:
                return None, [], 0
            forms.append(like)
            read_as.append((word, like[0]))
            rarest = 0
    return forms, read_as, rarest


KNOWN = """
select max(w.seen) from (select seen from directory_word where word >= %s and word < %s order by word limit 100) w
"""


class _Ask:
    """One question on its way to the database."""

    def __init__(
        self, question: Question, forms: list[list[str]], after: Key | None, most: int, listed_since: datetime | None
    ) -> None:
        self.question, self.forms, self.most, self.after = question, forms, most, after
        weights = question.weights
        if question.place:
            ways = places.near(question.place.id, question.km)
        else:
            ways = tuple((place, 0.0) for place in places.every())
        counted = weights[formula.KEYS.index("distance")] if question.place else 0
        actor = current() or Actor()
        self.values: dict[str, Any] = {
            "organisation": actor.organisation, "category": question.service, "most": most,
            "places": [place for place, _ in ways], "tenths": [int(km * 10) for _, km in ways],
            "near": [counted * formula.distance_step(km) for _, km in ways],
            "points": list(formula.points(weights)),
            "shift": clock.now().toordinal() * _DAILY % _TURNS,
        }  # fmt: skip
        self.filters = self._filters(listed_since)

    def _filters(self, listed_since: datetime | None) -> str:
        question, sql = self.question, ""
        if question.day and question.mask:
            column, bits = hours.parts_mask(question.day, question.mask)
            sql += f" and o.parts_{column} & %(bits)s::bigint = %(bits)s::bigint"
            sql += " and l.free[%(day)s::date - l.free_from + 1] & %(mask)s::bigint = %(mask)s::bigint"
            self.values |= {"bits": bits, "day": question.day, "mask": question.mask}
        if question.price:
            sql += " and o.rate between 1 and %(rate)s"
            self.values["rate"] = min(question.price * 100, 2**31 - 1)
        if question.languages:
            sql += " and l.languages @> %(languages)s::varchar[]"
            self.values["languages"] = list(question.languages)
        if question.ages:
            sql += " and l.ages @> %(ages)s::varchar[]"
            self.values["ages"] = list(question.ages)
        if listed_since:
            sql += " and l.listed > %(listed)s"
            self.values["listed"] = listed_since
        return sql

    def by_words(self, rarest: int) -> list[Found] | None:
        """Where few have the words around there: all of them, sorted. None where they are too many."""
        wanted = query(self.forms)
        if rarest > MANY:
            self._among(wanted)
            return None
        known, service = places.every(), self.question.service
        near = [known[one] for one in self.values["places"]] if self.question.place else []
        around = wanted + within(near, None if service == ANY else service)
        with connection.cursor() as cursor:
            cursor.execute("select directory.with_words(%s::tsquery, %s)", [around, FEW + 1])
            (ids,) = cursor.fetchone()
        if len(ids) > FEW:
            self._among(wanted)
            return None
        if not ids:
            return []
        return self._rows(BY_WORDS, ids=ids)

    def _among(self, wanted: str) -> None:
        self.filters += " and l.words @@ %(words)s::tsquery"
        self.values["words"] = wanted

    def by_steps(self) -> list[Found]:
        """Step after step, the best first; ever more at once until there are enough."""
        found: list[Found] = []
        for grades, steps in _WIDEN:
            found = self._rows(BY_STEPS, steps=steps, **self._best(grades))
            if len(found) >= self.most or (grades == formula.GRADES and self.counted < steps):
                break
        return found

    def _best(self, most: int) -> dict[str, Any]:
        """The best grades, and the score from which on nothing is found beside them, however near."""
        worth = self.values["points"]
        least = sorted(worth, reverse=True)[most - 1]
        return {
            "grades": [grade for grade, points in enumerate(worth) if points >= least],
            "least": least + max(self.values["near"], default=0) if most < formula.GRADES else 0,
        }

    def _rows(self, sql: str, **more: Any) -> list[Found]:
        after_steps, after_rows = "", ""
        values = self.values | more
        if self.after:
            values["a"], values["b"], values["c"], values["d"], values["e"], values["f"] = self.after
            after_steps = AFTER_STEPS
            after_rows = AFTER_ROWS
        with connection.cursor() as cursor:
            cursor.execute(sql.format(filters=self.filters, after_steps=after_steps, after_rows=after_rows), values)
            rows = cursor.fetchall()
        self.counted = rows[0][8] if rows else 0
        return [Found(*row[:8]) for row in rows if row[0] is not None]


AFTER_STEPS = """ and (-(w.near + (%(points)s::int[])[s.grade::int + 1]), w.tenths, -s.grade::int, s.place)
  >= (%(a)s, %(b)s, %(c)s, %(d)s)"""
AFTER_ROWS = """ where (-x.score, x.tenths, -x.grade, x.place, x.turn, x.listing::text)
  > (%(a)s, %(b)s, %(c)s, %(d)s, %(e)s, %(f)s)"""

BY_STEPS = """
with best as materialized (
  select s.place, s.grade::int as grade, w.tenths, w.near + (%(points)s::int[])[s.grade::int + 1] as score
  from unnest(%(places)s::int[], %(tenths)s::int[], %(near)s::int[]) as w (place, tenths, near)
  join directory_step s on s.place = w.place
  where s.organisation_id = %(organisation)s and s.category = %(category)s and s.place = any(%(places)s::int[])
    and s.grade = any(%(grades)s::int[]) and w.near + (%(points)s::int[])[s.grade::int + 1] >= %(least)s{after_steps}
  order by score desc, w.tenths, s.grade desc, s.place limit %(steps)s),
found as (
  select x.* from best b cross join lateral (
    select l.id as listing, l.profile_id as profile, l.person_id as person, b.score, b.tenths, b.grade, b.place,
      (o.turn::int + %(shift)s) %% 32768 as turn
    from directory_offer o join directory_listing l on l.id = o.listing_id
    where o.organisation_id = %(organisation)s and o.category = %(category)s and o.place = b.place
      and o.grade = b.grade{filters}) x
  {after_rows}
  order by b.score desc, b.tenths, b.grade desc, b.place, x.turn, x.listing::text limit %(most)s)
select f.*, c.n from (select count(*)::int as n from best) c left join found f on true
order by f.score desc, f.tenths, f.grade desc, f.place, f.turn, f.listing::text
"""

BY_WORDS = """
select x.*, 0 from (
  select l.id as listing, l.profile_id as profile, l.person_id as person,
    w.near + (%(points)s::int[])[o.grade::int + 1] as score, w.tenths, o.grade::int as grade, o.place,
    (o.turn::int + %(shift)s) %% 32768 as turn
  from unnest(%(ids)s::uuid[]) as hit (id)
  cross join lateral (
    select * from directory_offer o where o.listing_id = hit.id and o.category = %(category)s limit 1) o
  join unnest(%(places)s::int[], %(tenths)s::int[], %(near)s::int[]) as w (place, tenths, near) on w.place = o.place
  join directory_listing l on l.id = hit.id
  where o.organisation_id = %(organisation)s{filters}) x
{after_rows}
order by x.score desc, x.tenths, x.grade desc, x.place, x.turn, x.listing::text limit %(most)s
"""

_SALT = "tillit.directory.search"


def _closed(key: Sequence[Any]) -> str:
    return Signer(salt=_SALT, sep=".").sign("_".join(map(str, key)))


def _opened(cursor: str) -> Key | None:
    try:
        parts = Signer(salt=_SALT, sep=".").unsign(cursor[:300]).split("_") if cursor else []
    except BadSignature:
        return None
    if len(parts) != 6:
        return None
    a, b, c, d, e = map(int, parts[:5])
    return a, b, c, d, e, parts[5]


__all__ = ["ANY", "PAGE", "Found", "Page", "find", "forms_of"]
