"""What the declarations beside the fields promise, asked of models, database, pages and register."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

from django.apps import apps
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tillit.kernel import clock, declaration_checks, egress, ends
from tillit.kernel.declare import holdings
from tillit.kernel.dpv import Basis, Purpose
from tillit.kernel.probing import Ground
from tillit.kernel.promise import Finding, Group, Promise, give
from tillit.kernel.ticket import Actor
from tillit.privacy import registry
from tillit.privacy.desk import promises as desk_promises  # noqa: F401 (given by being imported)
from tillit.privacy.incidents import promises as incident_promises  # noqa: F401 (given by being imported)
from tillit.privacy.models import Processor
from tillit.privacy.policy import promises as policy_promises  # noqa: F401 (given by being imported)
from tillit.privacy.rights import leaving_promises  # noqa: F401 (given by being imported)
from tillit.privacy.rights import promises as rights_promises  # noqa: F401 (given by being imported)

FOR_SALE = {
    "dpv:Advertising": "showing advertisements",
    "dpv:DirectMarketing": "advertising to one person",
    "dpv:Marketing": "advertising in general",
    "dpv:PersonalisedAdvertising": "advertisements chosen for a person",
    "dpv:Profiling": "judging a person by patterns",
    "dpv:SellDataToThirdParties": "selling the data",
    "dpv:SellInsightsFromData": "selling what the data tells",
    "dpv:SellProducts": "selling products",
    "dpv:SellProductsToDataSubject": "selling products to the person",
    "dpv:SocialMediaMarketing": "advertising in social media",
    "dpv:TargetedAdvertising": "advertisements aimed at a person",
}
"""Purposes of the Data Privacy Vocabulary that no field and no receiver may have, and what they mean."""

ASKED = {
    "name": "identity.person.display_name",
    "email": "identity.person.email",
    "note": "booking.booking.note",
    "zone": "identity.person.time_zone",
    "what": "privacy.incident.what",
    "contact": "privacy.incident.contact",
}
"""What public forms (a booking, a report of a weakness) ask for, and the declared field that keeps it."""

ASKED_AT = {
    "contact/": {
        "name": "identity.person.display_name",
        "email": "identity.person.email",
        "kind": "desk.thread.kind",
        "words": "desk.message.words",
        "about": "desk.thread.kind",
        "file": "kernel.upload.name",
    },
    "people/join/": {"email": "identity.invitation.email_sealed"},
    "privacy/request/": {
        "name": "privacy.rightsrequest.name",
        "address": "privacy.rightsrequest.address",
        "words": "privacy.rightsrequest.words",
    },
}
"""Where a page (the end of its address) keeps what it asks in other fields than most."""

QUESTION, ANSWERS = "q_", "booking.booking.answers"
"""How fields of the organisation's own questions begin, and the declared field that keeps their answers."""

NOT_ABOUT_ANYBODY = {"csrfmiddlewaretoken", "request_key", "start", "dates", "kind", "behalf", "intake"}
"""Fields of forms that say nothing about a person: the form's own mark, its number, the time or times to book, what
is asked and which version of it."""

FORGOTTEN = {"born", "birthday", "q", "since", "until"}
"""Asked and kept nowhere: the age, which the promise `children` watches (policy/children.py); what is searched for."""

LATE = timedelta(hours=1)
LIBRARY_TABLES = {"django_migrations"}

_FORM = re.compile(r'<form\b[^>]*method="post"[^>]*>.*?</form>', re.DOTALL | re.IGNORECASE)
_FIELD = re.compile(r"<(?:input|textarea|select)\b[^>]*>", re.IGNORECASE)
_TOLD = re.compile(r'<p class="told">.*?<span>(.*?)</span>\s*</p>', re.DOTALL)
_CHOSEN = re.compile(r'href="([^"]*[?;&]start=[^"#]*)')


def lawful_basis(ground: Ground) -> Finding:
    """Every declared field has purposes, and every purpose a basis of the law."""
    if found := declaration_checks.wrong("tillit.E102"):
        return Finding(False, f"{found[0]}; {len(found)} in all.")
    if baseless := [purpose.identifier for purpose in Purpose if not isinstance(purpose.basis, Basis)]:
        return Finding(False, f"No basis: {', '.join(baseless)}.")
    every = list(holdings())
    return Finding(bool(every), f"{len(every)} fields for {len(Purpose)} purposes; each purpose has its basis.")


def kept_only_as_long(ground: Ground) -> Finding:
    """Every declared field has a time and a clock that ends it, and nothing here is overdue by more than an hour."""
    if found := declaration_checks.wrong("tillit.E103"):
        return Finding(False, f"{found[0]}; {len(found)} in all.")
    with ground.acting_as(Actor(office="prober", organisation=ground.organisation.pk)):
        late = ends.overdue(clock.now() - LATE)
    if late:
        return Finding(False, f"{late} things should have gone more than an hour ago and are still here.")
    rules = {(one.declared.keep.until, one.declared.keep.clock) for one in holdings()}
    return Finding(True, f"{len(rules)} rules of time, each with something that ends it; nothing is overdue.")


