"""What people can ask, by the law that holds here, and in which words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tillit.kernel.dpv import Refusal, Words
from tillit.privacy.policy.frames import Frame

WORDS: dict[str, Words] = {
    "access": _("See what is known about me"),
    "portability": _("Get my data in a form that I can take elsewhere"),
    "correct": _("Have something corrected"),
    "erase": _("Be erased"),
    "restrict": _("Have my data kept and not used"),
    "object": _("Object to a use"),
    "withdraw": _("Take back what I agreed to"),
    "opt-out": _("Say no to being sold or passed on"),
    "question": _("Ask something about my data"),
    "complaint": _("Complain"),
}
"""As the one who asks would say it."""

NOUNS: dict[str, Words] = {
    "access": _("to see what is known about you"),
    "portability": _("to get your data in a form that you can take elsewhere"),
    "correct": _("to have something corrected"),
    "erase": _("to be erased"),
    "restrict": _("to have your data kept and not used"),
    "object": _("that a use of your data stops"),
    "withdraw": _("to take back what you agreed to"),
    "opt-out": _("not to be sold or passed on"),
    "question": _("something about your data"),
    "complaint": _("that a complaint is looked into"),
}
"""What goes on after "You asked"."""

CHANNELS: dict[str, Words] = {
    "product": _("here, logged in or by a link"),
    "form": _("by the form on the public page"),
    "mail": _("by mail"),
    "letter": _("by letter"),
    "telephone": _("by telephone"),
}

SHOWN: dict[str, Words] = {
    "identity-card": _("an identity card or a driving licence"),
    "passport": _("a passport"),
    "electronic": _("an electronic identification"),
    "known": _("the person is known to me, and was here"),
    "called-back": _("I called the number that we have, and they answered"),
    "authority": _("a power of attorney or a guardian's papers"),
}
"""What was looked at to make sure who asks. Only the word, the day and who looked are kept."""

_ALWAYS = ("question", "complaint")
_ERASING = (Refusal.LAW, Refusal.CLAIMS, Refusal.EXPRESSION, Refusal.AUTHORITY, Refusal.HEALTH, Refusal.ARCHIVE)
_EVERY = (Refusal.IDENTITY, Refusal.UNFOUNDED, Refusal.EXCESSIVE)


def offered(frame: Frame) -> list[str]:
    """The kinds of request that can be made here, the questions and complaints that go everywhere among them."""
    rights = {right.key for _law, rights in frame.every_right for right in rights}
    if frame.id.startswith("gdpr"):
        rights.add("portability")
    return [kind for kind in WORDS if kind in rights or kind in _ALWAYS]


def refusals(kind: str) -> list[Refusal]:
    """The reasons for which a request of this kind may be refused."""
    own: dict[str, tuple[Refusal, ...]] = {
        "access": (Refusal.OTHERS,),
        "portability": (Refusal.OTHERS,),
        "correct": (Refusal.CORRECT,),
        "erase": _ERASING,
        "restrict": (Refusal.CLAIMS,),
        "object": (Refusal.OUTWEIGHED, Refusal.CLAIMS),
    }
    return [*own.get(kind, ()), *_EVERY]
