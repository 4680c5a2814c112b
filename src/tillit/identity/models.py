"""Organisations, accounts, people, memberships."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import colleague, shown, staff
from tillit.identity.embedding.models import EmbedSite
from tillit.identity.programs.models import ApiToken, KeptAnswer, Program
from tillit.kernel import clock, normal
from tillit.kernel.declare import Declared, personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, SET_NULL, Made, Record, RecordBase, Row
from tillit.kernel.rls import Block, everyone, office, own, own_account, subject, subject_id
from tillit.kernel.sealed import BlindIndex, Sealed

ACCOUNT = Keep("identity.account.closed", _("while you have the account"))
KNOWN = Keep("identity.person.over", _("while you have dealings here"), clock="booking.data")
SESSION = Keep("identity.session.over", _("until you log out, or 30 days"), clock="identity.sweep")
INVITED = Keep("identity.invitation.over", _("a month after the invitation's last day"), 30, clock="identity.sweep")

LANGUAGES = ("sv", "en", "fa")
REGIONS = ("eu", "ir")
ACCENTS = ("spruce", "brick", "indigo", "teal", "plum", "ochre")


def _lived(field: models.Field[Any, Any]) -> Sealed:
    return Sealed(
        field, of="person", what=Data.ADDRESS, why=[Purpose.BOOK, Purpose.COORDINATE], keep=KNOWN, erase=Erase.DELETE
    )


class Organisation(Record, Made):
    """The controller: what its public page says of it. Nothing here is secret or about a private person."""

    not_personal = (
        "slug", "name", "number", "address", "publisher", "contact_email", "region", "languages", "time_zone",
        "currency", "modules", "colour", "about", "published", "open_to_join", "made",
    )  # fmt: skip

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    number = models.CharField(max_length=40, help_text="Organisation number as its country writes it.")
    address = models.CharField(max_length=300)
    publisher = models.CharField(max_length=200, help_text="The responsible publisher, named by law on every page.")
    contact_email = models.EmailField()
    region = models.CharField(max_length=8, choices=[(r, r) for r in REGIONS])
    languages = ArrayField(models.CharField(max_length=8), help_text="The first one is the default.")
    time_zone = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    modules = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    colour = models.CharField(max_length=16, choices=[(a, a) for a in ACCENTS], default="spruce")
    about = models.JSONField(default=dict, help_text="Language → {title, lead, offers: [..]} of the public page.")
    published = models.BooleanField(default=True)
    open_to_join = models.BooleanField(default=True, db_default=True, help_text="With directory: anybody may join.")

    class Visible:
        see = [everyone()]
        add = [office("operator")]
        change = [Block("id = (select access.organisation())") & staff("administrator")]
        definer = ["SELECT"]

    def __str__(self) -> str:
        return self.name

    def about_in(self, language: str | None) -> dict[str, Any]:
        """The public page's words in a language, else in the organisation's first one."""
        return self.about.get(language) or self.about.get(self.languages[0]) or {}


class AccountManager(BaseUserManager["Account"]):
    """Accounts are found by the blind index of their address, never by the address."""


class Account(AbstractBaseUser, Record):
    """A login. `email` is `<blind index>@account.invalid`; the address itself is sealed beside it."""

    called = _("your login")
    not_personal = ("is_active",)
    opened_by: ClassVar[dict[str, str]] = {"email_sealed": "tillit.identity.addresses.opened"}
    declared_elsewhere: ClassVar[dict[str, Declared]] = {
        "password": Declared(("self",), Data.AUTHENTICATION, (Purpose.LOGIN,), ACCOUNT, Erase.DELETE),
        "last_login": Declared(("self",), Data.ACTIVITY, (Purpose.SECURITY,), ACCOUNT, Erase.DELETE),
    }

    email = personal(
        models.EmailField(unique=True),
        of="self",
        what=Data.AUTHENTICATION,
        why=[Purpose.LOGIN],
        keep=ACCOUNT,
        erase=Erase.DELETE,
    )
    email_index = personal(
        models.CharField(max_length=64, unique=True),
        of="self",
        what=Data.AUTHENTICATION,
        why=[Purpose.LOGIN],
        keep=ACCOUNT,
        erase=Erase.DELETE,
    )
    email_sealed = personal(
        models.BinaryField(),
        of="self",
        what=Data.EMAIL,
        why=[Purpose.LOGIN, Purpose.SECURITY],
        keep=ACCOUNT,
        erase=Erase.DELETE,
    )
    language = personal(
        models.CharField(max_length=8, default="sv"),
        of="self",
        what=Data.LANGUAGE,
        why=[Purpose.COORDINATE],
        keep=ACCOUNT,
        erase=Erase.DELETE,
    )
    joined = personal(
        models.DateTimeField(default=clock.now),
        of="self",
        what=Data.ACTIVITY,
        why=[Purpose.SECURITY],
        keep=ACCOUNT,
        erase=Erase.DELETE,
    )
    is_active = models.BooleanField(default=True)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Visible:
        see = [own_account("id"), subject("email_index", of="login"), subject_id("id", of="login")]
        change = [own_account("id"), subject("email_index", of="login"), subject_id("id", of="login")]
        fields_to_change = ("password", "last_login", "language")
        definer = ["SELECT (id, is_active, email_index)", "INSERT", "UPDATE (email, email_index, email_sealed)"]

    def __str__(self) -> str:
        return str(self.pk)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django's permissions are not used; rights come from memberships and grants."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """Django's permissions are not used."""
        return False

    is_staff = False
    is_superuser = False
    hints: Sequence[str] = ()  # what a new password must not resemble, where a form knows it (passwords.py)


