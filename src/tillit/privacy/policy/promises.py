"""What the published policy promises, asked of the versions, the pages and the doors."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

from django.conf import settings
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tillit.identity import admission
from tillit.kernel import clock, formats
from tillit.kernel.declare import holdings
from tillit.kernel.dpv import Data, Purpose
from tillit.kernel.probing import Ground
from tillit.kernel.promise import Finding, Group, Promise, give
from tillit.privacy.models import Document, Notice
from tillit.privacy.policy import children, frames, versions
from tillit.privacy.policy.documents.duties import DUTIES
from tillit.privacy.policy.operator import operator
from tillit.privacy.policy.settings import NOTICE_DAYS

DOOR = "tillit.privacy.policy.doors.acceptance_first"
USE = {Data.DEVICE, Data.ACTIVITY}
FOR_USE = {Purpose.SECURITY, Purpose.ACCOUNT_FOR, Purpose.COORDINATE, Purpose.LOGIN}
SHORT = 366  # days


def acceptance_recorded(ground: Ground) -> Finding:
    """Members meet the door, what they accept is numbered and can not be changed, and it begins with who reads what."""
    if DOOR not in settings.MIDDLEWARE:
        return Finding(False, "Nobody asks members to accept.")
    if changed := _changeable(ground, "privacy_acceptance"):
        return Finding(False, changed)
    notice = versions.current(ground.organisation, Document.NOTICE)
    if notice is None or versions.current(ground.organisation, Document.DUTIES) is None:
        return Finding(False, "There is no published version that could be accepted.")
    if late := [code for code, sections in notice.pages.items() if sections[0]["id"] != "readers"]:
        return Finding(False, f"The notice does not first say who may read what ({', '.join(late)}).")
    return Finding(True, f"Version {notice.number} is asked for at the door; what is accepted stays as it was written.")


def policy_versions(ground: Ground) -> Finding:
    """Every version is there, to the letter, open to everybody, was announced in time, and the last one is true."""
    if changed := _changeable(ground, "privacy_notice"):
        return Finding(False, changed)
    rows = list(Notice.objects.filter(organisation_id=ground.organisation.pk).order_by("document", "number"))
    for document in Document:
        mine = [row for row in rows if row.document == document]
        if [row.number for row in mine] != list(range(1, len(mine) + 1)):
            return Finding(False, f"A version of {document.value} is missing.")
        for row in mine:
            if versions.digest(row.facts, row.pages) != row.digest:
                return Finding(False, f"{document.value} {row.number} is not what was published.")
            if row.significant and row.number > 1 and row.applies - row.made < timedelta(days=NOTICE_DAYS.least):
                return Finding(False, f"{document.value} {row.number} held before people could know.")
            path = reverse("policy:version", args=[ground.organisation.slug, document, row.number])
            if ground.get(path).status_code != 200:
                return Finding(False, f"{path} does not open.")
        if not mine:
            return Finding(False, f"No version of {document.value} is published.")
        if changes := versions.untrue(ground.organisation, mine[-1]):
            return Finding(False, f"{document.value} {len(mine)} says {len(changes)} things that are no longer so.")
    return Finding(True, f"{len(rows)} versions are open and whole; the last ones say what is so.")


def controller_and_processor(ground: Ground) -> Finding:
    """The operator is named, the agreement is published to both sides, true, and accepted for the organisation."""
    if not operator().named:
        return Finding(False, "Whoever runs this installation is not named (TILLIT_OPERATOR).")
    agreement = versions.current(ground.organisation, Document.AGREEMENT)
    if agreement is None:
        return Finding(False, "No agreement is published.")
    if agreement.facts["operator"]["name"] != operator().name:
        return Finding(False, "The agreement names another operator.")
    if not ground.rows("select 1 where privacy.accepted_for_all(%s)", [agreement.pk]):
        return Finding(False, f"Nobody has accepted version {agreement.number} of the agreement for the organisation.")
    return Finding(True, f"Version {agreement.number} of the agreement is accepted, and open to both.")


def children_kept_out(ground: Ground) -> Finding:
    """Whoever answers with too late a year is refused without a trace; joining asks, and so does booking where set."""
    here, limit = ground.organisation, frames.minimum_age(ground.organisation)
    if limit < frames.frame(here).age.least:
        return Finding(False, f"The limit of {limit} years is below the law's.")
    if not admission.requires(children.on_joining):
        return Finding(False, "Joining asks nobody for the age.")
    this_year = formats.local(clock.now(), here.time_zone).year
    young, old = this_year - limit + 1, this_year - limit - 1
    refused, let_in = (children.page(_answers(year), here) for year in (young, old))
    if refused is None or refused.status_code != 403:
        return Finding(False, "Somebody too young is let in.")
    if refused.cookies or str(young) in refused.content.decode():
        return Finding(False, "Something of a child's answer is kept.")
    if let_in is None or children.COOKIE not in let_in.cookies:
        return Finding(False, "Somebody old enough is refused.")
    asked = children.page(RequestFactory().get("/"), here)
    if asked is None or _says_age(asked.content.decode(), limit):
        return Finding(False, "The question gives away which answer is wanted.")
    return Finding(True, f"The limit is {limit} years, asked without a hint; a refusal leaves nothing behind.")


def member_duties(ground: Ground) -> Finding:
    """The duties are published, open to read, complete, and asked for at the door."""
    published = versions.current(ground.organisation, Document.DUTIES)
    if published is None:
        return Finding(False, "The duties are not published.")
    if missing := set(DUTIES) - set(published.facts["duties"]):
        return Finding(False, f"The published duties do not name: {', '.join(sorted(missing))}.")
    if DOOR not in settings.MIDDLEWARE:
        return Finding(False, "Nobody asks members to accept.")
    path = reverse("policy:document", args=[ground.organisation.slug, Document.DUTIES])
    text = unescape(ground.get(path).content.decode())
    if missing := {one["id"] for one in published.pages["en"] if one["title"] not in text}:
        return Finding(False, f"{path} does not show: {', '.join(sorted(missing))}.")
    return Finding(True, f"{len(DUTIES)} duties, version {published.number}, shown to everybody and asked for.")


def complaint_route(ground: Ground) -> Finding:
    """The notice names the authority of the organisation's law and those of other countries; without one, the court."""
    here = frames.frame(ground.organisation)
    path = reverse("policy:notice", args=[ground.organisation.slug])
    for code, _name in settings.LANGUAGES:
        text = unescape(ground.get(path, code).content.decode())
        with translation.override(code):
            wanted = str(here.authority.name if here.authority else here.court)
            others = [str(one.name) for one in here.elsewhere]
        if wanted not in text:
            return Finding(False, f"{path} does not say whom to complain to ({code}).")
        if missing := [name for name in others if name not in text]:
            return Finding(False, f"{path} leaves out {len(missing)} authorities ({code}).")
    whom = f"{here.authority.short} and {len(here.elsewhere)} others are" if here.authority else "The court is"
    return Finding(True, f"{whom} named in {len(settings.LANGUAGES)} languages.")


