"""What can be booked, brought in from a file: each row an offer that nobody sees until somebody gives it hosts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from tillit.booking import actions, queries
from tillit.exchange import actions as exchange
from tillit.exchange import targets
from tillit.exchange.columns import Column, plain
from tillit.exchange.targets import Double, Tally, Target, Wrong
from tillit.kernel import formats

if TYPE_CHECKING:
    from tillit.exchange.models import Batch

LONGEST_TITLE, LONGEST_SUMMARY, MOST_MINUTES, MOST_SEATS = 120, 300, 7 * 24 * 60, 500

COLUMNS = (
    Column("title", _("Title"), ("titel", "namn", "tjänst", "behandling", "mötestyp", "service", "name", "meeting type",
                                 "عنوان", "نام", "خدمت", "نوع دیدار")),
    Column("summary", _("In one sentence"), ("beskrivning", "sammanfattning", "i en mening", "description", "summary",
                                             "توضیح", "توضیحات", "شرح", "در یک جمله")),
    Column("duration", _("Length in minutes"), ("längd", "minuter", "längd i minuter", "tid", "duration", "minutes",
                                                "length", "مدت", "دقیقه", "مدت به دقیقه")),
    Column("place", _("Where"), ("var", "plats", "place", "location", "where", "کجا", "مکان", "محل")),
    Column("capacity", _("Seats"), ("platser", "antal platser", "seats", "capacity", "ظرفیت", "جا")),
)  # fmt: skip

WRONG = {
    "title": _("there is no title, or it is longer than 120 characters"),
    "summary": _("the sentence is longer than 300 characters"),
    "duration": _("the length is no whole number of minutes between 5 and a week"),
    "place": _("it takes place neither by video, nor by phone, nor at a place"),
    "capacity": _("the seats are no whole number between 1 and 500"),
}

_PLACES = {
    plain(word): place
    for place, words in {
        "video": ("video", "online", "digitalt", "på nätet", "videosamtal", "ویدیو", "آنلاین", "تصویری"),
        "phone": ("phone", "telefon", "telephone", "ring", "تلفن", "تلفنی"),
        "place": ("place", "plats", "på plats", "mottagning", "office", "in person", "حضوری", "محل"),
    }.items()
    for word in words
}


@dataclass(frozen=True)
class Offer:
    """One row, read. duration in minutes."""

    title: str
    summary: str
    duration: int
    place: str
    capacity: int


def read(row: Mapping[str, str], organisation: Any) -> Offer:
    """A row (column key → text) as something that can be booked. Raises Wrong."""
    title, summary = " ".join(row.get("title", "").split()), " ".join(row.get("summary", "").split())
    if not title or len(title) > LONGEST_TITLE:
        raise Wrong("title", "title")
    if len(summary) > LONGEST_SUMMARY:
        raise Wrong("summary", "summary")
    place = _PLACES.get(plain(row.get("place", "") or "video"))
    if place is None:
        raise Wrong("place", "place")
    return Offer(
        title, summary, _whole(row, "duration", 5, MOST_MINUTES), place, _whole(row, "capacity", 1, MOST_SEATS, "1")
    )


def _whole(row: Mapping[str, str], key: str, least: int, most: int, usual: str = "") -> int:
    text = formats.ascii_digits(row.get(key, "") or usual).strip()
    if not text.isascii() or not text.isdigit() or len(text) > 6 or not least <= int(text) <= most:
        raise Wrong(key, key)
    return int(text)


def _same(title: str) -> str:
    return plain(title)


def known(offers: Sequence[Offer]) -> dict[int, Double]:
    """The places of offers whose title is offered already, or stands earlier in the file."""
    titles, places = _titles(), dict[str, int]()
    found = {}
    for at, one in enumerate(offers):
        title = _same(one.title)
        if title in titles:
            found[at] = Double(one.title)
        elif title in places:
            found[at] = Double(earlier=places[title])
        places.setdefault(title, at)
    return found


def _titles() -> set[str]:
    kinds = queries.all_meeting_types()
    return {_same(words.get("title", "")) for kind in kinds for words in kind.words.values()}


def take(batch: Batch, lines: Sequence[int], offers: Sequence[Offer]) -> Tally:
    """Store a part of a file: what is offered already is passed over."""
    tally, titles = Tally(), _titles()
    slugs = {kind.slug for kind in queries.all_meeting_types()}
    language = batch.organisation.languages[0]
    for line, one in zip(lines, offers, strict=True):
        if _same(one.title) in titles:
            tally.passed += 1
            continue
        titles.add(_same(one.title))
        slug = _slug(one, slugs)
        slugs.add(slug)
        kind = actions.add_meeting_type(
            organisation=batch.organisation_id, hosts=(), slug=slug, duration=one.duration, step=max(one.duration, 5),
            place=one.place, capacity=one.capacity, words={language: {"title": one.title, "summary": one.summary}},
            notice=4 * 60, published=False,
        )  # fmt: skip
        exchange.note_thing(batch, line, kind.pk, str(kind.revision))
        tally.added += 1
    return tally


def _slug(one: Offer, taken: set[str]) -> str:
    """A short name from the title where Latin letters can write it; numbered where it is taken."""
    base = slugify(one.title)[:50].strip("-") or f"{one.place}-{one.duration}"
    return next(
        name for number in range(1, 20_000) if (name := base if number == 1 else f"{base}-{number}") not in taken
    )


@transaction.atomic
def take_back(batch: Batch, most: int) -> tuple[bool, int]:
    """Undo at most so many: those that nobody has changed, shown or booked since."""
    kinds = {kind.pk: kind for kind in queries.all_meeting_types()}
    rows, stayed = exchange.things(batch, most), 0
    for thing in rows:
        kind = kinds.get(thing.object_id)
        untouched = kind is not None and str(kind.revision) == thing.mark
        if kind is not None and not (untouched and actions.remove_meeting_type(kind=kind)):
            exchange.note_stay(thing, "changed")
            stayed += 1
        else:
            exchange.forget_thing(thing)
    return len(rows) == most, stayed


OFFERS = targets.register(
    Target(
        "offers", _("What can be booked"), _("Title, length and place. Nobody sees them until you give them hosts."),
        COLUMNS, ("title", "duration"), WRONG, read, known, take, take_back,
        {"changed": _("was changed, shown or booked since")},
    )
)  # fmt: skip
