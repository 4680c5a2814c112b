"""For each promise of the policy: green on the product, and red when the defence behind it is switched off."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest
from django.conf import settings
from django.test import override_settings

from tests.conftest import privileged
from tests.privacy.policy.conftest import past
from tests.privacy.test_sabotage import breaks, holds, sql
from tests.privacy.test_sabotage_declared import spoilt
from tillit.access import acting
from tillit.identity import admission
from tillit.kernel.dpv import Purpose
from tillit.privacy.models import Notice
from tillit.privacy.policy import acceptance, children, operator, promises
from tillit.privacy.policy.documents import duties
from tillit.privacy.policy.versions import Document

WITHOUT_THE_DOOR = [one for one in settings.MIDDLEWARE if one != promises.DOOR]


def rewritten(notice, **fields):
    """What was published says something else, behind the program's back."""
    with privileged():
        Notice.objects.filter(pk=notice.pk).update(**fields)


def test_acceptance_recorded(house, published):
    holds(house, "acceptance-recorded")
    with override_settings(MIDDLEWARE=WITHOUT_THE_DOOR):
        breaks(house, "acceptance-recorded", "Nobody asks")
    with sql("grant update on privacy_acceptance to tillit_app"):
        breaks(house, "acceptance-recorded", "change or remove")
    with sql("revoke update on privacy_acceptance from tillit_app"):
        holds(house, "acceptance-recorded")
    pages = published[Document.NOTICE].pages
    rewritten(published[Document.NOTICE], pages={**pages, "fa": pages["fa"][1:]})
    breaks(house, "acceptance-recorded", "(fa)")


def test_nothing_published_is_nothing_accepted(house):
    breaks(house, "acceptance-recorded", "no published version")
    breaks(house, "policy-versions", "No version of notice")
    breaks(house, "member-duties", "not published")
    breaks(house, "controller-and-processor", "No agreement")


def test_policy_versions(house, published):
    first = published[Document.NOTICE]
    holds(house, "policy-versions")
    for right in ("update", "delete"):
        with sql(f"grant {right} on privacy_notice to tillit_app"):
            breaks(house, "policy-versions", "change or remove")
        with sql(f"revoke {right} on privacy_notice from tillit_app"):
            holds(house, "policy-versions")
    rewritten(first, facts={**first.facts, "age": 99})
    breaks(house, "policy-versions", "notice 1 is not what was published")
    rewritten(first, facts=first.facts, number=2, significant=True)
    breaks(house, "policy-versions", "A version of notice is missing")
    rewritten(first, number=1)
    holds(house, "policy-versions")
    past(house=house, minimum_age=15)
    breaks(house, "policy-versions", "no longer so")


def test_policy_versions_notices_a_change_without_warning(house, office, published):
    past(house=house, minimum_age=15)
    with acting(office):
        from tillit.privacy.policy import versions

        second = versions.publish(house, Document.NOTICE)
    holds(house, "policy-versions")
    rewritten(second, applies=second.made + timedelta(days=1))
    breaks(house, "policy-versions", "before people could know")


def test_controller_and_processor(house, office, published):
    breaks(house, "controller-and-processor", "Nobody has accepted")
    with acting(office):
        acceptance.accept(office.person, [published[Document.AGREEMENT]])
    holds(house, "controller-and-processor")
    with mock.patch.object(operator, "INVENTED", ""):
        breaks(house, "controller-and-processor", "not named")
    with mock.patch.object(operator, "INVENTED", "Another AB; 1; Somewhere 1; a@b.example"):
        breaks(house, "controller-and-processor", "another operator")


def test_children(house):
    holds(house, "children")
    with mock.patch.object(children.AgeForm, "old_enough", True):
        breaks(house, "children", "too young is let in")
    with mock.patch.object(admission, "_conditions", []):
        breaks(house, "children", "Joining asks nobody")
    with mock.patch.object(promises.frames, "minimum_age", lambda here: 9):
        breaks(house, "children", "below the law's")


def test_member_duties(house, published):
    holds(house, "member-duties")
    with mock.patch.object(promises, "DUTIES", (*duties.DUTIES, "singing")):
        breaks(house, "member-duties", "singing")
    with override_settings(MIDDLEWARE=WITHOUT_THE_DOOR):
        breaks(house, "member-duties", "Nobody asks")


def test_complaint_route(house, published):
    holds(house, "complaint-route")
    with privileged():
        type(house).objects.filter(pk=house.pk).update(region="ir")
    house.region = "ir"
    breaks(house, "complaint-route", "whom to complain to")


@pytest.mark.parametrize("label", ["identity.session.device", "identity.session.seen"])
def test_usage_for_quality(house, published, label):
    holds(house, "usage-for-quality")
    with spoilt(label, why=(Purpose.WORK,)):
        breaks(house, "usage-for-quality", label)
    first = published[Document.NOTICE]
    kinds = {name: kind for name, kind in first.facts["kinds"].items() if name != "device"}
    rewritten(first, facts={**first.facts, "kinds": kinds})
    breaks(house, "usage-for-quality", "does not list: device")


@pytest.mark.parametrize("promise", ["minimum-collected", "told-at-collection", "technical-cookies-only"])
def test_asking_for_the_age_breaks_no_other_promise(house, published, promise):
    past(house=house, age_at_booking=True)
    holds(house, promise)
