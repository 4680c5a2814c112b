"""What owners do with their documents, and what others ask of them. Looking at one: viewing.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any
from uuid import UUID

from django.db import connection, transaction

from tillit import evidence
from tillit.access import Actor, current
from tillit.access import actions as access
from tillit.documents import criminal, events, intake, kinds, reminders
from tillit.documents.models import Document, Opening, Request, Shown
from tillit.identity.queries import organisation_by_id
from tillit.kernel import clock, ends, happenings, outbox, sealed, signing, uploads
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import sign_text

MOST = 50  # documents of one person
LONGEST = 500  # characters of what is said with a request


class Refused(Exception):
    """It cannot be done. `why`: nobody, again (asked already), many, bounds, gone."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Facts:
    """What a document says of itself; expires: its last day."""

    kind: str
    title: str
    issuer: str = ""
    issued: date | None = None
    expires: date | None = None
    listed: str = ""


@transaction.atomic
def keep(facts: Facts, file: IO[bytes], *, name: str) -> Document:
    """The acting person puts a document here. Raises intake.Refused, with the reason, for a file that is not taken."""
    me = _me()
    _refuse_criminal(facts)
    if Document.objects.filter(person_id=me).count() >= MOST:
        raise intake.Refused(intake.WHY["flood"])
    taken = intake.take(file, name=name, title=facts.title, owner=me)
    row = Document(
        organisation_id=_organisation(), person_id=me, kind=facts.kind, title=facts.title, issuer=facts.issuer,
        issued=facts.issued, expires=facts.expires, listed=facts.listed, file=taken.upload.pk, pages=taken.pages,
    )  # fmt: skip
    row.save(force_insert=True)
    _put_on_clock(row)
    evidence.record(events.KEPT.name, subject=me, object=row.pk, reason=row.kind)
    return row


@transaction.atomic
def change(document: Document, facts: Facts) -> Document:
    """Its owner changes what is said of it; what was checked before is so no more. Raises intake.Refused."""
    _refuse_criminal(facts)
    wanted = vars(facts)
    changed = [name for name, value in wanted.items() if getattr(document, name) != value]
    for name in changed:
        setattr(document, name, wanted[name])
    if changed:
        document.save(update_fields=changed)
        _put_on_clock(document)
        evidence.record(events.CHANGED.name, subject=_me(), object=document.pk)
    return document


@transaction.atomic
def remove(document: Document) -> None:
    """Its owner removes it: nobody sees it from this moment on."""
    me, file = _me(), document.file
    if not Document.objects.filter(pk=document.pk, person_id=me).delete()[0]:
        raise Refused("gone")
    for kind in ("documents.document", "documents.expiry"):
        ends.cancel(kind, document.pk)
    uploads.remove(file)
    evidence.record(events.REMOVED.name, subject=me, object=document.pk)


@transaction.atomic
def ask(
    person: UUID, *, name: str, document: UUID | None = None, kind: str = "", words: str = "", reaches: bool = True
) -> UUID:
    """The acting person asks to see a document of `person` that stands on their profile, or for one of a kind. name: as
    they are known to them. Whether the two know each other, the caller has looked at. reaches: False where `person`
    wants to hear nothing of them; it looks like a no. Returns the request's id. Raises Refused (nobody, again, many),
    ValueError."""
    if document is None and kind not in kinds.ASKED_FOR:
        raise ValueError(f"Nobody can ask for {kind!r}.")
    request, organisation, me = new_id(), _organisation(), _me()

    def sealed_as(field: str, value: str) -> str:
        return sealed.value(Request, field, value, organisation=organisation, row=request, person=me).hex()

    wish = {"id": request, "whose": person, "document": document, "kind": kind}
    words, name = sealed_as("words", words.strip()[:LONGEST]), sealed_as("name", name.strip()[:80])
    (answer,) = _order("documents.ask", "docask", wish, words=words, name=name, quietly=not reaches)  # type: ignore[arg-type]
    if answer != "ok":
        raise Refused(answer)
    if not reaches:
        return request
    evidence.record(events.ASKED.name, subject=person, object=document or request, reason=kind)
    outbox.emit(events.Asked(request=request))
    return request


