"""The forms of a file that comes in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillit.exchange import reading, targets
from tillit.exchange.sources import SOURCES

SAME = {
    "skip": gettext_lazy("leave them as they are"),
    "fill": gettext_lazy("fill in what is missing of them, and change nothing else"),
    "new": gettext_lazy("take them over once more, as somebody new"),
}


class FileForm(forms.Form):
    """What is brought in, and the file."""

    target = forms.ChoiceField(label=gettext_lazy("What does the file hold?"), widget=forms.RadioSelect, choices=())
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "A table (CSV or .xlsx) with one line of headings, or contact cards (.vcf). At most 5 MB and 10,000 rows."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.vcf"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["target"].choices = [(one.key, one.title) for one in targets.every()]
        fields["target"].initial = next(iter(targets.every())).key

    def clean_file(self) -> bytes:
        """The content, within bounds."""
        file = self.cleaned_data["file"]
        if file.size > reading.LIMITS.size:
            raise ValidationError(str(reading.WORDS["size"]))
        return bytes(file.read(reading.LIMITS.size + 1))


class ColumnsForm(forms.Form):
    """What each column of the file is."""

    def __init__(
        self,
        *args: Any,
        target: targets.Target,
        table: reading.Table,
        mapping: list[str],
        encoding: str,
        kind: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("leave out")), *((one.key, one.label) for one in target.columns)]
        self.used = table.used
        for at in self.used:
            heading = table.headings[at] or _("Column %(number)d, without a heading") % {"number": at + 1}
            sample = next((row[at] for _line, row in table.rows if row[at]), "")
            self.fields[f"column_{at}"] = forms.ChoiceField(
                label=heading, required=False, choices=choices, initial=mapping[at] if at < len(mapping) else "",
                help_text=_("For example: %(sample)s") % {"sample": sample[:60]} if sample else "",
            )  # fmt: skip
        if kind != "xlsx":
            self.fields["encoding"] = forms.ChoiceField(
                label=_("How the file’s letters are written"), required=False, initial=encoding,
                choices=list(reading.ENCODINGS.items()),
                help_text=_("Change this only if letters above look wrong."),
            )  # fmt: skip

    def mapping(self, width: int) -> list[str]:
        """For each column of the file what it is."""
        return [self.cleaned_data.get(f"column_{at}", "") for at in range(width)]


class DoublesForm(forms.Form):
    """What becomes of single rows that are known already."""

    def __init__(
        self, *args: Any, doubles: Mapping[int, targets.Double], rows: Mapping[int, str], decided: Mapping[str, str],
        digits: Callable[[int], str], **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.doubles = doubles
        for line, one in doubles.items():
            if one.earlier is not None:
                known = _("Stands in line %(line)s too.") % {"line": digits(one.earlier)}
            elif one.name:
                known = _("Known here: %(name)s") % {"name": one.name}
            else:
                known = _("Known here already.")
            label = _("Line %(line)s: %(words)s") % {"line": digits(line), "words": rows.get(line, "")}
            self.fields[f"line_{line}"] = forms.ChoiceField(
                label=label, required=False, initial=decided.get(str(line), ""), help_text=known,
                choices=[("", _("as of all the others")), *((wish, _wish(wish, one)) for wish in one.wishes)],
            )  # fmt: skip

    def wishes(self) -> dict[int, str]:
        """Line → what becomes of it; "" where it goes with all the others."""
        return {line: self.cleaned_data.get(f"line_{line}", "") for line in self.doubles}


def _wish(wish: str, one: targets.Double) -> str:
    if wish == "fill" and one.earlier is not None:
        return _("put it together with the earlier row")
    if wish == "fill":
        return _("fill in what is missing of %(name)s") % {"name": one.name or _("whoever is known")}
    if wish == "phone":
        return _("fill in what is missing of %(name)s, who has this number") % {"name": one.other}
    return {"skip": _("leave it out"), "new": _("take it over once more, as somebody new")}[wish]


class ConfirmForm(forms.Form):
    """What happens to rows that are known, and where people's details come from."""

    same = forms.ChoiceField(label=gettext_lazy("Those who are known already"), widget=forms.RadioSelect, choices=())
    source = forms.ChoiceField(
        label=gettext_lazy("Where do these people’s details come from?"), choices=(), widget=forms.RadioSelect,
        help_text=gettext_lazy("They read it beside their data."),
    )  # fmt: skip
    words = forms.CharField(
        label=gettext_lazy("More about where they come from"), required=False, max_length=200,
        help_text=gettext_lazy("For your records, such as the old system’s name. Nothing about a single person."),
    )  # fmt: skip
    told = forms.BooleanField(
        label=gettext_lazy("Tell them, when the day to undo this is over. The law wants it within a month.")
    )

    def __init__(self, *args: Any, target: targets.Target, doubles: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["same"].choices = [(key, SAME[key]) for key in target.choices]
        fields["same"].initial = "skip"
        fields["source"].choices = list(SOURCES.items())
        if not target.personal:
            del fields["source"], fields["words"], fields["told"]
        if not doubles or len(target.choices) == 1:
            fields["same"].required = False
            fields["same"].widget = forms.HiddenInput()

    def clean_same(self) -> str:
        """Nothing known: nothing to choose."""
        return self.cleaned_data["same"] or "skip"
