"""Pages of whoever asks: the public form, one matter by its link, and the same behind both doors to one's own data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tillit.access import Actor, acting
from tillit.desk import actions, clocks, links, merging, queries
from tillit.desk.forms import AskForm, RatingForm, StrangerForm, WriteForm
from tillit.desk.models import Thread
from tillit.desk.shown import conversation, line
from tillit.identity import throttle
from tillit.identity.queries import current_organisation, people_by_id, roles
from tillit.kernel import formats, uploads
from tillit.privacy import doors
from tillit.privacy.policy.frames import frame
from tillit.privacy.rights import parts

ASKED = throttle.Limit("desk-asked", burst=6, every=timedelta(minutes=10))  # by one network, and from one address
WRITTEN = throttle.Limit("desk-written", burst=10, every=timedelta(minutes=2))  # in one matter
View = Callable[..., HttpResponse]


def by_link(view: View) -> View:
    """Whoever has the link of a matter: acts as its person, for this matter and nothing else. Somebody with a login is
    sent there."""

    @never_cache
    @wraps(view)
    def opened(request: Any, slug: str, token: str, **more: Any) -> HttpResponse:
        thread, person = links.read(token)
        with acting(Actor(office="guest", person=person, organisation=request.actor.organisation)):
            found = people_by_id([person]).get(person)
            if found is None or not found.display_name or roles():  # as the link to one's data: no role comes by it
                raise Http404
            if found.account_id:
                return redirect(doors.to(found, "desk:thread", thread=thread))
            return view(request, slug=slug, thread=thread, token=token, **more)

    return opened


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: Any, slug: str) -> HttpResponse:
    """Ask, complain or praise without an account. It is forgotten after two weeks unless the address answers."""
    organisation = current_organisation(request)
    if organisation is None or not organisation.published:
        raise Http404
    form = StrangerForm(request.POST or None, request.FILES or None, known=_known(organisation.pk))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            if not (ASKED.take(throttle.network(request)) and ASKED.take(slug, given["email"])):
                status = 429
                form.add_error(None, _("That is a lot at once. Go on in a few minutes."))
            elif reference := _asked(request, form):
                return render(request, "desk/asked.html", {"reference": reference, "life": actions.PROOF_LIFE.days})
    rules = clocks.rules(organisation)
    context = {"form": form, "rules": rules, "frame": frame(organisation), "known_here": _door(request)}
    return render(request, "desk/contact.html", context, status=status)


def _asked(request: HttpRequest, form: StrangerForm) -> str:
    given: dict[str, Any] = form.cleaned_data
    organisation = current_organisation(request)
    assert organisation is not None
    try:
        return actions.ask_as_stranger(
            given["kind"], given["words"], name=given["name"], email=given["email"], language=get_language() or "en",
            zone=organisation.time_zone, about=form.whom, file=_file(form),
        ).reference  # fmt: skip
    except uploads.Refused as refused:
        form.add_error("file", str(refused))
        return ""


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def thread_by_link(request: HttpRequest, slug: str, thread: UUID, token: str) -> HttpResponse:
    """One matter, by the link in a mail."""
    return _thread(request, thread, "desk/by_link.html", reverse("contact_thread", args=[slug, token]), token)


@require_http_methods(["GET", "HEAD", "POST"])
@doors.person
def mine(request: HttpRequest, slug: str) -> HttpResponse:
    """What the person asked; asking something more."""
    organisation = current_organisation(request)
    assert organisation is not None
    form = AskForm(request.POST or None, request.FILES or None, known=_known(organisation.pk, doors.whose(request)))
    if request.method == "POST" and form.is_valid():
        if not WRITTEN.take(str(doors.whose(request))):
            form.add_error(None, _("That is a lot at once. Go on in a few minutes."))
        else:
            given = form.cleaned_data
            try:
                made = actions.ask(
                    given["kind"], given["words"], language=get_language() or "en", about=form.whom, file=_file(form)
                )
                messages.success(request, _("We have it. Somebody will answer you."))
                return redirect(doors.mine(request, "desk:thread", thread=made.pk))
            except uploads.Refused as refused:
                form.add_error("file", str(refused))
    rows = [line(one, organisation.time_zone) for one in queries.my_threads()]
    for row in rows:
        row["url"] = doors.mine(request, "desk:thread", thread=row["thread"].pk)
    context = {"form": form, "rows": rows, "rules": clocks.rules(organisation)}
    return render(request, "desk/mine.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@doors.person
def thread(request: HttpRequest, slug: str, thread: UUID) -> HttpResponse:
    """One matter of the person's own."""
    return _thread(request, thread, "desk/my_thread.html", doors.mine(request, "desk:thread", thread=thread))


