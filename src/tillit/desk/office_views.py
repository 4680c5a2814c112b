"""The desk's own pages: the inbox, one matter, answers that are often given, what is promised, figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tillit import evidence
from tillit.desk import canned, merging, queries, working
from tillit.desk.forms import AnswerForm, DecideForm, GiveForm, MergeForm, NoteForm, PassOnForm, RecastForm
from tillit.desk.models import KINDS, STATES
from tillit.desk.navigation import tabs
from tillit.desk.roles import COMPLAINTS, DESK
from tillit.desk.shown import KINDS as KIND_WORDS
from tillit.desk.shown import STATES as STATE_WORDS
from tillit.desk.shown import conversation, line, number
from tillit.identity.doors import needs_role
from tillit.identity.queries import acting_person, current_organisation, roles
from tillit.kernel import uploads
from tillit.privacy.desk import kinds
from tillit.privacy.policy.frames import frame

staffed = needs_role(*DESK)
READ = "answers"


@require_safe
@staffed
def inbox(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits, what is due first on top; filtered by state, kind and whose it is."""
    organisation = current_organisation(request)
    assert organisation is not None
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    state, kind = state if state in STATES[1:] else "", kind if kind in KINDS else ""
    mine, page = "mine" in request.GET, _number(request.GET.get("page", ""))
    found, more = queries.inbox(state=state, kind=kind, mine=mine, page=page)
    names = queries.names(one.pk for one in found)
    evidence.saw([one.person_id for one in found], "desk.thread", READ)
    rows = [line(one, organisation.time_zone) for one in found]
    for row in rows:
        row["name"], row["assignee"] = names.get(row["thread"].pk, ("", ""))
    query = {"state": state, "kind": kind, "mine": "1" if mine else ""}
    context = {
        "tabs": tabs(request, slug),
        "rows": rows,
        "state": state,
        "kind": kind,
        "mine": mine,
        "states": [(one, STATE_WORDS[one]) for one in STATES[1:]],
        "kinds": list(KIND_WORDS.items()),
        "previous_url": _page(query, page - 1) if page > 1 else "",
        "following_url": _page(query, page + 1) if more else "",
    }
    return render(request, "desk/inbox.html", context)


@require_safe
@staffed
def one(request: HttpRequest, slug: str, thread: UUID) -> HttpResponse:
    """One matter with all that can be done with it; what was put together with another leads there."""
    found = queries.get_thread(thread)
    if found.merged_into_id:
        said = _("%(reference)s is answered together with this one.")
        messages.info(request, said % {"reference": number(found)})
        return redirect("desk_thread", slug=slug, thread=found.merged_into_id)
    return _shown(request, thread, {})


def _shown(request: HttpRequest, wanted: UUID, forms: dict[str, Any]) -> HttpResponse:
    found = queries.get_thread(wanted)
    organisation, me = found.organisation, acting_person(request)
    assert me is not None
    evidence.saw([found.person_id], "desk.thread", READ, object=found.pk)
    said = queries.said(found, notes=True)
    helpers = [(one.person, one.name) for one in queries.helpers(found.pk)]
    name, assignee = queries.names([found.pk]).get(found.pk, ("", ""))
    spoken = [one.pk for one in said if one.side != "note"]
    answer = {"seen": spoken[-1] if spoken else None, "words": _canned_words(request, found, name, me.display_name)}
    given = {"to": str(found.assignee_id or ""), "instead_of": found.assignee_id}
    about = {"kind": found.kind, "about": str(found.about_id or "")}
    context = {
        **line(found, organisation.time_zone),
        "tabs": tabs(request, slug=organisation.slug),
        "name": name,
        "assignee": assignee,
        "me": me.pk,
        "rows": conversation(said, organisation.time_zone, dict(helpers)),
        "rated": queries.rating(found),
        "canned": canned.in_language(found.language),
        "frame": frame(organisation),
        "open": found.state in queries.OPEN,
        "parts": merging.parts(found),
        "parted": [(one.pk, number(one)) for one in merging.parts(found) if merging.can_part(one)],
        "answer_form": AnswerForm(initial=answer),
        "note_form": NoteForm(),
        "give_form": GiveForm(initial=given, helpers=helpers),
        "recast_form": RecastForm(initial=about, helpers=[one for one in helpers if one[0] != me.pk]),
        "decide_form": DecideForm(),
        "merge_form": _merge_form(found, None),
        "pass_on_form": PassOnForm(offered=_rights(organisation), initial={"kind": "access"}),
    } | forms
    return render(request, "desk/thread.html", context, status=422 if forms else 200)


def _canned_words(request: HttpRequest, found: Any, name: str, me: str) -> str:
    """The words of the answer that was chosen, with its places filled in; "" for none."""
    chosen = {str(one.pk): one for one in canned.in_language(found.language)}.get(request.GET.get("canned", ""))
    if chosen is None:
        return ""
    return canned.filled(
        chosen.words, name=name, reference=found.reference, organisation=found.organisation.name, me=me
    )


@require_POST
@staffed
def do(request: HttpRequest, slug: str, thread: UUID, what: str) -> HttpResponse:
    """Carry out one thing, and go back to the matter; what was typed stays where somebody else was faster."""
    found = queries.get_thread(thread)
    try:
        again = _DOES[what](request, found)
    except KeyError:
        raise Http404 from None
    except working.TooLate:
        messages.warning(request, _("That is no longer possible. This is how it stands now."))
        again = None
    if again:
        return _shown(request, thread, again)
    try:
        queries.get_thread(thread)
    except Http404:  # it is no longer for whoever did it
        return redirect("desk", slug=slug)
    return redirect("desk_thread", slug=slug, thread=thread)


