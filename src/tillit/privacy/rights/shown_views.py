"""What is shown of a person: to whom, why, until when; ended at once, and shown to somebody for a while."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tillit.access import actions as access
from tillit.access.scopes import SCOPES
from tillit.kernel import clock
from tillit.privacy import doors
from tillit.privacy.rights import showing

TIMES = {
    "1": (timedelta(hours=1), gettext_lazy("an hour")),
    "48": (timedelta(hours=48), gettext_lazy("two days")),
    "168": (timedelta(days=7), gettext_lazy("a week")),
    "720": (timedelta(days=30), gettext_lazy("a month")),
}


class ShowForm(forms.Form):
    """What to show, to whom, for how long."""

    scope = forms.ChoiceField(label=gettext_lazy("What?"), widget=forms.RadioSelect)
    to = forms.TypedChoiceField(label=gettext_lazy("To whom?"), coerce=UUID)
    hours = forms.ChoiceField(label=gettext_lazy("For how long?"), initial="48")

    def __init__(self, *args: Any, people: list[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["scope"].choices = [(scope, SCOPES[scope]) for scope in showing.CHOOSABLE]
        fields["to"].choices = [(str(who), name) for who, name in people]
        fields["hours"].choices = [(key, says) for key, (_length, says) in TIMES.items()]


@require_http_methods(["GET", "HEAD", "POST"])
@doors.person
def shown(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that is shown of the person, and what others show them; a posted form shows something more."""
    people = showing.may_know(doors.whose(request))
    form = ShowForm(request.POST if request.method == "POST" else None, people=people)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            access.show(asked["scope"], asked["to"], clock.now() + TIMES[asked["hours"]][0])
        except access.Refused:
            raise Http404 from None
        messages.success(request, _("It is shown, and closes by itself. You can end it here at any time."))
        return redirect(doors.mine(request, "shown"))
    context = {
        "form": form if people else None,
        "of_me": showing.of_me(),
        "to_me": showing.to_me(),
        "opened": showing.opened_of_me(),
    }
    return render(request, "privacy/rights/shown.html", context, status=422 if form.errors else 200)


@require_POST
@doors.person
def end(request: HttpRequest, slug: str, grant: UUID) -> HttpResponse:
    """End one of them, at once. Somebody else's is a 404."""
    if not any(one.id == grant for one in showing.of_me()):
        raise Http404
    if access.take_back(grant):
        messages.success(request, _("It is closed. From now on it is not shown."))
    return redirect(doors.mine(request, "shown"))


@require_POST
@doors.person
def end_all(request: HttpRequest, slug: str) -> HttpResponse:
    """End everything that is shown of the person by choice or by a relation, at once."""
    if access.take_back_all():
        messages.success(request, _("Everything is closed. From now on nothing of you is shown."))
    return redirect(doors.mine(request, "shown"))
