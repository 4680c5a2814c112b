"""What must eventually happen after an event of this app."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tillit import notify
from tillit.identity.queries import organisation_by_id
from tillit.kernel.outbox import Envelope, consumer
from tillit.notify.events import WebhookGivenUp
from tillit.privacy.incidents.telling import ROLES, officers

GIVEN_UP = notify.declare("notify.webhook", says=_("A webhook was stopped, because it took nothing"), roles=ROLES)


@consumer("notify.webhook_given_up", WebhookGivenUp)
def tell_of_webhook(event: WebhookGivenUp, about: Envelope) -> None:
    """Those who answer for data here learn that another program is told nothing more."""
    organisation = organisation_by_id(about.organisation)
    said = notify.Said(
        "notify/webhook_given_up",
        {},
        path=reverse("office_webhook", args=[organisation.slug, event.webhook]),
        reply_to=organisation.contact_email,
    )
    for person in officers():
        zone = person.time_zone or organisation.time_zone
        to = notify.To(person.pk, person.display_name, person.email, "", person.language, zone)
        notify.send(GIVEN_UP, to, said, organisation)
