"""Google and Microsoft: where they are asked, what for, and whether hosts of the acting organisation may connect them.

Only when somebody is busy is asked for, with the narrowest permission that gives it:
Google      freebusy.query, https://developers.google.com/workspace/calendar/api/v3/reference/freebusy/query
Microsoft   calendarView of start, end and showAs, https://learn.microsoft.com/graph/api/calendar-list-calendarview
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tillit.booking.calendars.queries import allowed, usable
from tillit.kernel import config, egress
from tillit.kernel.dpv import Words
from tillit.privacy import processors


@dataclass(frozen=True)
class Provider:
    """Whom a host logs in with, outside of here. ask: where the browser goes (RFC 6749, 3.1); token and revoke: where
    the worker goes (3.2, RFC 7009), revoke empty where there is no such place. scope: all that is asked for; needs:
    the part of it that the answer has to grant. setting: names the file of the installation's client."""

    kind: str
    name: Words
    setting: str
    ask: str
    token: str
    api: str
    scope: str
    needs: str
    revoke: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def hosts(self) -> frozenset[egress.Host]:
        """All that the worker calls."""
        found = (urlsplit(url) for url in (self.token, self.api, self.revoke) if url)
        return frozenset(egress.Host(parts.hostname or "", parts.port or 443) for parts in found)


GOOGLE = Provider(
    "google",
    "Google",
    "TILLIT_GOOGLE",
    ask="https://accounts.google.com/o/oauth2/v2/auth",
    token="https://oauth2.googleapis.com/token",  # noqa: S106 (an address)
    revoke="https://oauth2.googleapis.com/revoke",
    api="https://www.googleapis.com/calendar/v3",
    scope="https://www.googleapis.com/auth/calendar.freebusy",
    needs="calendar.freebusy",
    more={"access_type": "offline", "prompt": "consent"},  # else no refresh token comes
)
MICROSOFT = Provider(
    "microsoft",
    "Microsoft",
    "TILLIT_MICROSOFT",
    ask="https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
    token="https://login.microsoftonline.com/common/oauth2/v2.0/token",  # noqa: S106 (an address)
    api="https://graph.microsoft.com/v1.0",
    scope="https://graph.microsoft.com/Calendars.ReadBasic offline_access",
    needs="calendars.readbasic",
    more={"prompt": "select_account"},
)
PROVIDERS: dict[str, Provider] = {one.kind: one for one in (GOOGLE, MICROSOFT)}


def configured() -> list[Provider]:
    """Those at which whoever runs the installation has registered it."""
    return [one for one in PROVIDERS.values() if config.text(one.setting)]


def offered() -> dict[str, str]:
    """Kind → key of the acting organisation's receiver, of each that its hosts may connect: all of its hosts are
    registered, for planning work, with logins and busy times, in a region that the organisation allows."""
    register, registered = processors.Register(), processors.keys()
    found: dict[str, str] = {}
    for provider in configured():
        for key, _name in registered:
            receiver = register.find(key)
            if receiver and usable(receiver) and provider.hosts <= receiver.hosts and allowed(key):
                found.setdefault(provider.kind, key)
    return found
