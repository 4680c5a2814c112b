"""Correcting or deleting one detail in place; a new address counts when a mail has proven it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tillit.identity import throttle
from tillit.identity.queries import current_organisation
from tillit.kernel import letters, mail
from tillit.privacy import doors, registry
from tillit.privacy.registry import Held
from tillit.privacy.rights import corrections, proofs, said

ADDRESS = letters.declare(
    "privacy.address", says=_("That your address changes"), offered=(letters.Channel.MAIL,), must=True
)


class CodeForm(forms.Form):
    """The code that was mailed to a new address."""

    code = forms.CharField(
        label=gettext_lazy("The code in our mail"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@doors.person
def correct(request: HttpRequest, slug: str, label: str, row: UUID) -> HttpResponse:
    """One value: as it is, to be written anew, or deleted where it can go alone. 404 for what is not the person's."""
    way, held = _found(request, label, row)
    if request.method == "POST" and "delete" in request.POST and way.clears:
        corrections.write(way, doors.whose(request), row, "")
        messages.success(request, _("It is deleted."))
        return redirect(doors.mine(request, "data"))
    form = _form(way, held, request.POST if request.method == "POST" else None)
    if form.is_valid():
        value = form.cleaned_data["value"]
        if not way.proven:
            corrections.write(way, doors.whose(request), row, value)
            messages.success(request, _("It is corrected."))
            return redirect(doors.mine(request, "data"))
        if proof := _ask_for_proof(request, way, row, value):
            return redirect(doors.mine(request, "prove", proof=proof))
        form.add_error("value", _("That was a lot of mail in a short time. Go on in a few minutes."))
    table = said.called(label.rpartition(".")[0])
    context = {"form": form, "held": held, "way": way, "table": table, "label": label}
    return render(request, "privacy/rights/correct.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@doors.person
def prove(request: HttpRequest, slug: str, proof: str) -> HttpResponse:
    """The new value is written once its owner has written the code that was mailed there; the old address is told."""
    proven = proofs.read(proof, doors.whose(request))
    if proven is None:
        return render(request, "privacy/rights/prove.html", {"expired": True}, status=410)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and not throttle.CODE.take("proof", proof):
        form.add_error("code", _("That was too often. Wait a minute, and write it once more."))
    elif form.is_valid() and not proven.is_proven_by(form.cleaned_data["code"]):
        form.add_error("code", _("This is not the code in our mail. Look once more."))
    if not form.is_valid():
        context = {"value": proven.value, "form": form}
        return render(request, "privacy/rights/prove.html", context, status=422 if form.is_bound else 200)
    way, held = _found(request, proven.label, proven.row)
    corrections.write(way, doors.whose(request), proven.row, proven.value)
    _send(request, "changed", to=str(held.value or ""), url=mail.link(doors.mine(request, "data")))
    messages.success(request, _("It is corrected."))
    return redirect(doors.mine(request, "data"))


def _found(request: HttpRequest, label: str, row: UUID) -> tuple[corrections.Correction, Held]:
    """How the value is corrected, and the value as it is held of the person. 404 where there is neither; an empty
    phone number is there to be written, as every detail of the person's own row."""
    way = corrections.find(label)
    if not isinstance(way, corrections.Correction):
        raise Http404
    held = registry.one(doors.whose(request), label, row)
    if held is None:
        raise Http404
    return way, held


def _form(way: corrections.Correction, held: Held, data: Any) -> forms.Form:
    form = forms.Form(data, initial={"value": held.value})
    form.fields["value"] = way.field()
    return form


def _ask_for_proof(request: HttpRequest, way: corrections.Correction, row: UUID, value: str) -> str:
    """Mail a code to the new address. Returns the proof that it is held against; "" where there was mail enough."""
    person = doors.whose(request)
    if not (throttle.RESET.take("proof", value) and throttle.RESET.take("proof-of", str(person))):
        return ""
    proof = proofs.Proof(person, way.label, row, value)
    _send(request, "prove", to=value, code=f"{proof.code[:4]} {proof.code[4:]}")
    return proof.token()


def _send(request: HttpRequest, what: str, *, to: str, **told: str) -> None:
    organisation = current_organisation(request)
    if organisation is None or not to:
        return
    message = mail.render(
        f"privacy/{what}",
        to=to,
        language=get_language() or organisation.languages[0],
        context={"contact": organisation.contact_email, **told},
        reply_to=organisation.contact_email,
        organisation_name=organisation.name,
    )
    letters.send(ADDRESS, message, organisation=organisation, about=[doors.whose(request)])
