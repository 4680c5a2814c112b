"""The age limit: asked neutrally before anything is typed, refused kindly, and nothing of the answer is kept.

The year of birth is asked, without saying which answer opens the door; only where the year alone does not tell,
whether this year's birthday has been. Whoever is old enough gets a cookie that says so and not how old; whoever is
not gets a page, and no cookie, no row and no line in a log.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tillit.access import Actor, acting
from tillit.identity.queries import current_organisation, organisation_by_id
from tillit.kernel import clock, formats, jalali
from tillit.privacy.policy import frames

COOKIE = "of-age"
LIFE = timedelta(days=1)
OLDEST = 120  # years
JALALI_BEFORE = 1700  # a year of birth below this is one of the Jalali calendar
_SALT = "tillit.privacy.of-age"

View = Callable[..., HttpResponse]


class AgeForm(forms.Form):
    """In which year somebody was born; and, where that does not tell, whether the birthday has been."""

    born = forms.CharField(
        label=_("In which year were you born?"),
        max_length=4,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "dir": "ltr"}),
        error_messages={"required": _("Write the year with four digits.")},
    )
    birthday = forms.ChoiceField(
        label=_("Have you had your birthday this year?"),
        choices=[("yes", _("Yes")), ("no", _("Not yet"))],
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, limit: int, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit, self.today = limit, today
        self.unclear = False

    def clean_born(self) -> int:
        """Full years since the year of birth, of either calendar."""
        try:
            year = int(self.cleaned_data["born"])
        except ValueError:
            raise forms.ValidationError(_("Write the year with four digits.")) from None
        this_year = jalali.to_jalali(self.today)[0] if year < JALALI_BEFORE else self.today.year
        if not 0 <= this_year - year <= OLDEST:
            raise forms.ValidationError(_("Write the year with four digits."))
        return this_year - year

    def clean(self) -> dict[str, Any]:
        """The year alone tells, but for those who reach the age in this very year."""
        data = super().clean() or {}
        self.unclear = self.fields["birthday"].required = data.get("born") == self.limit
        if self.unclear and not data.get("birthday"):
            self.add_error("birthday", _("We need this too, to be sure."))
        return data

    @property
    def old_enough(self) -> bool:
        """Is the person as old as they have to be?"""
        years: int = self.cleaned_data["born"]
        return years > self.limit or (years == self.limit and self.cleaned_data["birthday"] == "yes")


def first(view: View) -> View:
    """Before the page of an organisation that asks for the age at booking, ask for it."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        organisation = current_organisation(request)
        if organisation is None or not frames.settings_of(organisation).age_at_booking:
            return view(request, *args, **kwargs)
        return page(request, organisation) or view(request, *args, **kwargs)

    return wrapped


def on_joining(request: HttpRequest, organisation: UUID) -> HttpResponse | None:
    """A condition for accepting an invitation (identity.admission)."""
    with acting(Actor(organisation=organisation)):
        here = organisation_by_id(organisation)
        return page(request, here) if here else None


def page(request: HttpRequest, organisation: Any) -> HttpResponse | None:
    """The question, its answer, or None for whoever has answered and is old enough."""
    if _passed(request, organisation):
        return None
    today = formats.local(clock.now(), organisation.time_zone).date()
    asking = request.method == "POST" and "born" in request.POST
    form = AgeForm(request.POST if asking else None, limit=frames.minimum_age(organisation), today=today)
    context: dict[str, Any] = {"form": form, "organisation": organisation}
    if asking and form.is_valid():
        if not form.old_enough:
            return render(request, "privacy/policy/too_young.html", context, status=403)
        answer = redirect(request.get_full_path())
        answer.set_cookie(
            COOKIE, _signed(organisation), max_age=LIFE, samesite="Lax", httponly=True, secure=settings.HTTPS
        )
        return answer
    year = jalali.to_jalali(today)[0] if (get_language() or "").startswith("fa") else today.year
    context |= {"example": year - 40, "action": request.get_full_path()}
    return render(request, "privacy/policy/age.html", context, status=422 if form.errors else 200)


def _signed(organisation: Any) -> str:
    ends = int((clock.now() + LIFE).timestamp())
    return Signer(salt=_SALT, sep=".").sign(f"{organisation.pk}.{ends}")


def _passed(request: HttpRequest, organisation: Any) -> bool:
    try:
        told = Signer(salt=_SALT, sep=".").unsign(request.COOKIES.get(COOKIE, ""))
        where, _sign, ends = told.partition(".")
        return where == str(organisation.pk) and int(ends) > clock.now().timestamp()
    except (BadSignature, ValueError):
        return False
