"""How the hosts of a round robin share its meetings, who has how many, and whose turn it is: for administrators."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tillit.booking.models import MeetingType
from tillit.booking.queries import all_meeting_types
from tillit.booking.setup_views import administrator
from tillit.booking.sharing import MOST_DAYS, WHOLE, Turn, set_sharing, turns
from tillit.kernel import formats


class SharingForm(forms.Form):
    """By which rule, over which days, and each host's share."""

    sharing = forms.ChoiceField(
        label=gettext_lazy("Who takes the next meeting"),
        choices=[
            ("priority", gettext_lazy("The first free one, in the order of the hosts")),
            ("load", gettext_lazy("Whoever has the fewest meetings to come")),
            ("fair", gettext_lazy("Whoever has had the fewest of these, by their share")),
        ],
        widget=forms.RadioSelect,
    )
    days = forms.IntegerField(
        label=gettext_lazy("So many days back count, and all that is to come"), min_value=1, max_value=MOST_DAYS
    )

    def __init__(self, *args: Any, turns: Iterable[Turn], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hosts = {f"share_{turn.host.pk}": turn.host.pk for turn in turns}
        for turn in turns:
            self.fields[f"share_{turn.host.pk}"] = forms.IntegerField(
                label=_("Share of %(name)s, in percent of a whole one") % {"name": turn.host.name},
                min_value=1,
                max_value=WHOLE,
                initial=turn.share,
            )

    def shares(self) -> dict[UUID, int]:
        """Host → share, of a valid form."""
        return {host: self.cleaned_data[name] for name, host in self.hosts.items()}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str, kind: UUID) -> HttpResponse:
    """How a type's meetings are shared. For administrators; where hosts do not share, there is no such page."""
    administrator(request)
    found = next((one for one in all_meeting_types() if one.pk == kind and one.assignment == "round_robin"), None)
    if found is None:
        raise Http404
    now = turns(found)
    if request.method == "POST":
        form = SharingForm(request.POST, turns=now)
        if form.is_valid():
            data = form.cleaned_data
            set_sharing(kind=found, sharing=data["sharing"], days=data["days"], shares=form.shares())
            messages.success(request, _("Saved. Booked meetings stay as they are."))
            return redirect("sharing", slug=slug, kind=kind)
    else:
        form = SharingForm(turns=now, initial={"sharing": found.sharing, "days": found.fair_days})
    context = {
        "form": form,
        "kind": found,
        "title": found.word("title", get_language() or "en"),
        "fair": found.sharing == "fair",
        "rows": [{"turn": turn, "why": why(found, turn, first=n == 0)} for n, turn in enumerate(now)],
    }
    return render(request, "booking/sharing.html", context, status=422 if form.errors else 200)


def why(kind: MeetingType, turn: Turn, *, first: bool) -> str:
    """What speaks for a host's turn, or against it, in words."""
    if kind.sharing == "priority":
        return _("First in the order of the hosts") if first else _("When those before are not free")
    if kind.sharing == "load":
        return _("Fewest meetings to come") if first else _("More to come, or later in the order")
    language = get_language() or "en"
    away = formats.format_number(abs(turn.ahead), language, 1)
    if abs(turn.ahead) < 0.05:
        return _("As many as their share")
    return (_("%(n)s more than their share") if turn.ahead > 0 else _("%(n)s fewer than their share")) % {"n": away}