@require_safe
@by_link
def file_by_link(request: HttpRequest, slug: str, thread: UUID, token: str, message: UUID) -> Any:
    """A file that came with the matter, to whoever has its link."""
    return _download(thread, message)


@require_safe
@doors.person
def file(request: HttpRequest, slug: str, thread: UUID, message: UUID) -> Any:
    """A file that came with one's own matter."""
    return _download(thread, message)


def _download(thread: UUID, message: UUID) -> FileResponse:
    if message not in {one.pk for one in queries.said(queries.my_thread(thread), notes=False)}:
        raise Http404
    row = queries.file(message)
    return uploads.download(uploads.read(row), name=row.name, kind=row.kind, size=row.size)


def _thread(request: HttpRequest, wanted: UUID, template: str, here: str, token: str = "") -> HttpResponse:
    found = queries.my_thread(wanted)
    if found.merged_into_id:  # its number leads to the one that is answered for both
        wanted = found.merged_into_id
        found = queries.my_thread(wanted)
        here = _address(request, found, bool(token))
        if request.method != "POST":
            return redirect(here)
    form, rating = WriteForm(), RatingForm()
    if request.method == "POST":
        form, rating, done = _do(request, found)
        if done and found.state == "unproven":  # it is forgotten now
            return redirect("contact", slug=found.organisation.slug)
        if done:
            return redirect(here)
        found = queries.my_thread(wanted)
    organisation = found.organisation
    rows = conversation(queries.said(found, notes=False), organisation.time_zone, {})
    for one in rows:
        if one["row"].file:
            one["file"] = (
                reverse("contact_file", args=[organisation.slug, token, one["row"].pk])
                if token
                else doors.mine(request, "desk:file", thread=wanted, message=one["row"].pk)
            )
    rated = queries.rating(found)
    context = {
        **line(found, organisation.time_zone), "rows": rows, "parts": merging.parts(found),
        "form": form, "rating_form": rating, "rated": rated,
        "may_rate": found.state == "closed" and found.answered and rated is None, "frame": frame(organisation),
        "stars": [(n, formats.digits(n, get_language() or "en")) for n in range(1, 6)],
        "nobody": found.kind == "complaint" and found.state != "unproven" and not queries.helpers(found.pk),
    }  # fmt: skip
    return render(request, template, context, status=422 if form.errors or rating.errors else 200)


def _address(request: HttpRequest, thread: Thread, by_link: bool) -> str:
    """Where whoever reads this now reads another matter of theirs."""
    if by_link:
        return reverse("contact_thread", args=[thread.organisation.slug, links.token(thread.pk, thread.person_id)])
    return doors.mine(request, "desk:thread", thread=thread.pk)


def _do(request: HttpRequest, found: Thread) -> tuple[WriteForm, RatingForm, bool]:
    """Carry out what was posted; True where it is done and the page can be shown anew."""
    form, rating, do = WriteForm(), RatingForm(), request.POST.get("do")
    try:
        if do == "me":
            if actions.confirm(found):
                messages.success(request, _("Thank you. Now somebody will answer you."))
            return form, rating, True
        if do == "withdraw":
            if actions.take_back(found):
                messages.success(request, _("It is closed. Nothing more happens."))
            return form, rating, True
        if "stars" in request.POST:
            rating = RatingForm(request.POST)
            if rating.is_valid():
                actions.rate(found, rating.cleaned_data["stars"], rating.cleaned_data["words"])
                messages.success(request, _("Thank you for telling us."))
            return form, rating, rating.is_valid()
        form = WriteForm(request.POST, request.FILES)
        if form.is_valid() and not WRITTEN.take(str(found.pk)):
            form.add_error(None, _("That is a lot at once. Go on in a few minutes."))
        if form.is_valid():
            actions.reply(found, form.cleaned_data["words"], file=_file(form))
            messages.success(request, _("It is with us."))
            return form, rating, True
    except actions.TooLate:
        messages.warning(request, _("That is no longer possible. This is how it stands now."))
        return form, rating, True
    except uploads.Refused as refused:
        form.add_error("file", str(refused))
    return form, rating, False


def _known(organisation: UUID, person: UUID | None = None) -> list[tuple[UUID, str]]:
    """The people whom a complaint can name: those whom the public page names, and those whom the person met."""
    whose = person or UUID(int=0)
    found = {one: name for part in parts.every() for one, name in part.knows(whose) if one != person}
    return sorted(found.items(), key=lambda one: one[1].casefold())


def _file(form: WriteForm) -> actions.File | None:
    file = form.cleaned_data.get("file")
    return (file, file.name) if file else None


def _door(request: Any) -> bool:
    """Is it somebody whom we know by their login?"""
    return bool(getattr(request.actor, "person", None))


__all__ = ["contact", "file", "file_by_link", "mine", "thread", "thread_by_link"]