def _answer(request: HttpRequest, found: Any) -> dict[str, Any] | None:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return {"answer_form": form}
    given = form.cleaned_data
    try:
        working.answer(found, given["words"], seen=given["seen"], close_it=given["close"] and found.kind != "complaint")
    except working.Overtaken:
        last = queries.said(found, notes=False)[-1]
        form = AnswerForm({**request.POST.dict(), "seen": str(last.pk)})
        form.add_error(None, _("Something was said while you wrote. Read it first; your words are still here."))
        return {"answer_form": form}
    messages.success(request, _("The answer is on its way."))
    return None


def _note(request: HttpRequest, found: Any) -> dict[str, Any] | None:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return {"note_form": form}
    working.note(found, form.cleaned_data["words"])
    return None


def _give(request: HttpRequest, found: Any) -> dict[str, Any] | None:
    helpers = [(one.person, one.name) for one in queries.helpers(found.pk)]
    form = GiveForm(request.POST, helpers=helpers)
    if not form.is_valid():
        return {"give_form": form}
    to = form.cleaned_data["to"]
    try:
        working.give(found, UUID(to) if to else None, instead_of=form.cleaned_data["instead_of"])
        messages.success(request, _("It is settled who answers."))
    except working.Overtaken:
        messages.warning(request, _("Somebody else has taken it meanwhile."))
    except working.NotThem:
        messages.warning(request, _("They cannot answer this."))
    return None


def _recast(request: HttpRequest, found: Any) -> dict[str, Any] | None:
    form = RecastForm(request.POST, helpers=[(one.person, one.name) for one in queries.helpers(found.pk)])
    if not form.is_valid():
        return {"recast_form": form}
    about = form.cleaned_data["about"]
    try:
        working.recast(found, form.cleaned_data["kind"], UUID(about) if about else None)
        messages.success(request, _("It is changed."))
    except working.NotThem:
        messages.warning(request, _("Somebody else has to say that it is about you."))
    return None


def _decide(request: HttpRequest, found: Any) -> dict[str, Any] | None:
    if found.kind == "complaint" and not roles() & set(COMPLAINTS):
        raise PermissionDenied
    form = DecideForm(request.POST)
    if not form.is_valid():
        return {"decide_form": form}
    working.decide(found, form.cleaned_data["decision"], form.cleaned_data["words"])
    messages.success(request, _("It is decided, and they are told."))
    return None


def _pass_on(request: HttpRequest, found: Any) -> dict[str, Any] | None:
    form = PassOnForm(request.POST, offered=_rights(found.organisation))
    if not form.is_valid():
        return {"pass_on_form": form}
    try:
        working.pass_on(found, form.cleaned_data["kind"])
        messages.success(request, _("The privacy office has it, in their words."))
    except working.NotThem:
        messages.warning(request, _("They have left no address. Let the privacy office write it down with them."))
    return None


def _close(request: HttpRequest, found: Any) -> None:
    working.close(found)
    messages.success(request, _("It is closed."))


def _merge_form(found: Any, data: Any) -> MergeForm | None:
    """Which other matter of theirs is answered together with this one; None where there is none."""
    others = [(one.pk, line(one, found.organisation.time_zone)) for one in merging.candidates(found)]
    return MergeForm(data, others=others) if others else None


def _merge(request: HttpRequest, found: Any) -> dict[str, Any] | None:
    form = _merge_form(found, request.POST)
    if form is None:
        raise working.TooLate
    if not form.is_valid():
        return {"merge_form": form}
    merging.merge(queries.get_thread(UUID(form.cleaned_data["other"])), found)
    messages.success(request, _("They are together now. For a day you can take them apart again."))
    return None


def _part(request: HttpRequest, found: Any) -> None:
    wanted = {str(one.pk): one for one in merging.parts(found)}.get(request.POST.get("part", ""))
    if wanted is None:
        raise working.TooLate
    merging.part(wanted)
    messages.success(request, _("They are apart again."))


@require_safe
@staffed
def file(request: HttpRequest, slug: str, thread: UUID, message: UUID) -> Any:
    """A file that came with a matter."""
    found = queries.get_thread(thread)
    if message not in {one.pk for one in queries.said(found, notes=True)}:
        raise Http404
    evidence.saw([found.person_id], "desk.thread", READ, object=found.pk)
    row = queries.file(message)
    return uploads.download(uploads.read(row), name=row.name, kind=row.kind, size=row.size)


_DOES: dict[str, Callable[[HttpRequest, Any], dict[str, Any] | None]] = {
    "answer": _answer, "note": _note, "give": _give, "recast": _recast, "decide": _decide, "pass-on": _pass_on,
    "close": _close, "merge": _merge, "part": _part,
}  # fmt: skip
"""What can be done with a matter: each answers with forms that are not right, or None."""


def _rights(organisation: Any) -> list[tuple[str, Any]]:
    """What the law that holds here gives a right to."""
    return [(kind, kinds.WORDS[kind]) for kind in kinds.offered(frame(organisation))]


def _number(text: str) -> int:
    """The number of a page in an address; the first for what is none."""
    return max(1, min(int(text), 10_000)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _page(query: dict[str, str], page: int) -> str:
    return "?" + urlencode({**{name: value for name, value in query.items() if value}, "page": page})
