"""What must eventually happen after a person's choice: each reaction runs at least once and has its effect once."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tillit.identity.queries import people_by_id
from tillit.kernel import letters, mail
from tillit.kernel.outbox import Envelope, consumer
from tillit.privacy import doors
from tillit.privacy.rights.events import ObjectionAnswered

ANSWERED = letters.declare("privacy.objection", says=_("The answer to an objection of yours"), must=True)


@consumer("mail.objection_answered", ObjectionAnswered)
def tell_of_answer(event: ObjectionAnswered, about: Envelope) -> None:
    """That there is an answer, and where to read it; the answer itself stays out of the mail."""
    person = people_by_id([event.person]).get(event.person)
    if person is None or not person.email:
        return
    organisation, path = person.organisation, doors.to(person, "choices")
    message = mail.render(
        "privacy/objection_answered",
        to=person.email,
        language=person.language,
        context={"url": mail.link(path)},
        reply_to=organisation.contact_email,
        organisation_name=organisation.name,
    )
    letters.send(ANSWERED, message, organisation=organisation, person=person.pk, path=path)
