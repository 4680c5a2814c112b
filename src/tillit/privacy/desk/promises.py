"""What the desk promises, asked of the database's own rules, of the rows, of the letters and of the public page."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tillit.kernel import clock
from tillit.kernel.dpv import Refusal
from tillit.kernel.ids import new_id
from tillit.kernel.probing import Ground
from tillit.kernel.promise import Finding, Group, Promise, give
from tillit.kernel.ticket import Actor
from tillit.privacy.desk import clocks, kinds, letters, subjects
from tillit.privacy.desk.reasons import answered
from tillit.privacy.models import Disclosure, RightsRequest
from tillit.privacy.policy.frames import frame

CLOSED = ("privacy_rightsrequest", "privacy_requestsubject", "privacy_requeststep")
"""Tables of which a stranger sees no row."""


_also: list[Callable[[Ground], str]] = []


def also(check: Callable[[Ground], str]) -> None:
    """Let support-desk ask an app above, which answers what is wrong there, or ""."""
    if check not in _also:
        _also.append(check)


def refusal_reasoned(ground: Ground) -> Finding:
    """No refusal without one of the law's reasons and its words, and each letter of refusal says where to complain."""
    if missing := _lacks(ground, "request_refusal_has_a_reason"):
        return missing
    with ground.acting_as(_prober(ground)):
        bare = ground.rows(
            "select count(*) from privacy_rightsrequest where outcome in ('partly', 'refused')"
            " and (refusal <> all (%s) or length(answer) = 0)",
            [[one.name.lower() for one in Refusal]],
        )[0][0]
    if bare:
        return Finding(False, f"{bare} refusals without a reason of the law, or without an answer.")
    here = frame(ground.organisation)
    where = here.authority.name if here.authority else here.court
    for language in ground.organisation.languages:
        for kind in kinds.offered(here):
            for reason in kinds.refusals(kind):
                text = letters.answer(
                    _refused(ground, kind, reason, language), to="", words="…", done=(), people=()
                ).text
                with translation.override(language):
                    said = all(str(part) and str(part) in text for part in (reason.says, here.complaint, where))
                if not said:
                    return Finding(False, f"A letter that refuses {kind} does not say why, or where to complain.")
    return Finding(True, "Every refusal has a reason, and its letter says where to complain, in every language.")


def identity_proved(ground: Ground) -> Finding:
    """Nothing was granted to somebody who is not known, engines refuse to, and nothing that was shown is kept."""
    if missing := _lacks(ground, "request_granted_to_who_is_known"):
        return missing
    with ground.acting_as(_prober(ground)):
        wrong = ground.rows(
            "select count(*) from privacy_rightsrequest r where r.outcome in ('granted', 'partly')"
            " and (r.proof = '' or (r.behalf and r.proof <> 'shown'))"
        )[0][0]
    if wrong:
        return Finding(False, f"{wrong} requests were granted to somebody who was not known.")
    try:
        with subjects.desk_for(_refused(ground, "access", Refusal.IDENTITY, "en"), new_id()):
            return Finding(False, "Data of somebody can be opened before it is known who asks.")
    except subjects.Unproven:
        pass
    for actor in (ground.visitor, ground.newcomer, ground.stranger):
        with ground.acting_as(actor):
            for table in CLOSED:
                if ground.rows(f'select count(*) from "{table}"')[0][0]:  # noqa: S608 (our own constant)
                    return Finding(False, f"Rows of {table} are open to office {actor.office}.")
    kept = {"name", "address", "words", "answer"}
    more = {field.name for field in RightsRequest._meta.local_concrete_fields if getattr(field, "sealed", False)} - kept
    if more:
        return Finding(False, f"More is kept of who asks than is needed: {', '.join(sorted(more))}.")
    return Finding(True, "No request was granted to somebody unknown; of a proof only the word and the day are kept.")


def support_desk(ground: Ground) -> Finding:
    """Anybody finds the form without an account, can ask, question and complain, and nobody waits too long."""
    path = reverse("ask", args=[ground.organisation.slug])
    answer = ground.get(path)
    text = unescape(answer.content.decode(errors="replace"))
    here = frame(ground.organisation)
    lacking = [kind for kind in kinds.offered(here) if f'value="{kind}"' not in text]
    if answer.status_code != 200 or lacking:
        return Finding(False, f"The public page does not take: {', '.join(lacking) or answer.status_code}.")
    if not any(path in page.content.decode(errors="replace") for page in ground.public_pages.values()):
        return Finding(False, "No public page leads to the form.")
    with ground.acting_as(_prober(ground)):
        late = RightsRequest.objects.filter(state__in=("unproven", "open"), due__lt=clock.now()).count()
    if late:
        return Finding(False, f"{late} answers are late.")
    for wrong in (check(ground) for check in _also):
        if wrong:
            return Finding(False, wrong)
    return Finding(True, f"{len(kinds.offered(here))} kinds of request have a place; none waits past its last day.")