class Person(Row, Made):
    """One individual in one organisation. A guest who typed an address is unverified and has no account."""

    called = _("who you are here")
    not_personal = ("verified", "made")

    organisation = models.ForeignKey(Organisation, CASCADE, related_name="+", db_index=False)  # person_by_email has it
    account = models.ForeignKey(Account, SET_NULL, null=True, related_name="people", db_index=False)
    display_name = Sealed(
        models.CharField(max_length=200),
        of="self",
        what=Data.NAME,
        why=[Purpose.BOOK, Purpose.COORDINATE],
        keep=KNOWN,
        erase=Erase.SHRED,
    )
    email = Sealed(
        models.EmailField(max_length=254, blank=True),
        of="self",
        what=Data.EMAIL,
        why=[Purpose.BOOK, Purpose.COORDINATE],
        keep=KNOWN,
        erase=Erase.SHRED,
    )
    email_index = BlindIndex(of="email", normalise=normal.email)
    phone = Sealed(
        models.CharField(max_length=20, blank=True),
        of="self",
        what=Data.PHONE,
        why=[Purpose.COORDINATE],
        keep=KNOWN,
        erase=Erase.SHRED,
    )
    phone_index = BlindIndex(of="phone", normalise=normal.phone, db_default="")
    language = personal(
        models.CharField(max_length=8),
        of="self",
        what=Data.LANGUAGE,
        why=[Purpose.COORDINATE],
        keep=KNOWN,
        erase=Erase.BLANK,
    )
    time_zone = personal(
        models.CharField(max_length=64),
        of="self",
        what=Data.LOCATION,
        why=[Purpose.BOOK],
        keep=KNOWN,
        erase=Erase.BLANK,
    )
    verified = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "organisation"],
                condition=models.Q(account__isnull=False),
                name="person_one_per_account",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "email_index"], name="person_by_email"),
            models.Index(
                fields=["organisation", "phone_index"], condition=~models.Q(phone_index=""), name="person_by_phone"
            ),
        ]

    class Visible:
        see = [shown("id", "contact"), own("id"), colleague("id"), office("reaction")]  # what shows most comes first
        change = [own("id")]
        fields_to_change = ("display_name", "email", "email_index", "phone", "phone_index", "language", "time_zone")
        definer = ["SELECT", "INSERT", "UPDATE"]

    def __str__(self) -> str:
        return str(self.pk)


class Address(Row, Made):
    """Where somebody lives, as they wrote it themselves. Nobody else reads it without a grant of it
    ("contact.address"), administrators neither; "contact" does not open it."""

    called = _("where you live")
    not_personal = ("made",)

    person = models.OneToOneField(Person, CASCADE, related_name="+")
    street = _lived(models.CharField(max_length=120))
    code = _lived(models.CharField(max_length=20, blank=True))
    place = _lived(models.CharField(max_length=80))
    directions = _lived(models.CharField(max_length=200, blank=True))

    class Visible:
        see = [own(), shown("person_id", "contact.address")]
        add = [own()]
        change = [own()]
        remove = [own()]
        fields_to_change = ("street", "code", "place", "directions")

    def __str__(self) -> str:
        return str(self.pk)


ROLES = (
    "administrator",
    "host",
    "staff",
    "provider",
    "seeker",
    "moderator",
    "seller",
    "finance",
    "specialist",
    "customer",
    "operator",
    "quality",
    "therapist",
    "supervisor",
    "leader",
    "privacy",
)


