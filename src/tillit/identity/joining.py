"""Joining a marketplace by oneself: its door, and whether it stands open."""

from __future__ import annotations

from typing import Any, Literal

from django import forms
from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tillit import evidence
from tillit.evidence import events
from tillit.identity import addresses, invitations, post, queries, throttle
from tillit.identity.doors import needs_role
from tillit.identity.forms import AddressField
from tillit.identity.models import Account, Organisation
from tillit.kernel import clock, mail, signing
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import sign_text

As = Literal["seek", "offer"]
CHOICES = (("seek", gettext_lazy("I look for help")), ("offer", gettext_lazy("I offer help")))
CHANGED = events.declare("identity.joining.changed", label=gettext_lazy("Who may join was changed"), keep=events.YEAR)


class JoinForm(forms.Form):
    """What somebody wants to be here and, for whoever is not logged in, where the link goes."""

    kind = forms.ChoiceField(label=gettext_lazy("What brings you here?"), choices=CHOICES, widget=forms.RadioSelect)
    email = AddressField(help_text=gettext_lazy("We mail you a link. It is also how you will log in."))

    def __init__(self, *args: Any, known: bool, roles: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            del self.fields["email"]
        if roles:
            fields: dict[str, Any] = self.fields
            fields["kind"].choices = CHOICES[1:]


def is_open(organisation: Organisation | None) -> bool:
    """Can anybody join it by themselves?"""
    return bool(
        organisation and organisation.published and organisation.open_to_join and "directory" in organisation.modules
    )


def ask(organisation: Organisation, *, as_: As, email: str, name: str = "", language: str) -> tuple[str, bool]:
    """An invitation to oneself: the acting account's own address, or one that gets the link by mail. Returns the path
    of its page, which only that mail or that account may learn, and whether there is one (False: not open)."""
    identity, token = new_id(), invitations.new_token()
    body = signing.canonical({
        "id": str(identity), "organisation": str(organisation.pk), "as": as_, "index": addresses.index(email),
        "email": invitations.sealed("email", email, identity).hex(),
        "name": invitations.sealed("name", name, identity).hex(), "language": language,
        "hash": invitations.token_hash(token), "expires": (clock.now() + invitations.LIFE).isoformat(),
    })  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("select identity.ask_to_join(%s, %s)", [body, sign_text("joining", body)])
        (made,) = cursor.fetchone()
    return reverse("identity:join", args=[token]), bool(made)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def page(request: Any, slug: str) -> HttpResponse:
    """The door: as somebody who looks for help, or who offers it. What follows is the invitation's own page."""
    organisation = queries.current_organisation(request)
    if organisation is None or not is_open(organisation):
        raise Http404
    account = request.user if isinstance(request.user, Account) or request.user.is_authenticated else None
    here = queries.acting_person(request)
    held = queries.roles() if here else frozenset()
    given = request.POST if request.method == "POST" else None
    form = JoinForm(given, known=bool(account), roles=held, initial={"kind": request.GET.get("as", "seek")})
    context = {"form": form, "account": account, "here": here, "provider": "provider" in held}
    if request.method == "POST" and form.is_valid():
        answer, language = form.cleaned_data, get_language() or organisation.languages[0]
        address = addresses.opened(account) if account else answer["email"]
        if not throttle.JOIN.take(throttle.network(request)) or not throttle.JOIN.take(addresses.stand_in(address)):
            form.add_error(None, _("That is a lot at once. Go on in a few minutes."))
        else:
            path, _made = ask(organisation, as_=answer["kind"], email=address, language=language)
            if account:
                return redirect(path)
            post.invite(
                organisation, to=address, language=language, path=path,
                context={"name": "", "expires": clock.now() + invitations.LIFE, "link": mail.link(path)},
            )  # fmt: skip
            return render(request, "identity/joining_sent.html", {"address": address})
    return render(request, "identity/joining.html", context, status=422 if form.errors else 200)


@require_POST
@needs_role("administrator")
def setting(request: HttpRequest, slug: str) -> HttpResponse:
    """An administrator opens the door, or closes it; who is inside stays."""
    organisation = queries.current_organisation(request)
    if organisation is None:
        raise Http404
    wanted = request.POST.get("open") == "yes"
    Organisation.objects.filter(pk=organisation.pk).update(open_to_join=wanted)
    evidence.record(CHANGED.name, object=organisation.pk, reason="open" if wanted else "closed")
    messages.success(request, _("Anybody may join.") if wanted else _("Only those who are invited join."))
    return redirect(request.POST.get("next") if request.POST.get("next") == reverse("directory_setup", args=[slug])  # type: ignore[arg-type]
                    else reverse("people:list", args=[slug]))  # fmt: skip
