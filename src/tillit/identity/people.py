"""An organisation's people page: who works here, as what; asking somebody to join, ending a role."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tillit.identity import actions, queries
from tillit.identity.doors import needs_role
from tillit.identity.forms import InviteForm
from tillit.identity.roles import role_words


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role("administrator")
def people(request: Any, slug: str) -> HttpResponse:
    """Colleagues and open invitations; a posted form invites."""
    organisation = queries.current_organisation(request)
    assert organisation is not None
    form = InviteForm(
        request.POST or None,
        languages=organisation.languages,
        modules=organisation.modules,
        initial={"language": get_language() if get_language() in organisation.languages else organisation.languages[0]},
    )
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data
        try:
            actions.invite(
                organisation=organisation.pk,
                email=answer["email"],
                roles=answer["roles"],
                name=answer["name"],
                language=answer["language"],
            )
        except actions.TooOften:
            form.add_error(None, _("That is a lot of mail at once. Go on in a few minutes."))
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect("people:list", slug=slug)
    colleagues = [
        {
            "person": person,
            "this": person.pk == request.actor.person,
            "memberships": [{"id": m.pk, "words": role_words(m.role)} for m in person.memberships_now],  # type: ignore[attr-defined]
        }
        for person in queries.colleagues()
    ]
    invited = [
        {"asked": asked, "roles": [role_words(role) for role in asked.roles]} for asked in queries.open_invitations()
    ]
    context = {"form": form, "colleagues": colleagues, "invited": invited}
    return render(request, "identity/people.html", context, status=422 if form.errors else 200)


@require_POST
@needs_role("administrator")
def end_role(request: HttpRequest, slug: str, membership: UUID) -> HttpResponse:
    """End one role of one person."""
    answer = actions.end_membership(membership=membership)
    if answer == "last":
        messages.error(request, _("An organisation keeps one administrator. Give the role to somebody else first."))
    elif answer == "ended":
        messages.success(request, _("The role has ended."))
    return redirect("people:list", slug=slug)


@require_POST
@needs_role("administrator")
def withdraw(request: HttpRequest, slug: str, invitation: UUID) -> HttpResponse:
    """Take an invitation back."""
    if actions.withdraw_invitation(invitation=invitation):
        messages.success(request, _("The invitation is taken back; its link no longer works."))
    return redirect("people:list", slug=slug)
