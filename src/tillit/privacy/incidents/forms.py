"""What officers write about incidents and alarms, and what anybody may report. Times are on the organisation's clock:
the views set it (django.utils.timezone.override)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillit.kernel import clock
from tillit.kernel.day_fields import MomentField
from tillit.kernel.dpv import Data
from tillit.privacy.incidents.actions import LONGEST
from tillit.privacy.incidents.drafts import CAUSES, NATURES, RISKS
from tillit.privacy.incidents.questions import Question, kinds_of_event
from tillit.privacy.incidents.rules import Rule, Tuned


def _text(label: Any, *, required: bool = True, rows: int = 3, hint: Any = "", most: int = LONGEST) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, widget=area, help_text=hint, max_length=most)


def _choices(words: dict[str, Any]) -> list[tuple[str, Any]]:
    return list(words.items())


class NewForm(forms.Form):
    """A new incident, reported by an officer."""

    what = _text(
        gettext_lazy("What happened?"), rows=5,
        hint=gettext_lazy("Enough for a colleague to understand. It is sealed, and seen by those who answer for data."),
    )  # fmt: skip
    known = MomentField(
        label=gettext_lazy("When did you learn of it?"),
        help_text=gettext_lazy("The clock counts from here, on your organisation's time."),
    )

    def clean_known(self) -> Any:
        """Not in the future."""
        known = self.cleaned_data["known"]
        if known > clock.now():
            raise forms.ValidationError(_("This is still to come. Say when you learned of it."))
        return known


class OutsideForm(forms.Form):
    """What anybody may report, without a login."""

    what = _text(
        gettext_lazy("What have you noticed?"), rows=6, most=4000,
        hint=gettext_lazy("Where, when, and how it can be seen. Please send no other people's data."),
    )  # fmt: skip
    contact = forms.EmailField(
        label=gettext_lazy("Your e-mail address"), required=False,
        help_text=gettext_lazy("Only if you want an answer. Only those who deal with the report see it."),
    )  # fmt: skip


class DescribeForm(forms.Form):
    """What is known of an incident."""

    what = _text(gettext_lazy("What happened"), rows=5)
    cause = forms.ChoiceField(
        label=gettext_lazy("How it came about"), choices=[("", "—"), *_choices(CAUSES)], required=False
    )
    natures = forms.MultipleChoiceField(
        label=gettext_lazy("What it did"),
        choices=_choices(NATURES),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    began = MomentField(label=gettext_lazy("When it began"), required=False)
    ended = MomentField(label=gettext_lazy("When it ended"), required=False)
    categories = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of data"), widget=forms.CheckboxSelectMultiple, required=False,
        choices=lambda: [(kind.identifier, kind.label) for kind in dict.fromkeys(Data)],
    )  # fmt: skip
    consequences = _text(gettext_lazy("What it can lead to for people"), required=False)
    measures = _text(gettext_lazy("What was done, and what will be done"), required=False)

    def clean(self) -> dict[str, Any]:
        """It ends after it began."""
        answer = super().clean() or self.cleaned_data
        began, ended = answer.get("began"), answer.get("ended")
        if began and ended and ended < began:
            self.add_error("ended", _("It cannot end before it began."))
        return answer


class CountForm(forms.Form):
    """Whom does it concern?"""

    how = forms.ChoiceField(
        label=gettext_lazy("Count"), widget=forms.RadioSelect,
        choices=[
            ("actor", gettext_lazy("everybody whom a colleague looked up")),
            ("kind", gettext_lazy("everybody of whom something of one kind was shown")),
            ("processor", gettext_lazy("everybody whose data was sent to a processor")),
            ("everyone", gettext_lazy("everybody who is known here")),
        ],
    )  # fmt: skip
    actor = forms.ChoiceField(label=gettext_lazy("The colleague"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("What was shown"), required=False)
    processor = forms.ChoiceField(label=gettext_lazy("The processor"), required=False)
    low = MomentField(label=gettext_lazy("From"), required=False)
    high = MomentField(label=gettext_lazy("Until"), required=False)

    def __init__(
        self, *arguments: Any, people: Iterable[tuple[UUID, str]], processors: Iterable[tuple[str, str]], **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        self._choose("actor", [(str(id), name) for id, name in people])
        self._choose("kind", list(kinds_of_event().items()))
        self._choose("processor", list(processors))

    def _choose(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *choices]

    def clean(self) -> dict[str, Any]:
        """What is asked for is chosen, and the times make a span."""
        answer = super().clean() or self.cleaned_data
        how = answer.get("how")
        if how in {"actor", "kind", "processor"} and not answer.get(how) and how not in self.errors:
            self.add_error(how, _("Choose one."))
        low, high = answer.get("low"), answer.get("high")
        if low and high and high <= low:
            self.add_error("high", _("It cannot end before it began."))
        return answer

    def question(self) -> Question:
        """As the evidence is asked."""
        answer = self.cleaned_data
        low, high = answer.get("low"), answer.get("high")
        match answer["how"]:
            case "actor":
                return Question(actor=UUID(answer["actor"]), low=low, high=high)
            case "kind":
                return Question(kind=answer["kind"], low=low, high=high)
            case "processor":
                return Question(processor=answer["processor"], low=low, high=high)
            case _:
                return Question(everyone=True)


class JudgeForm(forms.Form):
    """How high is the risk for people?"""

    risk = forms.ChoiceField(label=gettext_lazy("The risk"), choices=_choices(RISKS), widget=forms.RadioSelect)
    words = _text(gettext_lazy("Why"))


class AuthorityForm(forms.Form):
    """Is the authority told?"""

    report = forms.ChoiceField(
        label=gettext_lazy("The authority"), widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("is told")), ("no", gettext_lazy("is not told"))],
    )  # fmt: skip
    words = _text(
        gettext_lazy("Why"), required=False,
        hint=gettext_lazy("Needed where it is not told: only if a risk for people is unlikely."),
    )  # fmt: skip


class DoneForm(forms.Form):
    """The authority was told, at first or what was missing."""

    words = _text(
        gettext_lazy("What you want to remember of it"), required=False,
        hint=gettext_lazy("The number of the case. If it is late: the reason, which the law asks for."),
    )  # fmt: skip
    whole = forms.BooleanField(label=gettext_lazy("Nothing is missing any more"), required=False)


class UntoldForm(forms.Form):
    """The people are not told."""

    words = _text(gettext_lazy("Why the people are not told"))


class PeopleForm(forms.Form):
    """What the people are told, in each of the organisation's languages."""

    def __init__(self, *arguments: Any, languages: Iterable[tuple[str, str]], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.languages = list(languages)
        for code, name in self.languages:
            happened = _("What happened, in %(language)s") % {"language": name}
            help = _("What you do, and what they can do, in %(language)s") % {"language": name}
            self.fields[f"happened_{code}"] = _text(happened, required=False, most=4000)
            self.fields[f"help_{code}"] = _text(help, required=False, most=4000)

    def words(self) -> dict[str, dict[str, str]]:
        """Language → what was written."""
        answer = self.cleaned_data
        return {code: {"happened": answer[f"happened_{code}"], "help": answer[f"help_{code}"]}
                for code, _name in self.languages}  # fmt: skip


class WordsForm(forms.Form):
    """A note, or what was learnt."""

    words = _text(gettext_lazy("In your words"))


class AnswerForm(forms.Form):
    """The answer to an alarm. An incident takes one tap; what was no incident is explained."""

    words = _text(gettext_lazy("What was it?"), rows=2, most=2000, required=False)
    state = forms.ChoiceField(choices=[(state, state) for state in ("explained", "false", "incident")])

    def clean(self) -> dict[str, Any]:
        """Words for what was none."""
        answer = super().clean() or self.cleaned_data
        if answer.get("state") in {"explained", "false"} and not answer.get("words", "").strip():
            self.add_error("words", _("Say in a few words what it was."))
        return answer


class RuleForm(forms.Form):
    """How one rule is set."""

    on = forms.BooleanField(label=gettext_lazy("On"), required=False)
    most = forms.IntegerField(label=gettext_lazy("More than"))
    minutes = forms.IntegerField(label=gettext_lazy("Within minutes"))
    evening = forms.IntegerField(label=gettext_lazy("The night begins at"), min_value=0, max_value=23)
    morning = forms.IntegerField(label=gettext_lazy("and ends at"), min_value=0, max_value=23)
    why = forms.CharField(
        label=gettext_lazy("Why it is off"), required=False, max_length=200,
        help_text=gettext_lazy("Needed when you turn it off."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, rule: Rule, tuned: Tuned) -> None:
        now = {"on": tuned.on, "most": tuned.most, "minutes": tuned.minutes, "evening": tuned.evening,
               "morning": tuned.morning, "why": tuned.why}  # fmt: skip
        super().__init__(data, initial=now, prefix=rule.key)
        self.rule, self.tuned = rule, tuned
        for name, bounds in (("most", rule.most), ("minutes", rule.minutes)):
            if bounds[1] == bounds[2]:
                del self.fields[name]
            else:
                self.fields[name].widget.attrs |= {"min": bounds[1], "max": bounds[2]}
        if not rule.night:
            del self.fields["evening"], self.fields["morning"]

    def clean(self) -> dict[str, Any]:
        """Within the rule's bounds; off only with a reason."""
        answer = super().clean() or self.cleaned_data
        for name, bounds in (("most", self.rule.most), ("minutes", self.rule.minutes)):
            value = answer.get(name)
            if value is not None and not bounds[1] <= value <= bounds[2]:
                self.add_error(name, _("From %(least)s to %(most)s.") % {"least": bounds[1], "most": bounds[2]})
        if not answer.get("on") and not answer.get("why", "").strip() and self.rule.on:
            self.add_error("why", _("Say why it is off."))
        if self.rule.night and answer.get("evening") == answer.get("morning"):
            self.add_error("morning", _("The night needs an end."))
        return answer
