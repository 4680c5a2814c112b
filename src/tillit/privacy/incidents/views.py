"""The office's pages of incidents: the list, the report, and one page for everything that an incident demands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.identity.queries import colleagues, current_organisation
from tillit.kernel import clock, formats, zones
from tillit.privacy.incidents import actions, clocks, drafts, drill, queries
from tillit.privacy.incidents import forms as ours
from tillit.privacy.incidents.drafts import LANGUAGES, language_words
from tillit.privacy.incidents.events import STORY
from tillit.privacy.incidents.questions import people_affected, receivers
from tillit.privacy.models import Incident
from tillit.privacy.office import staffed
from tillit.privacy.policy import pdf
from tillit.privacy.policy.frames import frame
from tillit.privacy.policy.record import Table
from tillit.privacy.queries import standings


@require_safe
@staffed
def incidents(request: HttpRequest, slug: str) -> HttpResponse:
    """What is open, what was closed, promises that do not hold, and the drill."""
    organisation = current_organisation(request)
    rows = queries.incidents()
    context = {
        "open": [_row(one) for one in rows if one.closed is None],
        "closed": [one for one in rows if one.closed is not None],
        "broken": [one.promise for one in standings(organisation) if one.state == "broken"],
        "last_drill": drill.last(),
        "hours": frame(organisation).breach.hours,
    }
    return render(request, "privacy/incidents/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staffed
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Report an incident. A promise that does not hold comes as `?promise=`, and needs one tap."""
    organisation = _organisation(request)
    with timezone.override(zones.zone(organisation.time_zone)):
        promise = request.POST.get("promise") or request.GET.get("promise", "")
        broken = {one.promise.id: str(one.promise.says) for one in standings(organisation) if one.state == "broken"}
        says = _("This promise does not hold: %(promise)s") % {"promise": broken.get(promise, "")}
        start = {"known": clock.now(), "what": says if promise in broken else ""}
        form = ours.NewForm(request.POST or None, initial=start)
        if request.method == "POST" and form.is_valid():
            incident = actions.open_incident(
                form.cleaned_data["what"], known=form.cleaned_data["known"],
                source="promise" if promise in broken else "staff", source_word=promise if promise in broken else "",
            )  # fmt: skip
            messages.success(request, _("It is reported, and those who answer for data here get a mail now."))
            return redirect("office_incident", slug=slug, incident=incident.pk)
        context = {"form": form, "promise": promise if promise in broken else ""}
        return render(request, "privacy/incidents/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staffed
def incident(request: HttpRequest, slug: str, incident: UUID) -> HttpResponse:
    """Everything about one incident; each form on it is one step."""
    found = _found(incident)
    with timezone.override(zones.zone(found.organisation.time_zone)):
        every = _forms(found)
        step = request.POST.get("step", "")
        if request.method == "POST" and step in STEPS and found.closed is None:
            form = every[step] = _forms(found, step, request.POST)[step]
            if form.is_valid():
                try:
                    with transaction.atomic():  # a step that lacks its reasons leaves nothing
                        STEPS[step](found, form)
                except actions.Unfinished as why:
                    found = _found(incident)
                    for sentence in why.why:
                        form.add_error(None, sentence)
                else:
                    messages.success(request, _("It is noted."))
                    return redirect(f"{request.path}#{step}")
        wrong = any(form.errors for form in every.values())
        return render(request, "privacy/incidents/one.html", _page(found, every), status=422 if wrong else 200)


@require_POST
@staffed
def uncount(request: HttpRequest, slug: str, incident: UUID, count: UUID) -> HttpResponse:
    """Take a count back."""
    try:
        actions.uncount(_found(incident), count)
    except actions.Unfinished as why:
        messages.error(request, " ".join(why.why))
    return redirect("office_incident", slug=slug, incident=incident)


@require_safe
@staffed
def authority(request: HttpRequest, slug: str, incident: UUID) -> HttpResponse:
    """The draft for the authority, field by field."""
    found = _found(incident)
    return render(request, "privacy/incidents/authority.html", {"incident": found, "draft": drafts.authority(found)})


@require_safe
@staffed
def authority_text(request: HttpRequest, slug: str, incident: UUID) -> HttpResponse:
    """The same as a text file."""
    found = _found(incident)
    response = HttpResponse(drafts.authority(found).text(), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.reference}.txt"'
    return response


@require_safe
@staffed
def authority_pdf(request: HttpRequest, slug: str, incident: UUID) -> HttpResponse:
    """The same as a document."""
    found = _found(incident)
    draft = drafts.authority(found)
    rows = tuple((field.label, field.text) for field in draft.fields)
    table = Table(found.reference, (_("Asked"), _("Answer")), rows)
    content = pdf.tables(draft.name, found.organisation.name, [table])
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.reference}.pdf"'
    return response


@require_safe
@staffed
def letter(request: HttpRequest, slug: str, incident: UUID, language: str) -> HttpResponse:
    """What the people get in one language, before it is sent."""
    found = _found(incident)
    if language not in LANGUAGES:
        raise Http404
    written = drafts.letter(found, language)
    context = {"incident": found, "letter": written, "language": language, "name": LANGUAGES[language],
               "right_to_left": language == "fa"}  # fmt: skip
    return render(request, "privacy/incidents/letter.html", context)


