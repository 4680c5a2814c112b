"""What row security costs a page: 50 rows among a million, under the policies as they are compiled.

Two pages, each once from the product's table and once from an unprotected copy of it with the same rows, indexes and
statistics, by turns, for somebody else each time; the median of many:

- a relation: one's own bookings, latest first (the organisation's wall; one's own, those one hosts, the guest's link);
- a grant: the fifty guests one meets, by their ids (the wall; oneself, colleagues, those of whom one holds a grant).

Both send the same: begin, the signed ticket, the query, the end; as the application's role, on one connection, and
planned anew each time, for pooled connections forget what was prepared. The ticket's own cost stands apart: the same
page of the unprotected table with and without it. Run: `tillit bench rows`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import psycopg

from bench import _log
from tillit.ops import scratch

PAGE = 50
BOOKERS, BOOKINGS = 5_000, 200  # a million together
HOSTS, GUESTS = 20_000, PAGE  # a million together
TIMES = 600
WARM = 50
GOAL = 1.3

_BOOKINGS = (
    "select id, organisation_id, meeting_id, person_id, seat, state, sequence, note, made from {} "
    "where person_id = %s order by made desc limit 50"
)
_GUESTS = "select id, organisation_id, display_name, email, phone, language, time_zone from {} where id = any(%s)"

Page = Callable[[str, Any, UUID, bool], float]


def run() -> list[dict[str, Any]]:
    """Milliseconds of a page with and without row security, and how many times as long."""
    with scratch.database() as db:
        db.enter("tillit_app")
        with psycopg.connect(db.admin_dsn(), autocommit=True) as admin:
            organisation = _log.an_organisation(admin)
            admin.execute("set session_replication_role = replica")
            bookers = [uuid4() for _ in range(BOOKERS)]
            hosts = [uuid4() for _ in range(HOSTS)]
            _lay_out_bookings(admin, organisation, bookers)
            _lay_out_guests(admin, organisation, hosts)
        with psycopg.connect(db.dsn("tillit_app"), prepare_threshold=None) as app:
            page = _pager(app, organisation)
            relation = _by_turns("booking_booking", bookers, lambda number: (_BOOKINGS, bookers[number]), page)
            grant = _by_turns("identity_person", hosts, lambda number: (_GUESTS, _guests(number)), page)
    return [*_figures("own bookings", relation), *_figures("guests shown by grants", grant)]


def _figures(what: str, taken: dict[str, float]) -> list[dict[str, Any]]:
    times = taken["guarded"] / taken["free"]
    return [
        _row(f"{what}: a page of {PAGE} among a million, with row security", taken["guarded"], "ms"),
        _row("the same from an unprotected copy", taken["free"], "ms"),
        _row("times as long with row security", times, "×") | {"goal": f"≤ {GOAL}", "ok": times <= GOAL},
        _row("of both: to present the ticket", taken["free"] - taken["bare"], "ms"),
    ]


def _row(what: str, value: float, unit: str) -> dict[str, Any]:
    return {"what": what, "value": value, "unit": unit, "goal": None, "ok": None}


def _by_turns(table: str, people: list[UUID], ask: Callable[[int], tuple[str, Any]], page: Page) -> dict[str, float]:
    """Median milliseconds of the page: guarded, free (unprotected, with ticket) and bare (without either)."""
    taken: dict[str, list[float]] = {"guarded": [], "free": [], "bare": []}
    for turn in range(TIMES + WARM):
        number = turn * 7 % len(people)
        sql, value = ask(number)
        for how, seconds in taken.items():
            source = table if how == "guarded" else f"free_{table}"
            seconds.append(page(sql.format(source), value, people[number], how != "bare"))
    return {how: median(seconds[WARM:]) * 1000 for how, seconds in taken.items()}


def _pager(app: psycopg.Connection[Any], organisation: UUID) -> Page:
    from tillit.kernel.ticket import Actor, sign

    def page(sql: str, value: Any, person: UUID, ticket: bool) -> float:
        """Seconds of one page."""
        begun = time.perf_counter()
        with app.transaction():
            if ticket:
                signed = sign(Actor(office="member", organisation=organisation, person=person))
                app.execute("select set_config('tillit.ticket', %s, true)", [signed])
            rows = app.execute(sql, [value]).fetchall()
        seconds = time.perf_counter() - begun
        if len(rows) != PAGE:
            raise RuntimeError(f"The page shows {len(rows)} rows.")
        return seconds

    return page


def _guests(number: int) -> list[UUID]:
    """The guests of the host with this number: an id is the number of host and guest."""
    return [UUID(int=number * GUESTS + n + 1) for n in range(GUESTS)]


def _lay_out_bookings(admin: psycopg.Connection[Any], organisation: UUID, people: list[UUID]) -> None:
    """A million bookings, without their meetings: foreign keys are off here."""
    admin.execute(
        "insert into booking_booking (id, organisation_id, meeting_id, person_id, seat, state, sequence, request_key, "
        "note, cancel_reason, cancelled_by, made) select gen_random_uuid(), %s, gen_random_uuid(), p, 1, 'confirmed', "
        "0, gen_random_uuid(), decode(repeat('ab', 60), 'hex'), '', '', now() - n * interval '1 hour' "
        "from generate_series(1, %s) n, unnest(%s::uuid[]) p",
        [organisation, BOOKINGS, people],
    )
    _copy(admin, "booking_booking")


def _lay_out_guests(admin: psycopg.Connection[Any], organisation: UUID, hosts: list[UUID]) -> None:
    """A million guests, each shown to one host who holds a role."""
    admin.execute(
        "insert into identity_person (id, organisation_id, display_name, email, email_index, phone, language, "
        "time_zone, verified, made) select lpad(to_hex(n), 32, '0')::uuid, %s, decode(repeat('ab', 40), 'hex'), "
        "decode(repeat('ab', 48), 'hex'), '', decode(repeat('ab', 40), 'hex'), 'sv', 'UTC', false, now() "
        "from generate_series(1, %s) n",
        [organisation, HOSTS * GUESTS],
    )
    admin.execute(
        "insert into access_grant (id, organisation_id, subject_id, grantee_id, scope, relation, reason, starts, "
        "ends, made) select gen_random_uuid(), %s, lpad(to_hex((h.number - 1) * %s + n), 32, '0')::uuid, h.id, "
        "'contact', 'booked with', 'booking', now() - interval '1 hour', now() + interval '9 days', now() "
        "from unnest(%s::uuid[]) with ordinality h (id, number), generate_series(1, %s) n",
        [organisation, GUESTS, hosts, GUESTS],
    )
    admin.execute(
        "insert into identity_membership (id, organisation_id, person_id, role, made) "
        "select gen_random_uuid(), %s, h, 'host', now() from unnest(%s::uuid[]) h",
        [organisation, hosts],
    )
    admin.execute("vacuum analyze access_grant, identity_membership")
    _copy(admin, "identity_person")


def _copy(admin: psycopg.Connection[Any], table: str) -> None:
    """The same rows in the same order without row security, for the application's role."""
    admin.execute(f"create table free_{table} (like {table} including all)")
    admin.execute(f"insert into free_{table} select * from {table}")
    admin.execute(f"grant select on free_{table} to tillit_app")
    admin.execute(f"vacuum analyze {table}")
    admin.execute(f"vacuum analyze free_{table}")
