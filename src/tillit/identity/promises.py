"""What logging in promises."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tillit.kernel.probing import Ground
from tillit.kernel.promise import Finding, Group, Kind, Promise, give

WEAK = ("short", "password1234", "123456789012", "qwerty123456", "112233445566", "qazwsxedcrfv")


def strong_unique_passwords(ground: Ground) -> Finding:
    """Weak, common and numeric passwords are refused, each with a reason; a good one is not."""
    for password in WEAK:
        try:
            validate_password(password)
        except ValidationError as refused:
            if not any(str(message).strip() for message in refused.messages):
                return Finding(False, "A refusal came without a reason.")
        else:
            return Finding(False, f"A password of {len(password)} characters that everybody tries was accepted.")
    try:
        validate_password("granar-vaktar-stigen-4711")
    except ValidationError:
        return Finding(False, "A good password was refused.")
    return Finding(True, f"{len(WEAK)} weak passwords were refused with reasons.")


_HERE = "tests/privacy/test_sabotage.py::"

give(
    Promise(
        "strong-unique-passwords",
        group=Group.SECURITY,
        says=_("Weak, common and reused passwords are refused, with the reason."),
        by=_("The rules are asked with passwords that everybody tries."),
        probe=strong_unique_passwords,
        sabotage=_HERE + "test_strong_unique_passwords",
    ),
    Promise(
        "session-hygiene",
        group=Group.SECURITY,
        says=_("Logging out ends the session everywhere it was copied to; you see your sessions and end them."),
        by=_("A test logs in, copies the cookie, logs out and tries again."),
        kind=Kind.BUILD,
        sabotage=_HERE + "test_build_results",
    ),
    Promise(
        "intrusion-kept-out",
        group=Group.SECURITY,
        says=_("Guessing is slowed down and stopped, and nobody learns whether an account exists."),
        by=_("Tests guess passwords and compare every answer for known and unknown addresses."),
        kind=Kind.BUILD,
        sabotage=_HERE + "test_build_results",
    ),
    Promise(
        "administrator-sees-name-and-mail",
        group=Group.CONTACT,
        says=_(
            "Administrators see a colleague's name and e-mail, working hours, and when and how much they are booked,"
            " because the account is shared, and nothing more of that person's private data."
        ),
        by=_(
            "A test follows every link as an administrator and looks for what is private of a colleague, and counts"
            " what the database shows of them, table by table."
        ),
        kind=Kind.BUILD,
        sabotage=_HERE + "test_build_results",
    ),
)