@require_POST
@staffed
def run_drill(request: HttpRequest, slug: str) -> HttpResponse:
    """Do all of it on paper, and measure it."""
    done = drill.run()
    messages.success(request, _("The drill is over. Nothing left the house."))
    return redirect("office_incident", slug=slug, incident=done.incident.pk)


def _describe(incident: Incident, form: Any) -> None:
    actions.describe(incident, **form.cleaned_data)


def _authority(incident: Incident, form: Any) -> None:
    actions.decide_authority(incident, form.cleaned_data["report"] == "yes", form.cleaned_data["words"])


def _done(incident: Incident, form: Any) -> None:
    answer = form.cleaned_data
    if incident.reported:
        actions.supplement(incident, answer["words"], whole=answer["whole"])
    else:
        actions.reported(incident, answer["words"], whole=answer["whole"])


def _people(incident: Incident, form: Any) -> None:
    words = form.words()
    actions.tell_people(incident, words)
    actions.tell(incident, "telling")


DRILLED = STORY | {"authority": STORY["reported"], "people": STORY["told"], "reported": STORY["opened"]}
"""What the steps of a drill (drill.run) are called."""

STEPS: dict[str, Callable[[Incident, Any], object]] = {
    "describe": _describe,
    "count": lambda incident, form: actions.count(incident, form.question()),
    "judge": lambda incident, form: actions.judge(incident, **form.cleaned_data),
    "authority": _authority,
    "done": _done,
    "people": _people,
    "untold": lambda incident, form: actions.decide_people(incident, False, form.cleaned_data["words"]),
    "note": lambda incident, form: actions.note(incident, form.cleaned_data["words"]),
    "close": lambda incident, form: actions.close(incident, form.cleaned_data["words"]),
}
"""What the forms of the page do, by the name of the step."""


def _forms(incident: Incident, step: str = "", data: Any = None) -> dict[str, forms.Form]:
    """Every form of the page, the posted one with its data. Each has its own prefix of ids."""
    organisation = incident.organisation

    def made(name: str, kind: Any, **named: Any) -> Any:
        return kind(data if name == step else None, auto_id=f"{name}_%s", **named)

    people = [(one.pk, one.display_name) for one in colleagues()]
    known = receivers()
    languages = [(code, LANGUAGES.get(code, code)) for code in organisation.languages]
    written = {
        f"{part}_{code}": incident.words.get(code, {}).get(part, "")
        for code, _name in languages for part in ("happened", "help")
    }  # fmt: skip
    facts = {name: getattr(incident, name) for name in actions.FACTS}
    decided = {"report": "yes", "no": "no"}.get(incident.authority, "")
    return {
        "describe": made("describe", ours.DescribeForm, initial=facts),
        "count": made("count", ours.CountForm, people=people, processors=known, initial={"how": "actor"}),
        "judge": made("judge", ours.JudgeForm, initial={"risk": incident.risk}),
        "authority": made("authority", ours.AuthorityForm, initial={"report": decided}),
        "done": made("done", ours.DoneForm),
        "people": made("people", ours.PeopleForm, languages=languages, initial=written),
        "untold": made("untold", ours.UntoldForm),
        "note": made("note", ours.WordsForm),
        "close": made("close", ours.WordsForm),
    }  # fmt: skip


def _page(incident: Incident, every: dict[str, forms.Form]) -> dict[str, Any]:
    lines = list(incident.lines.order_by("id"))
    row = _row(incident)
    return {
        "incident": incident,
        "forms": every,
        "row": row,
        "deadline": row["deadline"],
        "zone": incident.organisation.time_zone,
        "law": frame(incident.organisation),
        "missing": actions.unfinished(incident),
        "counts": [(one, language_words(one.languages)) for one in incident.counts.order_by("made")],
        "concerned": people_affected(incident),
        "letters": [(code, LANGUAGES.get(code, code)) for code in incident.organisation.languages],
        "supplement": clocks.supplement_deadline(incident),
        "story": [
            _line(incident, "opened", incident.made),
            *(_line(incident, one.kind, one.made, one.words) for one in lines),
        ],
        "measured": _measured(lines),
    }


def _line(incident: Incident, kind: str, made: datetime, words: str = "") -> dict[str, Any]:
    """A line of the story as the timeline shows it."""
    return {"title": STORY.get(kind, kind), "when": _moment(made, incident), "note": words, "state": "done"}


def _row(incident: Incident) -> dict[str, Any]:
    """An incident with what its clock says: the last moment, the share and the hours that are left."""
    last = clocks.deadline(incident)
    left = (last - clock.now()).total_seconds() / 3600
    running = incident.closed is None and not incident.reported and incident.authority != "no"
    return {"incident": incident, "deadline": last, "left": max(0, round(left)), "running": running,
            "late": running and left <= 0, "share": max(0.0, min(1.0, left / clocks.hours(incident)))}  # fmt: skip


def _measured(lines: Any) -> list[tuple[Any, int]]:
    """What a drill did, after how many milliseconds."""
    facts: dict[str, Any] = next((line.facts for line in lines if line.kind == "drilled"), {})
    return [(DRILLED[name], milliseconds) for name, milliseconds in facts.get("steps", ())]


def _moment(instant: Any, incident: Incident) -> str:
    return formats.format_datetime(instant, get_language() or "en", "short", zone=incident.organisation.time_zone)


def _found(id: UUID) -> Incident:
    found = Incident.objects.select_related("organisation").filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def _organisation(request: HttpRequest) -> Any:
    organisation = current_organisation(request)
    assert organisation is not None
    return organisation
