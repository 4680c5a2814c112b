"""The words a declaration is made of: kinds of data, purposes, legal bases, laws and rules of time.

Kinds, purposes and bases carry their identifiers of the W3C Data Privacy Vocabulary 2.3 (core `dpv:`, personal
data `pd:`, EU GDPR `eu-gdpr:`); the labels are ours, in three languages through the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Lazy  # the stubs' name for sentences that wait for a language
else:
    from django.utils.functional import Promise as Lazy

Words = str | Lazy


class Term(Enum):
    """Members are told apart by their number: Enum hashes values, and words are translated only once Django runs."""

    def __new__(cls, *parts: Any) -> Any:
        member = object.__new__(cls)
        member._value_ = len(cls.__members__)
        return member


class Data(Term):
    """Kinds of personal data: identifier, label, and whether the law calls it special (GDPR Art. 9)."""

    NAME = ("pd:Name", pgettext_lazy("kind of data", "name"))
    EMAIL = ("pd:EmailAddress", _("e-mail address"))
    ADDRESS = ("pd:PhysicalAddress", _("where you live"))
    PHONE = ("pd:TelephoneNumber", _("phone number"))
    LANGUAGE = ("pd:Language", pgettext_lazy("kind of data", "language"))
    LOCATION = ("pd:Location", _("where you are, as a time zone"))
    COMMUNICATION = ("pd:Communication", _("what you wrote"))
    AUTHENTICATION = ("pd:Authenticating", _("what you log in with"))
    DEVICE = ("pd:UserAgent", _("the kind of browser"))
    ACTIVITY = ("pd:CommunicationsMetadata", _("when and by whom something was done"))
    PROFESSIONAL = ("pd:Professional", _("about your work"))
    CALENDAR = ("pd:Professional", _("when you are busy"))
    BOOKING = ("pd:ServiceConsumptionBehaviour", _("what you booked"))
    CHOICE = ("pd:PrivacyPreference", _("what you chose about your data"))
    IDENTITY = ("pd:OfficialID", _("your personal identity number"))
    PAYMENT = ("pd:Transaction", _("what you paid, and what was paid back"))
    WISH = ("pd:Preference", _("what you look for"))

    def __init__(self, identifier: str, label: Words) -> None:
        self.identifier = identifier
        self.label = label
        self.special = False


class Basis(Term):
    """Legal bases of GDPR Art. 6(1)."""

    CONSENT = ("eu-gdpr:A6-1-a", _("you agreed"))
    CONTRACT = ("eu-gdpr:A6-1-b", _("it is needed for what you asked for"))
    LAW = ("eu-gdpr:A6-1-c", _("a law requires it"))
    INTEREST = ("eu-gdpr:A6-1-f", _("a legitimate interest that does not outweigh yours"))

    def __init__(self, identifier: str, label: Words) -> None:
        self.identifier = identifier
        self.label = label


class Purpose(Term):
    """What data is used for: identifier, legal basis, and a sentence that goes on after "in order to"."""

    BOOK = ("dpv:RequestedServiceProvision", Basis.CONTRACT, _("keep the time that was booked"))
    COORDINATE = ("dpv:CommunicationManagement", Basis.CONTRACT, _("reach you about what was agreed"))
    LOGIN = ("dpv:IdentityAuthentication", Basis.CONTRACT, _("let you in, and nobody else as you"))
    FIND = ("dpv:SearchFunctionalities", Basis.CONTRACT, _("find somebody for what you need"))
    WORK = ("dpv:PersonnelManagement", Basis.CONTRACT, _("plan the work of those who receive people here"))
    SECURITY = ("dpv:EnforceSecurity", Basis.INTEREST, _("notice and stop misuse"))
    ACCOUNT_FOR = ("dpv:RightsFulfilment", Basis.LAW, _("show you who has seen and changed what"))
    PAY = ("dpv:PaymentManagement", Basis.CONTRACT, _("take payment for what was booked, and pay it back"))
    OFFER = (
        "dpv:ServiceProvision",
        Basis.CONTRACT,
        _("let people find the help you offer, and know whom they would let in"),
    )
    BOOKS = ("dpv:RecordManagement", Basis.LAW, _("keep the books as the law demands"))
    TAX = ("dpv:LegalCompliance", Basis.CONTRACT, _("ask the tax authority for the reduction that you want"))
    COMPLY = ("dpv:LegalCompliance", Basis.LAW, _("do what a law demands, and be able to show that we did"))

    VOUCH = (
        "dpv:VendorSelectionAssessment", Basis.CONTRACT, _("let those whom you choose see what you are qualified for")
    )  # fmt: skip

    def __init__(self, identifier: str, basis: Basis | None, says: Words) -> None:
        self.identifier = identifier
        self.basis = basis
        self.says = says


class Erase(Term):
    """What erasure does with a value."""

    DELETE = pgettext_lazy("what erasure does", "the row is deleted")
    SHRED = pgettext_lazy("what erasure does", "its key is destroyed")
    BLANK = pgettext_lazy("what erasure does", "it is emptied")
    GENERALISE = pgettext_lazy("what erasure does", "it is made so coarse that it fits many")
    DETACH = pgettext_lazy("what erasure does", "it stays without a link to you")
    KEEP = pgettext_lazy("what erasure does", "a law keeps it to its end")

    def __init__(self, label: Words) -> None:
        self.label = label


class Refusal(Term):
    """Why a right is refused, wholly or in part: identifier, and a sentence that goes on after "because".

    Where DPV has no term of its own, the identifier is that of any justification.
    """

    IDENTITY = (
        "eu-gdpr:JustificationA12IdentityFailure",
        _("we could not make sure that you are the one whom the data is about, or that you may ask for them"),
    )
    UNFOUNDED = ("eu-gdpr:JustificationA12ManifestlyUnfounded", _("it is clearly not about a right of yours"))
    EXCESSIVE = ("eu-gdpr:JustificationA12ManifestlyExcessive", _("the same was asked and answered again and again"))
    OTHERS = ("dpv:Justification", _("it would show what belongs to other people"))
    OUTWEIGHED = ("dpv:Justification", _("our reasons for this use outweigh yours, as we explain below"))
    CORRECT = ("dpv:Justification", _("we looked into it, and what we have is right"))
    LAW = ("eu-gdpr:JustificationA17LegallyRequired", _("a law obliges us to keep it"))
    CLAIMS = ("eu-gdpr:JustificationA17LegalClaims", _("it is needed for a legal claim that is not settled yet"))
    EXPRESSION = (
        "eu-gdpr:JustificationA17FreedomOfExpression",
        _("it is needed for the freedom to speak and to be informed"),
    )
    AUTHORITY = ("eu-gdpr:JustificationA17OfficialAuthority", _("it is needed for a public task"))
    HEALTH = ("eu-gdpr:JustificationA17PublicHealth", _("it is needed for public health"))
    ARCHIVE = ("eu-gdpr:JustificationA17Archiving", _("it is needed for an archive, for research or for statistics"))

    def __init__(self, identifier: str, says: Words) -> None:
        self.identifier = identifier
        self.says = says


class Delay(Term):
    """Why an answer takes longer (GDPR Art. 12(3)): identifier, and a sentence that goes on after "because"."""

    COMPLEXITY = ("eu-gdpr:JustificationA12Complexity", _("what you asked for is complex"))
    VOLUME = ("eu-gdpr:JustificationA12HighVolume", _("many people asked at the same time"))

    def __init__(self, identifier: str, says: Words) -> None:
        self.identifier = identifier
        self.says = says


@dataclass(frozen=True)
class Law:
    """A law that forbids to keep shorter: its name, and the least number of days."""

    name: Words
    days: int


@dataclass(frozen=True)
class Keep:
    """How long a value is kept: `days` after the event `until`.

    `setting` is the organisation's setting (kernel.ends) that may change the days within its bounds; `law` may
    forbid fewer. `clock` is the kind of end (kernel.ends) or the periodic sweep (its task's name) that makes it go;
    None where the event itself takes the value away in the same moment (declaration_checks.ENDS_WITH_ITS_ROW).
    """

    until: str
    says: Words
    days: int = 0
    setting: str = ""
    law: Law | None = None
    clock: str | None = None

    def __post_init__(self) -> None:
        if self.days < 0:
            raise ValueError("Nothing is kept a negative time.")
        if self.law and self.days < self.law.days:
            raise ValueError("Kept shorter than the law demands.")


def member(kind: type[Enum], value: Any) -> Any:
    """The member of an enumeration whose identifier is `value`."""
    return next(one for one in kind if getattr(one, "identifier", None) == value)
