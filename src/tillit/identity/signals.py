"""What follows from a login and from a new password. (The library tells by signals; our own apps never do.)"""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.models import update_last_login
from django.contrib.auth.signals import user_logged_in

from tillit.identity import sessions, throttle
from tillit.kernel import clock, happenings


def connect() -> None:
    """Called once, when the app is ready."""
    user_logged_in.disconnect(update_last_login, dispatch_uid="update_last_login")
    user_logged_in.connect(_note_login, dispatch_uid="identity.login")
    password_changed.connect(_others_leave, dispatch_uid="identity.password_changed")
    password_set.connect(_others_leave, dispatch_uid="identity.password_set")
    password_reset.connect(_everybody_leaves, dispatch_uid="identity.password_reset")


def _note_login(sender: Any, request: Any, user: Any, **told: Any) -> None:
    user.last_login = clock.now()  # by our clock, not the machine's
    user.save(update_fields=["last_login"])
    if request is not None:
        happenings.announce(
            "identity.login.done", account=user.pk, network=throttle.network(request),
            agent=request.headers.get("User-Agent", ""), languages=request.headers.get("Accept-Language", ""),
        )  # fmt: skip


def _others_leave(sender: Any, request: Any, **told: Any) -> None:
    sessions.end_all(but=request.session.session_key)


def _everybody_leaves(sender: Any, request: Any, **told: Any) -> None:
    sessions.end_all()