def authorities_only_lawfully(ground: Ground) -> Finding:
    """To authorities: one whom the organisation answers, a law, a case number, two people; and the person told."""
    if missing := _guarded(ground):
        return missing
    wrong = _wrong(
        ground, "kind = 'authority' and (receiver_kind <> all (%s) or length(\"case\") = 0)", _answered(ground)
    )
    if wrong:
        return wrong
    with ground.acting_as(_prober(ground)):
        mute = ground.rows(
            "select count(*) from privacy_disclosure where state = 'handed' and told is null"
            " and coalesce(silent_until, '-infinity') < %s - interval '1 hour'",
            [clock.now()],
        )[0][0]
    if mute:
        return Finding(False, f"{mute} people were not told although nothing forbids it any more.")
    return Finding(True, f"{len(_answered(ground))} kinds of authority are answered, each order by two people.")


def law_in_contract_breach(ground: Ground) -> Finding:
    """For a broken contract or a claim: reasons written down, two people, and the decision stands in the log."""
    if missing := _guarded(ground):
        return missing
    if wrong := _wrong(ground, "kind in ('breach', 'claim') and length(words) = 0"):
        return wrong
    with ground.acting_as(_prober(ground)):
        known = set(
            Disclosure.objects.filter(kind__in=("breach", "claim"), state="handed").values_list("pk", flat=True)
        )
    return Finding(True, f"{len(known)} decisions, each with its reason, its ground and two people.")


def _prober(ground: Ground) -> Actor:
    return Actor(office="prober", organisation=ground.organisation.pk)


def _answered(ground: Ground) -> list[str]:
    return list(answered(frame(ground.organisation)))


def _guarded(ground: Ground) -> Finding | None:
    """Only the database's own functions write what is handed out, and they want two people."""
    rights = ground.rows(
        "select privilege_type from information_schema.role_table_grants where table_name = 'privacy_disclosure'"
        " and grantee = 'tillit_app' and privilege_type <> 'SELECT'"
    )
    if rights:
        return Finding(False, f"The application may {', '.join(row[0].lower() for row in rights)} what is handed out.")
    return _lacks(ground, "disclosure_by_two")


def _wrong(ground: Ground, condition: str, *parameters: Any) -> Finding | None:
    """Decided disclosures that lack a ground, a second person, or what `condition` names."""
    with ground.acting_as(_prober(ground)):
        count = ground.rows(
            "select count(*) from privacy_disclosure where state in ('approved', 'handed') and (basis = ''"  # noqa: S608 (our own constant)
            f" or length(words) = 0 or approved_by_id is not distinct from asked_by_id or {condition})",
            list(parameters),
        )[0][0]
    return Finding(False, f"{count} were decided without a ground, a case, or a second person.") if count else None


def _lacks(ground: Ground, constraint: str) -> Finding | None:
    there = ground.rows("select convalidated from pg_constraint where conname = %s", [constraint])
    return None if there == [(True,)] else Finding(False, f"The database no longer keeps the rule {constraint}.")


def _refused(ground: Ground, kind: str, reason: Refusal, language: str) -> RightsRequest:
    """A request that nobody made, to see what its letter would say."""
    return RightsRequest(
        organisation=ground.organisation, kind=kind, channel="form", language=language, reference="–", state="open",
        received=clocks.today(ground.organisation), due=clock.now(), outcome="refused", refusal=reason.name.lower(),
    )  # fmt: skip


_HERE = "tests/privacy/desk/test_desk_sabotage.py::"

give(
    Promise(
        "refusal-reasoned",
        group=Group.RIGHTS,
        says=_("Where we have to say no to what you ask about your data, we say why, and where you can complain."),
        by=_("The database keeps no refusal without a reason. The letters are written and read for every reason."),
        probe=refusal_reasoned,
        sabotage=_HERE + "test_refusal_reasoned",
    ),
    Promise(
        "identity-proved",
        group=Group.RIGHTS,
        says=_("Nobody gets your data by asking in your name: we make sure first, and keep nothing of a proof."),
        by=_("The database grants nothing to somebody unknown. Asked as a visitor and a stranger, on real rows."),
        probe=identity_proved,
        sabotage=_HERE + "test_identity_proved",
    ),
    Promise(
        "support-desk",
        group=Group.RIGHTS,
        says=_(
            "You can ask, question and complain here, by mail, by letter or by telephone, and get an answer in time."
        ),
        by=_("The public form is opened, and every open request is held against its last day."),
        probe=support_desk,
        sabotage=_HERE + "test_support_desk",
    ),
    Promise(
        "authorities-only-lawfully",
        group=Group.THIRD_PARTIES,
        says=_(
            "An authority gets your data only with a named law, a case number and two people here; and you are told."
        ),
        by=_("Only the database's own functions write it. Every decision is read again and held against the rules."),
        probe=authorities_only_lawfully,
        sabotage=_HERE + "test_authorities_only_lawfully",
    ),
    Promise(
        "law-in-contract-breach",
        group=Group.THIRD_PARTIES,
        says=_(
            "For a broken contract or a legal claim your data is handed out only by a recorded decision with reasons."
        ),
        by=_("Every such decision is read again: its reason, its ground and its two people."),
        probe=law_in_contract_breach,
        sabotage=_HERE + "test_law_in_contract_breach",
    ),
)
