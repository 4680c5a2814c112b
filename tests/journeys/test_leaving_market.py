"""Somebody who looked for care leaves: all that is theirs goes, and what they wrote stays without their name."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from tests.conftest import privileged
from tests.journeys.test_sharing import LIVES, market, page, thread  # noqa: F401 (fixtures)
from tests.moderation.conftest import notes  # noqa: F401 (a fixture)
from tillit.access import acting
from tillit.access.models import Grant
from tillit.identity import living
from tillit.identity.models import Address
from tillit.kernel import clock
from tillit.moderation import actions as moderation
from tillit.moderation.models import Appeal, Case, Decision, Report
from tillit.privacy.rights import erasing, show_form


def test_a_seeker_leaves_in_one_flow(market, thread, notes):  # noqa: F811 (fixtures)
    sara = market.person("Sara").pk
    with acting(market.as_("Sara")):
        living.write(LIVES)
        show_form.show("contact.address", market.person("Petra").pk, clock.now() + timedelta(days=1))
        moderation.report(kind="note", object=notes.note, of=notes.whose, reason="untrue", words="No.")
        told = erasing.preview(sara)
        assert any("reported" in str(one) for one in told.shared)
        receipt = erasing.erase(sara, request_key=uuid4())
    assert receipt.gone["identity.address"] == 1 and receipt.gone["moderation.report"] == 1
    with privileged():
        assert not Address.objects.filter(person_id=sara).exists()
        assert not Report.objects.exists() and not Grant.objects.filter(subject_id=sara, revoked=None).exists()
        assert Case.objects.count() == 1 and Decision.objects.count() == Appeal.objects.count() == 0
    now = page(market, "Petra", thread)
    assert "Hej!" in now and "Sara" not in now and "Holm" not in now
