"""Places: our own table of localities and cities, found by any of their names, and how far they are from each other.

The table is GeoNames' (places/LICENCE.txt), a few hundred kilobytes that each process reads once. A place is a point in
the middle of a locality: an area, never an address.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

from django.utils.translation import get_language

from tillit.kernel.normal import folded

FARTHEST = 100  # km: nobody is looked for further away
_EARTH = 6371.0088  # km, mean radius (IUGG)
_KM_A_DEGREE = 111.2
_COUNTIES = {
    "02": "Blekinge", "03": "Gävleborg", "05": "Gotland", "06": "Halland", "07": "Jämtland", "08": "Jönköping",
    "09": "Kalmar", "10": "Dalarna", "12": "Kronoberg", "14": "Norrbotten", "15": "Örebro", "16": "Östergötland",
    "18": "Södermanland", "21": "Uppsala", "22": "Värmland", "23": "Västerbotten", "24": "Västernorrland",
    "25": "Västmanland", "26": "Stockholm", "27": "Skåne", "28": "Västra Götaland",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A locality. id: GeoNames' number. latitude, longitude: degrees (WGS 84). region: the county or the country's
    code, to tell two of the same name apart."""

    id: int
    country: str
    region: str
    name: str
    in_persian: str
    variants: tuple[str, ...]
    latitude: float
    longitude: float
    people: int

    @property
    def shown(self) -> str:
        """Its name as the reader's language writes it."""
        return self.in_persian if self.in_persian and get_language() == "fa" else self.name

    @property
    def whole(self) -> str:
        """Its name with its region: "Eskilstuna, Södermanland"."""
        return f"{self.shown}{'، ' if get_language() == 'fa' else ', '}{self.region}"


@lru_cache(maxsize=1)
def every() -> dict[int, Place]:
    """All places by their id, the most populous first."""
    found = {}
    for line in (Path(__file__).parent / "places.tsv").read_text(encoding="utf-8").splitlines():
        number, country, county, name, persian, variants, latitude, longitude, people = line.split("\t")
        region = _COUNTIES.get(county, county) if country == "SE" else country
        found[int(number)] = Place(
            int(number), country, region, name, persian, tuple(variants.split("|")) if variants else (),
            float(latitude), float(longitude), int(people),
        )  # fmt: skip
    return found


def get(place: int | None) -> Place | None:
    """The place of that id, or None."""
    return every().get(place) if place is not None else None


def find(text: str, *, most: int = 8, country: str = "") -> list[Place]:
    """Places whose name begins so, else is like it, the best first: written exactly so, then by people.

    Any script, case and digits; å, ä and ö may be left out. country: an ISO code whose places come first.
    """
    wanted = folded(text[:80]).strip().split(",")[0].strip()
    if not wanted:
        return []
    names = _names()
    keys = _keys()
    exact = set(names.get(wanted, ()))
    low, high = bisect_left(keys, wanted), bisect_right(keys, wanted + "\uffff")
    begun = {number for key in keys[low:high] for number in names[key]}
    found = exact | begun or _like(wanted)
    known = every()
    rank = {number: order for order, number in enumerate(known)}

    def order(number: int) -> tuple[bool, bool, int]:
        return number not in exact, known[number].country != (country or known[number].country), rank[number]

    return [known[number] for number in sorted(found, key=order)[:most]]


def distance(one: Place, other: Place) -> float:
    """Kilometres between the middles of two places, along the great circle (haversine)."""
    a, b = radians(one.latitude), radians(other.latitude)
    across = radians(other.longitude - one.longitude)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(across / 2) ** 2
    return 2 * _EARTH * asin(sqrt(half))


@lru_cache(maxsize=2048)
def near(place: int, km: int) -> tuple[tuple[int, float], ...]:
    """Ids of the places within so many kilometres (at most FARTHEST), itself too, with their distances, nearest first.

    Raises KeyError for a place that is not in the table.
    """
    middle, reach = every()[place], min(km, FARTHEST)
    ordered, latitudes = _by_latitude()
    span = reach / _KM_A_DEGREE + 0.01
    low, high = bisect_left(latitudes, middle.latitude - span), bisect_right(latitudes, middle.latitude + span)
    found = [(other.id, distance(middle, other)) for other in ordered[low:high]]
    return tuple(sorted((one for one in found if one[1] <= reach), key=lambda one: one[1]))


@lru_cache(maxsize=1)
def _by_latitude() -> tuple[list[Place], list[float]]:
    ordered = sorted(every().values(), key=lambda place: place.latitude)
    return ordered, [place.latitude for place in ordered]


@lru_cache(maxsize=1)
def _names() -> dict[str, list[int]]:
    names: defaultdict[str, list[int]] = defaultdict(list)
    for place in every().values():
        for name in {place.name, place.in_persian, *place.variants} - {""}:
            names[folded(name)].append(place.id)
    return dict(names)


@lru_cache(maxsize=1)
def _keys() -> list[str]:
    return sorted(_names())


@lru_cache(maxsize=512)
def _like(wanted: str) -> frozenset[int]:
    """Places whose name differs by a typing error or two."""
    if len(wanted) < 4:
        return frozenset()
    matcher, best = SequenceMatcher(b=wanted, autojunk=False), []
    for key, numbers in _names().items():
        if abs(len(key) - len(wanted)) > 2:
            continue
        matcher.set_seq1(key)
        if matcher.real_quick_ratio() > 0.75 and matcher.quick_ratio() > 0.75 and (like := matcher.ratio()) > 0.75:
            best.append((like, numbers))
    best.sort(key=lambda one: -one[0])
    return frozenset(number for _, numbers in best[:5] for number in numbers)
