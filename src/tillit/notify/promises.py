"""Promises about messages: no more words than needed, an end by one click, and no news without a yes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.test import Client
from django.utils.translation import gettext_lazy as _

from tillit.access import Actor, acting
from tillit.kernel import clock, mail
from tillit.kernel.probing import Ground
from tillit.kernel.promise import Finding, Group, Promise, give
from tillit.notify import kinds, least, links, news, queries
from tillit.notify.kinds import Channel, How, Kind
from tillit.notify.letters import Templated
from tillit.notify.words import Said, To
from tillit.privacy.rights import actions as rights
from tillit.privacy.rights.promises import Rehearsal, rehearsed

LANGUAGES = ("sv", "en", "fa")
PROMOTIONAL = news.KIND  # declared with what sends it, so that no probe looks at nothing
NATURE = ("Griefgroup", "Brightwater", "Lindqvistova")  # what it is, whose it is, with whom: in no other text


def templates() -> Iterator[str]:
    """Names of all messages that are written from templates ("app/name"): those with a short form."""
    for config in apps.get_app_configs():
        for path in sorted(Path(config.path).glob("templates/*/notify/*.txt")):
            if (path.parent.parent / "mail" / path.name).exists():
                yield f"{path.parent.parent.name}/{path.stem}"


def least_metadata(ground: Ground) -> Finding:
    """Every message is written for an invented clinic, in every language, and searched for what kind of service it is,
    whose, and with whom."""
    clinic = SimpleNamespace(
        name=NATURE[1], slug="brightwater", modules=["booking", "care"], contact_email="a@brightwater.example"
    )
    names = list(templates())
    for language in LANGUAGES:
        for name in names:
            try:
                wrong = _tells(_written(name, language, clinic))
            except least.TooMuch:  # it would never leave, and nobody would be told
                wrong = "more than it may"
            if wrong:
                return Finding(False, f"In care, {name} tells {wrong} in {language}.")
        letter = mail.Message(
            "a@b.example", f"{NATURE[0]} at {NATURE[1]}", f"With {NATURE[2]}", language=language, sender_name=NATURE[1]
        )
        if wrong := _tells(least.bare(letter, links.page("/o/brightwater/", hidden=True))):
            return Finding(False, f"In care, a letter tells {wrong} in {language}.")
    return Finding(True, f"{len(names)} kinds of message in {len(LANGUAGES)} languages say nothing of the service.")


def one_click(ground: Ground) -> Finding:
    """An invented person agrees and logs in nowhere: one request of a mail program ends it, and what they are told of
    their own bookings goes on."""
    promotional = [kind for kind in kinds.every() if kind.promotional]
    with rehearsed(ground) as one:
        for kind in promotional:
            if why := _ends(ground, one, kind):
                return Finding(False, f"{kind.name}: {why}")
    return Finding(True, f"One request without a login ended each of {len(promotional)} kinds.")


def by_consent(ground: Ground) -> Finding:
    """Whoever did not agree is left out, whoever agreed is not, and whoever took it back is left out again."""
    promotional = [kind for kind in kinds.every() if kind.promotional]
    with rehearsed(ground) as one:
        for kind in promotional:
            states = [_held(ground, one, kind)]
            with one.as_first():
                rights.agree(kind.consent)
            states.append(_held(ground, one, kind))
            with one.as_first():
                rights.take_back(kind.consent)
            states.append(_held(ground, one, kind))
            if states != ["consent", "", "consent"]:
                return Finding(False, f"{kind.name} reaches somebody who did not agree, or nobody at all.")
    return Finding(True, f"{len(promotional)} kinds of offers and news go to those who agreed.")


def _written(name: str, language: str, clinic: Any) -> mail.Message:
    start = clock.now() + timedelta(days=1)
    to = To(uuid4(), "Vera Nordstroem", "vera@example.org", "", language, "Europe/Stockholm")
    said = {
        "title": NATURE[0], "place": f"{NATURE[1]} 3", "others": [NATURE[2]], "start": start,
        "end": start + timedelta(minutes=45), "zone": to.zone, "other_zone": to.zone, "to_guest": True,
        "answer_by": start, "pay_by": start, "decline_by": start, "dates": [start], "days": 7,
    }  # fmt: skip
    kind = Kind("notify.probe", "", (Channel.MAIL,), frozenset())
    return Templated(kind, to, Said(name, said, path="/o/brightwater/"), clinic).message()


def _tells(message: mail.Message) -> str:
    """Which word of the service stands in a mail; its links are no words, and must not name the organisation either."""
    said = "\n".join((message.subject, message.text, message.html, message.sender_name, message.reply_to)).lower()
    return next((word for word in (*NATURE, "brightwater", "Nordstroem") if word.lower() in said), "")


def _ends(ground: Ground, one: Rehearsal, kind: Kind) -> str:
    with one.as_first():
        rights.agree(kind.consent)
    where = re.sub("^https?://[^/]+", "", links.unsubscribe(ground.organisation.slug, one.first, kind.name))
    browser = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    answer = browser.post(where, {"List-Unsubscribe": "One-Click"})
    if answer.status_code != 200:
        return "the link does not work."
    service = [other for other in kinds.every() if not other.promotional and not other.must]
    with acting(Actor(office="notify", organisation=ground.organisation.pk)):
        chosen = queries.choices(one.first, [kind, *service])
    if any(chosen[kind.name, channel] is not How.OFF for channel in kind.offered if channel is not Channel.INSIDE):
        return "it goes on after it was ended."
    if any(chosen[other.name, channel] is not other.default(channel) for other in service for channel in other.offered):
        return "it ended messages about the person's own matters."
    return ""


def _held(ground: Ground, one: Rehearsal, kind: Kind) -> str:
    with acting(Actor(office="notify", organisation=ground.organisation.pk)):
        return queries.held_back(one.first, kind)


_HERE = "tests/notify/test_promises.py::"

give(
    Promise(
        "least-metadata",
        group=Group.CONTACT,
        says=_("Where care is given, no mail or text message says what kind of service it is, whose, or with whom."),
        by=_("Every message is written for an invented clinic in three languages, and searched."),
        probe=least_metadata,
        sabotage=_HERE + "test_least_metadata",
    ),
    Promise(
        "one-click-unsubscribe",
        group=Group.RIGHTS,
        says=_("Every message that is sent for our sake has a link that ends it; those about your own matters go on."),
        by=_("An invented person's mail program asks for the end, without a login (RFC 8058)."),
        probe=one_click,
        sabotage=_HERE + "test_one_click",
    ),
    Promise(
        "offers-by-consent",
        group=Group.RIGHTS,
        says=_("News and offers go to those who agreed, and to nobody else."),
        by=_("An invented person does not agree, agrees, and takes it back; each time it is asked who is written to."),
        probe=by_consent,
        sabotage=_HERE + "test_by_consent",
    ),
)
