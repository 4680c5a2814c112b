"""What must be held back from erasure, and what was handed to others: decided by people, for a reason, with an end."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tillit.kernel.dpv import Data, Keep, Law
from tillit.kernel.models import CASCADE, SET_NULL, Made, Row
from tillit.kernel.rls import Block, own
from tillit.privacy.models.desk import OFFICE, PROGRAMS, among, one_of, sealed_words

FIVE_YEARS = 1827  # days, two leap days among them

HELD = Keep(
    "privacy.hold.over",
    _("a year after the hold has ended"),
    365,
    law=Law(_("the duty to be able to show why something was held"), 365),
    clock="privacy.hold",
)
HANDED = Keep(
    "privacy.disclosure.over",
    _("five years after it was decided"),
    FIVE_YEARS,
    law=Law(_("the duty to be able to show to whom data was given"), FIVE_YEARS),
    clock="privacy.disclosure",
)


HOLD_STATES = ("waiting", "live", "refused", "ended")
DISCLOSURE_STATES = ("waiting", "approved", "refused", "handed", "lapsed")


class Hold(Row, Made):
    """What is known of a person is kept back from every erasure until `ends`, though its time be over.

    matter: holds on several people that belong together. tables (app.model): only these; none: everything. Written by
    definer functions only: where the organisation wants two people, a second one approves, and a second one agrees that
    it ends before its day.
    """

    called = _("that something of you is held for a claim")
    not_personal = ("matter", "tables", "reason", "state", "starts", "ends", "closed", "made")

    matter = models.UUIDField()
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    tables = ArrayField(models.CharField(max_length=80), default=list)
    reason = models.CharField(max_length=20, help_text="A key of desk/holds.py REASONS.")
    words = sealed_words(models.TextField(), HELD)
    state = one_of(HOLD_STATES)
    starts = models.DateTimeField(null=True)
    ends = models.DateTimeField()
    asked_by = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    approved_by = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    end_asked_by = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    closed = models.DateTimeField(null=True)

    class Meta:
        constraints = [among("state", HOLD_STATES, "hold_state")]
        indexes = [models.Index(fields=["person"], condition=models.Q(state="live"), name="hold_live")]

    class Visible:
        see = [OFFICE, own() & Block("state = 'live'"), PROGRAMS]
        definer = ["SELECT", "INSERT", "UPDATE (state, starts, approved_by_id, end_asked_by_id, closed)", "DELETE"]


class Disclosure(Row, Made):
    """Data of one person is handed to somebody outside, because a law demands it or a claim needs it.

    kind: authority (an order with a case), breach (of a contract) or claim. fields: what the order names
    (app.model.field). A second person approves. The person is told at once, or when `silent_until` has come; until
    then the row is not theirs to see. Written by definer functions only.
    """

    called = _("what was handed out about you")
    not_personal = (
        "kind", "receiver_kind", "basis", "fields", "state", "answered", "handed", "digest", "silent_until", "told",
        "made",
    )  # fmt: skip

    KINDS = ("authority", "breach", "claim")

    kind = one_of(KINDS)
    person = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    receiver_kind = models.CharField(max_length=20, help_text="A key of desk/receivers.py.")
    receiver = sealed_words(models.CharField(max_length=200), HANDED, Data.NAME)
    case = sealed_words(models.CharField(max_length=200, blank=True), HANDED)
    basis = models.CharField(max_length=200, help_text="The law or the contract's clause, as it is cited.")
    words = sealed_words(models.TextField(), HANDED)
    fields = ArrayField(models.CharField(max_length=120))
    state = one_of(DISCLOSURE_STATES, default="waiting")
    asked_by = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    approved_by = models.ForeignKey("identity.Person", SET_NULL, null=True, related_name="+")
    answered = models.DateTimeField(null=True)
    handed = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the file that was handed over.")
    silence = sealed_words(models.TextField(blank=True), HANDED)
    silent_until = models.DateTimeField(null=True)
    told = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            among("state", DISCLOSURE_STATES, "disclosure_state"),
            models.CheckConstraint(
                condition=models.Q(state__in=("waiting", "refused", "lapsed"))
                | ~models.Q(approved_by=models.F("asked_by")),
                name="disclosure_by_two",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state", "made"], name="disclosure_waiting")]

    class Visible:
        see = [
            OFFICE,
            own() & Block("state = 'handed' and told is not null"),
            PROGRAMS,
        ]
        definer = ["SELECT", "INSERT", "UPDATE (state, approved_by_id, answered, handed, digest, told)", "DELETE"]