@transaction.atomic
def approve(
    document: UUID, to: UUID, *, hours: int, request: UUID | None = None, download: bool = False, name: str = ""
) -> UUID:
    """The owner, who acts, opens one document to one person for so many hours (720 at most); download: the file too.
    name: as that person is known to the owner, where nothing was asked. Twice opens it once. Returns the grant's id.
    Raises Refused (gone, bounds)."""
    if hours not in kinds.HOURS:
        raise Refused("bounds")
    row, organisation = new_id(), _organisation()
    named = sealed.value(Request, "name", name[:80], organisation=organisation, row=row, person=to).hex()
    wish = {"id": row, "document": document, "grantee": to, "request": request}
    answer, grant = _order("documents.approve", "docapprove", wish, hours=hours, download=download, name=named)
    if answer not in {"ok", "again"}:
        raise Refused(answer)
    if answer == "ok":
        happenings.announce(
            "access.grant.opened", subject=_me(), object=grant, reason="approved", scope=kinds.SCOPE, grantee=to
        )
        outbox.emit(events.Answered(request=request or row))
    return UUID(str(grant))


@transaction.atomic
def answer(request: UUID, state: str) -> None:
    """The owner says "refused", or "approved" where somebody would like to be shown an extract in person; the asker
    "withdrawn". Raises Refused("gone")."""
    (done,) = _order("documents.answer", "docanswer", {"request": request}, state=state)
    if not done:
        raise Refused("gone")
    found = Request.objects.get(pk=request)
    evidence.record(events.ANSWERED.name, subjects=[found.asker_id, found.person_id], object=request, reason=state)
    if state != "withdrawn":
        outbox.emit(events.Answered(request=request))


def take_back(grant: UUID) -> bool:
    """The owner closes what they opened, at once. False where nothing was open."""
    return access.take_back(grant)


@transaction.atomic
def open_it(document: UUID, *, name: str) -> UUID | None:
    """Whoever was given it has read what was and was not checked, and opens it for an hour at most; its owner reads who
    (`name`), when and why. Returns the opening's id; None where it is not open to them."""
    opening, me = new_id(), _me()
    named = sealed.value(Opening, "name", name[:80], organisation=_organisation(), row=opening, person=me).hex()
    (done,) = _order("documents.open", "docopen", {"id": opening, "document": document}, name=named)
    if not done:
        return None
    owner = Opening.objects.get(pk=opening).person_id
    evidence.record(events.SEEN.name, subject=owner, object=document, reason="approved")
    return opening


@transaction.atomic
def check(document: UUID, how: str) -> None:
    """Somebody who moderates notes how they checked it (kinds.HOW). Raises Refused("gone"), ValueError, and Django's
    ProgrammingError (42501) for others."""
    if how not in kinds.HOW:
        raise ValueError(f"Nothing is checked by {how!r}.")
    (owner,) = _order("documents.check_it", "doccheck", {"id": new_id(), "document": document}, how=how)
    if owner is None:
        raise Refused("gone")
    evidence.record(events.CHECKED.name, subject=owner, object=document, reason=how)


@transaction.atomic
def note_shown(person: UUID, on: date) -> None:
    """Whoever saw an extract from the criminal record notes that it was shown on that day (a year back at most), and
    nothing else of it: those who moderate, and whoever had asked and was told yes. Raises Refused("nobody")."""
    (done,) = _order("documents.note_shown", "docshown", {"id": new_id(), "whose": person}, on=on.isoformat())
    if not done:
        raise Refused("nobody")
    evidence.record(events.SHOWN.name, subject=person)


def forget_shown(shown: UUID) -> None:
    """The person whom it is about takes the note away."""
    Shown.objects.filter(pk=shown, person_id=_me()).delete()


def _refuse_criminal(facts: Facts) -> None:
    if facts.kind == kinds.CRIMINAL or criminal.recognised(facts.title, facts.issuer):
        raise intake.Refused(intake.CRIMINAL, criminal=True)


def _put_on_clock(document: Document) -> None:
    since = clock.now()
    if document.expires and document.expires > since.date():
        since = datetime(document.expires.year, document.expires.month, document.expires.day, 12, tzinfo=since.tzinfo)
    ends.set("documents.document", object=document.pk, subject=document.person_id, since=since)
    reminders.set_reminder(document, organisation_by_id(document.organisation_id).time_zone)


def _order(function: str, purpose: str, ids: dict[str, UUID | None], **more: Any) -> Any:
    """Send the database an order, signed for whoever acts now; returns its one row."""
    actor = current() or Actor()
    who = {"organisation": actor.organisation, "person": actor.person, "office": actor.office}
    body = signing.canonical(more | {name: part and str(part) for name, part in {**ids, **who}.items()})
    with connection.cursor() as cursor:
        cursor.execute(f"select * from {function}(%s, %s)", [body, sign_text(purpose, body)])  # noqa: S608 (our own names)
        return cursor.fetchone()


def _me() -> Any:
    return (current() or Actor()).person


def _organisation() -> Any:
    return (current() or Actor()).organisation


__all__ = [
    "Facts", "Refused", "answer", "approve", "ask", "change", "check", "forget_shown", "keep", "note_shown",
    "open_it", "remove", "take_back",
]  # fmt: skip
