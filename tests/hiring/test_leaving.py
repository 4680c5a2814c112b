"""Somebody erases everything while a job is open: the other is told, their time is free again, the address is closed,
and what the law keeps of the money stays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.conftest import privileged
from tests.hiring.conftest import NOW, SATURDAY, Work
from tests.hiring.test_agreeing import address
from tests.hiring.test_hostile import with_terms
from tests.hiring.test_pages import browser, thread
from tests.kernel import support
from tests.sales.conftest import BUSINESS, WORK
from tillit.access import acting
from tillit.booking.models import Booking
from tillit.hiring import queries, working
from tillit.identity.models import Person
from tillit.journeys.hire import agreeing
from tillit.journeys.market.money import job_items
from tillit.kernel import clock
from tillit.kernel.ids import new_id
from tillit.privacy.rights import erasing
from tillit.sales import actions as sales
from tillit.sales import queries as invoices
from tillit.sales.models import Invoice


def mailed(work: Work, first: str) -> str:
    """An address that mail can go to."""
    to = f"{first.lower()}@example.org"
    with privileged():
        person = Person.objects.get(pk=work.person(first))
        person.email = to
        person.save()
    return to


@pytest.mark.parametrize(("leaves", "stays"), [("Sara", "Petra"), ("Petra", "Sara")])
def test_who_leaves_cancels_their_jobs_and_the_other_is_told(work: Work, leaves: str, stays: str) -> None:
    told = mailed(work, stays)
    mailed(work, leaves)
    talk = thread(work)
    job, waits = with_terms(work, talk), None
    with work.as_("Petra"):
        assert agreeing.confirm(queries.get_job(job), 1)
        sales.set_business(**BUSINESS)
        bill = sales.post(sales.draft(buyer=work.person("Sara"), items=[WORK], job=job, buyer_name="Sara Holm"))
    with work.as_(leaves):
        waits = agreeing.propose(
            seeker=work.person("Sara"), provider=work.person("Petra"), thread=talk,
            offer=agreeing.Offer("Mer", [(SATURDAY + timedelta(days=7), SATURDAY + timedelta(days=7, hours=2))], 100),
        )  # fmt: skip
    support.react()
    before = len([one for one in support.mails() if one.to == told])
    assert address(work, NOW) == {"Petra"}
    with acting(work.market.as_(leaves)):
        said = erasing.preview(work.person(leaves))
        assert any("cancelled by the rule" in str(one) for one in said.shared)
        assert any(one.table == "sales.invoice" and "1999:1078" in str(one.why) for one in said.stays)
        receipt = erasing.erase(work.person(leaves), request_key=new_id())
    assert "sales.invoice" not in receipt.gone
    support.react()
    assert len([one for one in support.mails() if one.to == told]) > before
    assert address(work, NOW) == set()
    with privileged():
        assert not Booking.objects.filter(state="confirmed").exists()
        assert Invoice.objects.get(pk=bill.pk).state == "posted"
    with work.as_(stays):
        assert {one.state for one in queries.my_jobs()} == {"cancelled"}
    page = browser(work, stays).get(f"/o/omsorgstorget/jobs/{job}/")
    assert page.status_code == 200 and leaves not in page.content.decode().replace("Petra Nyström Barnpassning", "")
    for path in ("jobs/", f"jobs/{waits}/", f"messages/{talk}/", "messages/", f"invoices/{bill.pk}/", "invoices/"):
        assert browser(work, stays).get(f"/o/omsorgstorget/{path}").status_code == 200, path


def test_who_leaves_while_a_visit_goes_on_or_after_it_leaves_the_hours_to_be_billed(work: Work) -> None:
    mailed(work, "Sara")
    job = work.agreed()
    with clock.at(SATURDAY + timedelta(hours=4)):
        with work.as_("Petra"):
            report = working.report(queries.get_job(job), start=SATURDAY, end=SATURDAY + timedelta(hours=3))
        with work.as_("Sara"):
            working.decide(queries.get_report(report), approve=True)
        with acting(work.market.as_("Sara")):
            erasing.erase(work.person("Sara"), request_key=new_id())
        support.react()
        with work.as_("Petra"):
            sales.set_business(**BUSINESS)
            assert len(job_items(queries.get_job(job))) == 1
        assert browser(work, "Petra").get(f"/o/omsorgstorget/jobs/{job}/").status_code == 200
        answer = browser(work, "Petra").post(f"/o/omsorgstorget/jobs/{job}/invoice/")
        assert answer.status_code in {302, 404}


def test_hours_stand_on_one_invoice(work: Work) -> None:
    job = work.agreed()
    with clock.at(SATURDAY + timedelta(hours=4)):
        with work.as_("Petra"):
            first = working.report(queries.get_job(job), start=SATURDAY, end=SATURDAY + timedelta(hours=1))
            second = working.report(
                queries.get_job(job), start=SATURDAY + timedelta(hours=1), end=SATURDAY + timedelta(hours=3)
            )
            sales.set_business(**BUSINESS)
        with work.as_("Sara"):
            working.decide(queries.get_report(first), approve=True)
        with work.as_("Petra"):
            row = queries.get_job(job)
            (one,) = job_items(row)
            bill = sales.draft(buyer=row.seeker_id, items=[one], job=job, supplied=date(2026, 11, 28))
    with clock.at(SATURDAY + timedelta(hours=5)):
        with work.as_("Sara"):
            working.decide(queries.get_report(second), approve=True)
        with work.as_("Petra"):
            bill = sales.post(bill)
            assert [item.quantity for item in job_items(queries.get_job(job))] == [2000]
            sales.credit(invoices.invoice(bill.pk))
            assert [item.quantity for item in job_items(queries.get_job(job))] == [1000, 2000]


def test_many_hours_fit_on_one_invoice(work: Work) -> None:
    week = timedelta(days=7)
    spans = [(SATURDAY + week * n, SATURDAY + week * n + timedelta(hours=3)) for n in range(40)]
    with work.as_("Sara"):
        terms = agreeing.Offer("Barnpassning", spans, 46_000, travel=6_000)
        job = agreeing.propose(seeker=work.person("Sara"), provider=work.person("Petra"), offer=terms)
    with work.as_("Petra"):
        assert agreeing.confirm(queries.get_job(job), 1)
        sales.set_business(**BUSINESS)
    for number, (start, end) in enumerate(spans):
        with clock.at(end):
            with work.as_("Petra"):
                report = working.report(queries.get_job(job), start=start, end=end, travel=6_000 + number)
            with work.as_("Sara"):
                working.decide(queries.get_report(report), approve=True)
    with clock.at(spans[-1][1] + timedelta(hours=1)):
        petra = browser(work, "Petra")
        assert "/invoices/" in petra.post(f"/o/omsorgstorget/jobs/{job}/invoice/")["Location"]
        with work.as_("Petra"):
            items = job_items(queries.get_job(job))
            assert [(item.quantity, item.price) for item in items] == [(120_000, 46_000), (1000, 240_780)]
