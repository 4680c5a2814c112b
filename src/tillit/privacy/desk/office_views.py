"""The office's pages about requests: what waits, writing one down, proving who asks, deciding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit import evidence
from tillit.identity.queries import current_organisation
from tillit.kernel.dpv import Delay
from tillit.privacy import office
from tillit.privacy.desk import actions, carrying, clocks, deciding, kinds, queries, subjects, telling
from tillit.privacy.desk.forms import DecideForm, EnterForm, ExtendForm, ImpossibleForm, LinkForm, ShownForm
from tillit.privacy.desk.shown import left_words, public_facts, state_words, timeline
from tillit.privacy.models import RequestSubject, RightsRequest, Telling
from tillit.privacy.policy.frames import frame


@office.waiting
def _waiting(organisation: Any) -> Iterator[office.Line]:
    """Open requests, with the days that are left."""
    for one in queries.requests():
        url = reverse("office_request", args=[organisation.slug, one.pk])
        late = clocks.days_left(organisation, one.due) < 0
        yield office.Line(kinds.WORDS[one.kind], left_words(one), url, late)


@require_safe
@office.staffed
def requests(request: HttpRequest, slug: str) -> HttpResponse:
    """What was asked: open ones, the most urgent first; with ?closed, what is over."""
    closed = "closed" in request.GET
    found = queries.requests(closed=closed)
    _seen(found)
    rows = [
        {"asked": one, "kind": kinds.WORDS[one.kind], "state": state_words(one), "left": left_words(one),
         "late": one.state in queries.OPEN and clocks.days_left(one.organisation, one.due) < 0}
        for one in found
    ]  # fmt: skip
    return render(request, "privacy/desk/requests.html", {"rows": rows, "closed": closed})


@require_http_methods(["GET", "HEAD", "POST"])
@office.staffed
def enter(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down what came by letter, telephone or mail."""
    organisation = current_organisation(request)
    assert organisation is not None
    form = EnterForm(
        request.POST or None,
        offered=kinds.offered(frame(organisation)),
        languages=organisation.languages,
        initial={"received": clocks.today(organisation), "language": organisation.languages[0]},
    )
    if request.method == "POST" and form.is_valid():
        answer = dict(form.cleaned_data)
        try:
            made, new = actions.enter(answer.pop("kind"), answer.pop("channel"), **answer)
        except ValueError:
            form.add_error("received", _("It cannot have come on a day to come."))
        else:
            if not new:
                messages.info(request, _("The same was asked before by this address, and is open. Here it is."))
            return redirect("office_request", slug=slug, wanted=made.pk)
    return render(request, "privacy/desk/enter.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@office.staffed
def one(request: HttpRequest, slug: str, wanted: UUID) -> HttpResponse:
    """One request: what is asked, who asks, how sure that is, and what can be done."""
    return _page(request, queries.get_request(wanted))


@require_safe
@office.staffed
def letter(request: HttpRequest, slug: str, wanted: UUID) -> HttpResponse:
    """The answer, to be printed where no mail reaches."""
    found = queries.get_request(wanted)
    if found.state != "answered":
        raise Http404
    _seen([found])
    return render(request, "privacy/desk/letter.html", {"asked": found})


@require_POST
@office.staffed
def do(request: HttpRequest, slug: str, wanted: UUID, do: str) -> HttpResponse:
    """One step of the desk; what cannot be done says why on the request's page."""
    step = _STEPS.get(do)
    if step is None:
        raise Http404
    found = queries.get_request(wanted)
    form_class, act, says = step
    form = _form(form_class, request.POST, found) if form_class else None
    if form is not None and not form.is_valid():
        return _page(request, found, **{do: form})
    try:
        act(found, form)
    except actions.TooLate:
        messages.warning(request, _("This request has gone on meanwhile. Here is how it stands."))
    except actions.NotFound:
        return _page(request, found, **{do: _wrong(form, "address", _("Nobody is known here by this address."))})
    except subjects.Unproven:
        return _page(request, found, **{do: _wrong(form, None, _not_proven(found))})
    except carrying.NotCarriedOut:
        return _page(request, found, **{do: _wrong(form, None, _("This is the only administrator of the organisation. "
                     "Somebody else must become one first."))})  # fmt: skip
    except ValueError:
        return _page(
            request, found, **{do: _wrong(form, None, _("Whoever asks for somebody else shows that they may."))}
        )
    else:
        messages.success(request, says())
    return redirect("office_request", slug=slug, wanted=wanted)


@require_POST
@office.staffed
def told(request: HttpRequest, slug: str, wanted: UUID, receiver: UUID) -> HttpResponse:
    """A receiver was told, or cannot be."""
    one = Telling.objects.select_related("request").filter(pk=receiver, request_id=wanted, state="waiting").first()
    if one is None:
        raise Http404
    if request.POST.get("why"):
        form = ImpossibleForm(request.POST)
        if form.is_valid():
            telling.impossible(one, form.cleaned_data["why"])
    else:
        telling.told(one)
    return redirect("office_request", slug=slug, wanted=wanted)


_Act = Callable[[RightsRequest, Any], Any]
_STEPS: dict[str, tuple[type[forms.Form] | None, _Act, Callable[[], str]]] = {
    "mail": (None, lambda one, form: actions.want_proof(one), lambda: _("The link is on its way.")),
    "link": (
        LinkForm, lambda one, form: actions.link(one, form.cleaned_data["address"]),
        lambda: _("We know now whom it is about."),
    ),
    "shown": (
        ShownForm, lambda one, form: actions.shown(one, form.cleaned_data["proof"]),
        lambda: _("Noted. Keep no copy of what you looked at."),
    ),
    "extend": (
        ExtendForm, lambda one, form: actions.extend(one, Delay[form.cleaned_data["delay"]]),
        lambda: _("It takes longer, and whoever asked is told why."),
    ),
    "decide": (
        DecideForm,
        lambda one, form: deciding.decide(
            one, form.cleaned_data["outcome"], refusal=form.reason, words=form.cleaned_data["words"],
            more=form.corrections,
        ),
        lambda: _("Decided, carried out, and answered."),
    ),
}  # fmt: skip


def _page(request: HttpRequest, found: RightsRequest, **bound: forms.Form) -> HttpResponse:
    known = found.state in queries.OPEN
    _seen([found])
    context: dict[str, Any] = public_facts(found) | {
        "happened": timeline(found),
        "channel": kinds.CHANNELS[found.channel],
        "people": len(subjects.of(found)),
        "impossible": ImpossibleForm(),
        "known": bool(found.proof) and (not found.behalf or found.proof == "shown"),
        "can_extend": known and not found.extended and clocks.days_left(found.organisation, found.due) >= 0,
    }
    if known:
        for name, (form_class, _act, _says) in _STEPS.items():
            if form_class:
                context[f"{name}_form"] = bound.get(name) or _form(form_class, None, found)
        if found.kind == "erase" and context["known"]:
            context["previews"] = [preview for _person, preview in deciding.preview_erasure(found)]
    return render(request, "privacy/desk/request.html", context, status=422 if bound else 200)


def _seen(found: list[RightsRequest]) -> None:
    """Whom it is about can read that somebody read it."""
    about = RequestSubject.objects.filter(request__in=found).values_list("person_id", flat=True)
    evidence.saw(list(about), "privacy.request", "request")


def _form(form_class: type[forms.Form], data: Any, found: RightsRequest) -> forms.Form:
    if form_class is DecideForm:
        return DecideForm(data, request=found)
    if form_class is LinkForm and data is None:
        return LinkForm(initial={"address": found.address})
    return form_class(data)


def _wrong(form: Any, field: str | None, says: str) -> Any:
    form.add_error(field, says)
    return form


def _not_proven(found: RightsRequest) -> str:
    if found.behalf:
        return _("Whoever asks for somebody else shows first that they may. Until then it can only be refused.")
    return _("It is not sure yet who asks. Until then it can only be refused.")
