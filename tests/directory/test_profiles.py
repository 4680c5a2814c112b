"""A profile from its first draft to its end: who sees what of it, decided by the database."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction
from django.http import Http404

from tests.conftest import privileged
from tests.directory.conftest import SAID, judge, provide
from tests.marketplace import Market
from tillit.access import Actor, acting, as_office
from tillit.directory import actions, queries
from tillit.directory.models import Fact, Profile
from tillit.moderation import working
from tillit.moderation.models import Case


def _raw(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_nobody_sees_a_draft(market: Market) -> None:
    provide(market, through=False)
    for actor in (market.visitor(), market.as_("Sara"), market.as_("Omar"), market.as_("Jonas")):
        with acting(actor):
            assert _raw("select count(*) from directory_fact") == [(0,)]
            assert not Profile.objects.exclude(approved=None).exists()
    with acting(market.as_("Maria")):
        assert not Fact.objects.exists()  # nor a moderator who has not taken the case
        working.take(Case.objects.get())
        assert {fact.stage for fact in Fact.objects.all()} == {"waiting"}


def test_let_through_it_is_seen_and_a_change_waits_beside_it(market: Market) -> None:
    profile = provide(market)
    with acting(market.visitor()):
        slug = Profile.objects.get(pk=profile).slug
        shown = queries.profile(slug)
        assert (shown.name, shown.value("rate")) == ("Petra N.", SAID["rate"])
        assert queries.called([shown.person]) == {shown.person: "Petra N."}
    with acting(market.as_("Petra")):
        actions.say("about", "Något annat.")
        actions.submit()
    with acting(market.visitor()):
        assert queries.profile(slug).value("about") == SAID["about"]
    judge(market, profile, "change")
    with acting(market.as_("Petra")):
        assert Fact.objects.get(kind="about", stage="draft").value == "Något annat."
        actions.submit()
    judge(market, profile)
    with acting(market.visitor()):
        assert queries.profile(slug).value("about") == "Något annat."


def test_nobody_lets_themselves_through(market: Market) -> None:
    provide(market, through=False)
    with acting(market.as_("Petra")):
        fact = Fact.objects.first()
        for sql in (
            "update directory_fact set stage = 'live'",
            "update directory_fact set checked = now(), check_how = 'read'",
            "update directory_profile set approved = now()",
            "select directory.decide(id, true) from directory_profile",
            "select directory.take_down(id, true) from directory_profile",
        ):
            with pytest.raises(Exception, match=r"permission|moderator"), transaction.atomic():
                _raw(sql)
        with pytest.raises(ProgrammingError), transaction.atomic():
            actions.check(fact, "read")
    with acting(market.as_("Sara")), pytest.raises(ProgrammingError), transaction.atomic():
        actions.begin()


def test_who_sees_a_fact(market: Market) -> None:
    slug_of = provide(market)
    with acting(market.as_("Petra")):
        actions.show_to("experience", "members")
        actions.show_to("languages", "threads")
        with pytest.raises(ValueError, match="members"):
            actions.show_to("name", "members")
    seen = "select kind from directory_fact where kind in ('experience', 'languages') order by kind"
    with acting(market.visitor()):
        assert _raw(seen) == []
    with acting(market.as_("Sara")):
        assert _raw(seen) == [("experience",)]
    petra, sara = market.person("Petra").pk, market.person("Sara").pk
    with acting(Actor(office="reaction", organisation=market.organisation.pk)):
        arguments = [petra, sara, slug_of]
        with connection.cursor() as cursor:
            cursor.execute("select directory.acquaint(%s, %s, %s, access.now() + interval '90 days')", arguments)
            assert cursor.fetchone() == (True,)
            cursor.execute("select directory.acquaint(%s, %s, %s, access.now() + interval '90 days')", arguments)
            assert cursor.fetchone() == (False,)
    with acting(market.as_("Sara")):
        assert _raw(seen) == [("experience",), ("languages",)]
    with acting(market.as_("Amir")):
        assert _raw(seen) == [("experience",)]


def test_another_value_is_not_checked_any_more(market: Market) -> None:
    profile = provide(market)
    with acting(market.as_("Maria")):
        assert actions.check(Fact.objects.get(kind="experience", stage="live"), "called")
    with acting(market.visitor()):
        assert Fact.objects.get(kind="experience").check_how == "called"
    with acting(market.as_("Petra")):
        actions.say("experience", {"years": 30, "words": ""})
        actions.submit()
    with acting(market.visitor()):
        assert Fact.objects.get(kind="experience").value["years"] == 9
    judge(market, profile)
    with acting(market.visitor()):
        fact = Fact.objects.get(kind="experience")
        assert (fact.value["years"], fact.check_how, fact.checked) == (30, "", None)


def test_paused_taken_down_deleted_and_no_provider(market: Market) -> None:
    profile = provide(market)
    with acting(market.visitor()):
        slug = Profile.objects.get(pk=profile).slug

    def is_seen() -> bool:
        with acting(market.visitor()):
            try:
                return bool(queries.profile(slug))
            except Http404:
                assert _raw("select count(*) from directory_fact") == [(0,)]
                return False

    with acting(market.as_("Petra")):
        assert actions.pause(True)
        assert not is_seen()
        assert actions.pause(False)
        assert is_seen()
    with acting(market.as_("Maria")), as_office("moderation", str(profile)):
        assert actions.take_down(profile)
    assert not is_seen()
    with acting(market.as_("Petra")):
        assert not actions.pause(False)
    with acting(market.as_("Maria")), as_office("moderation", str(profile)):
        assert actions.take_down(profile, down=False)
    assert is_seen()
    with privileged():
        _raw("update identity_membership set ended = now() where role = 'provider' returning 1")
    assert not is_seen()
    with privileged():
        _raw("update identity_membership set ended = null where role = 'provider' returning 1")
    with acting(market.as_("Petra")):
        assert actions.unsay("about")
        assert actions.delete()
        assert not Profile.objects.exists()
    with privileged():
        assert not Fact.objects.exists()
