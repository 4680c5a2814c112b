"""What members undertake: few, plain, accepted when they join."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tillit.privacy.policy.facts import Facts
from tillit.privacy.policy.parts import Section, section, text

DUTIES = ("password", "sharing", "key", "logging-out", "others", "telling")


def facts(organisation: Any) -> Facts:
    """The duties by name: one more, or one less, is a significant change."""
    return {"duties": list(DUTIES)}


def sections(organisation: Any, known: Facts) -> list[Section]:
    """The duties in the active language."""
    said = {
        "password": (
            _("A password of its own"),
            _(
                "If you use a password, use it here and nowhere else. A key (passkey or hardware key) is better; any"
                " member may add one."
            ),
        ),
        "sharing": (
            _("Your login is yours"),
            _("Let nobody else use it, not even a colleague. Whoever needs to see something gets their own login."),
        ),
        "key": (
            _("Keep your key safe"),
            _("Lock your phone and your computer, and keep the recovery codes where only you find them."),
        ),
        "logging-out": (
            _("Log out where others come after you"),
            _("On a computer that others use, log out when you go. You can also end it from another device."),
        ),
        "others": (
            _("Look only at what your work needs"),
            _("What you see of other people is theirs. Every look is written down, and they can read it."),
        ),
        "telling": (
            _("Tell at once if something goes wrong"),
            _("A lost phone, a mail to the wrong person, a strange login: say it at once. Nobody is blamed for it."),
        ),
    }
    return [section(name, title, says) for name, (title, says) in said.items() if name in known["duties"]] + [
        section(
            "when",
            _("How long this holds"),
            _("As long as you are a member here."),
            text(_("When what is asked of you changes you are asked again before it holds.")),
        )
    ]
