"""The clock of everything that ends: setting, moving, sweeping, previews, settings, and who may do what."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils.translation import gettext_lazy

from tests.conftest import ROOT, privileged
from tests.kernel import support
from tests.kernel.ending import Kinds, sweeping, swept
from tillit.access import as_office
from tillit.kernel import clock, ends, happenings, outbox, sweeper, tasks
from tillit.kernel.end_tables import End
from tillit.kernel.ticket import Actor, acting, sign, sign_text

NOW = datetime(2030, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> Kinds:
    made = Kinds(monkeypatch)
    made.add("test.thing")
    return made


@pytest.fixture
def at_noon():
    with clock.at(NOW):
        yield


@pytest.fixture
def town(db, kinds, at_noon):
    """An organisation with an administrator and two others, and nobody acting."""
    return Town()


class Town:
    def __init__(self) -> None:
        self.organisation = support.an_organisation()
        self.admin, self.anna, self.bo = (self.person() for _ in range(3))
        with privileged(), connection.cursor() as cursor:
            cursor.execute(
                "insert into identity_membership (id, organisation_id, person_id, role, made) "
                "values (gen_random_uuid(), %s, %s, 'administrator', now())",
                [self.organisation, self.admin],
            )

    def person(self) -> UUID:
        person = uuid.uuid4()
        with privileged(), connection.cursor() as cursor:
            cursor.execute(
                "insert into identity_person (id, organisation_id, display_name, email, email_index, phone, language, "
                "time_zone, verified, made) values (%s, %s, 'n', '', '', '', 'sv', 'UTC', true, now())",
                [person, self.organisation],
            )
        return person

    def acting(self, person: UUID | None = None, office: str = "member"):
        return acting(Actor(office=office, organisation=self.organisation, person=person))

    def ends(self, **fields: object) -> list[End]:
        with privileged():
            return list(End.objects.filter(organisation_id=self.organisation, **fields).order_by("due"))

    def make(self, count: int = 1, *, kind: str = "test.thing", due: datetime = NOW, **more: object) -> list[UUID]:
        objects = [uuid.uuid4() for _ in range(count)]
        with self.acting(self.anna):
            for one in objects:
                ends.set(kind, object=one, subject=more.get("subject", self.anna), due=due)  # type: ignore[arg-type]
        return objects


def preview(town: Town, until: datetime = NOW + 1000 * DAY) -> list[ends.Preview]:
    with town.acting(town.admin):
        return ends.preview(town.organisation, until)


# -- setting, moving, cancelling ---------------------------------------------------------------------------------


def test_a_set_end_stands_until_it_is_reached_and_the_person_reads_of_it(town, kinds):
    (thing,) = town.make(due=NOW + DAY)
    with town.acting(town.anna):
        (coming,) = ends.coming(NOW + 2 * DAY)
        assert (coming.kind, coming.object, coming.says) == ("test.thing", thing, "says test.thing")
        assert (coming.due, coming.first_due, coming.reached) == (NOW + DAY, NOW + DAY, None)
        assert ends.coming(NOW) == []
    assert swept().reached == 0
    with clock.at(NOW + DAY):
        assert swept() == sweeper.Swept(reached=1)
        assert swept().reached == 0
    assert kinds.got == [("test.thing", [thing])]
    with town.acting(town.anna):
        assert ends.coming(NOW + 9 * DAY) == []
        (gone,) = ends.gone(NOW)
        assert (gone.object, gone.reached) == (thing, NOW + DAY)


def test_set_again_moves_and_move_moves_and_cancel_takes_it_off(town, kinds):
    (thing,) = town.make(due=NOW + DAY)
    with town.acting(town.anna):
        ends.set("test.thing", object=thing, subject=town.anna, due=NOW + 2 * DAY)
        assert ends.move("test.thing", thing, NOW + 3 * DAY)
        (coming,) = ends.coming(NOW + 9 * DAY)
        assert (coming.due, coming.first_due) == (NOW + 3 * DAY, NOW + DAY)
        assert ends.cancel("test.thing", thing)
        assert not ends.cancel("test.thing", thing)
        assert not ends.move("test.thing", thing, NOW)
    with clock.at(NOW + 4 * DAY):
        assert swept().reached == 0
    assert [e.state for e in town.ends()] == ["cancelled"]
    with town.acting(town.anna):
        ends.set("test.thing", object=thing, subject=town.anna, due=NOW)
    assert swept().reached == 1


def test_the_same_object_may_end_in_several_ways(town, kinds):
    kinds.add("test.other")
    (thing,) = town.make()
    with town.acting(town.anna):
        ends.set("test.other", object=thing, subject=None, due=NOW + DAY, why="a word")
    assert swept().reached == 1
    assert [(e.kind, e.why) for e in town.ends(state="open")] == [("test.other", "a word")]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"due": datetime(2030, 1, 1)}, "time zone"),  # noqa: DTZ001 (without a zone on purpose)
        ({"due": datetime(1999, 1, 1, tzinfo=UTC)}, "between"),
        ({"due": datetime(2400, 1, 1, tzinfo=UTC)}, "between"),
        ({"due": None}, "due moment"),
        ({"due": NOW, "since": NOW}, "due moment"),
        ({"due": None, "since": NOW}, "due moment"),
        ({"kind": "test.unknown"}, "No handler"),
        ({"organisation": uuid.uuid4()}, "acting organisation"),
    ],
)
def test_nonsense_is_refused(town, changes, says):
    asked = {"kind": "test.thing", "object": uuid.uuid4(), "subject": None, "due": NOW, **changes}
    with town.acting(town.anna), pytest.raises(ValueError, match=says):
        ends.set(asked.pop("kind"), **asked)
    assert town.ends() == []


def test_the_database_takes_no_absurd_moment_either(town):
    for moment in ("infinity", "-infinity", "9000-01-01"):
        with town.acting(town.anna), pytest.raises(Exception, match="end_is_a_moment"), transaction.atomic():
            _as_definer(f"select kernel.set_end('test.thing', gen_random_uuid(), null, '{moment}')")


def _as_definer(statement: str) -> None:
    """Run a statement as a definer function would."""
    raw = connection.connection
    connection.present_ticket()
    raw.execute("set local role tillit_definer")
    raw.execute(statement)
    raw.execute("set local role tillit_app")


def test_whoever_has_no_organisation_names_it(town):
    with acting(Actor(office="invitation")):
        with pytest.raises(Exception, match="somebody else"), transaction.atomic():
            ends.set("test.thing", object=uuid.uuid4(), subject=None, due=NOW)
        ends.set("test.thing", object=uuid.uuid4(), subject=None, due=NOW, organisation=town.organisation)
    assert len(town.ends()) == 1


def test_definer_functions_set_and_cancel_in_their_own_statement(town, kinds):
    things = [uuid.uuid4() for _ in range(3)]
    with town.acting(town.bo):
        for thing in things:
            _as_definer(f"select kernel.set_end('test.thing', '{thing}', '{town.anna}', '2030-03-02T12:00Z')")
        _as_definer(f"select kernel.set_end('test.thing', '{things[0]}', '{town.anna}', '2030-03-05T12:00Z')")
        _as_definer(f"select kernel.cancel_ends('test.thing', array['{things[1]}']::uuid[])")
    with town.acting(town.anna):
        assert [c.object for c in ends.coming(NOW + 9 * DAY)] == [things[2], things[0]]


# -- sweeping ----------------------------------------------------------------------------------------------------


def test_batches_are_of_one_kind_and_organisation_and_act_as_the_sweeper_there(town, kinds):
    acted = []
    kinds.add("test.small", lambda objects: acted.append(ends.current()), batch=2)
    other = Town()
    small = set(town.make(5, kind="test.small"))
    theirs = set(other.make(1, kind="test.small"))
    things = set(town.make(3))
    assert swept().reached == 9
    assert sorted(len(o) for k, o in kinds.got if k == "test.small") == [1, 1, 2, 2]
    assert set(kinds.objects("test.small")) == small | theirs
    assert set(kinds.objects("test.thing")) == things
    assert {a.organisation for a in acted} == {town.organisation, other.organisation}
    assert {a.office for a in acted} == {"sweeper"}


def test_soonest_first(town, kinds):
    late, soon = town.make(due=NOW - DAY), town.make(due=NOW - 2 * DAY)
    swept()
    assert kinds.got == [("test.thing", soon + late)]


def test_reaching_raises_one_event_for_a_batch_that_a_reaction_can_open(town, kinds):
    got = []

    @outbox.consumer("test.ended", ends.Reached)
    def ended(event: ends.Reached, about: outbox.Envelope) -> None:
        got.append((event.count, about.organisation, *ends.reached(event.batch)))

    try:
        things = town.make(3)
        swept()
        assert [name for name, _ in support.events()] == ["kernel.end.reached"]
        support.react()
    finally:
        outbox._wanted[ends.Reached.name].remove("test.ended")
    ((count, organisation, kind, objects),) = got
    assert (count, organisation, kind, set(objects)) == (3, town.organisation, "test.thing", set(things))


def test_what_stands_above_is_told_in_the_same_transaction(town, kinds, monkeypatch):
    monkeypatch.setattr(happenings, "_listeners", {})
    heard = []
    happenings.subscribe("kernel.end.reached", lambda name, **ids: heard.append(ids))
    (thing,) = town.make()
    swept()
    ((ids),) = heard
    assert (ids["kind"], ids["objects"], ids["subjects"]) == ("test.thing", [thing], [town.anna])

    def refuse(name: str, /, **ids: object) -> None:
        raise LookupError

    happenings.subscribe("kernel.end.reached", refuse)
    town.make()
    assert swept() == sweeper.Swept(failed=1)


def test_a_handler_that_moves_an_end_on_keeps_it_open(town, kinds):
    """A certificate's reminder comes every year; a hold stops what would go."""
    things: list[UUID] = []

    def again(objects: list[UUID]) -> None:
        ends.move("test.yearly", objects[0], clock.now() + 365 * DAY)

    kinds.add("test.yearly", again)
    things = town.make(2, kind="test.yearly")
    assert swept() == sweeper.Swept(reached=1)
    (left,) = town.ends(state="open")
    assert (left.due, left.object_id in things) == (NOW + 365 * DAY, True)
    with clock.at(NOW + 365 * DAY):
        assert swept().reached == 0
    assert len(kinds.got) == 2


