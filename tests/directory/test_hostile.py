"""What was checked and then changed, who left and is looked for, who was ended and joins again."""

from __future__ import annotations

from datetime import UTC, datetime

from django.test import Client

from tests.conftest import privileged
from tests.directory.conftest import provide
from tests.directory.test_finding import asked, people, remade
from tests.marketplace import Market
from tillit.access import PUBLIC, acting
from tillit.directory import actions
from tillit.directory.models import Fact, Listing, Profile
from tillit.directory.search import mapped
from tillit.identity.models import Membership, Organisation
from tillit.moderation.models import Decision, Pause


def test_what_was_checked_is_unchecked_once_it_says_something_else(market: Market) -> None:
    provide(market, through=False)
    with privileged():
        Fact.objects.filter(kind="experience").update(
            check_how="read", checked=datetime(2026, 11, 1, tzinfo=UTC), checked_by=market.person("Maria")
        )
    with acting(market.as_("Petra")):
        assert actions.withdraw()
        fact = Fact.objects.get(kind="experience", stage="draft")
        assert fact.checked
        fact.value = {"years": 40, "words": "Överläkare"}
        fact.save(update_fields=["value"])
        fact.refresh_from_db()
        assert (fact.check_how, fact.checked, fact.checked_by_id) == ("", None, None)


def test_who_leaves_or_is_taken_down_is_counted_nowhere_from_that_moment(market: Market) -> None:
    provide(market)
    remade(market, "Petra")
    assert people(market, asked("place=eskilstuna")) == ["Petra"]
    with privileged():
        Membership.objects.filter(person=market.person("Petra"), role="provider").update(
            ended=datetime(2026, 11, 1, tzinfo=UTC)
        )
        assert not Profile.objects.get().here
        assert not Listing.objects.exists()
    with acting(market.visitor()):
        assert mapped.drawn(asked("place=eskilstuna"), slug="omsorgstorget", language="sv") == []


def test_who_was_ended_gets_no_role_by_joining_again(market: Market) -> None:
    provide(market)
    petra = market.person("Petra")
    with acting(PUBLIC), privileged():
        decision = Decision.objects.filter(subject=petra).latest("made")
        Pause.objects.create(organisation=market.organisation, person=petra, decision=decision, until=None)
        Membership.objects.filter(person=petra).update(ended=datetime(2026, 11, 1, tzinfo=UTC))
        Membership.objects.bulk_create([
            Membership(organisation=market.organisation, person=petra, role=role) for role in ("provider", "host")
        ])  # fmt: skip
        assert not Membership.objects.filter(person=petra, ended=None).exists()


def test_a_house_that_is_not_shown_tells_no_stranger_whom_it_has(market: Market) -> None:
    provide(market)
    remade(market, "Petra")
    address = f"/api/v1/o/{market.organisation.slug}/find?place=eskilstuna"
    assert [one["name"] for one in Client().get(address).json()["items"]] == ["Petra N."]
    with privileged():
        Organisation.objects.update(published=False)
    assert Client().get(address).status_code == 404
    assert Client().get(f"/o/{market.organisation.slug}/find/?place=eskilstuna").status_code == 404
