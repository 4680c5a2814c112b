"""Own account: home, sessions, e-mail address, accepting an invitation."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib import messages
from django.contrib.auth import login as start_session
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.access import as_office
from tillit.identity import actions, addresses, admission, post, queries, sessions, throttle
from tillit.identity.doors import signed_in
from tillit.identity.entrance import door, proof_wanted, unlogged
from tillit.identity.forms import AcceptForm, AddressForm, JoinForm
from tillit.identity.models import Account, Session
from tillit.identity.roles import role_words
from tillit.kernel import clock, keyring, mail

_MOVE_LIFE = timedelta(days=1)
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_safe
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Where the account belongs, and the way to its settings."""
    places = [
        {"place": place, "roles": [role_words(role) for role in place.roles]} for place in queries.my_organisations()
    ]
    return render(request, "identity/home.html", {"places": places, "section": "home"})


@require_safe
@never_cache
def signup(request: HttpRequest) -> HttpResponse:
    """There is no signing up without an invitation; this page says so, to everybody alike."""
    return render(request, "identity/signup.html")


@require_safe
@signed_in
def session_list(request: HttpRequest) -> HttpResponse:
    """Where the account is logged in."""
    here = _own_hash(request)
    rows = [
        {
            "id": session.pk,
            "device": sessions.device_words(session.device),
            "started": session.started,
            "seen": session.seen,
            "ends": min(session.expires, session.seen + sessions.IDLE),
            "this": bytes(session.key_hash) == here,
        }
        for session in queries.my_sessions()
    ]
    return render(request, "identity/sessions.html", {"rows": rows, "section": "sessions"})


@require_POST
@signed_in
def session_end(request: HttpRequest, session: UUID) -> HttpResponse:
    """End one session of one's own."""
    ended = get_object_or_404(Session, pk=session)
    if bytes(ended.key_hash) == _own_hash(request):
        return _leave(request)
    Session.objects.filter(pk=session).delete()
    messages.success(request, _("That device is logged out."))
    return redirect("identity:sessions")


@require_POST
@signed_in
def session_end_all(request: HttpRequest) -> HttpResponse:
    """Log out everywhere: on the other devices, or on this one too."""
    if request.POST.get("this") == "too":
        sessions.end_all()
        return _leave(request)
    sessions.end_all(but=request.session.session_key)
    messages.success(request, _("All other devices are logged out."))
    return redirect("identity:sessions")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@door
def email(request: HttpRequest) -> HttpResponse:
    """The account's own address, and another one instead: a link to the new address proves it."""
    account = _account(request)
    form = AddressForm(request.POST or None)
    if request.method == "POST":
        raise_if_reauthentication_required(request, app="allauth.account")
        if form.is_valid():
            _ask_to_move(account, form.cleaned_data["email"])
            messages.info(request, _("Look into the mailbox of the new address: the link there makes the change."))
            return redirect("account_email")
    context = {"form": form, "address": addresses.opened(account), "section": "email", "prove": proof_wanted(request)}
    return render(request, "identity/email.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def email_move(request: HttpRequest, token: str) -> HttpResponse:
    """The mailed link: the account moves to the new address, once its owner says so here."""
    account = _account(request)
    wanted = _read_move(token, account)
    if wanted is None:
        return unlogged(render(request, "identity/email_move.html", {"expired": True}, status=410))
    if request.method != "POST":
        return render(request, "identity/email_move.html", {"address": wanted})
    before = addresses.opened(account)
    if not actions.move_account(account=account, email=wanted):
        return unlogged(render(request, "identity/email_move.html", {"expired": True}, status=410))
    post.notice(account, "identity/email_moved", to=before)
    messages.success(request, _("Your account has its new address."))
    return redirect("account_email")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def join(request: HttpRequest, token: str) -> HttpResponse:
    """An invitation's link: join as the account that is logged in, or with a new one."""
    asked = queries.invitation(token)
    if asked is None:
        return unlogged(render(request, "identity/join_over.html", status=410))
    if page := admission.unmet(request, asked.organisation):
        return unlogged(page)
    logged_in = request.user.is_authenticated
    context: dict[str, Any] = {
        "asked": asked,
        "roles": [role_words(role) for role in asked.roles],
        "own_address": addresses.opened(_account(request)) if logged_in else "",
        "login_url": f"{reverse('account_login')}?next={request.path}",
    }
    form: AcceptForm | JoinForm
    data = request.POST if request.method == "POST" else None
    if logged_in:
        names = [place.display_name for place in queries.my_organisations()]
        form = AcceptForm(data, initial={"name": asked.name or next(iter(names), "")})
    elif asked.known:
        return render(request, "identity/join_login.html", context)
    else:
        form = JoinForm(data, email=asked.email, initial={"name": asked.name})
    if request.method == "POST" and form.is_valid():
        joined = actions.accept_invitation(
            token=token,
            name=form.cleaned_data["name"],
            email=asked.email,
            password=form.cleaned_data.get("password"),
            language=get_language() or asked.language,
            time_zone=asked.time_zone,
        )
        if joined is None:
            return unlogged(render(request, "identity/join_over.html", status=410))
        if not logged_in:
            _begin(request, joined.account)
        messages.success(request, _("Welcome to %(organisation)s.") % {"organisation": asked.organisation_name})
        if asked.roles and "provider" not in asked.roles:
            return redirect("identity:home")
        return redirect("organisation", asked.slug)  # on to what they came for
    page = render(request, "identity/join.html", {**context, "form": form}, status=422 if form.errors else 200)
    return unlogged(page)


def _begin(request: HttpRequest, account: UUID) -> None:
    """Log a new account in: the link proved its address, its owner just chose the password."""
    with as_office("login", subject=str(account)):
        found = Account.objects.get(pk=account)
        start_session(request, found, backend=_BACKEND)
        record_authentication(request, found, method="password", reauthenticated=True)


def _leave(request: HttpRequest) -> HttpResponseRedirect:
    request.session.flush()
    return HttpResponseRedirect("/")


def _account(request: HttpRequest) -> Account:
    assert isinstance(request.user, Account)
    return request.user


def _own_hash(request: HttpRequest) -> bytes:
    key = request.session.session_key
    return sessions.key_hash(key) if key else b""


# ---- the link that moves an account to another address


def _ask_to_move(account: Account, wanted: str) -> None:
    """Mail the link to the new address. Whether that has an account shows only when its owner opens the link."""
    if not throttle.RESET.take(addresses.stand_in(wanted)) or not throttle.RESET.take("from", str(account.pk)):
        return
    told = {"account": str(account.pk), "email": wanted, "until": (clock.now() + _MOVE_LIFE).isoformat()}
    told["index"] = account.email_index
    token = keyring.seal(json.dumps(told).encode(), context=b"identity.email.move")
    path = reverse("identity:email_move", args=[base64.urlsafe_b64encode(token).decode().rstrip("=")])
    post.to_account("move", to=wanted, language=account.language, context={"url": mail.link(path)})


def _read_move(token: str, account: Account) -> str | None:
    """The new address in a link that was made for this account while it had its present one."""
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        told = json.loads(keyring.open(sealed, context=b"identity.email.move"))
    except ValueError:
        return None
    if told["account"] != str(account.pk) or told["index"] != account.email_index:
        return None
    return str(told["email"]) if datetime.fromisoformat(told["until"]) > clock.now() else None
