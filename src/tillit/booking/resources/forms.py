"""What administrators type about a room, car or device, and choose for what can be booked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.text import format_lazy
from django.utils.translation import get_language_info
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from tillit.booking.models import MeetingType, Resource
from tillit.booking.week_fields import add_week, read_week, written_week
from tillit.kernel.lines import one_line


class ResourceForm(forms.Form):
    """What it is called, what it is one of, and when it can be used on the organisation's clock."""

    pool = forms.CharField(
        label=_("What it is one of"),
        max_length=60,
        widget=forms.TextInput(attrs={"dir": "auto", "list": "pools"}),
        help_text=_(
            "A word, such as room or car. What is booked takes one of those called the same, whichever is free."
        ),
    )
    bookable = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, languages: Sequence[str], language: str, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rest = dict(self.fields)
        self.fields.clear()
        self.languages = languages
        for code in languages:
            self.fields[f"name_{code}"] = forms.CharField(
                label=format_lazy("{} ({})", _("Name"), get_language_info(code)["name_local"]),
                max_length=80,
                required=code == languages[0],
                widget=forms.TextInput(attrs={"dir": "auto", "lang": code}),
            )
        self.fields.update(rest)
        self.weekdays = add_week(self, language, zone)

    @property
    def week(self) -> list[BoundField]:
        """The fields of the seven days."""
        return [self[f"day{day}"] for day in self.weekdays]

    @property
    def plain(self) -> list[BoundField]:
        """The other fields."""
        return [bound for bound in self if bound.name not in {one.name for one in self.week}]

    @classmethod
    def filled(cls, resource: Resource, *, language: str, **given: Any) -> ResourceForm:
        """The form with a resource's values."""
        initial: dict[str, Any] = {"pool": resource.pool, "bookable": resource.bookable}
        initial |= {f"name_{code}": words.get("name", "") for code, words in resource.words.items()}
        return cls(initial=initial | written_week(resource.weekly or {}, language), language=language, **given)

    def clean(self) -> dict[str, Any]:
        """Adds `names`, and `weekly` as the engine takes it: None where no hours are given."""
        data = super().clean() or {}
        data["weekly"] = read_week(self, data, self.weekdays) or None
        data["names"] = {code: one_line(data.get(f"name_{code}") or "") for code in self.languages}
        data["pool"] = one_line(data.get("pool") or "")
        for field, value in (("pool", data["pool"]), (f"name_{self.languages[0]}", data["names"][self.languages[0]])):
            if not value and field not in self.errors:
                self.add_error(field, now("Write at least one letter."))
        return data


class BesideForm(forms.Form):
    """What a type needs beside its hosts, and what can be added to it in the same visit."""

    def __init__(
        self, *args: Any, resources: Iterable[Resource], kinds: Iterable[MeetingType], language: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.resources = {str(one.pk): one for one in resources}
        self.kinds = {str(one.pk): one for one in kinds}
        pools = groupby(self.resources.items(), key=lambda pair: pair[1].pool)
        self.pools = [f"pool{number}" for number, _pool in enumerate(self._add(pools, language))]
        if self.kinds:
            self.fields["added"] = forms.MultipleChoiceField(
                label=_("Guests can add in the same visit"),
                required=False,
                choices=[(key, one.word("title", language)) for key, one in self.kinds.items()],
                widget=forms.CheckboxSelectMultiple,
                help_text=_("One host does all of it, one after the other; the visit is as long as all of them."),
            )

    def _add(self, pools: Iterable[tuple[str, Any]], language: str) -> list[str]:
        names = []
        for number, (pool, those) in enumerate(pools):
            self.fields[f"pool{number}"] = forms.MultipleChoiceField(
                label=format_lazy("{}: {}", _("Needs one of"), pool),
                required=False,
                choices=[(key, one.name(language)) for key, one in those],
                widget=forms.CheckboxSelectMultiple,
            )
            names.append(pool)
        return names

    def chosen(self) -> tuple[list[Resource], list[MeetingType]]:
        """The resources and the types that were ticked."""
        data: Mapping[str, list[str]] = self.cleaned_data
        resources = [self.resources[key] for pool in self.pools for key in data[pool]]
        return resources, [self.kinds[key] for key in data.get("added", [])]
