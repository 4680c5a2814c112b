"""Every cookie that the program can set. tests/guards/test_cookies.py reads the sources and fails for one that is not
here, and the promise technical-cookies-only compares what pages set with this list."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from tillit.kernel.dpv import Words


@dataclass(frozen=True)
class Cookie:
    """A cookie: its name, what it is for, how long it stays, and when it is set."""

    name: str
    says: Words
    stays: Words
    when: Words


COOKIES: tuple[Cookie, ...] = (
    Cookie("session", _("that you are logged in on this device"), _("until you log out, or 30 days"), _("you log in")),
    Cookie("form", _("that a form comes from you and not from another page"), _("a year"), _("a page has a form")),
    Cookie("messages", _("a sentence for your next page, such as “It is booked”"), _("until it is shown"),
           _("there is something to say")),
    Cookie("language", _("the language that you chose"), _("a year"), _("you choose a language")),
    Cookie("theme", _("light or dark, as you chose"), _("a year"), _("you choose light or dark")),
    Cookie("zone", _("the time zone of your clock, so that times are yours"), _("until you close the browser"),
           _("you look at times")),
    Cookie("way-on", _("where you go on after paying, so that the payment provider need not know"), _("three hours"),
           _("you go to pay")),
    Cookie("of-age", _("that you are old enough; not how old"), _("a day"), _("you have been asked for your age")),
)  # fmt: skip

NAMES = frozenset(cookie.name for cookie in COOKIES)
