"""What is written for the authority and for the people, drawn from what is known of an incident.

For the authority: the fields that the frame's authority asks for (IMY's e-form in Sweden), as rows of a page and as
text. For the people: GDPR Art. 34(2), in their language, with no more than they need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tillit.kernel import formats, mail
from tillit.kernel.dpv import Data, Words, member
from tillit.privacy.incidents import clocks
from tillit.privacy.incidents.questions import people_affected
from tillit.privacy.models import Incident
from tillit.privacy.policy.frames import frame


def _language(code: str) -> str:
    """What the reader calls a language inside of a sentence: only English writes it with a capital."""
    name = str(translation.get_language_info(code)["name_translated"])
    return name if translation.get_language() == "en" else name.lower()


LANGUAGES: dict[str, Any] = {code: lazy(_language, str)(code) for code in ("sv", "en", "fa")}
CAUSES: dict[str, Words] = {
    "mistake": gettext_lazy("a mistake, such as a mail to the wrong person"),
    "lost": gettext_lazy("something was lost or stolen"),
    "attack": gettext_lazy("somebody broke in from outside"),
    "insider": gettext_lazy("somebody here looked or took without need"),
    "weakness": gettext_lazy("a weakness in the program"),
    "processor": gettext_lazy("it happened at somebody who works for us"),
    "other": gettext_lazy("something else"),
}
NATURES: dict[str, Words] = {
    "seen": gettext_lazy("somebody saw, or could have seen, what was not theirs to see"),
    "changed": gettext_lazy("data was changed without right"),
    "lost": gettext_lazy("data was lost, or could not be reached"),
}
_LATE = gettext_lazy("Why it is told later than the law wants")
RISKS: dict[str, Words] = {
    "none": gettext_lazy("a risk for people is unlikely"),
    "risk": gettext_lazy("there is a risk for people"),
    "high": gettext_lazy("the risk for people is high"),
}


@dataclass(frozen=True)
class Field:
    """One field of the form. `missing`: it is asked for, and nothing is known yet."""

    label: str
    text: str

    @property
    def missing(self) -> bool:
        return not self.text


@dataclass(frozen=True)
class Draft:
    """What the authority is told, as it stands now. name: the authority, or the court where there is none."""

    name: str
    where: str
    fields: tuple[Field, ...]

    def text(self) -> str:
        """All of it as plain text, to be pasted into a form or printed."""
        lines = [self.name, self.where, "", *(f"{field.label}:\n{field.text or '—'}\n" for field in self.fields)]
        return "\n".join(line for line in lines if line is not None)


def authority(incident: Incident) -> Draft:
    """The draft for the organisation's authority, in the reader's language."""
    law = frame(incident.organisation)
    to = law.authority
    name = str(to.name) if to else _("There is no authority for this; keep it as your own record.")
    where = " · ".join(part for part in (to.address, to.email, to.phone, to.site) if part) if to else str(law.court)
    wanted = asked(incident)
    fields = [Field(*describe(incident)) for key, describe in _FIELDS.items() if key in wanted]
    return Draft(name, where, tuple(field for field in fields if field.text or field.label != str(_LATE)))


def asked(incident: Incident) -> set[str]:
    """Keys of the fields that the organisation's authority asks for, and of what every report needs."""
    return (set(frame(incident.organisation).breach.form or _FIELDS) | set(ALWAYS)) & _FIELDS.keys()


def letter(incident: Incident, language: str) -> mail.Message:
    """What the people are told in a language. Where nothing was written in it, the organisation's first words stand."""
    organisation = incident.organisation
    written = {code: one for code, one in incident.words.items() if one.get("happened", "").strip()}
    known: dict[str, str] = written.get(language) or next(
        (written[c] for c in organisation.languages if c in written), {}
    )
    law = frame(organisation)
    with translation.override(language):
        context = {
            "happened": known.get("happened", ""), "help": known.get("help", ""),
            "kinds": kinds(incident), "natures": [str(NATURES[n]) for n in incident.natures if n in NATURES],
            "known": incident.known, "zone": organisation.time_zone, "contact": organisation.contact_email,
            "authority": str(law.authority.name) if law.authority else "", "court": str(law.court),
        }  # fmt: skip
        return mail.render(
            "privacy/incident_people", to="nobody@account.invalid", language=language, context=context,
            reply_to=organisation.contact_email, organisation_name=organisation.name,
        )  # fmt: skip


def kinds(incident: Incident) -> list[str]:
    """The kinds of data, in words."""
    return [str(member(Data, identifier).label) for identifier in incident.categories if _known(identifier)]


