"""The desk's promises hold on the product, and turn red when the defence behind each is switched off."""

from datetime import timedelta
from unittest import mock

from tests.conftest import privileged
from tests.privacy.desk.conftest import OVER
from tests.privacy.desk.test_keeping import hand
from tests.privacy.test_sabotage import breaks, holds, sql
from tillit.kernel import clock
from tillit.kernel.dpv import Refusal
from tillit.privacy.desk import deciding, disclosing, public_views, queries, subjects
from tillit.privacy.desk.forms import StrangerForm
from tillit.privacy.models import Disclosure, RightsRequest
from tillit.privacy.policy import frames


class Narrow(StrangerForm):
    """A form that takes no complaint."""

    def __init__(self, *args, offered, **more):
        super().__init__(*args, offered=[one for one in offered if one != "complaint"], **more)


def decided(house, outcome="granted", **more):
    house.ask(kind="question", words="Why?")
    house.prove()
    with house.acts(house.officer):
        deciding.decide(queries.get_request(house.request().pk), outcome, words="Because.", **more)


def test_refusal_reasoned(house):
    decided(house, "refused", refusal=Refusal.UNFOUNDED)
    here = house.desk.organisation
    holds(here, "refusal-reasoned")
    with (
        mock.patch.object(frames.Frame, "complaint", "", create=True),
        mock.patch("tillit.privacy.desk.letters._answer", lambda *_: iter(["No."])),
    ):
        breaks(here, "refusal-reasoned", "where to complain")
    with sql("alter table privacy_rightsrequest drop constraint request_refusal_has_a_reason"):
        breaks(here, "refusal-reasoned", "request_refusal_has_a_reason")


def test_refusal_reasoned_reads_the_rows(house):
    decided(house)
    with privileged():
        RightsRequest.objects.update(outcome="refused", refusal="because", proof="address")
    breaks(house.desk.organisation, "refusal-reasoned", "1 refusals")


def test_identity_proved(house):
    decided(house)
    here = house.desk.organisation
    holds(here, "identity-proved")
    with privileged():
        RightsRequest.objects.update(behalf=True)
    breaks(here, "identity-proved", "granted to somebody who was not known")
    with privileged():
        RightsRequest.objects.update(behalf=False)
    with mock.patch.object(subjects, "_must", lambda *_: None):
        breaks(here, "identity-proved", "before it is known who asks")
    with sql("create policy leak on privacy_rightsrequest for select to tillit_app using (true)"):
        breaks(here, "identity-proved", "privacy_rightsrequest")
    with sql(
        "drop policy leak on privacy_rightsrequest",
        "alter table privacy_rightsrequest drop constraint request_granted_to_who_is_known",
    ):
        breaks(here, "identity-proved", "request_granted_to_who_is_known")


def test_support_desk(house):
    here = house.desk.organisation
    house.ask()
    holds(here, "support-desk")
    with clock.at(clock.now() + timedelta(days=32)):
        breaks(here, "support-desk", "1 answers are late")
    with mock.patch.object(public_views, "StrangerForm", Narrow):
        breaks(here, "support-desk", "does not take: ")
    with mock.patch("tillit.web.context._foot", lambda *_: []):
        breaks(here, "support-desk", "No public page leads")


def handed(house, **more):
    wanted = hand(house, **more)
    with house.acts(house.admin):
        disclosing.approve(wanted)
        disclosing.hand_over(queries.get_disclosure(wanted), "en")


def test_authorities_only_lawfully(house):
    handed(house)
    here = house.desk.organisation
    holds(here, "authorities-only-lawfully")
    with privileged():
        told = Disclosure.objects.get().told
        Disclosure.objects.update(told=None)
    with clock.at(clock.now() + timedelta(hours=2)):
        breaks(here, "authorities-only-lawfully", "not told")
    with privileged():
        Disclosure.objects.update(told=told, receiver_kind="counsel")
    breaks(here, "authorities-only-lawfully", "without a ground")
    with sql("grant update on privacy_disclosure to tillit_app"):
        breaks(here, "authorities-only-lawfully", "may update")


def test_law_in_contract_breach(house):
    handed(house, kind="breach", receiver_kind="counsel", case="")
    here = house.desk.organisation
    holds(here, "law-in-contract-breach")
    with privileged():
        Disclosure.objects.update(basis="")
    breaks(here, "law-in-contract-breach", "without a ground")
    with sql("alter table privacy_disclosure drop constraint disclosure_by_two"):
        breaks(here, "law-in-contract-breach", "disclosure_by_two")


def test_booking_data_auto_deleted(house):
    here = house.desk.organisation
    holds(here, "booking-data-auto-deleted")
    with mock.patch("tillit.privacy.templatetags.collected._kept", lambda labels, days: ["a while"]):
        breaks(here, "booking-data-auto-deleted", "do not say")
    with sql("delete from kernel_end where kind = 'booking.data'"), clock.at(OVER):
        breaks(here, "booking-data-auto-deleted", "1 bookings hold")
