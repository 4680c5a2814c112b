"""The notice: everything that GDPR Art. 13 and 14 ask for, as questions with short answers that unfold.

Each section is drawn in the active language from the facts (facts.py) and the legal frame. The organisation's own
words stand in marked places (places.py) and nowhere else.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tillit.privacy.policy import facts as gathering
from tillit.privacy.policy import frames, words
from tillit.privacy.policy.facts import Facts
from tillit.privacy.policy.frames import Authority, Frame
from tillit.privacy.policy.parts import Section, own, points, section, table, terms, text, way


def facts(organisation: Any) -> Facts:
    """What the notice rests on."""
    return gathering.gather(organisation)


def sections(organisation: Any, known: Facts) -> list[Section]:
    """The notice in the active language."""
    here = frames.of(known["region"], known["additions"])
    draw = _Drawing(organisation, known, here)
    return [
        draw.readers(), draw.controller(), draw.what(), draw.why(), draw.receivers(), draw.where(), draw.time(),
        draw.rights(), draw.must(), draw.automated(), draw.children(), draw.safety(), draw.complaint(), draw.changes(),
    ]  # fmt: skip


class _Drawing:
    """One notice in one language."""

    def __init__(self, organisation: Any, known: Facts, here: Frame) -> None:
        self.organisation, self.known, self.frame = organisation, known, here
        self.books = "booking" in known["modules"]
        self.keeps = gathering.keeps(list(gathering.held_by(organisation)))

    def own(self, place: str) -> Any:
        """The organisation's own words in a place."""
        said = self.known["own_words"].get(place, {})
        return own(said.get((get_language() or "")[:2], ""))

    def readers(self) -> Section:
        booked = self.known["times"].get("booking.meeting.over")
        rows = [
            (_("You"), _("everything about you, always")),
            (
                _("Administrators here"),
                _(
                    "a colleague's name and e-mail, working hours, and when and how much they are booked, because the"
                    " account is shared; nothing more"
                ),
            ),
        ]
        if self.books:
            until = _("from the booking until %(days)s after the meeting") % {"days": words.days(booked or 1)}
            host = _("your name, e-mail, phone and what you wrote, %(until)s") % {"until": until}
            rows.insert(1, (_("Whoever you book with"), host))
        rows += [
            (_("Anybody else"), _("only what you show to them, or what a relation you know of shows, until it ends")),
            (
                _("Whoever runs the machines"),
                _("sealed text, unless a logged opening with a reason and an end is made"),
            ),
        ]
        return section(
            "readers",
            _("Who may read what, and when?"),
            _("You, and those you deal with here, for as long as it is needed. Every look is written down for you."),
            terms(rows),
            self.own("readers"),
            way("my-evidence", _("See who has seen what of you")),
        )

    def controller(self) -> Section:
        who, contact = self.known["controller"], self.known["contact"]
        rows = [
            (_("Organisation"), f"{who['name']}, {who['number']}"),
            (_("Address"), who["address"]),
            (_("Write to"), who["contact_email"]),
            (_("Responsible publisher"), who["publisher"]),
        ]
        reached = words.listed(value for value in (contact["name"], contact["email"], contact["phone"]) if value)
        rows.append((_("For questions about data"), reached or who["contact_email"]))
        rows.append((_("The law that holds"), str(self.frame.law)))
        rows += [(_("And for people in California"), str(one.law)) for one in self.frame.additions]
        short = _("%(name)s decides what is done with your data, and answers for it.") % {"name": who["name"]}
        return section("controller", _("Who answers for your data?"), short, terms(rows))

    def what(self) -> Section:
        rows = [
            (words.kind(name), words.listed(words.purpose(one) for one in kind["purposes"]), words.source(name))
            for name, kind in self.known["kinds"].items()
        ]
        return section(
            "what",
            _("What do you hold about me, and where is it from?"),
            _("What you type here, what your browser says so that pages work, and what is done here with your data."),
            table(_("Kinds of data"), (_("What"), _("In order to"), _("Where it comes from")), rows),
            self.own("what"),
        )

    def why(self) -> Section:
        pairs = []
        for name, basis in self.known["purposes"].items():
            why = words.basis(basis, self.frame.bases.get(basis))
            if basis == "interest":
                why = _("%(why)s. The interest: %(interest)s") % {"why": why, "interest": words.interest(name)}
            pairs.append(
                (
                    words.purpose(name),
                    _("%(why)s. For it: %(kinds)s.")
                    % {"why": why, "kinds": words.kinds(self.known["uses"][name]["kinds"])},
                )
            )
        sensitive = self.frame.words.get("sensitive")
        return section(
            "why",
            _("What is it used for, and why may you?"),
            _("To do what you came for, to keep strangers out, and to be able to account for it. Never for selling."),
            terms(pairs),
            text(str(sensitive)) if sensitive else None,
            self.own("why"),
        )

    def receivers(self) -> Section:
        rows = []
        for one in self.known["receivers"]:
            place = words.region(one["region"])
            if gathering.away(one, self.known["region"]):
                place = _("%(place)s; protected by: %(safeguard)s") % {
                    "place": place,
                    "safeguard": words.SAFEGUARDS.get(one["safeguard"], _("nothing yet")),
                }
            uses = words.listed(words.purpose(name) for name in one["purposes"])
            rows.append((f"{one['name']} ({words.ROLES[one['role']]})", uses, words.kinds(one["kinds"]), place))
        short = _("Only those in this list, for what stands beside them. Each time something leaves you can see it.")
        return section(
            "receivers",
            _("Who else receives it?"),
            short
            if rows
            else _("Nobody, today. Whoever comes is named here first, and each departure is shown to you."),
            table(_("Receivers"), (_("Who"), _("In order to"), _("What"), _("Where")), rows),
            text(
                _("An authority gets something only when a law says that it must, after two people here have looked.")
            ),
            text(_("Nothing is sold, swapped or used for advertising.")),
            self.own("receivers"),
        )

    def where(self) -> Section:
        abroad = [one["name"] for one in self.known["receivers"] if gathering.away(one, self.known["region"])]
        place = words.region(self.known["region"])
        if abroad:
            short = _("In %(place)s. Outside it: %(names)s.") % {"place": place, "names": words.listed(abroad)}
        else:
            short = _("In %(place)s, and nowhere else.") % {"place": place}
        return section("where", _("Where is it kept?"), short, text(str(self.frame.transfers)))

    def time(self) -> Section:
        named: dict[str, list[str]] = {}
        for kind, said in self.known["kinds"].items():
            for until in said["times"]:
                named.setdefault(until, []).append(kind)
        rows = [
            (words.kinds(kinds), words.time(self.keeps[until], self.known["times"][until]))
            for until, kinds in sorted(named.items())
            if until in self.keeps
        ]
        laws = [
            f"{kept.says} ({kept.law})"
            for kept in self.frame.laws_of(self.known["modules"])
            if kept.key in self.known["laws"]
        ]
        return section(
            "time",
            _("For how long?"),
            _("Each thing has its time. When it is over it goes by itself, without anybody acting."),
            table(_("Times"), (_("What"), _("How long it is kept")), rows),
            text(_("What a law makes us keep longer:")) if laws else None,
            points(laws) if laws else None,
            text(_("What lies in backups can no longer be opened some weeks later, because its keys are destroyed.")),
            self.own("time"),
        )

    def rights(self) -> Section:
        every = [
            (str(right.title), f"{right.says} ({right.law})")
            for _law, rights in self.frame.every_right
            for right in rights
            if right.key in self.known["rights"]
        ]
        gpc = [str(one.words["gpc"]) for one in self.frame.additions if "gpc" in one.words]
        return section(
            "rights",
            _("What can I do?"),
            _("See, correct, take with you, stop or erase what we hold, at any time, without asking anyone."),
            terms(every),
            *map(text, gpc),
            text(
                _(
                    "Without an account, the link in your mail opens the same page. You can also write to us; we answer"
                    " within a month."
                )
            ),
            self.own("rights"),
            way("my-data", _("My data")),
        )

    def must(self) -> Section:
        rows = []
        if self.books:
            rows.append(
                (_("To book"), _("a name and an e-mail address, else we can neither keep the time nor reach you"))
            )
            rows.append((_("Anything you write to us"), _("is yours to write or to leave out")))
        rows.append((_("To have an account"), _("an e-mail address and a key or password, else we could not know you")))
        return section(
            "must",
            _("Must I give it?"),
            _("No law makes you. Some things cannot be done without it; leaving out the rest has no consequence."),
            terms(rows),
        )

    def automated(self) -> Section:
        short = _("No. No decision about you is made by a machine alone, and nobody is judged by patterns.")
        return section(
            "automated",
            _("Does a machine decide about me?"),
            short,
            text(_("Programs keep calendars and send mails. Whatever matters to you is decided by people (%(law)s).")
                 % {"law": self.frame.words["automated"]}),
        )  # fmt: skip

    def children(self) -> Section:
        age = words.years(self.known["age"])
        return section(
            "children",
            _("And children?"),
            _("Accounts are for people who are at least %(age)s old.") % {"age": age},
            text(
                _(
                    "Before anything is typed we ask for the year of birth. Whoever is younger is told kindly, and"
                    " nothing of the answer is kept."
                )
            ),
            text(_("What the law says: %(law)s.") % {"law": self.frame.age.law}),
        )  # fmt: skip

    def safety(self) -> Section:
        return section(
            "safety",
            _("How is it protected?"),
            _("What is private lies sealed, each person's with a key of its own, behind walls in the database itself."),
            points(
                [
                    _("Who may see what is decided in the database, so a mistake on a page reveals nothing."),
                    _("What was seen, changed and sent is written to a log in which a change would show."),
                    _("Promises are asked by programs that can answer no; the answers are public."),
                ]
            ),
            self.own("safety"),
            way("promises", _("What we promise, and what is not protected")),
        )

    def complaint(self) -> Section:
        authority = self.frame.authority
        others = [one for one in (addition.authority for addition in self.frame.additions) if one]
        if authority:
            short = _("Tell us; and you may always complain to %(authority)s.") % {"authority": authority.name}
        else:
            short = _("Tell us; and you may always go to the court.")
        return section(
            "complaint",
            _("What if I am not content?"),
            short,
            text(str(self.frame.complaint)),
            terms([(str(one.name), _reached(one)) for one in ([authority] if authority else []) + others]),
            table(
                _("If you live in another country of the EEA"),
                (_("Country"), _("Authority"), _("Its pages")),
                [(words.country(one.country), str(one.name), one.site) for one in self.frame.elsewhere],
            ),
            text(str(self.frame.court)),
            *(text(str(one.court)) for one in self.frame.additions),
        )

    def changes(self) -> Section:
        return section(
            "changes",
            _("What if this changes?"),
            _("Every earlier version stays readable. What matters is announced by mail and here before it holds."),
            way("versions", _("All versions, and what changed")),
            way("cookies", _("Cookies, and what your browser tells us")),
            way("agreement", _("The agreement with whoever runs the machines")),
        )


def _reached(authority: Authority) -> str:
    return words.listed(one for one in (authority.address, authority.email, authority.phone, authority.site) if one)
