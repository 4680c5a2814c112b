"""Why something is reported or decided against, with the rule that each reason rests on (Regulation (EU) 2022/2065,
Art. 17(3)(d) and (e)): a law, or the terms that every member of the organisation undertakes to keep."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from tillit.kernel.dpv import Words

LAW, TERMS = "law", "terms"


@dataclass(frozen=True)
class Reason:
    """One reason: in a few words, the ground (LAW or TERMS), and the rule in a sentence."""

    says: Words
    ground: str
    rule: Words


REASONS: dict[str, Reason] = {
    "danger": Reason(
        _("Somebody could come to harm"), LAW, _("Penal law: threats, violence, and what puts children in danger.")
    ),
    "fraud": Reason(_("Fraud, or an attempt at it"), LAW, _("Penal law: fraud. Nobody is tricked out of money here.")),
    "harassment": Reason(
        _("Harassment or hate"), LAW, _("Penal law and the law against discrimination: nobody is harassed or hated.")
    ),
    "privacy": Reason(
        _("It shows somebody else’s data or picture"),
        LAW,
        _("The data protection regulation: other people’s data and pictures are theirs."),
    ),
    "illegal": Reason(_("Something else that the law forbids"), LAW, _("The law named in the words below.")),
    "untrue": Reason(
        _("It is not true"), TERMS, _("The organisation’s terms: what you say of yourself and others is true.")
    ),
    "contact": Reason(
        _("Contact details where everybody reads them"),
        TERMS,
        _("The organisation’s terms: phone numbers, addresses and links are shown to one person at a time."),
    ),
    "unfit": Reason(
        _("It does not belong here"), TERMS, _("The organisation’s terms: texts and pictures are about care and work.")
    ),
    "unfinished": Reason(
        _("Too little to go on"),
        TERMS,
        _("The organisation’s terms: a profile says what is offered, where and for how much."),
    ),
    "spam": Reason(
        _("Advertising, or the same again and again"), TERMS, _("The organisation’s terms: no advertising.")
    ),
}
"""What can be chosen, the gravest first."""
