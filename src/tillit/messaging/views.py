"""Pages: one's threads, one thread with the form to answer, a file, and what can be done to a thread."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.access import actions as grants
from tillit.identity import throttle
from tillit.identity.doors import signed_in
from tillit.identity.queries import current_organisation
from tillit.kernel import clock, uploads
from tillit.kernel.ids import new_id
from tillit.messaging import actions, guard, queries, slots, tasks, watch
from tillit.messaging.doors import MODULE, here
from tillit.messaging.shown import REFUSED, conversation, listed, name
from tillit.messaging.writing import MessageForm

WRITTEN = throttle.Limit("messages-written", burst=30, every=timedelta(seconds=4))  # by one person


@require_safe
@signed_in
def talks(request: HttpRequest, slug: str) -> HttpResponse:
    """Those with whom the person writes, what was said last on top."""
    organisation, _person = here(request)
    return render(request, "messaging/messages.html", {"rows": _rows(organisation, queries.talks())})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def thread(request: HttpRequest, slug: str, thread: UUID) -> HttpResponse:
    """One thread. Whoever types a contact detail is asked first whether to share it properly."""
    organisation, person = here(request)
    talks = queries.talks()
    talk = next((one for one in talks if one.id == thread), None) or queries.talk(thread)
    form, asked = MessageForm(initial={"key": new_id()}), None
    if request.method == "POST":
        form, asked, done = _do(request, talk, person.pk)
        if done:
            return redirect("thread", slug=slug, thread=thread)
    page = queries.said(thread, before=request.GET.get("before", ""))
    context = {
        "talk": talk, "name": name(talk), "form": form, "asked": asked, "page": page,
        "rows": _rows(organisation, talks),
        "lines": conversation(page, talk, organisation.time_zone, person.pk), "marked": _marked(form, asked),
        "keep_days": tasks.KEEP_DAYS.days(), "until": clock.now() + guard.FOR, "zone": organisation.time_zone,
        "actions": slots.PAGE.parts("actions", request, talk), "beside": slots.PAGE.parts("beside", request, talk),
        "about": slots.PAGE.parts("about", request, talk),
        "report_url": reverse("thread_report", args=[slug, thread]),
    }  # fmt: skip
    if request.method != "POST" and not request.GET.get("before") and talk.to_read:
        actions.mark_read(thread, clock.now())
    return render(request, "messaging/thread.html", context, status=422 if form.errors or asked else 200)


def _do(request: HttpRequest, talk: queries.Talk, me: UUID) -> tuple[MessageForm, guard.Asked | None, bool]:
    """Carry out what was posted; True where it is done and the page can be shown anew."""
    form = MessageForm(request.POST, request.FILES)
    if not form.is_valid():
        return form, None, False
    words, do = form.cleaned_data["words"].strip(), request.POST.get("do", "send")
    if talk.other is None:
        form.add_error(None, REFUSED["left"])
        return form, None, False
    verb, _colon, kind = do.partition(":")
    if verb in {"share", "leave-out"} and kind in guard.OF:
        return _share(request, form, talk, verb, kind, words), None, False
    if do != "anyway" and (asked := guard.asked("\n".join([words, *form.names()]), talk.other, me, talk.id)):
        return form, asked, False
    if not WRITTEN.take(str(me)):
        form.add_error(None, _("That is a lot at once. Go on in a few minutes."))
        return form, None, False
    files = [(one, one.name) for one in form.cleaned_data["files"]]
    try:
        actions.send(talk.id, words, files=files, key=form.cleaned_data["key"])
    except actions.Refused as refused:
        form.add_error("words", REFUSED[refused.why])
        if refused.why == "key":
            form.anew()
    except uploads.Refused as refused:
        form.add_error("files", str(refused))
    return form, None, not form.errors


def _share(
    request: HttpRequest, form: MessageForm, talk: queries.Talk, verb: str, kind: str, words: str
) -> MessageForm:
    """Share it properly, if that is wished, and give the words back without it."""
    if verb == "share" and talk.other:
        try:
            guard.share(kind, talk.other)
            messages.success(request, _("It is shown now. You can take it back under “My data”."))
        except (grants.Refused, KeyError, ValueError):
            messages.warning(request, _("That is not possible. Nothing is shown."))
    key = form.cleaned_data["key"] or new_id()
    return MessageForm(initial={"words": guard.without(words, kind, talk.id), "key": key})


@require_POST
@signed_in
def do(request: HttpRequest, slug: str, thread: UUID, what: str) -> HttpResponse:
    """Block, or want messages again; tell when one has read, or not; take a message back."""
    here(request)
    talk = queries.talk(thread)
    if what == "block":
        actions.block(thread)
        messages.success(request, _("No more messages of theirs reach you. They are not told."))
    elif what == "unblock":
        actions.unblock(thread)
        messages.success(request, _("What they write from now on reaches you again."))
    elif what in {"tell-read", "keep-read"}:
        actions.tell_read(talk.id, what == "tell-read")
    elif what == "take-back":
        if actions.take_back(_uuid(request.POST.get("message", ""))):
            messages.success(request, _("It is taken back. Where it stood, it says so."))
        else:
            messages.warning(request, _("That is no longer possible. This is how it stands now."))
    else:
        raise Http404
    return redirect("thread", slug=slug, thread=thread)


@require_safe
@signed_in  # type: ignore[arg-type]
def file(request: HttpRequest, slug: str, thread: UUID, message: UUID, upload: UUID) -> FileResponse:
    """A file that came with a message."""
    here(request)
    queries.talk(thread)
    row = queries.file(message, upload)
    return uploads.download(uploads.read(row), name=row.name, kind=row.kind, size=row.size)


@require_safe
def looked_for(request: HttpRequest, slug: str) -> HttpResponse:
    """What we look for in messages, for everybody."""
    organisation = current_organisation(request)
    if organisation is None or MODULE not in organisation.modules:
        raise Http404
    limits = queries.limits()
    context = {"patterns": watch.PATTERNS, "limits": limits, "minutes": 15}
    return render(request, "messaging/looked_for.html", context)


def _rows(organisation: Any, found: list[queries.Talk]) -> list[dict[str, Any]]:
    return listed(found, queries.latest(one.id for one in found), organisation.time_zone)


def _marked(form: MessageForm, asked: guard.Asked | None) -> list[str]:
    return list(asked.typed) if asked and form.is_bound else []


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


__all__ = ["do", "file", "looked_for", "talks", "thread"]
