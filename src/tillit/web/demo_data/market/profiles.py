"""The demo marketplace's services and profiles. Everybody is invented; three have a drawn picture, one waits."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PIL import Image, ImageDraw

from tillit.directory import actions, pictures, places, queries
from tillit.kernel import clock
from tillit.moderation import queries as cases
from tillit.moderation import working

if TYPE_CHECKING:
    from tillit.web.demo_data.market import World

ADMINISTRATOR, MODERATOR = "Jonas Ek", "Maria Ek"
CARE, COMPANY, HOME, HOMEWORK = range(4)
SERVICES = (
    {"sv": "Barnpassning", "en": "Childcare", "fa": "نگهداری از کودک"},
    {"sv": "Sällskap för äldre", "en": "Company for older people", "fa": "همراهی با سالمندان"},
    {"sv": "Hjälp i hemmet", "en": "Help at home", "fa": "کمک در خانه"},
    {"sv": "Läxhjälp", "en": "Help with homework", "fa": "کمک در درس‌ها"},
)
WAITS = "Mikael Åström"
CHECKED = {
    "Petra Nyström": (("experience", "called"), ("record", "in_person"), ("tax", "register")),
    "Kerstin Lindh": (("record", "in_person"), ("training", "read")),
    "Leila Ahmadi": (("training", "read"),),
}
COLOURS = {
    "Petra Nyström": ("#f0e2cc", "#e3a57b", "#5a3a24", "#2f6f5e"),
    "Kerstin Lindh": ("#dfe8ea", "#eac1a2", "#bdbab4", "#7d4b6b"),
    "Johan Wiklund": ("#e3ead9", "#d9a47f", "#3b2a20", "#3f5f8a"),
}
"""Ground, skin, hair and clothes of the drawn pictures."""


def _said(
    name: str, services: tuple[int, ...], kronor: int, place: str, km: int, languages: str, years: int, about: str,
    **more: Any,
) -> dict[str, Any]:  # fmt: skip
    found = places.find(place, most=1, country="SE")[0]
    return {
        "name": name, "services": services, "rate": {"minor": kronor * 100, "currency": "SEK", "vat": True},
        "area": {
            "place": str(found.id), "name": found.name, "lat": round(found.latitude, 2),
            "lon": round(found.longitude, 2), "km": km,
        },
        "languages": languages.split(), "experience": {"years": years, "words": more.pop("before", "")},
        "about": about, **more,
    }  # fmt: skip


PROFILES: dict[str, dict[str, Any]] = {
    "Petra Nyström": _said(
        "Petra N.", (CARE,), 460, "Eskilstuna", 10, "sv fi en", 9,
        "Jag har arbetat med barn i nio år och tycker bäst om att vara ute, även när det regnar. Ni får gärna träffa "
        "mig en timme först, det kostar ingenting och ni bestämmer sedan i lugn och ro.",
        before="Barnskötare sedan 2017, senast på förskolan Tallbacken", ages=["0-2", "3-6", "7-12"],
        skills=["lek ute", "bakning", "högläsning"], references=3, tax=True, record=True,
        training="Barn- och fritidsprogrammet, 2016", insurance="Ansvarsförsäkring, 10 miljoner kronor",
        film={"host": "vimeo", "id": "76979871"},
    ),
    "Omar Berg": _said(
        "Omar B.", (CARE, HOMEWORK), 390, "Eskilstuna", 25, "sv ar en", 4,
        "Kvällar och helger. Jag hjälper till med matte och läser saga på arabiska för den som vill.",
        ages=["7-12", "13-17"], skills=["matte", "fotboll"], references=2, tax=True,
    ),
    "Leila Ahmadi": _said(
        "لیلا ا.", (CARE, COMPANY), 420, "Eskilstuna", 15, "fa sv", 12,
        "دوازده سال است که با بچه‌ها کار می‌کنم و به هر دو زبان قصه می‌گویم. پیش از شروع همدیگر را می‌بینیم، بی‌عجله.",
        before="مربی مهدکودک در شیراز و اسکیلستونا", ages=["0-2", "3-6", "65-"], skills=["آشپزی", "قصه‌گویی"],
        training="کاردانی تربیت کودک", record=True, references=2, tax=True,
    ),
    "Grace Okafor": _said(
        "Grace O.", (CARE, HOME), 410, "Torshälla", 20, "en sv", 6,
        "I like a calm house and a long walk. I speak English with the children and Swedish with their teachers.",
        before="Au pair, then a preschool assistant", ages=["3-6", "7-12"], skills=["swimming", "piano"], tax=True,
        insurance="Liability insurance through my own firm",
    ),
    "Kerstin Lindh": _said(
        "Kerstin L.", (COMPANY,), 350, "Strängnäs", 30, "sv de", 31,
        "Undersköterska i pension. Jag följer gärna med till vårdcentralen och dricker en kopp kaffe efteråt.",
        before="Undersköterska i trettioett år", ages=["65-"], skills=["promenader", "handarbete", "trädgård"],
        training="Vårdprogrammet, 1988", record=True, references=4,
    ),
    "Johan Wiklund": _said(
        "Johan W.", (HOME,), 380, "Eskilstuna", 40, "sv en", 8,
        "Fönster, gräsmattor och allt det där som annars blir liggande. Egna redskap.",
        before="Egen firma sedan 2018", ages=["18-64", "65-"], skills=["fönster", "trädgård", "snöskottning"], tax=True,
        insurance="Företagsförsäkring", references=5,
    ),
    "Nasrin Karimi": _said(
        "نسرین ک.", (COMPANY, HOME), 340, "Västerås", 20, "fa sv en", 3,
        "همراه سالمندان می‌شوم: خرید، دکتر، یک فنجان چای. خانه را هم با هم مرتب می‌کنیم.",
        ages=["65-"], skills=["آشپزی ایرانی"], references=1,
    ),
    "Elsa Sandberg": _said(
        "Elsa S.", (CARE, HOMEWORK), 290, "Eskilstuna", 8, "sv en es sgn", 2,
        "Jag läser till lärare och bor nära universitetet. Teckenspråk sedan jag var liten.",
        ages=["3-6", "7-12", "13-17"], skills=["läxor", "teckenspråk", "pyssel"],
        training="Lärarprogrammet, termin fem", links=["https://www.linkedin.com/in/elsa-sandberg-exempel"],
    ),
    WAITS: _said(
        "Mikael Å.", (HOME, COMPANY), 360, "Kungsör", 35, "sv", 5,
        "Jag har tid på förmiddagarna och en bil med plats för en rullator.", ages=["65-"], skills=["bilkörning"],
    ),
}  # fmt: skip
HIDDEN = {"Grace Okafor": (("insurance", "members"),), "Omar Berg": (("references", "threads"),)}


def fill(world: World) -> None:
    """Services, and a profile for each provider, looked at by the moderator."""
    with world.as_person(ADMINISTRATOR):
        for number, name in enumerate(SERVICES):
            actions.add_category(name, position=number)
    for who, said in PROFILES.items():
        written = world.now - timedelta(hours=2) if who == WAITS else clock.now()
        with clock.at(written), world.as_person(who):
            profile = _write(who, world.people[who], said)
        if who == WAITS:
            continue
        with world.as_person(MODERATOR):
            case = next(one for one in cases.waiting("look") if one.object_id == profile)
            working.take(case)
            case.refresh_from_db()
            working.decide(case, "through")
            for kind, how in CHECKED.get(who, ()):
                shown = queries.profile_of(world.people[who])
                if shown and kind in shown.facts:
                    actions.check(shown.facts[kind], how)


def _write(who: str, person: UUID, said: dict[str, Any]) -> UUID:
    known = [str(one.pk) for one in queries.categories()]
    for kind, value in said.items():
        actions.say(kind, [known[number] for number in value] if kind == "services" else value)
    if colours := COLOURS.get(who):
        drawn = _drawn(*colours)
        kept = pictures.keep(drawn, owner=person, size=len(drawn.getvalue()))
        actions.say("picture", kept, files=tuple(UUID(one) for one in kept.values()))
    for kind, seen_by in HIDDEN.get(who, ()):
        actions.show_to(kind, seen_by)
    actions.submit()
    return actions.begin().pk


def _drawn(ground: str, skin: str, hair: str, clothes: str) -> io.BytesIO:
    """A face of a few shapes: nobody's."""
    picture = Image.new("RGB", (640, 640), ground)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((180, 90, 460, 420), fill=hair)
    pen.ellipse((60, 430, 580, 900), fill=clothes)
    pen.rectangle((275, 360, 365, 470), fill=skin)
    pen.ellipse((210, 140, 430, 420), fill=skin)
    pen.pieslice((195, 105, 445, 330), 180, 360, fill=hair)
    pen.ellipse((268, 268, 288, 290), fill="#2b2320")
    pen.ellipse((352, 268, 372, 290), fill="#2b2320")
    pen.arc((280, 310, 360, 372), 15, 165, fill="#7a3b30", width=6)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    out.seek(0)
    return out
