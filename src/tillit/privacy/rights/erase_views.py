"""Being erased: first what that means, then the one button."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from tillit.identity.queries import current_organisation, my_organisations
from tillit.kernel.ids import new_id
from tillit.privacy import doors
from tillit.privacy.rights import erasing, receipts


class EraseForm(forms.Form):
    """That it was read, and a number by which the form sent twice erases once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    sure = forms.BooleanField(label=_("I have read it, and I know that nobody can undo it."))


@require_http_methods(["GET", "HEAD", "POST"])
@doors.person
def erase(request: HttpRequest, slug: str) -> HttpResponse:
    """What goes, what stays and why, what others notice; a posted form does it and leads to the receipt."""
    person = doors.whose(request)
    form = EraseForm(request.POST if request.method == "POST" else None, initial={"key": new_id()})
    refused = ""
    if form.is_valid():
        try:
            receipt = erasing.erase(person, request_key=form.cleaned_data["key"])
        except erasing.Refused as answer:
            refused = answer.why
        else:
            if hasattr(request, "session"):
                request.session.flush()  # whoever was logged in as this person is nobody here now
            return redirect("erased", slug=slug, token=receipts.token(receipt.id))
    preview = erasing.preview(person)
    context = {
        "form": form,
        "preview": preview,
        "refused": refused or preview.refused,
        "elsewhere": [] if request.mine.by_link else _elsewhere(request),  # type: ignore[attr-defined]
    }
    return render(request, "privacy/rights/erase.html", context, status=422 if form.errors or refused else 200)


def _elsewhere(request: HttpRequest) -> list[dict[str, str]]:
    """The other organisations that know whoever is logged in: this page erases in one only."""
    here = current_organisation(request)
    return [{"name": one.name, "slug": one.slug} for one in my_organisations() if here and one.slug != here.slug]