def language_words(languages: Mapping[str, int]) -> str:
    """How many people read which language: "Swedish 11 · English 6"."""
    reader = translation.get_language() or "en"
    counted = sorted(languages.items(), key=lambda one: -one[1])
    return " · ".join(f"{LANGUAGES.get(code, code)} {formats.format_number(many, reader)}" for code, many in counted)


def _known(identifier: str) -> bool:
    return any(kind.identifier == identifier for kind in Data)


def _moment(incident: Incident, instant: datetime | None) -> str:
    if instant is None:
        return ""
    language = translation.get_language() or "en"
    return formats.format_datetime(instant, language, zone=incident.organisation.time_zone)


def _people(incident: Incident) -> str:
    found = people_affected(incident)
    if not found.people:
        return ""
    words = [ngettext("%(n)s person", "%(n)s people", found.people) % {"n": found.people}]
    return " · ".join([*words, language_words(found.languages)])


def _told(incident: Incident) -> str:
    """Whether, when and why not people were told."""
    if incident.people == "no":
        line = incident.lines.filter(kind="untold").order_by("-id").first()
        return _("No, because: %(why)s") % {"why": line.words if line else ""}
    found = people_affected(incident)
    if found.told:
        moment = _moment(incident, found.last_told)
        return ngettext("%(n)s person was told, last at %(when)s", "%(n)s people were told, last at %(when)s",
                        found.told) % {"n": found.told, "when": moment}  # fmt: skip
    return _("They will be told.") if incident.people == "tell" else ""


def _late(incident: Incident) -> str:
    if not incident.reported or incident.reported <= clocks.deadline(incident):
        return ""
    line = incident.lines.filter(kind="reported").order_by("-id").first()
    return line.words if line else ""


def _groups(incident: Incident) -> str:
    names: dict[str, int] = {}
    everybody = 0
    for counted in incident.counts.all():
        everybody = max(everybody, counted.people if counted.question.get("everyone") else 0)
        for name, number in counted.names.items():
            names[name] = max(number, names.get(name, 0))
    all_of_them = [f"{_('Everybody who is known here')}: {everybody}"] if everybody else []
    return "\n".join([*all_of_them, *_group_lines(names)])


def _group_lines(names: dict[str, int]) -> Iterator[str]:
    from tillit.evidence import events

    for name, number in sorted(names.items(), key=lambda one: -one[1]):
        kind = events.kinds.get(name)
        yield f"{kind.label if kind else name}: {number}"


def _severity(incident: Incident) -> str:
    parts = [str(RISKS[incident.risk])] if incident.risk in RISKS else []
    return "\n".join([*parts, *([incident.consequences] if incident.consequences else [])])


def _what(incident: Incident) -> str:
    parts = [incident.what, *(str(NATURES[n]) for n in incident.natures if n in NATURES)]
    return "\n".join([*parts, *([str(CAUSES[incident.cause])] if incident.cause in CAUSES else [])])


_FIELDS: dict[str, Callable[[Any], tuple[str, str]]] = {
    "organisation_number": lambda i: (
        _("Organisation and its number"), f"{i.organisation.name}, {i.organisation.number}"),
    "postal_address": lambda i: (_("Postal address"), i.organisation.address),
    "contact": lambda i: (_("Contact"), i.organisation.contact_email),
    "own_reference": lambda i: (_("Your own reference"), i.reference),
    "what": lambda i: (_("What happened"), _what(i)),
    "known": lambda i: (_("When it became known"), _moment(i, i.known)),
    "began": lambda i: (_("When it began"), _moment(i, i.began)),
    "ended": lambda i: (_("When it ended"), _moment(i, i.ended)),
    "groups": lambda i: (_("Groups of people, and how many of each"), _groups(i)),
    "people": lambda i: (_("How many people"), _people(i)),
    "kinds": lambda i: (_("Kinds of data"), formats.join_words(kinds(i), translation.get_language() or "en")),
    "severity": lambda i: (_("How serious it is, and what it can lead to"), _severity(i)),
    "measures": lambda i: (_("What was done and will be done"), i.measures),
    "people_told": lambda i: (_("Were the people told, when, or why not"), _told(i)),
    "late": lambda i: (str(_LATE), _late(i)),
}  # fmt: skip
"""Key (as the frame names it) → what the field is called, and what stands in it. What every report needs, and what
happened, stand in every draft."""

ALWAYS = ("contact", "what", "known", "late")