def test_a_handler_that_cancels_its_own_end_has_reached_it(town, kinds):
    kinds.add("test.own", lambda objects: [ends.cancel("test.own", o) for o in objects])  # type: ignore[arg-type,func-returns-value]
    town.make(1, kind="test.own")
    assert swept().reached == 1
    assert [e.state for e in town.ends()] == ["reached"]


def test_one_bad_object_holds_up_nothing_but_itself(town, kinds):
    bad: set[UUID] = set()
    with privileged():
        connection.cursor().execute("create table effects (object uuid); grant insert on effects to tillit_worker")

    def effect(objects: list[UUID]) -> None:
        with connection.cursor() as cursor:
            for one in objects:
                cursor.execute("insert into effects values (%s)", [one])
        if bad & {*objects}:
            raise LookupError("Anna Svensson is not here")

    kinds.add("test.partly", effect)
    things = town.make(40, kind="test.partly")
    bad.update(things[5:6] + things[30:31])
    assert swept() == sweeper.Swept(reached=38, failed=2)
    with privileged(), connection.cursor() as cursor:
        cursor.execute("select object from effects")
        assert sorted(row[0] for row in cursor.fetchall()) == sorted({*things} - bad)
    (shown,) = preview(town)
    assert (shown.count, shown.failing) == (2, 2)
    assert shown.problem.startswith("LookupError at ")
    assert "Anna" not in shown.problem
    assert [(f["organisation"], f["ends"], f["attempts"]) for f in ends.failing()] == [(town.organisation, 2, 1)]
    assert swept() == sweeper.Swept()
    with clock.at(NOW + timedelta(minutes=2)):
        assert swept() == sweeper.Swept(failed=2)
    with clock.at(NOW + timedelta(minutes=5)):
        assert swept() == sweeper.Swept()
    bad.clear()
    with clock.at(NOW + timedelta(minutes=6)):
        assert swept() == sweeper.Swept(reached=2)
    assert ends.failing() == []


