"""Forms about what is kept: times, holds, what is handed out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tillit.identity.details import AddressField
from tillit.kernel import ends
from tillit.kernel.day_fields import DayField
from tillit.privacy.desk import disclosing, holds
from tillit.privacy.desk.forms import words_field
from tillit.privacy.desk.reasons import DISCLOSURES, HOLDS, RECEIVERS, receivers
from tillit.privacy.models import Disclosure
from tillit.privacy.policy.frames import Frame
from tillit.privacy.rights.said import called


class DaysForm(forms.Form):
    """How many days something is kept, within the bounds of its setting."""

    def __init__(self, data: Any, *, setting: ends.Setting) -> None:
        super().__init__(data, prefix=setting.name.replace(".", "-"), initial={"days": setting.days()})
        self.fields["days"] = forms.IntegerField(
            label=str(setting.says),
            min_value=setting.least,
            max_value=setting.most,
            widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        )


class HoldForm(forms.Form):
    """Whose data is held, why, until when, and which of it."""

    address = AddressField(label=_("Whose data? The e-mail address that stands in our records"))
    reason = forms.ChoiceField(
        label=_("Why must it stay?"), choices=[(key, capfirst(str(says))) for key, says in HOLDS.items()],
        widget=forms.RadioSelect,
    )  # fmt: skip
    words = words_field(_("What is it about?"), most=holds.LONGEST_WORDS)
    until = DayField(
        label=_("Until which day?"), help_text=_("Then it ends by itself, and what is due goes. Ten years at most.")
    )
    tables = forms.MultipleChoiceField(
        label=_("Only this"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose nothing to hold all that is known of the person."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["reason"].choices = [(key, capfirst(str(says))) for key, says in HOLDS.items()]  # type: ignore[attr-defined]
        self.fields["tables"].choices = _tables()  # type: ignore[attr-defined]

    def clean_until(self) -> date:
        """Raises ValidationError for a day that is over, or too far."""
        until: date = self.cleaned_data["until"]
        if not self.today <= until <= self.today.replace(year=self.today.year + 10, day=min(self.today.day, 28)):
            raise forms.ValidationError(_now("Choose a day from today on, within ten years."))
        return until


class DisclosureForm(forms.Form):
    """To whom something is handed out, on which ground, and exactly what."""

    kind = forms.ChoiceField(label=_("Why is something handed out?"), widget=forms.RadioSelect)
    address = AddressField(label=_("About whom? The e-mail address that stands in our records"))
    receiver_kind = forms.ChoiceField(label=_("Who gets it?"))
    receiver = forms.CharField(
        label=_("Its name"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("For example the court and its division."),
    )  # fmt: skip
    case = forms.CharField(
        label=_("Its case number"), max_length=200, required=False, widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("An order of an authority always has one."),
    )  # fmt: skip
    basis = forms.CharField(
        label=_("The law or the clause"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("As the order cites it, with its paragraph."),
    )  # fmt: skip
    words = words_field(_("What is demanded, and why we think that it is right"), most=disclosing.LONGEST_WORDS)
    fields_named = forms.MultipleChoiceField(
        label=_("Exactly this is handed out"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what the order names.")},
    )  # fmt: skip
    silence = words_field(
        _("What in the order forbids to tell the person"), required=False, most=disclosing.LONGEST_WORDS,
        help_text=_("Leave it empty, and the person is told at once."),
    )  # fmt: skip
    silent_until = DayField(label=_("Until which day?"), required=False)

    def __init__(self, *args: Any, frame: Frame, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.frame, self.today = frame, today
        fields: Any = self.fields
        fields["kind"].choices = [(key, capfirst(str(DISCLOSURES[key]))) for key in Disclosure.KINDS]
        every = dict.fromkeys(one for kind in Disclosure.KINDS for one in receivers(kind, frame))
        fields["receiver_kind"].choices = [(one, capfirst(str(RECEIVERS[one]))) for one in every]
        fields["fields_named"].choices = _named()

    def clean(self) -> dict[str, Any]:
        answer: dict[str, Any] = super().clean() or {}
        kind, receiver = answer.get("kind"), answer.get("receiver_kind")
        if kind and receiver and receiver not in receivers(kind, self.frame):
            self.add_error("receiver_kind", _now("For this reason nothing is handed to such a receiver here."))
        if kind == "authority" and not (answer.get("case") or "").strip():
            self.add_error("case", _now("Write the case number. Without one it is no order."))
        silence, until = (answer.get("silence") or "").strip(), answer.get("silent_until")
        if bool(silence) != bool(until):
            self.add_error("silent_until", _now("A silence has a reason and a last day."))
        elif until and until < self.today:
            self.add_error("silent_until", _now("Choose a day from today on."))
        return answer

    @property
    def labels(self) -> list[str]:
        """The chosen fields (app.model.field)."""
        by_key = {key: labels for key, _says, labels in _groups()}
        return [label for key in self.cleaned_data["fields_named"] for label in by_key[key]]


def _tables() -> list[tuple[str, str]]:
    return sorted(((table, capfirst(str(called(table)))) for table in disclosing.choices()), key=lambda one: one[1])


def _named() -> list[tuple[str, str]]:
    return [(key, says) for key, says, _labels in _groups()]


def _groups() -> Iterable[tuple[str, str, list[str]]]:
    """What can be named, by table and kind of data: key, words, fields."""
    for table, fields in disclosing.choices().items():
        by_kind: dict[Any, list[str]] = {}
        for one in fields:
            by_kind.setdefault(one.declared.what, []).append(one.label)
        for what, labels in by_kind.items():
            words = _now("%(table)s: %(what)s") % {"table": capfirst(str(called(table))), "what": what.label}
            yield f"{table}:{what.name}", words, labels
