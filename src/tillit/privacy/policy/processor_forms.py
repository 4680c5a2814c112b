"""What the office types about a receiver of data and about the agreement with it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tillit.kernel.day_fields import DayField
from tillit.kernel.dpv import Data, Purpose
from tillit.kernel.egress import Role, Safeguard
from tillit.privacy.models import Processor
from tillit.privacy.policy import words

EEA = frozenset(
    "at be bg hr cy cz dk ee fi fr de gr hu ie it lv lt lu mt nl pl pt ro sk si es se is li no".split()  # noqa: SIM905 (easier to read)
)
"""Countries in which the GDPR holds: the EU's, and by decision 154/2018 of the EEA joint committee three more."""


class ProcessorForm(forms.Form):
    """Who receives data, what of it, what for, where, and what protects it there."""

    name = forms.CharField(label=_("Name"), max_length=200)
    role = forms.ChoiceField(label=_("What it is to us"), choices=())
    purposes = forms.MultipleChoiceField(
        label=_("In order to"), widget=forms.CheckboxSelectMultiple, choices=(),
        error_messages={"required": _("Say at least one thing that it is for.")},
    )  # fmt: skip
    categories = forms.MultipleChoiceField(
        label=_("Kinds of data it gets"), widget=forms.CheckboxSelectMultiple, choices=(),
        error_messages={"required": _("Say at least one kind of data.")},
    )  # fmt: skip
    region = forms.CharField(
        label=_("Where the data is then"), max_length=2, help_text=_("eu, ir, or a country's two letters"),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )  # fmt: skip
    safeguard = forms.ChoiceField(label=_("What protects it there, if that is elsewhere"), required=False, choices=())
    hosts = forms.CharField(
        label=_("Hosts that may be called"), help_text=_("One on each line, as name:port"),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "ltr"}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, row: Processor | None) -> None:
        self.row = row
        said: dict[str, Any] = {}
        if row:
            said = {name: getattr(row, name) for name in ("name", "role", "region", "safeguard")}
            said |= {"hosts": "\n".join(row.hosts), **{f"words_{code}": text for code, text in row.words.items()}}
            said["purposes"] = [one.name for one in Purpose if one.identifier in row.purposes]
            said["categories"] = [one.name for one in Data if one.identifier in row.categories]
        super().__init__(data, initial=said)
        self._choices("role", [(one.value, words.ROLES[one.value]) for one in Role if one is not Role.OPERATOR])
        self._choices("purposes", [(one.name, one.says) for one in Purpose])
        self._choices("categories", [(one.name, one.label) for one in Data])
        self._choices("safeguard", [("", _("it stays in our region")), *words.SAFEGUARDS.items()])
        for code, language in settings.LANGUAGES:
            self.fields[f"words_{code}"] = forms.CharField(
                label=_("In a sentence: %(language)s") % {"language": language},
                required=False, max_length=300, widget=forms.TextInput(attrs={"dir": "auto", "lang": code}),
            )  # fmt: skip

    def _choices(self, name: str, choices: Any) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_region(self) -> str:
        """Two small letters; a country of the European Economic Area is in the region eu."""
        region = str(self.cleaned_data["region"]).lower()
        if region in EEA:
            return "eu"
        if not re.fullmatch(r"[a-z]{2}", region):
            raise forms.ValidationError(_("Say the region: eu, ir, or a country's two letters."))
        return region

    def key(self) -> str:
        """The word by which the program asks for it; made from the name once."""
        if self.row:
            return self.row.key
        key = re.sub(r"[^a-z0-9]+", "-", self.cleaned_data["name"].lower()).strip("-")[:40]
        return key if re.match(r"[a-z].", key) else f"receiver-{key}"[:40].strip("-")

    def wish(self) -> dict[str, Any]:
        """What processors.register takes."""
        said = self.cleaned_data
        return {
            "name": said["name"],
            "role": Role(said["role"]),
            "hosts": said["hosts"].split(),
            "purposes": [Purpose[name] for name in said["purposes"]],
            "categories": [Data[name] for name in said["categories"]],
            "region": said["region"],
            "safeguard": Safeguard(said["safeguard"]) if said["safeguard"] else None,
            "words": {code: said[f"words_{code}"] for code, _name in settings.LANGUAGES if said[f"words_{code}"]},
        }


class AgreementForm(forms.Form):
    """Where the agreement lies, and when it begins and ends."""

    document = forms.CharField(label=_("Where the document is found"), max_length=200)
    agreed = DayField(label=_("Signed on"))
    ends = DayField(label=_("Its last day"), required=False, help_text=_("Empty: until somebody ends it"))