def minimum_collected(ground: Ground) -> Finding:
    """No field without a purpose, no column that no field declares, and the booking asks for declared fields only."""
    if found := declaration_checks.wrong("tillit.E101", "tillit.E106"):
        return Finding(False, f"{found[0]}; {len(found)} in all.")
    if strange := sorted(_columns(ground) - _modelled()):
        return Finding(False, f"The database has columns that nobody declares: {', '.join(strange)[:200]}.")
    purposes = {one.label: one.declared.why for one in holdings()}
    asked = 0
    for path, form in _forms(ground):
        for name in _names(form) - NOT_ABOUT_ANYBODY - FORGOTTEN:
            if not purposes.get(_keeper(path, name)):
                return Finding(False, f"{path} asks for {name!r}, which no declared field needs.")
            asked += 1
    return Finding(True, f"{len(purposes)} fields have a purpose; {asked} questions on public pages, all declared.")


def told_at_collection(ground: Ground) -> Finding:
    """Each form that a visitor fills in says before its first field what is asked, what for, why it may be and how long
    it is kept, as the declarations have it."""
    forms = 0
    for path, form in _forms(ground):
        first = next((found.start() for found in _FIELD.finditer(form) if not _is_hidden(found[0])), None)
        if first is None:
            continue
        forms += 1
        told = _TOLD.search(form, 0, first)
        said = unescape(re.sub(r"<[^>]*>", "", told[1])) if told else ""
        if not said.strip():
            return Finding(False, f"{path} asks before it has told who sees the answer and what it is for.")
        if silent := _untold(form, said, _kept_in(path)):
            return Finding(False, f"{path} does not tell {silent}.")
    return Finding(True, f"{forms} forms on public pages; each tells first.")


def _kept_in(path: str) -> dict[str, str]:
    """The declared fields that keep what the form on this page asks for."""
    own = (fields for page, fields in ASKED_AT.items() if path.partition("?")[0].endswith(page))
    return next(own, ASKED)


def _keeper(path: str, name: str) -> str:
    """The declared field that keeps what a field of the form on this page asks for; "" for none."""
    return ANSWERS if name.startswith(QUESTION) else _kept_in(path).get(name, "")


def _untold(form: str, said: str, kept_in: dict[str, str]) -> str:
    """What a form asks for, and does not say of it; "" when it says all."""
    asked = {
        name for tag in _FIELD.findall(form) if not _is_hidden(tag) for name in re.findall(r'\bname="([^"]*)"', tag)
    }
    with translation.override("en"):
        keepers = kept_in | {name: ANSWERS for name in asked if name.startswith(QUESTION)}
        for name in sorted(asked & keepers.keys()):
            (kind,) = registry.kinds([keepers[name]])
            parts = [kind.what.label, *kind.kept, *(p.says for p in kind.purposes), *(b.label for b in kind.bases)]
            if missing := [str(part) for part in parts if str(part) not in said]:
                return f"of {name!r}: {missing[0]}"
    return ""


def never_sold(ground: Ground) -> Finding:
    """No field and no receiver of data has a purpose of selling, advertising or profiling."""
    ours = {purpose.identifier for one in holdings() for purpose in one.declared.why}
    ours |= {purpose.identifier for purpose in Purpose}
    if sold := sorted(ours & FOR_SALE.keys()):
        return Finding(False, f"Fields are declared for {', '.join(sold)}.")
    receivers = _receivers(ground)
    for receiver in receivers:
        if sold := sorted(receiver.purposes & FOR_SALE.keys()):
            return Finding(False, f"A receiver of data is registered for {', '.join(sold)}.")
    return Finding(True, f"{len(ours)} purposes and {len(receivers)} receivers; none sells, advertises or profiles.")


def processors_with_agreements(ground: Ground) -> Finding:
    """Every receiver in use has a purpose, kinds of data and a host, and whoever needs one a running agreement."""
    receivers, today = _receivers(ground), clock.now().date()
    for receiver in receivers:
        if not (receiver.hosts and receiver.purposes):
            return Finding(False, f"{receiver.key} has no host or no purpose.")
        if receiver.role.needs_agreement and not receiver.agreement:
            return Finding(False, f"There is no agreement with {receiver.key}.")
        if receiver.ends and receiver.ends < today:
            return Finding(False, f"The agreement with {receiver.key} ended on {receiver.ends.isoformat()}.")
    return Finding(True, f"{len(receivers)} receivers are in use; every agreement that is needed runs.")


