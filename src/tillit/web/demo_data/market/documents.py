"""The demo marketplace's documents: drawn as PDFs of our own, one open to Sara, one asked for; courses and the code."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from tillit.directory.upkeep import actions as upkeep
from tillit.documents import actions, drawing

if TYPE_CHECKING:
    from tillit.web.demo_data.market import World

PETRA, SARA, MARIA, JONAS = "Petra Nyström", "Sara Holm", "Maria Ek", "Jonas Ek"
OTHERS = (
    ("Kerstin Lindh", actions.Facts("diploma", "Undersköterska", "Rekarnegymnasiet", date(1998, 6, 9), None, "issuer")),
    (
        "Leila Ahmadi",
        actions.Facts("first_aid", "کمک‌های اولیهٔ کودکان", "Röda Korset", date(2025, 10, 2), date(2027, 10, 2), "title"),
    ),
)


def fill(world: World) -> None:
    """Petra's certificate and diploma, two of others, one request that waits, one document open."""
    certificate = actions.Facts(
        "first_aid", "Första hjälpen för barn", "Röda Korset", date(2025, 3, 1), date(2027, 3, 1), "issuer"
    )
    diploma = actions.Facts("diploma", "Barnskötare", "Eskilstuna kommun", date(2015, 6, 10), None, "title")
    with world.as_person(PETRA):
        first = actions.keep(certificate, _paper(certificate, PETRA), name="hlr-barn.png")
        second = actions.keep(diploma, _paper(diploma, PETRA), name="barnskotare.png")
        upkeep.accept(1)
        upkeep.record(upkeep.Taken("HLR för barn", "Röda Korset", date(2025, 3, 1), 240, 40, True, first.pk))
        upkeep.record(upkeep.Taken("Språk i förskoleåldern", "Komvux", world.today - timedelta(days=40), 360, 60))
    with world.as_person(MARIA):
        actions.check(first.pk, "issuer")
    for name, facts in OTHERS:
        if name in world.people:
            with world.as_person(name):
                actions.keep(facts, _paper(facts, name), name="intyg.png")
                upkeep.accept(1)
    with world.as_person(SARA):
        actions.ask(
            world.people[PETRA], document=second.pk, kind="diploma", name="Sara",
            words="Vi skulle gärna vilja se det innan vi bestämmer oss.",
        )  # fmt: skip
    with world.as_person(PETRA):
        actions.approve(first.pk, world.people[SARA], hours=48, name="Sara")
    with world.as_person(SARA):
        actions.open_it(first.pk, name="Sara")
    with world.as_person(JONAS):
        upkeep.suggest(
            "Hjärt-lungräddning", words="En kväll, med docka.", url="https://hlr.nu/", points=3, emergencies=True
        )
        upkeep.suggest("Brandskydd hemma", words="På nätet, gratis.", points=2, emergencies=True)


def _paper(facts: actions.Facts, name: str) -> io.BytesIO:
    """A certificate, drawn."""
    sheet = Image.new("RGB", (1000, 1414), "#fffefa")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((50, 50, 950, 1364), outline="#1e5b4f", width=6)
    lines = ((facts.issuer, 40, 180), (facts.title, 64, 420), (name, 52, 640))
    for words, size, top in lines:
        font = ImageFont.truetype(str(drawing.FONT), size, layout_engine=ImageFont.Layout.RAQM)
        pen.text((500, top), words, font=font, fill="#16302b", anchor="mm")
    font = ImageFont.truetype(str(drawing.FONT), 30, layout_engine=ImageFont.Layout.RAQM)
    days = [str(day) for day in (facts.issued, facts.expires) if day]
    pen.text((500, 800), " – ".join(days), font=font, fill="#4c605a", anchor="mm")
    out = io.BytesIO()
    sheet.save(out, "PNG")
    out.seek(0)
    return out
