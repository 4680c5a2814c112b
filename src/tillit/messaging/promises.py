"""What messages promise, asked of the rules that people can read, of the database, and as those who have no part in
them."""

from __future__ import annotations

from html import unescape

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tillit.kernel import contact_words
from tillit.kernel.probing import Ground
from tillit.kernel.promise import Finding, Group, Promise, give
from tillit.messaging import queries, watch
from tillit.privacy.incidents import promises as incidents

MODULES = frozenset({"messaging"})
TABLES = ("messaging_thread", "messaging_seat", "messaging_message", "messaging_block")
"""Tables of which nobody without a part in a thread sees a row."""
MOST_NEW = 10
"""More new people a day than this a new account could not reach in any organisation."""
SPELLED = ("070-174 06 31", "۰۷۰۱۷۴۰۶۳۱", "noll sju noll ett sju fyra noll sex tre ett", "sara at example dot org")


def first_contact_inside(ground: Ground) -> Finding:
    """Whoever is new here sees no way to anybody but the platform's own messages, and typed details are asked about."""
    for actor in (ground.visitor, ground.newcomer, ground.stranger):
        with ground.acting_as(actor):
            for table in TABLES:
                (seen,) = ground.rows(f'select count(*) from "{table}"')[0]  # noqa: S608 (our own constant)
                if seen:
                    return Finding(False, f"{seen} rows of {table} are open to office {actor.office}.")
            (known,) = ground.rows("select count(*) from identity_person where octet_length(email) > 0")[0]
            if known:
                return Finding(False, f"The addresses of {known} people are open to office {actor.office}.")
    for text in SPELLED:
        if not contact_words.find(text):
            return Finding(False, "A telephone number or an address passes without a question.")
    bad = [path for path, page in ground.public_pages.items() if _leads_out(ground, page)]
    if bad:
        return Finding(False, f"{len(bad)} public pages name somebody's own number or mail address.")
    return Finding(True, f"{len(ground.public_pages)} public pages, {len(TABLES)} tables: no way past the messages.")


def _leads_out(ground: Ground, page: object) -> bool:
    """Does a page of a profile offer to call or mail somebody?"""
    text = getattr(page, "content", b"").decode(errors="replace") if hasattr(page, "content") else ""
    return "/p/" in text and 'href="tel:' in text


def tricks(ground: Ground) -> str:
    """For the promise fraud-watch, where people write to each other: what is wrong with the published tricks, which are
    each tried in three languages, and with the limits, as the database keeps them; "" for nothing."""
    if not MODULES & set(ground.organisation.modules):
        return ""
    page = ground.get(reverse("messages_looked_for", args=[ground.organisation.slug]))
    text = unescape(page.content.decode(errors="replace")) if page.status_code == 200 else ""
    if not text:
        return "The page that says what is looked for in messages does not open."
    for pattern in watch.PATTERNS:
        with translation.override("en"):
            named = str(pattern.title) in text
        if not named:
            return f"The page does not name the pattern {pattern.name}."
        for sample in pattern.samples:
            if pattern not in watch.warnings(sample):
                return f"A message that fits the pattern {pattern.name} passes without a word."
    with ground.acting_as(ground.newcomer):
        new, everybody = queries.limits()
    if not 0 < new.begun <= min(MOST_NEW, everybody.begun) or not 0 < new.same <= everybody.same:
        return "New accounts may write to more people than the published limits allow."
    return ""


_HERE = "tests/messaging/test_messaging_promises.py::"

incidents.also(tricks)

give(
    Promise(
        "first-contact-inside",
        group=Group.CONTACT,
        says=_(
            "Two people’s first contact runs inside the platform’s own messages; nobody is put in direct contact by "
            "the platform."
        ),
        by=_("Somebody new looks for threads, addresses and numbers, and finds none; typed ones are asked about."),
        probe=first_contact_inside,
        sabotage=_HERE + "test_first_contact_inside",
        modules=MODULES,
    ),
)
