"""What a person agrees to, objects to and lays at rest; each is taken back as easily as it was given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.privacy import doors
from tillit.privacy.rights import actions, consents, consequences, objections, queries
from tillit.privacy.rights.forms import ObjectForm, RestForm


@require_safe
@doors.person
def choices(request: HttpRequest, slug: str) -> HttpResponse:
    """All choices, and what holds now."""
    given, made = queries.my_consents(), queries.my_objections()
    context = {
        "consents": [_consent(asked, given.get(asked.key)) for asked in consents.every.values()],
        "objections": [{"use": use, "made": made.get(use.key)} for use in objections.every()],
        "resting": queries.my_restriction(),
        "signal": objections.signalled(request),
    }
    return render(request, "privacy/rights/choices.html", context)


def _consent(asked: consents.Asked, given: Any) -> dict[str, Any]:
    """A consent and what holds: words that have changed since are asked for anew, and the old ones shown."""
    held = given is not None and given.version == asked.version
    return {"asked": asked, "given": given if held else None, "before": None if held else given}


_DO: dict[str, tuple[Callable[[str], bool], Callable[[], str]]] = {
    "agree": (actions.agree, lambda: _("You agreed. You can take it back here at any time.")),
    "take_back": (actions.take_back, lambda: _("You took it back. It holds from now on.")),
    "object": (actions.object_to, lambda: _("It has stopped.")),
    "allow": (actions.allow_again, lambda: _("You took the objection back.")),
}


@require_POST
@doors.person
def choose(request: HttpRequest, slug: str, do: str) -> HttpResponse:
    """One tap: agree or take it back, object or allow again. 404 for what is not asked here."""
    if do not in _DO:
        raise Http404
    act, says = _DO[do]
    try:
        changed = act(request.POST.get("what", ""))
    except (KeyError, ValueError):
        raise Http404 from None
    if changed:
        messages.success(request, says())
    return redirect(doors.mine(request, "choices"))


@require_http_methods(["GET", "HEAD", "POST"])
@doors.person
def object_with_reasons(request: HttpRequest, slug: str, use: str) -> HttpResponse:
    """Object to a use that rests on a legitimate interest: it is paused until whoever answers for the data decides."""
    asked = next((one for one in objections.every() if one.key == use and not one.at_once), None)
    if asked is None:
        raise Http404
    form = ObjectForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.object_to(use, form.cleaned_data["words"])
        messages.success(request, _("It is paused for you. You get an answer by mail, and it stands here."))
        return redirect(doors.mine(request, "choices"))
    context = {"form": form, "use": asked}
    return render(request, "privacy/rights/object.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@doors.person
def rest(request: HttpRequest, slug: str) -> HttpResponse:
    """Lay everything at rest, after reading what then cannot be delivered; or let it be used again."""
    if request.method == "POST" and request.POST.get("do") == "again":
        if actions.use_again():
            messages.success(request, _("Your data may be used again, as before."))
        return redirect(doors.mine(request, "choices"))
    form = RestForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if actions.rest(form.cleaned_data["reason"]):
            messages.success(request, _("Your data lies at rest. We keep it, and do nothing else with it."))
        return redirect(doors.mine(request, "choices"))
    stops = consequences.of_resting(doors.whose(request))
    context = {"form": form, "consequences": stops, "resting": queries.my_restriction()}
    return render(request, "privacy/rights/rest.html", context, status=422 if form.errors else 200)
