"""The agreement between the organisation (controller) and whoever runs the installation (processor): all that GDPR
Art. 28(3) asks for. For its own customers' registration and billing the operator is controller itself, and says so."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tillit.privacy.policy import facts as gathering
from tillit.privacy.policy import frames, words
from tillit.privacy.policy.facts import Facts
from tillit.privacy.policy.operator import operator
from tillit.privacy.policy.parts import Section, points, section, table, terms, text, way

ASKED = ("parties", "subject", "instructions", "silence", "security", "others", "help", "breach", "end", "audit", "own")
"""Its parts; Art. 28(3) asks for each of them but the first and the last."""


def facts(organisation: Any) -> Facts:
    """What the agreement rests on."""
    runs = operator()
    every = gathering.gather(organisation)
    kept = ("controller", "frame", "region", "modules", "kinds", "purposes")
    return {
        **{name: every[name] for name in kept},
        "operator": {"name": runs.name, "number": runs.number, "address": runs.address, "email": runs.email},
        "receivers": [one for one in every["receivers"] if one["role"] == "operator"],
        "parts": list(ASKED),
    }


def sections(organisation: Any, known: Facts) -> list[Section]:
    """The agreement in the active language."""
    here = frames.of(known["region"])
    who, runs = known["controller"], known["operator"]
    hours = words.hours(here.breach.hours)
    every = [
        section(
            "parties",
            _("Between whom"),
            _("%(controller)s decides what is done with the data; %(operator)s runs the machines and works for it.")
            % {"controller": who["name"], "operator": runs["name"] or _("whoever runs this installation")},
            terms(
                [
                    (_("Controller"), words.listed((who["name"], who["number"], who["address"], who["contact_email"]))),
                    (_("Processor"), words.listed(value for value in runs.values() if value)),
                    (_("Called in law"), str(here.words["agreement"])),
                ]
            ),
        ),
        section(
            "subject",
            _("What it is about, and for how long"),
            _("Running this product for the organisation, as long as the organisation uses it."),
            table(
                _("Kinds of data and what they are for"),
                (_("What"), _("In order to")),
                [
                    (words.kind(name), words.listed(words.purpose(one) for one in kind["purposes"]))
                    for name, kind in known["kinds"].items()
                ],
            ),
            text(_("Whose data: people who book, members, staff and hosts, and those who write to the organisation.")),
        ),
        section(
            "instructions",
            _("Only as the organisation says"),
            _("The operator does with the data what the product does and the organisation has set, and nothing else."),
            text(
                _(
                    "Settings made in the product are the documented instructions, also for what leaves the region."
                    " If an instruction is against the law the operator says so."
                )
            ),
        ),
        section(
            "silence",
            _("Silence"),
            _("Whoever works for the operator has promised to keep silent, also afterwards."),
        ),
        section(
            "security",
            _("Protection"),
            _("What is private is sealed; looking at it takes an opening with a reason, an end and a line in the log."),
            points(
                [
                    _("Walls between people and between organisations in the database itself."),
                    _("A key of its own for each person; backups lie apart from the keys."),
                    _("A log in which a change shows, and probes that ask each promise every hour."),
                    _("Restores are tried; weaknesses are sought before each release."),
                ]
            ),
        ),
        section(
            "others",
            _("Others that help"),
            _("Only those in this list. A new one is announced first, so that the organisation can say no."),
            table(
                _("Who helps the operator"),
                (_("Who"), _("In order to"), _("Where")),
                [
                    (one["name"], words.listed(map(words.purpose, one["purposes"])), words.region(one["region"]))
                    for one in known["receivers"]
                ],
            ),
            text(_("Each is bound by the same duties, and the operator answers for it.")),
        ),
        section(
            "help",
            _("Help with people's rights"),
            _("The product answers them: see, correct, copy, stop, object and erase, with clocks and receipts."),
            text(_("The operator helps with the rest, with assessments of risk and with questions of an authority.")),
        ),
        section(
            "breach",
            _("When something goes wrong"),
            _("The operator tells the organisation at once, so that it can tell others within %(hours)s.")
            % {"hours": hours},
            text(str(here.breach.law)),
        ),
        section(
            "end",
            _("When it ends"),
            _("The organisation takes everything with it; then it is erased, and its keys are destroyed."),
            text(_("Only what a law makes the operator keep stays, and only for that.")),
        ),
        section(
            "audit",
            _("Looking for oneself"),
            _("The organisation may look at everything that shows that this is kept, and let others look."),
            way("promises", _("The promises, and whether they hold right now")),
        ),
        section(
            "own",
            _("What the operator answers for itself"),
            _("For registering and billing its own customers the operator is controller, with a notice of its own."),
        ),
    ]
    return [one for one in every if one["id"] in known["parts"]]
