"""A profile's own pages: what its owner types, section by section. Each form reads facts and answers facts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tillit.directory import actions, facts, pictures, places, players, queries, telling
from tillit.directory.models import Fact, Profile
from tillit.directory.typed import Words
from tillit.identity.throttle import Limit
from tillit.kernel import uploads
from tillit.kernel.money import MINOR_DIGITS

PICTURES = Limit("picture", burst=10, every=timedelta(minutes=10))  # of one person
LINKS = ("linkedin.com", "facebook.com", "instagram.com", "youtube.com", "mastodon.social", "bsky.app", "github.com")
MOST_SKILLS = 10


class Section(forms.Form):
    """Part of a profile. kinds: the facts that it asks. `said` answers them; None stands for what is not said."""

    kinds: tuple[str, ...] = ()

    def __init__(self, *args: Any, held: dict[str, Any], currency: str, **kwargs: Any) -> None:
        self.currency = currency
        super().__init__(*args, initial=self.typed(held), **kwargs)  # type: ignore[misc]

    def typed(self, held: dict[str, Any]) -> dict[str, Any]:
        """What the fields hold for what the facts say."""
        return {kind: held.get(kind) for kind in self.kinds}

    def said(self) -> dict[str, Any]:
        """The facts, of a valid form."""
        return {kind: self.cleaned_data[kind] or None for kind in self.kinds}


class Who(Section):
    """Name and picture."""

    kinds = ("name", "picture")
    name = Words(
        label=facts.KINDS["name"].asks, max_length=60, min_length=2,
        help_text=gettext_lazy("Your first name and a letter are enough. It is the name that everybody sees."),
    )  # fmt: skip
    picture = forms.FileField(
        label=facts.KINDS["picture"].asks, required=False, max_length=200,
        help_text=gettext_lazy("Without one, your initials stand there. Where and when it was taken is removed."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )  # fmt: skip

    def typed(self, held: dict[str, Any]) -> dict[str, Any]:
        return {"name": held.get("name")}

    def said(self) -> dict[str, Any]:
        return {"name": self.cleaned_data["name"]}  # the picture is kept by the view: it is a file


class What(Section):
    """What is offered, to whom."""

    kinds = ("services", "ages", "about")
    services = forms.MultipleChoiceField(label=facts.KINDS["services"].asks, widget=forms.CheckboxSelectMultiple)
    ages = forms.MultipleChoiceField(
        label=facts.KINDS["ages"].asks, required=False, choices=list(facts.AGES.items()),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    about = Words(
        label=facts.KINDS["about"].asks, rows=6, max_length=2000,
        help_text=gettext_lazy("What do you like about it, and how does a first meeting with you go?"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = set(self.initial.get("services") or ())
        fields: dict[str, Any] = self.fields
        fields["services"].choices = [
            (str(one.pk), telling.category_words(one))
            for one in queries.categories(retired=True)
            if not one.retired or str(one.pk) in held
        ]


class Price(Section):
    """What an hour costs, and the tax side of it."""

    kinds = ("rate", "tax")
    rate = forms.DecimalField(
        label=facts.KINDS["rate"].asks, min_value=facts.LOWEST_RATE, max_value=facts.HIGHEST_RATE, decimal_places=2,
        max_digits=9, localize=True, widget=forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr"}),
    )  # fmt: skip
    vat = forms.BooleanField(label=gettext_lazy("VAT is included in the price"), required=False)
    tax = forms.ChoiceField(
        label=facts.KINDS["tax"].asks, required=False,
        choices=[("", gettext_lazy("I do not say")), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rate"].help_text = _("In %(currency)s.") % {"currency": self.currency}

    def typed(self, held: dict[str, Any]) -> dict[str, Any]:
        rate, tax = held.get("rate"), held.get("tax")
        scale = 10 ** MINOR_DIGITS.get(self.currency, 2)
        typed: dict[str, Any] = {"vat": rate["vat"] if rate else True}
        typed["tax"] = "" if tax is None else "yes" if tax else "no"
        if rate:
            whole, rest = divmod(rate["minor"], scale)
            typed["rate"] = whole if not rest else rate["minor"] / scale
        return typed

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        minor = int(given["rate"] * 10 ** MINOR_DIGITS.get(self.currency, 2))
        return {
            "rate": {"minor": minor, "currency": self.currency, "vat": given["vat"]},
            "tax": {"yes": True, "no": False}.get(given["tax"]),
        }


class Where(Section):
    """A place, never an address, and how far one travels."""

    kinds = ("area",)
    place = forms.CharField(
        label=gettext_lazy("In or near which place?"), max_length=80,
        help_text=gettext_lazy("A town or a part of it. Never your address: nobody sees where you live."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "address-level2"}),
    )  # fmt: skip
    km = forms.IntegerField(
        label=gettext_lazy("How many kilometres do you travel from there?"), min_value=0, max_value=facts.MOST_TRAVEL
    )

    def typed(self, held: dict[str, Any]) -> dict[str, Any]:
        area = held.get("area")
        return {"place": telling.place_name(area), "km": area["km"]} if area else {"km": 10}

    def clean_place(self) -> Any:
        """Raises ValidationError for a place that nobody knows."""
        found = places.find(self.cleaned_data["place"], most=1, country="SE" if self.currency == "SEK" else "")
        if not found:
            raise forms.ValidationError(_("We know no place of that name. Write the nearest town."))
        return found[0]

    def said(self) -> dict[str, Any]:
        place = self.cleaned_data["place"]
        return {
            "area": {
                "place": str(place.id), "name": place.name, "lat": round(place.latitude, 2),
                "lon": round(place.longitude, 2), "km": self.cleaned_data["km"],
            }
        }  # fmt: skip


class Can(Section):
    """Languages, experience, skills, training."""

    kinds = ("languages", "experience", "skills", "training")
    languages = forms.MultipleChoiceField(
        label=facts.KINDS["languages"].asks,
        choices=list(facts.LANGUAGES.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    years = forms.IntegerField(
        label=gettext_lazy("For how many years have you done this?"), min_value=0, max_value=70, required=False
    )
    experience = Words(label=facts.KINDS["experience"].asks, rows=3, max_length=600, required=False)
    skills = Words(
        label=facts.KINDS["skills"].asks, max_length=400, required=False,
        help_text=gettext_lazy("A few words with commas between them: baking, homework, dogs."),
    )  # fmt: skip
    training = Words(label=facts.KINDS["training"].asks, rows=3, max_length=600, required=False)

    def typed(self, held: dict[str, Any]) -> dict[str, Any]:
        done = held.get("experience") or {}
        comma = "، " if get_language() == "fa" else ", "
        return {
            "languages": held.get("languages"), "years": done.get("years"), "experience": done.get("words"),
            "skills": comma.join(held.get("skills") or ()), "training": held.get("training"),
        }  # fmt: skip

    def clean_skills(self) -> list[str]:
        """Words between commas, each once. Raises ValidationError for too many or long ones."""
        told = self.cleaned_data["skills"].replace("،", ",").split(",")
        found = list(dict.fromkeys(one.strip() for one in told if one.strip()))
        if len(found) > MOST_SKILLS or any(len(one) > 40 for one in found):
            raise forms.ValidationError(_("At most ten, each of a few words."))
        return found

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        done = {"years": given["years"] or 0, "words": given["experience"]}
        return {
            "languages": given["languages"], "experience": done if any(done.values()) else None,
            "skills": given["skills"] or None, "training": given["training"] or None,
        }  # fmt: skip


class Safe(Section):
    """What makes it easier to trust somebody."""

    kinds = ("references", "insurance", "record")
    references = forms.IntegerField(
        label=facts.KINDS["references"].asks, min_value=0, max_value=50, required=False,
        help_text=gettext_lazy("Only how many. Whom, you say when somebody asks."),
    )  # fmt: skip
    insurance = Words(label=facts.KINDS["insurance"].asks, max_length=200, required=False)
    record = forms.BooleanField(
        label=gettext_lazy("I show an extract of my criminal record when we meet"), required=False,
        help_text=gettext_lazy("It is shown in person and never kept here."),
    )  # fmt: skip


class More(Section):
    """A film and pages elsewhere: links, which nobody's browser follows by itself."""

    kinds = ("film", "links")
    film = forms.URLField(
        label=facts.KINDS["film"].asks, required=False, max_length=200, assume_scheme="https",
        help_text=gettext_lazy("Its address at YouTube or Vimeo. It plays only for those who turn it on."),
        widget=forms.URLInput(attrs={"dir": "ltr"}),
    )  # fmt: skip
    links = forms.CharField(
        label=facts.KINDS["links"].asks, required=False, max_length=600,
        help_text=gettext_lazy("At most three, one on each line: LinkedIn, Facebook, Instagram and the like."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr"}),
    )  # fmt: skip

    def typed(self, held: dict[str, Any]) -> dict[str, Any]:
        film = held.get("film")
        return {"film": players.page(film) if film else "", "links": "\n".join(held.get("links") or ())}

    def clean_film(self) -> dict[str, str] | None:
        """Raises ValidationError for another host."""
        address = self.cleaned_data["film"]
        if not address:
            return None
        if (found := players.read(address)) is None:
            raise forms.ValidationError(_("Only films at YouTube and Vimeo, by their own address."))
        return found

    def clean_links(self) -> list[str]:
        """Raises ValidationError for more than three, and for what is no page of a known network."""
        found = [line.strip() for line in self.cleaned_data["links"].splitlines() if line.strip()]
        if len(found) > 3 or not all(_is_link(one) for one in found):
            raise forms.ValidationError(
                _("At most three whole addresses, at: %(hosts)s."), params={"hosts": ", ".join(LINKS)}
            )
        return found


SECTIONS: dict[str, tuple[Any, type[Section]]] = {
    "who": (gettext_lazy("Who you are"), Who),
    "what": (gettext_lazy("What you offer"), What),
    "price": (gettext_lazy("What it costs"), Price),
    "where": (gettext_lazy("Where you work"), Where),
    "can": (gettext_lazy("What you can"), Can),
    "safe": (gettext_lazy("What makes it safe"), Safe),
    "more": (gettext_lazy("More of you"), More),
}
"""In the order in which they are asked."""


def section_of(kind: str) -> str:
    """The section that asks a fact."""
    return next(name for name, (_label, form) in SECTIONS.items() if kind in form.kinds)


def _is_link(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return False
    plain = parts.scheme == "https" and not parts.username and not parts.port and len(address) <= 200
    return plain and address.isascii() and any(host == one or host.endswith(f".{one}") for one in LINKS)


def held() -> tuple[Profile | None, dict[str, Fact], dict[str, Fact]]:
    """One's own profile, the latest of each fact, and those that others see."""
    profile = Profile.objects.filter(person=actions.me()).first()
    latest: dict[str, Fact] = {}
    live: dict[str, Fact] = {}
    order = {"live": 0, "waiting": 1, "draft": 2}
    for fact in sorted(Fact.objects.filter(profile=profile) if profile else (), key=lambda one: order[one.stage]):
        latest[fact.kind] = fact
        if fact.stage == "live":
            live[fact.kind] = fact
    return profile, {kind: latest[kind] for kind in facts.KINDS if kind in latest}, live


def write(form: Any, latest: dict[str, Fact]) -> bool:
    """Say what a valid form says; False when a file was refused, which its field then says."""
    sent = form.cleaned_data.get("picture")
    picture = None
    if sent:
        owner = actions.me()
        assert owner is not None
        try:
            if not PICTURES.take(str(owner)):
                raise uploads.Refused(_("That is a lot of pictures at once. Go on in a few minutes."))
            picture = pictures.keep(sent, owner=owner, size=sent.size)
        except uploads.Refused as why:
            form.add_error("picture", str(why))
            return False
    for name, value in form.said().items():
        if value is not None:
            actions.say(name, value)
        elif name in latest:
            actions.unsay(name)
    if picture:
        actions.say("picture", picture, files=tuple(UUID(one) for one in picture.values()))
    return True
