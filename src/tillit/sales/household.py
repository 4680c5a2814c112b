"""The tax authority's file of requests for reduction of tax (RUT): XML after its schema "Begaran", version 6.0, which
its own service takes. It holds people's personal numbers: it is made for the seller at the moment of asking and kept
nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from xml.etree import ElementTree

from personnummer import personnummer

from tillit.kernel import clock, formats
from tillit.sales.rates import WORKS
from tillit.sales.sums import divided

REQUEST = "http://xmls.skatteverket.se/se/skatteverket/ht/begaran/6.0"
PART = "http://xmls.skatteverket.se/se/skatteverket/ht/komponent/begaran/6.0"
MOST_MONEY, MOST_OTHER, MOST_HOURS, LONGEST_NAME, LONGEST_NUMBER = 99_999_999_999, 9_999_999, 999, 16, 20


class WrongNumber(ValueError):
    """It is no personal identity number or coordination number."""


class NotFit(ValueError):
    """A request that the authority's service would refuse; the text says which."""


@dataclass(frozen=True)
class Case:
    """One buyer's paid work. Sums in minor units with VAT; hours in thousandths, by kind of work (rates.WORKS)."""

    number: str
    paid: date
    work: int
    reduction: int
    invoice: str
    other: int = 0
    material: int = 0
    hours: dict[str, int] = field(default_factory=dict)


def personal_number(text: str) -> str:
    """A personal identity number or coordination number as its twelve digits, from how people write it. Raises
    WrongNumber for a wrong date or check digit, and for one of somebody not yet born."""
    typed = formats.ascii_digits(text).strip().replace(" ", "").replace("–", "-").replace("−", "-")
    try:
        found = personnummer.parse(typed)
        digits = found.format(long_format=True)
    except (personnummer.PersonnummerException, ValueError, TypeError) as error:
        raise WrongNumber from error
    day = int(digits[6:8]) - (60 if found.is_coordination_number() else 0)
    if not digits.isdigit() or len(digits) != 12 or digits[:6] + f"{day:02}" > clock.now().strftime("%Y%m%d"):
        raise WrongNumber
    return str(digits)


def file(name: str, cases: Sequence[Case]) -> bytes:
    """The file. name: as the sender calls it, at most sixteen characters. Raises NotFit."""
    if not cases or not 0 < len(name) <= LONGEST_NAME:
        raise NotFit("A file has a short name and at least one case.")
    ElementTree.register_namespace("begaran", REQUEST)
    ElementTree.register_namespace("htko", PART)
    root = ElementTree.Element(f"{{{REQUEST}}}Begaran")
    _add(root, "NamnPaBegaran", _plain(name))
    asked = _add(root, "HushallBegaran")
    for case in cases:
        _case(_add(asked, "Arenden"), case)
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _case(here: ElementTree.Element, case: Case) -> None:
    work, asked = divided(case.work, 100), case.reduction // 100
    if case.reduction % 100 or not 0 < asked <= work - asked or not 2 <= work <= MOST_MONEY:
        raise NotFit(f"Invoice {case.invoice}: at most half of the work, in whole kronor.")
    other, material = divided(case.other, 100), divided(case.material, 100)
    if not (0 <= other <= MOST_OTHER and 0 <= material <= MOST_OTHER) or len(case.invoice) > LONGEST_NUMBER:
        raise NotFit(f"Invoice {case.invoice}: a sum or number is too large.")
    if not case.hours or any(one not in WORKS for one in case.hours):
        raise NotFit(f"Invoice {case.invoice}: which work was done?")
    for name, said in (
        ("Kopare", case.number), ("BetalningsDatum", case.paid.isoformat()), ("PrisForArbete", str(work)),
        ("BetaltBelopp", str(work - asked)), ("BegartBelopp", str(asked)), ("FakturaNr", _plain(case.invoice)),
        ("Ovrigkostnad", str(other)),
    ):  # fmt: skip
        _add(here, name, said)
    done = _add(here, "UtfortArbete")
    for key, (element, _words) in WORKS.items():
        if key in case.hours:
            one = _add(done, element)
            hours = min(max(1, divided(case.hours[key], 1000)), MOST_HOURS)
            _add(one, "AntalTimmar", str(hours))
            _add(one, "Materialkostnad", str(material))
            material = 0  # all of it stands with the first kind


def _add(here: ElementTree.Element, name: str, text: str = "") -> ElementTree.Element:
    one = ElementTree.SubElement(here, f"{{{PART}}}{name}")
    one.text = text or None
    return one


def _plain(text: str) -> str:
    if any(ord(letter) < 32 for letter in text):
        raise NotFit("Control characters have no place in it.")
    return text
