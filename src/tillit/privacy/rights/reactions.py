"""What must eventually happen after a person's choice: each reaction runs at least once and has its effect once."""

from __future__ import annotations

from tillit.identity.queries import people_by_id
from tillit.kernel import mail
from tillit.kernel.outbox import Envelope, consumer
from tillit.privacy import doors
from tillit.privacy.rights.events import ObjectionAnswered


@consumer("mail.objection_answered", ObjectionAnswered)
def tell_of_answer(event: ObjectionAnswered, about: Envelope) -> None:
    """That there is an answer, and where to read it; the answer itself stays out of the mail."""
    person = people_by_id([event.person]).get(event.person)
    if person is None or not person.email:
        return
    organisation = person.organisation
    message = mail.render(
        "privacy/objection_answered",
        to=person.email,
        language=person.language,
        context={"url": mail.link(doors.to(person, "choices"))},
        reply_to=organisation.contact_email,
        organisation_name=organisation.name,
    )
    mail.send(message, about=[person.pk])