def stays_in_region(ground: Ground) -> Finding:
    """Every receiver in use has a region, and those outside the organisation's state what protects the data there."""
    home, receivers, away = ground.organisation.region, _receivers(ground), 0
    for receiver in receivers:
        if not receiver.region and receiver.role is not egress.Role.OPERATOR:
            return Finding(False, f"{receiver.key} states no region.")
        if receiver.region and receiver.region != home:
            away += 1
            if receiver.safeguard is None:
                return Finding(False, f"{receiver.key} is in {receiver.region} without a safeguard.")
    return Finding(True, f"{len(receivers)} receivers; {away} outside of {home}, each with its safeguard.")


def _receivers(ground: Ground) -> list[egress.Processor]:
    """Who may receive data of the organisation now: its own register, and the installation's."""
    from tillit.privacy.processors import read

    own = Processor.objects.filter(organisation_id=ground.organisation.pk, stopped=None).order_by("key")
    return [*egress.installation(), *map(read, own)]


def _forms(ground: Ground) -> Iterator[tuple[str, str]]:
    """Forms that a visitor of public pages can fill in, the booking's with a chosen time among them."""
    for path, answer in ground.public_pages.items():
        text = answer.content.decode(errors="replace")
        for form in _FORM.findall(text):
            yield path, form
        if chosen := _CHOSEN.search(text):
            page = ground.get(unescape(chosen[1]))
            for form in _FORM.findall(page.content.decode(errors="replace")):
                yield path, form


def _names(form: str) -> set[str]:
    return {unescape(name) for tag in _FIELD.findall(form) for name in re.findall(r'\bname="([^"]*)"', tag)}


def _is_hidden(tag: str) -> bool:
    return 'type="hidden"' in tag


def _columns(ground: Ground) -> set[str]:
    """table.column of everything in the database that is not PostgreSQL's or the queue's."""
    rows = ground.rows(
        "select c.relname, a.attname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
        " where n.nspname = 'public' and c.relkind in ('r', 'p')"
    )
    return {f"{table}.{column}" for table, column in rows if table not in LIBRARY_TABLES}


def _modelled() -> set[str]:
    models = apps.get_models(include_auto_created=True)
    return {f"{m._meta.db_table}.{f.column}" for m in models for f in m._meta.local_concrete_fields}


_HERE = "tests/privacy/test_sabotage_declared.py::"

give(
    Promise(
        "lawful-basis",
        group=Group.RIGHTS,
        says=_("Nothing about you is used without a purpose that the law allows, and each purpose says why it may."),
        by=_("Every field says beside it what it is for, and a check refuses one that does not."),
        probe=lawful_basis,
        sabotage=_HERE + "test_lawful_basis",
    ),
    Promise(
        "minimum-collected",
        group=Group.RIGHTS,
        says=_("Nothing is asked and nothing is kept that no declared purpose needs."),
        by=_("The database's own columns and the questions on public pages are compared with what is declared."),
        probe=minimum_collected,
        sabotage=_HERE + "test_minimum_collected",
    ),
    Promise(
        "told-at-collection",
        group=Group.RIGHTS,
        says=_(
            "Before the first question you are told what is asked, what for, why it may be and how long it is kept."
        ),
        by=_("An anonymous browser picks a time, reads the form from its top and compares it with the declarations."),
        probe=told_at_collection,
        sabotage=_HERE + "test_told_at_collection",
    ),
    Promise(
        "kept-only-as-long",
        group=Group.TIME,
        says=_("Everything about you has a stated time. When it is over it goes, without anybody acting."),
        by=_("Every field has a clock. What is due and still here after an hour is counted."),
        probe=kept_only_as_long,
        sabotage=_HERE + "test_kept_only_as_long",
    ),
    Promise(
        "never-sold",
        group=Group.THIRD_PARTIES,
        says=_("Your data is not sold, not swapped, and not used for advertising or to judge you by patterns."),
        by=_("What fields and receivers are declared for is compared with every such purpose of a public vocabulary."),
        probe=never_sold,
        sabotage=_HERE + "test_never_sold",
    ),
    Promise(
        "processors-with-agreements",
        group=Group.THIRD_PARTIES,
        says=_("Whoever handles data for us stands in a public list, with an agreement; nobody else is reached."),
        by=_("The register that every outgoing call is held against is read, with the last day of each agreement."),
        probe=processors_with_agreements,
        sabotage=_HERE + "test_processors_with_agreements",
    ),
    Promise(
        "stays-in-region",
        group=Group.THIRD_PARTIES,
        says=_("Your data stays in this organisation's region. What leaves it is listed, with what protects it there."),
        by=_("The register is read: a receiver elsewhere without a safeguard in law turns this red."),
        probe=stays_in_region,
        sabotage=_HERE + "test_stays_in_region",
    ),
)