def usage_for_quality(ground: Ground) -> Finding:
    """What is known of use and devices serves security and account alone, is short-lived, listed, and can be seen."""
    used = [one for one in holdings() if one.declared.what in USE]
    for one in used:
        if other := set(one.declared.why) - FOR_USE:
            return Finding(False, f"{one.label} is used for {', '.join(sorted(p.identifier for p in other))}.")
        if one.declared.what is Data.DEVICE and one.declared.keep.days > SHORT:
            return Finding(False, f"{one.label} is kept {one.declared.keep.days} days.")
    notice = versions.current(ground.organisation, Document.NOTICE)
    listed = set(notice.facts["kinds"]) if notice else set()
    if missing := {one.declared.what.name.lower() for one in used} - listed:
        return Finding(False, f"The notice does not list: {', '.join(sorted(missing))}.")
    path = reverse("policy:cookies", args=[ground.organisation.slug])
    if ground.get(path).status_code != 200:
        return Finding(False, f"{path} does not open.")
    return Finding(True, f"{len(used)} fields on use and devices, for security and account only; all are listed.")


def _changeable(ground: Ground, table: str) -> str:
    """What is wrong where the program could change or remove what stays; "" where it can not."""
    rights = "select has_table_privilege(%s, 'UPDATE'), has_any_column_privilege(%s, 'UPDATE'), "
    (found,) = ground.rows(rights + "has_table_privilege(%s, 'DELETE')", [table] * 3)
    return f"The program may change or remove rows of {table}." if any(found) else ""


def _answers(year: int) -> HttpRequest:
    return RequestFactory().post("/", {"born": str(year)})


def _says_age(text: str, limit: int) -> bool:
    """Does a page say the age it is about, in a sentence?"""
    return any(f"{limit} {word}" in text for word in ("years", "år", "سال"))


_HERE = "tests/privacy/policy/test_sabotage_policy.py::"

give(
    Promise(
        "acceptance-recorded",
        group=Group.RIGHTS,
        says=_("What you accept has a version and a date that nobody can change, and it first says who may read what."),
        by=_("Members pass a door that asks; the program has no right to change what was accepted."),
        probe=acceptance_recorded,
        sabotage=_HERE + "test_acceptance_recorded",
    ),
    Promise(
        "policy-versions",
        group=Group.RIGHTS,
        says=_("Every earlier version can be read. What matters is announced by mail and here before it holds."),
        by=_("Each version is opened, compared with its fingerprint, and the last one with what the program does."),
        probe=policy_versions,
        sabotage=_HERE + "test_policy_versions",
    ),
    Promise(
        "controller-and-processor",
        group=Group.STANDING,
        says=_(
            "This organisation answers for your data; whoever runs the machines works for it, under an open agreement."
        ),
        by=_("The agreement is read: who, which version, and whether it is accepted."),
        probe=controller_and_processor,
        sabotage=_HERE + "test_controller_and_processor",
    ),
    Promise(
        "children",
        group=Group.RIGHTS,
        says=_("Nobody under the age limit gets an account, and nothing of what a child answers is kept."),
        by=_("The question is asked and answered by the probe, once too young and once old enough."),
        probe=children_kept_out,
        sabotage=_HERE + "test_children",
    ),
    Promise(
        "member-duties",
        group=Group.STANDING,
        says=_("What members undertake is public, short, and accepted when they join; anybody may add a key."),
        by=_("The page is opened and compared with the list."),
        probe=member_duties,
        sabotage=_HERE + "test_member_duties",
    ),
    Promise(
        "complaint-route",
        group=Group.RIGHTS,
        says=_("You are told whom to complain to: the authority here and in your own country, or else the court."),
        by=_("The notice is opened in every language and compared with the law that holds."),
        probe=complaint_route,
        sabotage=_HERE + "test_complaint_route",
    ),
    Promise(
        "usage-for-quality",
        group=Group.RIGHTS,
        says=_("What is known of your use and your devices serves security alone, is listed, and goes soon."),
        by=_("Every such field is read: what it is for, how long, and whether the notice lists it."),
        probe=usage_for_quality,
        sabotage=_HERE + "test_usage_for_quality",
    ),
)
