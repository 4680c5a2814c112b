"""Mail of the desk: to whoever asked, and to those who answer for data here."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tillit.identity.queries import people_by_id
from tillit.kernel import formats, mail
from tillit.kernel.outbox import Envelope, consumer
from tillit.privacy.desk import kinds, letters, reasons
from tillit.privacy.desk.events import Handed, ProofWanted, RequestExtended, RequestWaits
from tillit.privacy.incidents.telling import WAITS, officers
from tillit.privacy.models import Disclosure, RightsRequest


@consumer("mail.request_proof", ProofWanted)
def ask_for_proof(event: ProofWanted, about: Envelope) -> None:
    """The link to the registered address; to the typed one only where it is nobody's here."""
    request = _request(event.request)
    if request is not None and request.state == "unproven":
        person = _person(request)
        to = person.email if person else request.address
        letter = letters.proof(request, to=to, reader=person.pk if person else None)
        letter.send(request.organisation, about=[person.pk] if person else [])


@consumer("mail.request_longer", RequestExtended)
def say_that_it_takes_longer(event: RequestExtended, about: Envelope) -> None:
    """Why, and until when at the latest."""
    request = _request(event.request)
    if request is not None:
        person = _person(request) if request.proof else None
        to = person.email if person else request.address
        letters.longer(request, to=to).send(request.organisation, about=[person.pk] if person else [])


@consumer("mail.request_waits", RequestWaits)
def tell_the_office(event: RequestWaits, about: Envelope) -> None:
    """There is something to decide, or its time is nearly over, or over. The mail says what, never whose."""
    request = _request(event.request)
    if request is None or request.state not in ("unproven", "open"):
        return
    path = reverse("office_request", args=[request.organisation.slug, request.pk])
    for officer in officers():
        with translation.override(officer.language):
            letter = letters.Letter(
                officer.email,
                officer.language,
                _waiting_title(event.days),
                (
                    _("Somebody asks: %(what)s.") % {"what": kinds.WORDS[request.kind]},
                    _("The last day for the answer is %(day)s.") % {"day": letters.last_day(request, officer.language)},
                ),
                ((_("Open the request"), mail.link(path)),),
                WAITS,
                path,
            )
        letter.send(request.organisation, about=[officer.pk])


@consumer("mail.disclosed", Handed)
def tell_of_disclosure(event: Handed, about: Envelope) -> None:
    """Data of somebody was handed out: to whom and why, and where to read more."""
    row = Disclosure.objects.select_related("organisation").filter(pk=event.disclosure).first()
    person = people_by_id([event.person]).get(event.person)
    if row is None or person is None or not person.email:
        return
    with translation.override(person.language):
        letter = letters.Letter(
            person.email,
            person.language,
            _("Data about you was handed out"),
            (
                _("%(organisation)s handed out data about you, because %(why)s.")
                % {"organisation": row.organisation.name, "why": reasons.DISCLOSURES[row.kind]},
                _("To: %(receiver)s. On the ground of: %(basis)s.") % {"receiver": row.receiver, "basis": row.basis},
                _("Two people decided it. If you think that it was wrong, write to %(contact)s.")
                % {"contact": row.organisation.contact_email},
            ),
            (letters.my_page(row.organisation, person),),
        )
    letter.send(row.organisation, about=[person.pk])


def _waiting_title(days: int | None) -> str:
    if days is None:
        return _("Somebody asks about their data")
    if days == 0:
        return _("An answer about somebody's data is late")
    number = {"n": formats.format_number(days, translation.get_language() or "en")}
    return ngettext("%(n)s day left to answer", "%(n)s days left to answer", days) % number


def _request(request: Any) -> RightsRequest | None:
    return RightsRequest.objects.select_related("organisation").filter(pk=request).first()


def _person(request: RightsRequest) -> Any:
    if request.person_id is None:
        return None
    found = people_by_id([request.person_id]).get(request.person_id)
    return found if found and found.email else None
