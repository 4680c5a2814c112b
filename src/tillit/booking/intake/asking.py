"""Questions as fields of a form, and what was typed there as answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tillit.booking.intake import links
from tillit.booking.intake.questions import Question, asked, leads
from tillit.booking.intake.routing import Route
from tillit.kernel import formats, uploads
from tillit.kernel.day_fields import DayField
from tillit.kernel.normal import clean_text

FEW = 7  # options that stand beside each other; more of them fold into a list
SHORT, LONG = 300, 4000  # characters
FILE_SIZE = 5_000_000  # bytes
FILE_HINT = _("A PDF, a picture or plain text, up to 5 MB. Where a picture was taken is removed.")
ENDINGS = ",".join(sorted(set(uploads.ENDINGS.values()) - {".ics"}))


@dataclass(frozen=True)
class Intake:
    """What is asked when something is booked: a version, and its questions. Version 0 asks nothing."""

    version: int = 0
    questions: list[Question] = field(default_factory=list)
    meeting_type: UUID | None = None
    routes: list[Route] = field(default_factory=list)

    @property
    def takes_files(self) -> bool:
        """Does it ask for a file?"""
        return any(one.kind == "file" for one in self.questions)


NOTHING = Intake()


class AnswerField(forms.CharField):
    """Text in any script, without control characters."""

    def __init__(self, *, lines: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lines = lines

    def clean(self, value: Any) -> str:
        return str(super().clean(clean_text(str(value or ""), lines=self.lines)))


class NumberField(forms.DecimalField):
    """A number in any digits, with a point or a comma before its decimals."""

    widget = forms.TextInput
    default_error_messages: ClassVar = {"invalid": _("Write a number, with digits alone.")}

    def to_python(self, value: Any) -> Any:
        typed = formats.ascii_digits(str(value or "")).translate({ord("٫"): ".", ord(","): ".", 0xA0: None, 0x20: None})
        return super().to_python(typed)


class AnswerFile(forms.FileField):
    """A file of a kind that we take, not larger than FILE_SIZE."""

    widget = forms.FileInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        found = super().clean(data, initial)
        if isinstance(found, UploadedFile):
            if (found.size or 0) > FILE_SIZE:
                raise ValidationError(_("The file is larger than 5 MB. Send a smaller one."))
            try:
                uploads.look(cast("IO[bytes]", found.file), size=found.size or 0)
            except uploads.Refused as refused:
                raise ValidationError(str(refused)) from None
        return found


class AskingForm(forms.Form):
    """A form with the questions of an intake below its own fields. After cleaning, `cleaned_data` has `answers` (what
    questions.py says) and `files` (key → the file that was sent).

    kept: key → file that was sent before and stays unless another one comes. fixed: what was answered on the way here,
    and is not asked again. trying: by an administrator, who sees what is hidden.
    """

    def __init__(
        self,
        *args: Any,
        intake: Intake = NOTHING,
        language: str = "",
        kept: Mapping[str, str] | None = None,
        fixed: Mapping[str, Any] | None = None,
        trying: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asks, self.kept, self.trying = intake, dict(kept or {}), trying
        self.fixed = {one.key: fixed[one.key] for one in intake.questions if fixed and _still(one, fixed.get(one.key))}
        self.open = [one for one in intake.questions if one.key not in self.fixed]
        self.language = language or get_language() or "en"
        if intake.version:
            self.fields["intake"] = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=intake.version)
        for one in self.open:
            self.fields[one.name] = self._field(one)
        if self.is_bound:
            meant = {one.key for one in asked(intake.questions, self._raw() | self.fixed)}
            for one in self.open:
                if one.key not in meant:
                    self.fields[one.name].required = False

    def _raw(self) -> dict[str, Any]:
        """What was typed where other questions hang on it, before it is cleaned."""
        fields = ((one, self.fields[one.name]) for one in self.open if one.kind in {"choice", "consent"})
        return {
            one.key: typed.widget.value_from_datadict(self.data, self.files, self.add_prefix(one.name))
            for one, typed in fields
        }

    def questions(self) -> list[dict[str, Any]]:
        """The questions as a page shows them: field, and the answer on which it hangs."""
        by_key = {one.key: one for one in self.asks.questions}
        shown, gone = [], set()
        for one in self.asks.questions:
            first = by_key.get(one.when[0]) if one.when else None
            answer = one.when[1] if one.when else ""
            if first and (first.key in gone or (first.key in self.fixed and leads(first, self.fixed) != answer)):
                gone.add(one.key)
            if one.key in gone or one.key in self.fixed:
                continue
            if first and first.key in self.fixed:
                first, answer = None, ""
            option = first.option(answer) if first else None
            shown.append({
                "field": self[one.name],
                "when": first.name if first else "",
                "is": answer,
                "asked": first.word("label", self.language) if first else "",
                "answered": option.label(self.language) if option else _("yes"),
                "kept": one.key in self.kept,
            })  # fmt: skip
        return shown

    def clean(self) -> dict[str, Any]:
        """Adds `answers` and `files`; what was not asked of whoever answered so is left out."""
        data = super().clean() or {}
        answers: dict[str, Any] = dict(self.fixed)
        for one in self.open:
            value = _answer(one, data.get(one.name), None if self.trying else self.asks.meeting_type)
            if one.kind == "file" and value is None:
                value = self.kept.get(one.key)
            if value not in (None, "", False):
                answers[one.key] = value
        meant = asked(self.asks.questions, answers)
        given = {one.key: answers[one.key] for one in meant if one.key in answers}
        data["files"] = {key: value for key, value in given.items() if isinstance(value, UploadedFile)}
        data["answers"] = {key: value for key, value in given.items() if key not in data["files"]}
        return data

    def told(self) -> list[tuple[str, str]]:
        """What was answered on the way here, as people read it."""
        found = []
        for one in self.asks.questions:
            if one.key in self.fixed:
                option = one.option(self.fixed[one.key])
                text = option.label(self.language) if option else str(_("yes"))
                found.append((one.word("label", self.language), text))
        return found

    def _field(self, one: Question) -> forms.Field:
        label, hint = one.word("label", self.language), one.word("hint", self.language)
        given: dict[str, Any] = {"label": label, "help_text": hint, "required": one.required}
        given["error_messages"] = {"required": _("An answer is needed here.")}
        match one.kind:
            case "choice":
                options = [(option.key, option.label(self.language)) for option in one.options]
                if len(options) <= FEW:
                    return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **given)
                return forms.ChoiceField(choices=[("", "—"), *options], **given)
            case "number":
                attrs = {"inputmode": "decimal", "dir": "ltr"}
                return NumberField(
                    min_value=one.least, max_value=one.most, max_digits=15, decimal_places=4,
                    widget=forms.TextInput(attrs=attrs), **given,
                )  # fmt: skip
            case "date":
                return DayField(**given)
            case "consent":
                given["error_messages"] = {"required": _("Without your yes to this we cannot take the booking.")}
                return forms.BooleanField(**given)
            case "file":
                given["help_text"] = hint or FILE_HINT
                given["required"] = one.required and one.key not in self.kept
                if one.key in self.kept:
                    given["help_text"] = _("A file is here already. Another one takes its place.")
                return AnswerFile(widget=forms.FileInput(attrs={"accept": ENDINGS}), **given)
            case "hidden":
                given["required"] = False
                widget = forms.TextInput if self.trying else forms.HiddenInput
                return AnswerField(lines=False, max_length=LONG, widget=widget, **given)
            case "long":
                attrs = {"rows": "4", "dir": "auto"}
                return AnswerField(lines=True, max_length=LONG, widget=forms.Textarea(attrs=attrs), **given)
        return AnswerField(lines=False, max_length=SHORT, widget=forms.TextInput(attrs={"dir": "auto"}), **given)


def _still(one: Question, value: Any) -> bool:
    """Whether what was answered on the way here is an answer to the question as it is asked now."""
    return one.option(value) is not None if one.kind == "choice" else one.kind == "consent" and value is True


def _answer(one: Question, value: Any, meeting_type: UUID | None) -> Any:
    """A cleaned value as it is kept."""
    if value is None:
        return None
    if one.kind == "number":
        return format(value.normalize(), "f")
    if one.kind == "date":
        return value.isoformat()
    if one.kind == "hidden" and one.signed and meeting_type:
        return links.signed_value(value, one.key, meeting_type)
    return value


def lost(old: Intake, new: Intake, typed: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """What was typed into questions of an older version that are no longer asked: label and text."""
    still = {one.key for one in new.questions}
    found = []
    for one in old.questions:
        text = str(typed.get(one.name) or "")
        if one.key not in still and text and one.kind not in {"file", "hidden"}:
            option = one.option(text)
            text = option.label(language) if option else text
            found.append((one.word("label", language), str(_("yes")) if one.kind == "consent" else text))
    return found


__all__ = ["NOTHING", "AskingForm", "Intake", "lost"]