def test_a_broken_handler_is_not_asked_for_every_object_and_others_go_on(town, kinds):
    calls = []

    def broken(objects: list[UUID]) -> None:
        calls.append(len(objects))
        raise RuntimeError

    kinds.add("test.broken", broken)
    town.make(200, kind="test.broken")
    fine = town.make(3)
    assert swept() == sweeper.Swept(reached=3, failed=200)
    assert len(calls) < 80
    assert set(kinds.objects("test.thing")) == set(fine)
    waits = {e.wake - NOW for e in town.ends(state="open")}
    assert waits == {timedelta(minutes=2)}


def test_waits_grow_to_a_day(town, kinds):
    kinds.add("test.broken", lambda objects: 1 / 0)  # type: ignore[arg-type,return-value]
    town.make(1, kind="test.broken")
    moment, waits = NOW, []
    for _ in range(13):
        with clock.at(moment):
            assert swept().failed == 1
        (end,) = town.ends()
        waits.append((end.wake - moment) / timedelta(minutes=1))
        moment = end.wake
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440, 1440]
    assert end.due == NOW


def test_what_only_the_commit_would_refuse_is_found_in_time(town, kinds):
    """Foreign keys are checked at commit; a handler that breaks one must not take its batch's others with it."""

    def dangle(objects: list[UUID]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("insert into child values (%s)", [uuid.uuid4()])

    with privileged():
        connection.cursor().execute(
            "create table parent (id uuid primary key);"
            "create table child (id uuid references parent deferrable initially deferred);"
            "grant insert on child to tillit_worker; grant select on parent to tillit_worker"
        )
    kinds.add("test.dangling", dangle)
    town.make(1, kind="test.dangling")
    town.make(1)
    assert swept() == sweeper.Swept(reached=1, failed=1)
    (shown,) = preview(town)
    assert shown.problem.startswith("IntegrityError from ForeignKeyViolation")


def test_a_kind_that_this_program_does_not_know_waits_and_is_shown(town, kinds):
    kinds.add("test.gone")
    town.make(2, kind="test.gone")
    del ends._kinds["test.gone"]
    assert swept() == sweeper.Swept(failed=2)
    (shown,) = preview(town)
    assert (shown.kind, shown.says, shown.failing, shown.problem) == ("test.gone", "test.gone", 2, "no handler")


def test_when_its_time_is_up_the_sweeper_queues_itself_again(town, kinds):
    kinds.add("test.single", batch=1)
    town.make(5, kind="test.single")
    assert swept(0).more
    with sweeping(), acting(Actor(office="sweeper")):
        sweeper.SECONDS, before = -1, sweeper.SECONDS
        try:
            sweeper.sweep()
        finally:
            sweeper.SECONDS = before
    assert [job["task"] for job in support.jobs()] == ["kernel.ends"]
    support.run_jobs()
    assert len(kinds.got) == 5


def test_the_sweep_is_a_periodic_task_every_minute():
    tasks.load()
    assert (sweeper.sweep.cron, sweeper.sweep.office) == ("* * * * *", "sweeper")
    assert tasks.registry["kernel.ends"] is sweeper.sweep


def test_ended_ends_are_forgotten_in_the_end(town, kinds):
    town.make(2)
    (kept,) = town.make(due=NOW + 10 * DAY)
    swept()
    with clock.at(NOW + 90 * DAY):
        swept()
        assert [e.object_id for e in town.ends()].count(kept) == 1
        assert len(town.ends()) == 3
    with clock.at(NOW + 91 * DAY):
        swept()
        assert [e.object_id for e in town.ends()] == [kept]
    with clock.at(NOW + 91 * DAY), town.acting(town.admin):
        assert sum(past.reached for past in ends.history(NOW)) == 3


# -- preview and history -----------------------------------------------------------------------------------------


def test_administrators_see_what_will_go_when_and_why_but_not_whose(town, kinds):
    kinds.add("test.paper", why="Bookkeeping Act 7:2")
    town.make(3, due=NOW + DAY)
    town.make(2, kind="test.paper", due=NOW + 5 * DAY)
    Town().make(4)
    shown = preview(town)
    assert [(p.kind, p.says, p.law, p.count, p.first_due, p.last_due, p.failing) for p in shown] == [
        ("test.thing", "says test.thing", "", 3, NOW + DAY, NOW + DAY, 0),
        ("test.paper", "says test.paper", "Bookkeeping Act 7:2", 2, NOW + 5 * DAY, NOW + 5 * DAY, 0),
    ]
    assert [p.count for p in preview(town, NOW + 2 * DAY)] == [3]
    with town.acting(town.admin):
        assert ends.coming(NOW + 9 * DAY) == []
        assert not End.objects.exists()


def test_history_tells_administrators_what_went(town, kinds):
    town.make(3)
    swept()
    with town.acting(town.admin):
        (past,) = ends.history(NOW)
        assert (past.kind, past.says, past.reached, past.failed, past.at) == (
            "test.thing", "says test.thing", 3, 0, NOW,
        )  # fmt: skip
        assert ends.history(NOW, kind="test.other") == []
        assert ends.history(NOW + DAY) == []


def test_others_see_neither(town, kinds):
    other = Town()
    town.make(1)
    swept()
    town.make(1)
    for person in (town.bo, town.anna, None):
        with town.acting(person):
            assert ends.history(NOW) == []
            with pytest.raises(ProgrammingError, match="for administrators"), transaction.atomic():
                ends.preview(town.organisation, NOW)
    with other.acting(other.admin):
        assert ends.history(NOW) == []
        with pytest.raises(ProgrammingError, match="for administrators"), transaction.atomic():
            ends.preview(town.organisation, NOW)
    with town.acting(town.bo):
        assert (ends.coming(NOW + DAY), ends.gone(NOW - DAY)) == ([], [])


# -- settings ----------------------------------------------------------------------------------------------------


@pytest.fixture
def keep(kinds) -> ends.Setting:
    setting = ends.Setting("test.keep_days", default=30, least=7, most=730, says="How long", law="The law says so.")
    kinds.add("test.kept", setting=setting)
    return setting


def test_ends_counted_since_a_moment_follow_the_setting(town, kinds, keep):
    town.make(1, due=NOW + 3 * DAY)
    (fixed,) = town.make(1, kind="test.kept", due=NOW + 3 * DAY)
    thing, moved, sqls = (uuid.uuid4() for _ in range(3))
    with town.acting(town.anna):
        assert keep.days() == 30
        ends.set("test.kept", object=thing, subject=town.anna, since=NOW - DAY)
        ends.set("test.kept", object=moved, subject=town.anna, since=NOW)
        ends.move("test.kept", moved, NOW + 4 * DAY)
        _as_definer(
            f"select kernel.start_end('test.kept', '{sqls}', '{town.anna}', '2030-03-01T12:00Z', 'test.keep_days', 30)"
        )

    def dues() -> dict[UUID, datetime]:
        return {e.object_id: e.due for e in town.ends(kind="test.kept")}

    assert dues() == {fixed: NOW + 3 * DAY, thing: NOW + 29 * DAY, moved: NOW + 4 * DAY, sqls: NOW + 30 * DAY}
    with town.acting(town.admin):
        assert keep.choose(10) == 2
        assert keep.days() == 10
    assert dues() == {fixed: NOW + 3 * DAY, thing: NOW + 9 * DAY, moved: NOW + 4 * DAY, sqls: NOW + 10 * DAY}
    with town.acting(town.anna):
        late = uuid.uuid4()
        ends.set("test.kept", object=late, subject=town.anna, since=NOW)
    assert dues()[late] == NOW + 10 * DAY
    with town.acting(town.admin):
        assert keep.choose(20) == 3
    other = Town()
    with other.acting(other.anna):
        assert keep.days() == 30


def test_what_a_slow_request_set_meanwhile_is_counted_again(town, kinds, keep):
    with town.acting(town.admin):
        keep.choose(10)
    thing = uuid.uuid4()
    with town.acting(town.anna):
        _as_definer(f"select kernel.set_end('test.kept', '{thing}', null, '2030-03-31T12:00Z', '2030-03-01T12:00Z')")
    (job,) = support.jobs()
    assert job["scheduled_at"] == NOW + timedelta(minutes=2)
    support.run_jobs()
    assert [e.due for e in town.ends()] == [NOW + 10 * DAY]


def test_beyond_its_bounds_a_clock_says_why(town, keep):
    ends.Setting("test.free_days", default=1, least=0, most=2, says="x")
    with town.acting(town.admin):
        with pytest.raises(ends.OutOfBounds, match=r"At least 7 days. The law says so."):
            keep.choose(6)
        with pytest.raises(ends.OutOfBounds, match=r"At most 730 days."):
            keep.choose(731)
        with pytest.raises(ends.OutOfBounds, match=r"At least 0 days. Fewer are not possible."):
            ends.settings["test.free_days"].choose(-1)
        assert keep.days() == 30


def test_only_administrators_choose(town, keep):
    for actor in (town.acting(town.anna), town.acting(), town.acting(town.anna, "sweeper")):
        with actor, pytest.raises(ProgrammingError, match="only an administrator"), transaction.atomic():
            keep.choose(10)
    with town.acting(town.admin):
        assert keep.days() == 30


def test_a_change_is_announced(town, keep, monkeypatch):
    monkeypatch.setattr(happenings, "_listeners", {})
    heard = []
    happenings.subscribe("kernel.setting.changed", lambda name, **ids: heard.append(ids))
    with town.acting(town.admin):
        keep.choose(10)
    assert heard == [{"setting": "test.keep_days", "days": 10}]


def test_a_kind_may_say_itself_when_its_objects_end(town, kinds, keep):
    """Where days after a moment are not the rule: calendar years, working days."""
    asked_for: list[int] = []

    def due_of(objects: list[UUID], days: int) -> dict[UUID, datetime]:
        asked_for.append(len(objects))
        assert ends.current() == Actor(office="sweeper", organisation=town.organisation)
        return {one: NOW + days * DAY for one in objects if one != kept}

    kinds.add("test.years", setting=keep, due_of=due_of)
    things = town.make(3, kind="test.years", due=NOW + DAY)
    kept = things[0]
    with town.acting(town.admin):
        assert keep.choose(99) == 0
        keep.choose(100)
    assert [j["scheduled_at"] is None for j in support.jobs()].count(True) == 1
    assert len(support.jobs()) == 3
    support.run_jobs()
    assert {e.object_id: e.due for e in town.ends()} == {
        kept: NOW + DAY, things[1]: NOW + 100 * DAY, things[2]: NOW + 100 * DAY,
    }  # fmt: skip
    assert asked_for == [3, 3]


def test_settings_and_kinds_that_contradict_themselves_are_refused(kinds, keep):
    for bounds in ((-1, 0, 1), (2, 1, 3), (0, 4, 3), (0, 1, ends.YEARS + 1)):
        least, default, most = bounds
        with pytest.raises(ValueError, match="least"):
            ends.Setting("test.bad", default=default, least=least, most=most, says="x")
    with pytest.raises(ValueError, match="Two settings"):
        ends.Setting("test.keep_days", default=31, least=7, most=730, says="x")
    for name in ("thing", "a.b.c", "test." + 60 * "x"):
        with pytest.raises(ValueError, match=r"app\.object"):
            ends.handler(name, says="x")
    with pytest.raises(ValueError, match="Two handlers"):
        ends.handler("test.thing", says="x")(print)


def test_words_stay_lazy(kinds):
    words = gettext_lazy("Yes")
    ends.handler("test.words", says=words)(lambda objects: None)
    assert ends.known()["test.words"].says is words


def test_standards_in_sql_are_those_of_the_settings():
    """`kernel.setting('x', 30)` and `start_end(…, 'x', 30)` repeat a default that Python declares."""
    tasks.load()
    wrong = []
    for file in sorted(Path(ROOT, "src/tillit").glob("*/sql/*.sql")):
        for name, days in re.findall(r"'(\w+\.\w+_days)'\s*,\s*(\d+)", file.read_text()):
            if name not in ends.settings or ends.settings[name].default != int(days):
                wrong.append(f"{file.name}: {name}, {days}")
    assert not wrong


# -- attacks: the application's real role, and SQL of one's own --------------------------------------------------


class Break:
    """A connection with the application's own credentials, holding the ticket of a person."""

    def __init__(self, dsn: str, actor: Actor) -> None:
        self.raw = psycopg.connect(dsn)
        self.raw.execute("select set_config('tillit.ticket', %s, true)", [sign(actor)])

    def refused(self, statement: str, parameters: object = None, *, state: str = "42501") -> None:
        with pytest.raises(psycopg.Error) as caught, self.raw.transaction():
            self.raw.execute(statement, parameters)  # type: ignore[arg-type]
        assert caught.value.sqlstate == state, caught.value

    def sees(self, statement: str) -> int:
        return len(self.raw.execute(statement).fetchall())  # type: ignore[arg-type]


@pytest.fixture
def scene(server, real_db, kinds, monkeypatch):
    """Anna's end in the north, as committed rows; Bo attacks."""
    organisation, south, anna, bo, admin, thing = (uuid.uuid4() for _ in range(6))
    with psycopg.connect(server.admin_dsn(real_db)) as raw:
        support.insert_organisation(raw.cursor(), organisation, "north")
        support.insert_organisation(raw.cursor(), south, "south")
        for person in (anna, bo, admin):
            raw.execute(
                "insert into identity_person (id, organisation_id, display_name, email, email_index, phone, language, "
                "time_zone, verified, made) values (%s, %s, 'n', '', '', '', 'sv', 'UTC', true, now())",
                [person, organisation],
            )
        raw.execute(
            "insert into identity_membership (id, organisation_id, person_id, role, made) "
            "values (gen_random_uuid(), %s, %s, 'administrator', now())",
            [organisation, admin],
        )
    north = Actor(office="member", organisation=organisation)
    who = {
        "anna": Actor("member", None, anna, organisation),
        "bo": Actor("member", None, bo, organisation),
        "admin": Actor("member", None, admin, organisation),
        "public": Actor("public", None, None, organisation),
        "south": Actor("member", None, anna, south),
    }
    due = clock.now() + DAY
    with acting(who["anna"]), transaction.atomic():
        ends.set("test.thing", object=thing, subject=anna, due=due)
    dsn = server.dsn("tillit_app", "test", real_db)
    made: list[Break] = []

    def attack(name: str) -> Break:
        made.append(Break(dsn, who[name]))
        return made[-1]

    yield {"who": who, "attack": attack, "thing": thing, "due": due, "north": north}
    for one in made:
        one.raw.close()


@pytest.mark.attack
def test_nobody_moves_or_cancels_what_concerns_somebody_else(scene):
    thing, later = scene["thing"], scene["due"] + 99 * DAY
    for name in ("bo", "admin", "public"):
        with acting(scene["who"][name]):
            for attempt in (
                lambda: ends.move("test.thing", thing, later),
                lambda: ends.cancel("test.thing", thing),
                lambda: ends.set("test.thing", object=thing, subject=None, due=later),
            ):
                with pytest.raises(ends.NotYours), transaction.atomic():
                    attempt()
    with acting(scene["who"]["south"]), transaction.atomic():
        assert not ends.move("test.thing", thing, later)
        ends.set("test.thing", object=thing, subject=None, due=later)
    with acting(scene["who"]["anna"]), transaction.atomic():
        (coming,) = ends.coming(later)
        assert coming.due == scene["due"]
    with acting(scene["who"]["bo"]), as_office("privacy"), transaction.atomic():
        assert ends.move("test.thing", thing, later)


@pytest.mark.attack
def test_injected_sql_reaches_no_end(scene):
    for name in ("bo", "admin", "anna", "public"):
        attacker = scene["attack"](name)
        for statement in (
            "insert into kernel_end (id) values (gen_random_uuid())",
            "update kernel_end set due = 'infinity'",
            "delete from kernel_end",
            "select id from kernel_end for update",
            "select * from kernel_setting",
            "insert into kernel_setting (id) values (gen_random_uuid())",
            "update kernel_endbatch set reached = 0",
            "delete from kernel_endbatch",
            "select kernel.set_end('test.thing', gen_random_uuid(), null, now())",
            "select kernel.start_end('test.thing', gen_random_uuid(), null, now(), 'x', 1)",
            "select kernel.cancel_ends('test.thing', '{}')",
            "select kernel.signed('end', 'x', 'x')",
            "select kernel.read_order('end', 'x', 'x')",
            "select kernel.is_administrator(gen_random_uuid())",
            "select * from kernel.due_ends()",
            "select * from kernel.take_ends('test.thing', '-infinity', gen_random_uuid(), 9)",
            "select kernel.close_ends(gen_random_uuid(), 'test.thing', '{}', '{}', '{}')",
            "select * from kernel.reached_ends(gen_random_uuid())",
            "select * from kernel.open_ends('test.thing', gen_random_uuid(), 9)",
            "select kernel.recount_ends('test.thing', 0)",
            "select kernel.redate_ends('test.thing', '{}', '{}')",
            "select kernel.forget_ends('0 days', 9)",
            "select * from kernel.failing_ends()",
        ):
            attacker.refused(statement)
        assert attacker.sees("select * from kernel_end") == (name == "anna")


@pytest.mark.attack
def test_orders_are_believed_from_this_program_only_and_for_whoever_it_signed(scene):
    def order(name: str, /, **changes: object) -> str:
        actor = scene["who"][name]
        wish = {
            "do": "cancel", "kind": "test.thing", "object": str(scene["thing"]), "organisation": actor.organisation,
            "person": actor.person, "office": actor.office, **changes,
        }  # fmt: skip
        return ends.signing.canonical({k: str(v) if v else None for k, v in wish.items()})

    mine, hers = order("bo"), order("anna")
    bo = scene["attack"]("bo")
    for body, mac in (
        (mine, "0" * 64),
        (mine, ""),
        (mine, None),
        (mine, sign_text("setting", mine)),
        (mine + " ", sign_text("end", mine)),
        *((theirs, sign_text("end", theirs)) for theirs in (hers, order("bo", office="privacy"), order("south"))),
    ):
        bo.refused("select kernel.order_end(%s, %s)", [body, mac], state="28000")
    assert bo.raw.execute("select kernel.order_end(%s, %s)", [mine, sign_text("end", mine)]).fetchone() == (
        "not yours",
    )
    ticket = sign(scene["who"]["anna"])
    body, _, mac = ticket.partition("~")
    bo.refused("select kernel.order_end(%s, %s)", [body, mac], state="28000")
    choice = order("bo", name="test.keep_days", days=1)
    bo.refused("select kernel.choose_setting(%s, %s)", [choice, sign_text("setting", choice)])
    admin = scene["attack"]("admin")
    choice = order("admin", name="test.keep_days", days=0)
    admin.refused("select kernel.choose_setting(%s, %s)", [choice, "0" * 64], state="28000")


def test_a_purpose_is_never_a_number():
    with pytest.raises(ValueError, match="word"):
        sign_text("1", "x")


def test_where_the_demos_clock_has_jumped_all_ends_in_order_at_its_moment(town, kinds):
    seen = []
    kinds.add("test.moment", lambda objects: seen.append(clock.now()))
    for hours in (30, 5, 1):
        town.make(due=NOW + timedelta(hours=hours, seconds=20), kind="test.moment")
    town.make(due=NOW + 9 * DAY, kind="test.moment")
    with clock.at(NOW + 2 * DAY), sweeping():
        assert sweeper.pass_over(20) == sweeper.Swept(reached=3)
        assert sweeper.pass_over(20) == sweeper.Swept()
    assert seen == [NOW + timedelta(hours=hours, minutes=1) for hours in (1, 5, 30)]
