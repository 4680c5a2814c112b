"""What an administrator types to make a question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.utils.text import format_lazy, slugify
from django.utils.translation import get_language_info
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from tillit.booking.intake.questions import KINDS, LEADS, MOST_OPTIONS, YES, Option, Question
from tillit.booking.intake.routing import Route
from tillit.kernel.normal import clean_text

if TYPE_CHECKING:
    from tillit.booking.models import MeetingType

KIND_WORDS: dict[str, Any] = {
    "text": _("A line of text"),
    "long": _("Several lines of text"),
    "choice": _("One of several answers"),
    "number": _("A number"),
    "date": _("A day"),
    "file": _("A file"),
    "consent": _("A yes that must be given freely"),
    "hidden": _("Hidden: filled in by the link that leads here"),
}


class QuestionForm(forms.Form):
    """One question, in the organisation's languages. `question` is set when it is valid."""

    kind = forms.ChoiceField(label=_("What is answered"), choices=[(kind, KIND_WORDS[kind]) for kind in KINDS])
    required = forms.BooleanField(label=_("An answer is needed"), required=False)
    when = forms.ChoiceField(
        label=_("Asked"), required=False, help_text=_("A question can hang on what was answered to an earlier one.")
    )
    least = forms.IntegerField(label=_("Smallest number"), required=False, min_value=-1_000_000, max_value=1_000_000)
    most = forms.IntegerField(label=_("Largest number"), required=False, min_value=-1_000_000, max_value=1_000_000)
    signed = forms.BooleanField(
        label=_("Hidden: take only what a signed link brings"), required=False,
    )  # fmt: skip
    LONGEST: ClassVar = {"label": 300, "hint": 300}

    def __init__(
        self, *args: Any, before: Sequence[Question], others: Sequence[Question], languages: Sequence[str],
        question: Question | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        """before: the earlier questions; others: all but this one; question: the one that is changed."""
        self.old, self.others, self.languages = question, others, list(languages)
        kwargs["initial"] = self._initial(question) if question else None
        super().__init__(*args, **kwargs)
        rest = dict(self.fields)
        self.fields.clear()
        self.fields["kind"] = rest.pop("kind")
        for number, code in enumerate(self.languages):
            self._add_words(code, needed=number == 0)
        self.fields.update(rest)
        self.fields["when"].choices = [("", _("always")), *_conditions(before, self.languages[0])]  # type: ignore[attr-defined]

    def _add_words(self, code: str, *, needed: bool) -> None:
        own = {"lang": code, "dir": "rtl" if code == "fa" else "ltr"}
        name = get_language_info(code)["name_local"]
        self.fields[f"label_{code}"] = forms.CharField(
            label=format_lazy("{} ({})", _("Question"), name), max_length=300, required=needed,
            widget=forms.TextInput(attrs=own),
        )  # fmt: skip
        self.fields[f"hint_{code}"] = forms.CharField(
            label=format_lazy("{} ({})", _("Hint below it"), name), max_length=300, required=False,
            widget=forms.TextInput(attrs=own),
        )  # fmt: skip
        self.fields[f"options_{code}"] = forms.CharField(
            label=format_lazy("{} ({})", _("Answers to choose from, one a line"), name), max_length=8000,
            required=False, widget=forms.Textarea(attrs=own | {"rows": 4}),
        )  # fmt: skip

    def parts(self) -> Iterator[tuple[str, list[BoundField], bool]]:
        """The fields as the page shows them: a heading (none for what everybody fills in), the fields, and whether one
        of them is wrong."""
        first = self.languages[0]
        usual = ["kind", f"label_{first}", f"hint_{first}", f"options_{first}", "required", "when"]
        others = [f"{part}_{code}" for code in self.languages[1:] for part in ("label", "hint", "options")]
        rare = ["least", "most", "signed"]
        headed = (("", usual), (_("In other languages"), others), (_("Numbers and hidden questions"), rare))
        for heading, names in headed:
            if names:
                yield str(heading), [self[name] for name in names], any(name in self.errors for name in names)

    def clean(self) -> dict[str, Any]:
        """Adds `question`."""
        data = super().clean() or {}
        if self.errors:
            return data
        first = self.languages[0]
        words = {
            code: {part: clean_text(data[f"{part}_{code}"], lines=False) for part in ("label", "hint")}
            for code in self.languages
            if data[f"label_{code}"]
        }
        if not words.get(first, {}).get("label"):
            self.add_error(f"label_{first}", now("Please write the question."))
            return data
        options = self._options(data) if data["kind"] == "choice" else ()
        if data["kind"] == "choice" and len(options) < 2:
            self.add_error(f"options_{first}", now("A choice needs two answers at least, each on a line of its own."))
        if len(options) > MOST_OPTIONS:
            self.add_error(f"options_{first}", now("That are too many answers to choose from."))
        if data["least"] is not None and data["most"] is not None and data["least"] > data["most"]:
            self.add_error("most", now("The largest number is smaller than the smallest."))
        number = data["kind"] == "number"
        data["question"] = Question(
            key=self.old.key if self.old else self._key(words[first]["label"]),
            kind=data["kind"],
            words=words,
            required=data["required"] and data["kind"] != "hidden",
            options=options,
            when=tuple(data["when"].split("=", 1)) if data["when"] else None,
            least=data["least"] if number else None,
            most=data["most"] if number else None,
            signed=data["signed"] and data["kind"] == "hidden",
        )
        return data

    def _options(self, data: dict[str, Any]) -> list[Option]:
        """The lines of the first language are the answers; those of others translate them line by line. An answer
        keeps its key when it keeps its words, or its place."""
        lines = {code: _lines(data[f"options_{code}"]) for code in self.languages}
        first = self.languages[0]
        known = {option.label(first): option.key for option in (self.old.options if self.old else ())}
        places = list(self.old.options) if self.old else []
        stay = {known[text] for text in lines[first] if text in known}
        found: list[Option] = []
        for at, text in enumerate(lines[first]):
            key = known.get(text, "")
            if not key and at < len(places) and places[at].key not in stay:
                key = places[at].key
            key = key or _free(slugify(text)[:30] or f"answer-{at + 1}", {one.key for one in found} | stay)
            if key not in {one.key for one in found}:
                words = {code: lines[code][at] for code in self.languages if at < len(lines[code])}
                found.append(Option(key, words))
        return found

    def _key(self, label: str) -> str:
        texts = [label, *(self.cleaned_data[f"label_{code}"] for code in self.languages[1:])]
        made = next(filter(None, (slugify(text)[:30].strip("-") for text in texts)), "question")
        return _free(made, {one.key for one in self.others})

    def _initial(self, one: Question) -> dict[str, Any]:
        found: dict[str, Any] = {
            "kind": one.kind, "required": one.required, "least": one.least, "most": one.most, "signed": one.signed,
            "when": "=".join(one.when) if one.when else "",
        }  # fmt: skip
        for code in self.languages:
            found |= {f"{part}_{code}": one.words.get(code, {}).get(part, "") for part in ("label", "hint")}
            found[f"options_{code}"] = "\n".join(option.words.get(code, "") for option in one.options).rstrip()
        return found


class RouteForm(forms.Form):
    """One rule of where an answer leads. `route` is set when it is valid."""

    when = forms.ChoiceField(label=_("Whoever answers"))
    to = forms.ChoiceField(label=_("comes to"))

    def __init__(self, *args: Any, questions: Sequence[Question], kinds: Sequence[MeetingType], language: str) -> None:
        super().__init__(*args)
        said = _("“%(answer)s” to “%(question)s”")
        self.fields["when"].choices = list(_conditions(questions, language, said))  # type: ignore[attr-defined]
        self.fields["to"].choices = list(_targets(kinds, language))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Adds `route`."""
        data = super().clean() or {}
        if not self.errors:
            key, _equals, answer = data["when"].partition("=")
            kind, _equals, host = data["to"].partition("=")
            data["route"] = Route((key, answer), UUID(kind), UUID(host) if host else None)
        return data


def _targets(kinds: Sequence[MeetingType], language: str) -> Iterator[tuple[str, str]]:
    """Types that are shown, and the single hosts of those that several share."""
    for kind in kinds:
        if kind.published:
            title = kind.word("title", language)
            yield str(kind.pk), title
            hosts = [one.host for one in kind.type_hosts.all()] if kind.assignment == "round_robin" else []
            for host in hosts:
                yield f"{kind.pk}={host.pk}", now("%(title)s with %(name)s") % {"title": title, "name": host.name}


_ONLY = _("only after “%(answer)s” to “%(question)s”")


def _conditions(before: Sequence[Question], language: str, said: Any = _ONLY) -> Iterator[tuple[str, str]]:
    """Answers that can lead, as a choice; said: how one of them is put into words."""
    for one in before:
        label = one.word("label", language)
        if one.kind == "choice":
            for option in one.options:
                yield f"{one.key}={option.key}", str(said) % {"question": label, "answer": option.label(language)}
        elif one.kind in LEADS:
            yield f"{one.key}={YES}", str(said) % {"question": label, "answer": now("yes")}


def _lines(text: str) -> list[str]:
    return [clean_text(line, lines=False)[:200] for line in text.splitlines() if line.strip()]


def _free(wanted: str, taken: set[str]) -> str:
    found, number = wanted, 2
    while found in taken:
        found, number = f"{wanted}-{number}", number + 1
    return found
