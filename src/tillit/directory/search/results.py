"""A page of results as people read it: who, and in one plain sentence why they stand there, with its parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tillit.directory import places, queries, shown
from tillit.directory.search import formula, saving, sources
from tillit.directory.search.finding import Found, Page, find
from tillit.directory.search.question import Question
from tillit.kernel import formats


@dataclass(frozen=True)
class Counted:
    """One part of a score: its name, the step in words, its points and the most it could give."""

    key: str
    label: str
    step: str
    points: int
    most: int


@dataclass(frozen=True)
class Result:
    """One line. why: the sentence. counted: its parts. liked: a favourite of whoever acts."""

    profile: queries.Shown
    url: str
    picture: str
    head: dict[str, Any]
    why: str
    score: int
    counted: list[Counted]
    liked: bool


@dataclass(frozen=True)
class Results:
    """A page. following: the cursor of the next one, "" for none."""

    lines: list[Result]
    following: str
    read_as: list[tuple[str, str]]
    most: int


def results(question: Question, *, slug: str, cursor: str = "", most: int = 20) -> Results:
    """The next page. Whom booking does not find free after all at the hours asked for is left out."""
    page = find(question, cursor=cursor, most=most)
    found = _free(page, question)
    profiles = queries.profiles(one.profile for one in found)
    liked = saving.liked_ids(profiles)
    lines = [
        _line(one, profiles[one.profile], question, slug, one.profile in liked)
        for one in found if one.profile in profiles
    ]  # fmt: skip
    return Results(lines, page.following, page.read_as, formula.most(_weights(question)))


def _free(page: Page, question: Question) -> list[Found]:
    if not (question.day and question.mask and page.found):
        return page.found
    days = sources.free([one.person for one in page.found], question.day, 1)
    wanted = question.mask
    return [one for one in page.found if (days.get(one.person) or [0])[0] & wanted == wanted]


def _weights(question: Question) -> tuple[int, ...]:
    return question.weights if question.place else (0, *question.weights[1:])


def _line(found: Found, profile: queries.Shown, question: Question, slug: str, liked: bool) -> Result:
    counted = counted_of(found, question)
    picture = shown.picture(slug, profile.slug, profile.facts, "small")
    return Result(
        profile, reverse("profile", args=[slug, profile.slug]), picture,
        shown.head(profile.facts), why(found, question, counted), found.score, counted, liked,
    )  # fmt: skip


def counted_of(found: Found, question: Question) -> list[Counted]:
    """The parts of a score, as the formula names them; distance only where a place was asked for."""
    steps = {"distance": formula.distance_step(found.tenths / 10), **formula.unpack(found.grade)}
    return [
        Counted(part.key, str(part.label), str(part.steps[steps[part.key]]), steps[part.key] * weight,
                (len(part.steps) - 1) * weight)
        for part, weight in zip(formula.PARTS, _weights(question), strict=True)
        if part.key != "distance" or question.place
    ]  # fmt: skip


def why(found: Found, question: Question, counted: list[Counted]) -> str:
    """Why somebody stands there, in one sentence: what was asked for and fits, then what counted most."""
    language = get_language() or "en"
    reasons = []
    if question.place:
        reasons.append(_distance(found, question, language))
    if question.day:
        reasons.append(_("free on %(when)s") % {"when": when(question, language)})
    best = sorted((one for one in counted if one.points and one.key != "distance"), key=lambda one: -one.points)
    reasons += [one.step for one in best if not (one.key == "free" and question.day)][:3]
    told = formats.join_words(reasons, language)
    return _("Stands here because: %(reasons)s.") % {"reasons": told} if told else _("Nothing speaks for or against.")


def _distance(found: Found, question: Question, language: str) -> str:
    assert question.place is not None
    km = round(found.tenths / 10)
    if found.place == question.place.id or km == 0:
        return _("in %(place)s") % {"place": question.place.shown}
    there = places.get(found.place)
    told = {"km": formats.format_number(km, language), "place": question.place.shown}
    told["there"] = there.shown if there else ""
    return ngettext("in %(there)s, %(km)s km from %(place)s", "in %(there)s, %(km)s km from %(place)s", km) % told


def when(question: Question, language: str) -> str:
    """The day and hours asked for: "Saturday 28 November 2026, 09:00–12:00"."""
    assert question.day is not None
    day = formats.format_date(question.day, language, "long")
    if question.mask == (1 << 48) - 1:
        return day
    hours = formats.digits(f"{question.since:%H:%M}–{question.until:%H:%M}".replace("–00:00", "–24:00"), language)
    return formats.join_words([day, hours], language)


def loosen(question: Question, *, slug: str) -> list[tuple[str, str]]:
    """For an empty page: what one could leave out or widen so that somebody is found, with its address."""
    here = reverse("find", args=[slug])
    offers: list[tuple[str, Question]] = []
    if question.place and question.km < 50:
        offers.append((_("Look up to 50 km away"), replace(question, km=50)))
    if question.day:
        offers.append((_("Leave the day and hours out"), question.without("day", "since", "until")))
    if question.text:
        offers.append((_("Leave the words out"), question.without("text")))
    if question.price:
        offers.append((_("Leave the price out"), question.without("price")))
    if question.languages:
        offers.append((_("Leave the languages out"), question.without("languages")))
    if question.ages:
        offers.append((_("Leave the ages out"), question.without("ages")))
    return [(words, f"{here}?{one.address()}") for words, one in offers if find(one, most=1).found]
