"""What became of a message to a webhook, in words that say what to mend."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillit.notify.models import WebhookDelivery

STATES = {
    "waiting": gettext_lazy("on its way"),
    "delivered": gettext_lazy("taken"),
    "dead": gettext_lazy("not taken"),
    "stopped": gettext_lazy("stopped"),
}
_PROBLEMS = {
    "Unreachable": gettext_lazy("Nobody answered there"),
    "TooSlow": gettext_lazy("The answer took longer than 15 seconds"),
    "Untrusted": gettext_lazy("Its certificate is not good"),
    "TooLarge": gettext_lazy("The answer did not end"),
    "BadAnswer": gettext_lazy("The answer could not be read"),
    "Redirected": gettext_lazy("It leads to another address, which is not followed"),
    "WrongAddress": gettext_lazy("Its name leads into a private network"),
    "WrongHost": gettext_lazy("The host is none of the receiver's"),
    "NoAgreement": gettext_lazy("There is no agreement with the receiver, or it has ended"),
    "WrongRegion": gettext_lazy("The receiver is in another region, and no safeguard is stated"),
    "WrongPurpose": gettext_lazy("The receiver is not registered for arranging bookings"),
    "UnknownProcessor": gettext_lazy("The receiver is not registered any more"),
    "Stopped": gettext_lazy("The receiver is no longer used"),
    "gone": gettext_lazy("It said that it wants no more"),
    "ours": gettext_lazy("Something went wrong on our side"),
}


def problem(row: WebhookDelivery) -> str:
    """What went wrong at the last try; "" for nothing."""
    if row.state == "delivered" or not row.tries:
        return ""
    if row.problem:
        return str(_PROBLEMS.get(row.problem, _("It could not be sent")))
    return _("It answered with the status %(status)s") % {"status": row.status} if row.status else ""