class Membership(Row, Made):
    """`person` holds `role` in the organisation until `ended`. Written by definer functions only."""

    not_personal = ("role", "ended", "made")

    person = models.ForeignKey(Person, CASCADE, related_name="memberships")
    role = models.CharField(max_length=20)
    ended = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "role"], condition=models.Q(ended=None), name="membership_once"),
        ]

    class Visible:
        see = [own("person_id"), staff("administrator")]
        definer = ["SELECT", "INSERT", "UPDATE (ended)"]


class Session(Record):
    """One browser that is known. The cookie's value is never kept, only its SHA-256; reached by definer
    functions (sql/sessions.sql), and by its owner's own-sessions page."""

    called = _("where you are logged in")
    not_personal = ("expires",)
    open_text: ClassVar[dict[str, str]] = {"data": "sealed by the session store (sessions.py)"}

    key_hash = personal(
        models.BinaryField(unique=True),
        of="account",
        what=Data.AUTHENTICATION,
        why=[Purpose.LOGIN],
        keep=SESSION,
        erase=Erase.DELETE,
    )
    account = models.ForeignKey(Account, CASCADE, null=True, related_name="sessions")
    data = personal(
        models.TextField(),
        of="account",
        what=Data.AUTHENTICATION,
        why=[Purpose.LOGIN],
        keep=SESSION,
        erase=Erase.DELETE,
    )
    device = personal(
        models.CharField(max_length=120, blank=True),
        of="account",
        what=Data.DEVICE,
        why=[Purpose.SECURITY],
        keep=SESSION,
        erase=Erase.DELETE,
    )
    started = personal(
        models.DateTimeField(),
        of="account",
        what=Data.ACTIVITY,
        why=[Purpose.SECURITY],
        keep=SESSION,
        erase=Erase.DELETE,
    )
    seen = personal(
        models.DateTimeField(),
        of="account",
        what=Data.ACTIVITY,
        why=[Purpose.SECURITY],
        keep=SESSION,
        erase=Erase.DELETE,
    )
    expires = models.DateTimeField()

    class Visible:
        see = [own_account()]
        remove = [own_account()]
        definer = ["SELECT", "INSERT", "UPDATE", "DELETE"]


class Invitation(Row, Made):
    """An address is asked to take up roles. Only the SHA-256 of the link's token is kept; written by definer
    functions (sql/people.sql). Address and name are sealed (invitations.py); `account_index` is the address's index
    as accounts have it."""

    called = _("that you were asked to join")
    not_personal = ("roles", "token_hash", "expires", "accepted", "withdrawn", "made")

    invited_by = models.ForeignKey(Person, SET_NULL, null=True, related_name="+")
    account_index = personal(
        models.CharField(max_length=64),
        of="self",
        what=Data.AUTHENTICATION,
        why=[Purpose.LOGIN],
        keep=INVITED,
        erase=Erase.DELETE,
    )
    email_sealed = personal(
        models.BinaryField(),
        of="self",
        what=Data.EMAIL,
        why=[Purpose.COORDINATE],
        keep=INVITED,
        erase=Erase.DELETE,
    )
    name = personal(
        models.BinaryField(),
        of="self",
        what=Data.NAME,
        why=[Purpose.COORDINATE],
        keep=INVITED,
        erase=Erase.DELETE,
    )
    language = personal(
        models.CharField(max_length=8),
        of="self",
        what=Data.LANGUAGE,
        why=[Purpose.COORDINATE],
        keep=INVITED,
        erase=Erase.DELETE,
    )
    roles = ArrayField(models.CharField(max_length=20))
    token_hash = models.CharField(max_length=64, unique=True)
    expires = models.DateTimeField()
    accepted = models.DateTimeField(null=True)
    withdrawn = models.DateTimeField(null=True)

    class Visible:
        see = [staff("administrator")]
        definer = ["SELECT", "INSERT", "UPDATE (accepted, withdrawn)", "DELETE"]


class Allowance(models.Model, metaclass=RecordBase):
    """How often something may still be tried. The key is an HMAC and tells of nobody; definer functions only
    (sql/throttle.sql)."""

    not_personal = ("key", "free")

    key = models.CharField(max_length=64, primary_key=True)
    free = models.DateTimeField(help_text="When the allowance is whole again.")

    class Visible:
        definer = ["SELECT", "INSERT", "UPDATE", "DELETE"]


__all__ = [
    "ACCENTS",
    "LANGUAGES",
    "REGIONS",
    "ROLES",
    "Account",
    "Allowance",
    "ApiToken",
    "EmbedSite",
    "Invitation",
    "KeptAnswer",
    "Membership",
    "Organisation",
    "Person",
    "Program",
    "Session",
]
