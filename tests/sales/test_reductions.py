"""The tax authority's file: asked for after payment, in time, with numbers that nobody else reads."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conftest import ROOT, privileged
from tests.sales.conftest import SARA
from tillit.evidence.models import Event
from tillit.kernel import clock
from tillit.sales import actions, household, queries, reducing
from tillit.sales.household import Case, NotFit, WrongNumber, personal_number

SCHEMA = ROOT.parent / "shared" / "standards" / "skatteverket" / "Begaran.xsd"
PART = f"{{{household.PART}}}"


def checked(made: bytes) -> ElementTree.Element:
    """The file, held against the rules that it can be held against everywhere, and the schema where it lies here."""
    root = ElementTree.fromstring(made)
    assert root.tag == f"{{{household.REQUEST}}}Begaran" and 1 <= len(root.findtext(f"{PART}NamnPaBegaran")) <= 16
    for one in root.iter(f"{PART}Arenden"):
        price, paid, asked = (int(one.findtext(PART + n)) for n in ("PrisForArbete", "BetaltBelopp", "BegartBelopp"))
        assert price == paid + asked and asked <= paid and len(one.findtext(f"{PART}Kopare")) == 12
    if SCHEMA.exists():
        schema_of().validate(ElementTree.ElementTree(root))
    return root


def schema_of():
    import xmlschema

    part = SCHEMA.with_name("BegaranCOMPONENT.xsd")
    return xmlschema.XMLSchema(SCHEMA.read_text(encoding="utf-8"), locations={household.PART: str(part)})


def test_the_schema_is_there():
    if not SCHEMA.exists():
        pytest.skip("the tax authority's schema does not lie beside this checkout")
    assert schema_of().elements and Path(SCHEMA).stat().st_size


def test_what_is_paid_is_asked_for_and_the_file_says_so(house):
    made = house.posted(tax=True)
    assert (made.reduction, made.to_pay) == (69_000, 75_000)
    with house.as_("Petra"):
        assert not queries.to_request()
        with pytest.raises(actions.NotSold, match="lines"):
            reducing.file(2026, name="rut")
        actions.mark_paid(queries.invoice(made.pk), 75_000, date(2026, 11, 22))
        root = checked(reducing.file(2026, name="2026-11-22 RUT")[0])
        assert queries.reduction_of(made).state == "requested"
        checked(reducing.file(2026, name="again")[0])
    said = {one.tag.removeprefix(PART): one.text for one in root.iter()}
    assert said["Kopare"] == "198112189876" and said["BetalningsDatum"] == "2026-11-22"
    assert [said[n] for n in ("PrisForArbete", "BetaltBelopp", "BegartBelopp", "Ovrigkostnad")] == [
        "1380", "690", "690", "60",
    ]  # fmt: skip
    assert root.find(f".//{PART}Barnpassning/{PART}AntalTimmar").text == "3" and said["FakturaNr"] == "10001"
    with privileged():
        seen = Event.objects.filter(subject_id=house.id("Sara"), name="sales.number.seen")
        assert seen.count() == 2, "each time it was made"
    too_late = clock.at(datetime(2027, 2, 1, 12, tzinfo=UTC))
    with too_late, house.as_("Petra"), pytest.raises(actions.NotSold, match="late"):
        reducing.file(2026, name="rut")


def test_what_is_denied_the_buyer_owes_by_a_supplement(house):
    made = house.posted(tax=True)
    with house.as_("Petra"):
        actions.mark_paid(queries.invoice(made.pk), 75_000, date(2026, 11, 22))
        reducing.file(2026, name="rut")
        rest = reducing.decide(queries.reduction_of(made), 40_000)
        assert (rest.state, rest.gross, rest.vat, rest.to_pay) == ("draft", 29_000, 0, 29_000)
        with pytest.raises(actions.NotSold):
            reducing.decide(queries.reduction_of(made), 0)


def test_what_is_left_of_the_year_is_the_most(house):
    made = house.draft()
    house.give(made, left=50_050)
    with house.as_("Petra"):
        assert actions.post(queries.invoice(made.pk)).reduction == 50_000


@pytest.mark.parametrize("text", [SARA, "198112189876", "8112189876", "۸۱۱۲۱۸-۹۸۷۶", " 811218 9876 "])
def test_personal_numbers_as_people_write_them(text):
    assert personal_number(text) == "198112189876"


@pytest.mark.parametrize("text", ["811218-9875", "811318-9876", "", "x" * 12, "20991231-2393", "<b>", "8112189876; --"])
def test_what_is_no_personal_number(text):
    with pytest.raises(WrongNumber):
        personal_number(text)


def test_coordination_numbers_count():
    assert personal_number("701063-2391") == "197010632391"


@pytest.mark.parametrize(
    "more",
    [{"reduction": 69_050}, {"reduction": 70_000}, {"reduction": 0}, {"other": 10**12}, {"hours": {}},
     {"hours": {"painting": 1000}}, {"invoice": "1" * 21}, {"invoice": "a\x00b"}],
)  # fmt: skip
def test_what_the_authority_would_refuse_is_not_made(more):
    case = {"number": "198112189876", "paid": date(2026, 11, 22), "work": 138_000, "reduction": 69_000, "invoice": "1",
            "hours": {"childcare": 3000}}  # fmt: skip
    with pytest.raises(NotFit):
        household.file("rut", [Case(**(case | more))])
    hostile = household.file(
        "<&\"'>", [Case(**(case | {"invoice": "<&]]>", "hours": {"watching": 100, "cleaning": 1}}))]
    )
    assert checked(hostile).findtext(f"{PART}NamnPaBegaran") == "<&\"'>"
    with pytest.raises(NotFit):
        household.file("x" * 17, [Case(**case)])
