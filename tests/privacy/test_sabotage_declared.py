"""The promises that rest on declarations: green on the product, and red when the defence is switched off."""

from __future__ import annotations

import re
from datetime import date, timedelta
from unittest import mock

import pytest
from django.db import ProgrammingError, connection, transaction

from tests.booking.conftest import NOW
from tests.conftest import privileged
from tests.privacy.test_sabotage import asked, breaks, holds, sql, template
from tillit.access import acting
from tillit.booking.models import Booking, Host
from tillit.identity.models import Person
from tillit.kernel import clock, ends
from tillit.kernel.declare import holdings
from tillit.kernel.dpv import Purpose
from tillit.kernel.ids import new_id
from tillit.privacy.models import Processor


def declared(label):
    """A field's declaration, to be spoilt."""
    return next(one.declared for one in holdings() if one.label == label)


def spoilt(label, **changes):
    """The declaration with other words. It is frozen, so the change goes around that."""
    said = declared(label)
    return mock.patch.dict(said.__dict__, changes)


def processor(house, **fields):
    """A receiver in the register, past every check that would refuse it."""
    whole = {
        "key": f"sms-{new_id()}"[:40], "name": "Short Words AB", "role": "processor", "hosts": ["sms.example:443"],
        "purposes": [Purpose.COORDINATE.identifier], "categories": ["pd:TelephoneNumber"], "region": "eu",
        "agreement": "binder 4", "agreed": date(2026, 1, 1), **fields,
    }  # fmt: skip
    with privileged():
        Processor.objects.all().delete()
        return Processor.objects.create(organisation=house, **whole)


def test_lawful_basis(house):
    holds(house, "lawful-basis")
    with mock.patch.object(Purpose.SECURITY, "basis", None):
        breaks(house, "lawful-basis", "dpv:EnforceSecurity")
    with spoilt("booking.booking.note", why=()):
        breaks(house, "lawful-basis", "booking.Booking.note has no purpose")
    holds(house, "lawful-basis")


def test_kept_only_as_long(house):
    holds(house, "kept-only-as-long")
    forever = type(declared("booking.booking.note").keep)("booking.meeting.over", "always")
    with spoilt("booking.booking.note", keep=forever):
        breaks(house, "kept-only-as-long", "booking.Booking.note has no clock")
    holds(house, "kept-only-as-long")
    with mock.patch.dict(ends._kinds):
        del ends._kinds["booking.data"]
        breaks(house, "kept-only-as-long", "booking.data")


def test_kept_only_as_long_notices_a_sweeper_that_stands_still(house):
    due = NOW + timedelta(days=31, hours=2)  # the meeting of the next day, thirty days, and hours more
    with clock.at(NOW + timedelta(hours=3)):
        holds(house, "kept-only-as-long")
    with clock.at(due + timedelta(hours=1)):
        breaks(house, "kept-only-as-long", "things should have gone")
    with privileged():
        connection.cursor().execute("update kernel_end set state = 'reached', closed = now()")
    with clock.at(due + timedelta(hours=1)):
        holds(house, "kept-only-as-long")


def test_overdue_is_a_number_for_probes_only(house, desk):
    for actor in (desk.visitor(), desk.as_host(desk.h1)):
        with acting(actor), pytest.raises(ProgrammingError), transaction.atomic():
            ends.overdue(NOW)


def test_minimum_collected(house):
    holds(house, "minimum-collected")
    questions = re.search(r"(\d+) questions", asked(house, "minimum-collected").detail)
    assert questions and int(questions[1]) >= 22  # four for each kind of meeting, and those of other pages
    with template("journeys/book.html", lambda text: text.replace("</form>", '<input name="shoes"></form>')):
        breaks(house, "minimum-collected", "'shoes'")
    with sql("alter table identity_person add column shoe_size integer"):
        breaks(house, "minimum-collected", "identity_person.shoe_size")
    with sql("alter table identity_person drop column shoe_size"):
        holds(house, "minimum-collected")
    with mock.patch.object(Host, "not_personal", ("here", "position", "made")):
        breaks(house, "minimum-collected", "booking.Host.bookable")
    with spoilt("identity.person.email", why=()):
        breaks(house, "minimum-collected", "'email'")


def test_told_at_collection(house):
    holds(house, "told-at-collection")
    assert not asked(house, "told-at-collection").detail.startswith("0 ")

    tells = re.compile(r"\{% collected_here .*? %\}")

    def silent(text):
        return tells.sub("", text)

    def empty(text):
        return tells.sub("{% told %}{% endtold %}", text)

    def late(text):
        """Said below the questions."""
        return tells.sub("", text).replace("</form>", f"{tells.search(text)[0]}</form>")

    for change in (silent, empty, late):
        with template("journeys/book.html", change):
            breaks(house, "told-at-collection", "before it has told")

    def partly(text):
        return text.replace(' "booking.booking.note"', "")

    with template("journeys/book.html", partly):
        breaks(house, "told-at-collection", "does not tell of 'note'")


def test_never_sold(house):
    holds(house, "never-sold")
    with mock.patch.object(Purpose.WORK, "identifier", "dpv:Profiling"):
        breaks(house, "never-sold", "dpv:Profiling")
    processor(house, purposes=["dpv:TargetedAdvertising"])
    breaks(house, "never-sold", "dpv:TargetedAdvertising")
    processor(house)
    holds(house, "never-sold")


def test_processors_with_agreements(house):
    holds(house, "processors-with-agreements")
    processor(house)
    holds(house, "processors-with-agreements")
    processor(house, agreement="", agreed=None)
    breaks(house, "processors-with-agreements", "no agreement")
    processor(house, ends=date(2026, 11, 22))
    breaks(house, "processors-with-agreements", "ended on 2026-11-22")
    processor(house, ends=date(2026, 11, 22), stopped=NOW)
    holds(house, "processors-with-agreements")
    processor(house, purposes=[])
    breaks(house, "processors-with-agreements", "no purpose")


def test_stays_in_region(house):
    holds(house, "stays-in-region")
    processor(house, region="us")
    breaks(house, "stays-in-region", "in us without a safeguard")
    processor(house, region="us", safeguard="clauses")
    holds(house, "stays-in-region")
    assert "1 outside of eu" in asked(house, "stays-in-region").detail
    processor(house, region="")
    breaks(house, "stays-in-region", "no region")


def test_scheduling_minimum(house):
    holds(house, "scheduling-minimum")
    for model in (Booking, Person):
        table = model._meta.db_table
        with sql(f"create policy leak on {table} for select to tillit_app using (true)"):
            breaks(house, "scheduling-minimum", table)
        with sql(f"drop policy leak on {table}"):
            holds(house, "scheduling-minimum")
    with sql(
        "drop function booking.facts(uuid, timestamptz, timestamptz, uuid)",
        "create function booking.facts(uuid, timestamptz, timestamptz, uuid) returns table (host uuid, guest text)"
        " language sql as $$ select null::uuid, null::text $$",
    ):
        breaks(house, "scheduling-minimum", "guest text")
