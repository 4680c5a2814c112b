"""The answer to a request, in the language of whoever asked: what they asked, what was decided and why, what was done,
where they can complain. Plain paragraphs, for a mail, for a page and for paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillit.kernel import formats, letters, mail
from tillit.kernel.dpv import Delay, Refusal, Words
from tillit.privacy import links
from tillit.privacy.desk import clocks, kinds
from tillit.privacy.desk.links import token
from tillit.privacy.models import RightsRequest
from tillit.privacy.policy.frames import frame

ASKED = letters.declare("privacy.asked", says=gettext_lazy("What becomes of a request about your data"), must=True)
_DONE: dict[str, Words] = {
    "copied": gettext_lazy("A copy of everything lies ready for you for a week, on the page about your data."),
    "erased": gettext_lazy("You are erased. The receipt, with all that went, came in a mail of its own."),
    "erased-but-held": gettext_lazy(
        "You are erased. What a law obliges us to keep stays sealed away until its last day; the receipt names it."
    ),
    "corrected": gettext_lazy("We have corrected it."),
    "rests": gettext_lazy("Your data lies at rest: we keep it, and use it for nothing."),
    "stopped": gettext_lazy("The use has stopped."),
    "taken-back": gettext_lazy("What you had agreed to no longer holds."),
}

_DECIDED: dict[str, Words] = {
    "granted": gettext_lazy("We have done what you asked."),
    "partly": gettext_lazy("We have done a part of what you asked. The rest we had to refuse."),
    "refused": gettext_lazy("We had to refuse what you asked."),
}


@dataclass(frozen=True)
class Letter:
    """A letter: where it goes ("" where only paper reaches), in which language, its title and paragraphs, the links
    that it ends with (words, address), what kind of letter it is, and the page of ours that says more (a path)."""

    to: str
    language: str
    title: str
    paragraphs: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    kind: letters.Kind = ASKED
    path: str = ""

    @property
    def text(self) -> str:
        """All of it, as it is kept and printed. The links are keys to what is the person's: where a mail brings them,
        the office keeps none."""
        links = () if self.to else self.links
        return "\n\n".join([*self.paragraphs, *(f"{words}: {url}" for words, url in links)])

    def send(self, organisation: Any, *, about: Sequence[Any]) -> None:
        """Queue it, in the present transaction, where there is an address. about: the people whom it concerns, first
        whoever reads it; nobody where the address is of nobody here."""
        if not self.to:
            return
        message = mail.render(
            "privacy/desk",
            to=self.to,
            language=self.language,
            context={"title": self.title, "paragraphs": self.paragraphs, "links": self.links},
            reply_to=organisation.contact_email,
            organisation_name=organisation.name,
        )
        reader = about[0] if about else None
        letters.send(self.kind, message, organisation=organisation, person=reader, path=self.path, about=about)


def answer(request: RightsRequest, *, to: str, words: str, done: Sequence[str], people: Sequence[Any]) -> Letter:
    """The answer, with what the office wrote itself. people: rows of identity.Person as they were before it."""
    with translation.override(request.language):
        paragraphs = tuple(_answer(request, words, done))
        about = [] if request.kind == "erase" else [my_page(request.organisation, one) for one in people]
        return _letter(request, to, _("The answer to what you asked"), paragraphs, [*about, follow(request)])


def longer(request: RightsRequest, *, to: str) -> Letter:
    """That the answer takes longer, why, and until when at the latest (GDPR Art. 12(3))."""
    with translation.override(request.language):
        here = frame(request.organisation)
        paragraphs = (
            _asked(request),
            _("The answer takes longer than we hoped, because %(why)s.")
            % {"why": Delay[request.extended.upper()].says},
            _("You get it on %(day)s at the latest.") % {"day": last_day(request, request.language)},
            str(here.complaint),
        )
        return _letter(request, to, _("Your answer takes longer"), paragraphs, [follow(request)])


def proof(request: RightsRequest, *, to: str, reader: UUID | None) -> Letter:
    """To the registered address, that of `reader`: was it you? It tells nothing of what is known, and nothing happens
    unanswered."""
    with translation.override(request.language):
        paragraphs = (
            _("Somebody asked %(organisation)s for something, and gave this address: %(what)s.")
            % {"organisation": request.organisation.name, "what": kinds.WORDS[request.kind]},
            _(
                "Was it you? Then open the link and say so, within two weeks. "
                "It is how we make sure that nobody else asks in your name."
            ),
            _("Was it somebody else? Then do nothing: nothing happens."),
        )  # fmt: skip
        return _letter(request, to, _("Was it you who asked?"), paragraphs, [follow(request, _("It was me"), reader)])


def follow(request: RightsRequest, words: str = "", reader: UUID | None = None) -> tuple[str, str]:
    """The link by which whoever asked sees how far it has come."""
    path = reverse("request_by_link", args=[request.organisation.slug, token(request.pk, reader)])
    return words or _("See how far it has come"), mail.link(path)


def _letter(
    request: RightsRequest, to: str, title: str, paragraphs: tuple[str, ...], links: list[tuple[str, str]]
) -> Letter:
    number = _("Your request: %(reference)s") % {"reference": request.reference}
    return Letter(to, request.language, title, (*paragraphs, number), tuple(links))


def _answer(request: RightsRequest, words: str, done: Sequence[str]) -> Iterator[str]:
    here = frame(request.organisation)
    yield _asked(request)
    if request.kind in ("question", "complaint") and request.outcome == "granted":
        yield _("Here is our answer.")
    else:
        yield str(_DECIDED[request.outcome])
    yield from (str(_DONE[one]) for one in done)
    if request.refusal:
        yield _("We refused because %(why)s.") % {"why": Refusal[request.refusal.upper()].says}
    if words:
        yield words
    if request.kind in ("access", "portability") and request.outcome != "refused":
        yield _(
            "On the page about your data you find, for each detail, what it is used for, on which ground, how long it "
            "is kept, who can see it, who has seen it and to whom it was sent; and you can correct it there."
        )
    if request.outcome != "granted" or request.kind == "complaint":
        yield str(here.complaint)
        if here.authority:
            parts = (str(here.authority.name), here.authority.address, here.authority.phone, here.authority.site)
            yield ", ".join(part for part in parts if part)
        yield str(here.court)


def _asked(request: RightsRequest) -> str:
    day = formats.format_date(request.received, request.language)
    return _("On %(day)s you asked %(what)s.") % {"day": day, "what": kinds.NOUNS[request.kind]}


def my_page(organisation: Any, person: Any) -> tuple[str, str]:
    """The page about a person's data, by the door that is theirs."""
    if person.account_id:
        return _("The page about your data"), mail.link(reverse("me:data", args=[organisation.slug]))
    path = reverse("my:data", args=[organisation.slug, links.token(person.pk)])
    return _("The page about your data"), mail.link(path)


def last_day(request: RightsRequest, language: str) -> str:
    """The last day for the answer, in words."""
    return formats.format_date(clocks.last_day(request.organisation, request.due), language)
