"""Reporting: the chosen messages, and no others, are shown to the moderator who looks into it, until it is decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.validators import MaxLengthValidator
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tillit import evidence
from tillit.identity.doors import signed_in
from tillit.identity.queries import organisation_by_id
from tillit.kernel.slots import Part
from tillit.messaging import events, queries, shown
from tillit.messaging.doors import here
from tillit.messaging.models import Message
from tillit.moderation import actions, kinds
from tillit.moderation.reasons import REASONS

OFFERED = ("danger", "fraud", "harassment", "privacy", "illegal", "spam")


class ReportForm(forms.Form):
    """Which messages, why, and in what words."""

    chosen = forms.MultipleChoiceField(
        label=gettext_lazy("Which messages shall the moderators see?"),
        widget=forms.CheckboxSelectMultiple,
        validators=[
            MaxLengthValidator(actions.MOST_CHOSEN, gettext_lazy("Choose at most twenty, those that show it best."))
        ],
        help_text=gettext_lazy("They see these and no others, until it is decided."),
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("What is it about?"), choices=[(one, REASONS[one].says) for one in OFFERED]
    )
    words = forms.CharField(
        label=gettext_lazy("What do the moderators need to know?"),
        required=False,
        max_length=actions.LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    def __init__(self, *args: Any, lines: Sequence[shown.Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = [one for one in lines if not one.row.card and not one.row.taken]
        self.theirs = {str(one.row.pk) for one in told if not one.mine}
        fields: dict[str, Any] = self.fields
        fields["chosen"].choices = [
            (str(one.row.pk), f"{_('You:') + ' ' if one.mine else ''}{one.row.words[:200] or _('A file')}")
            for one in told
        ]

    def clean_chosen(self) -> list[str]:
        """Raises ValidationError where nothing of it is by whom the report is about."""
        chosen: list[str] = self.cleaned_data["chosen"]
        if self.theirs.isdisjoint(chosen):
            raise forms.ValidationError(_("Choose at least one message of theirs: they are whom it is about."))
        return chosen


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def report(request: HttpRequest, slug: str, thread: UUID) -> HttpResponse:
    """Report messages of a thread of one's own. The other is not told by whom."""
    organisation, person = here(request)
    talk = queries.talk(thread)
    lines = shown.conversation(queries.said(thread), talk, organisation.time_zone, person.pk)
    form = ReportForm(request.POST or None, initial={"chosen": request.GET.getlist("message")}, lines=lines)
    if request.method == "POST" and form.is_valid() and talk.other:
        given = form.cleaned_data
        try:
            actions.report(
                kind="thread", object=thread, of=talk.other, reason=given["reason"], words=given["words"],
                chosen=[UUID(one) for one in given["chosen"]],
            )  # fmt: skip
            messages.success(request, _("Thank you. A moderator looks at what you chose, and answers you."))
            return redirect("thread", slug=slug, thread=thread)
        except actions.Refused:
            form.add_error(None, _("You have reported this already, or too many things at once."))
    context = {"form": form, "talk": talk, "name": shown.name(talk)}
    return render(request, "messaging/report.html", context, status=422 if form.errors else 200)


def show(thread: UUID) -> None:
    """Without chosen messages there is nothing to see of a thread."""


def show_chosen(thread: UUID, chosen: Sequence[UUID], of: UUID) -> Part | None:
    """The chosen messages, as the moderator who has the case reads them, with which are by whom it is about; each
    author finds in their evidence that they were read."""
    rows = list(Message.objects.filter(pk__in=list(chosen), thread_id=thread).order_by("made", "pk"))
    if not rows:
        return None
    with connection.cursor() as cursor:
        cursor.execute("select message, person from messaging.sides(%s::uuid[])", [[one.pk for one in rows]])
        sides = dict(cursor.fetchall())
    people = {person for person in sides.values() if person}
    evidence.saw(people, events.REPORTED.name.rpartition(".")[0], "moderates")  # the thread would tell who reported
    zone = organisation_by_id(rows[0].organisation_id).time_zone
    said = [{"row": one, "about": sides.get(one.pk) == of} for one in rows]
    return Part("messaging/reported.html", {"said": said, "zone": zone})


def decided(thread: UUID, outcome: str, reason: str) -> None:
    """What is decided concerns the person, not what was said: nobody changes words between two others."""


def declare() -> None:
    """Make threads known to the moderators."""
    kinds.declare(
        "thread", label=gettext_lazy("messages between two people"), show=show, show_chosen=show_chosen,
        decided=decided, outcomes=("nothing", "warn", "pause", "end"),
    )  # fmt: skip


__all__ = ["declare", "report"]
