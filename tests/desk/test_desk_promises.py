"""The desk's promises hold on the product, and turn red when the defence behind each is switched off."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

from tests.conftest import privileged
from tests.desk.test_calls import opened
from tests.privacy.test_sabotage import breaks, holds, sql
from tillit.desk import asking_views, calls, queries, working
from tillit.desk.forms import StrangerForm
from tillit.desk.models import Call, Message, Thread
from tillit.kernel import clock


class Narrow(StrangerForm):
    """A form that takes no complaint."""

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.fields["kind"].choices = [one for one in self.fields["kind"].choices if one[0] != "complaint"]


def decided(house):
    thread = house.proven(kind="complaint")
    with house.acts(house.quality):
        working.decide(queries.get_thread(thread.pk), "upheld", "You are right.")
    return thread


def test_quality_control(house):
    here = house.desk.organisation
    thread = decided(house)
    house.proven(kind="complaint", email="w@example.org")
    holds(here, "quality-control")
    with clock.at(clock.now() + timedelta(days=30)):
        breaks(here, "quality-control", "1 complaints are late")
    with mock.patch.object(asking_views, "StrangerForm", Narrow):
        breaks(here, "quality-control", "takes no complaint")
    with privileged():
        Thread.objects.filter(pk=thread.pk).update(about_id=house.quality, assignee_id=None)
    breaks(here, "quality-control", "by whom they are about")
    with privileged():
        Thread.objects.filter(pk=thread.pk).update(about_id=None)
        Message.objects.filter(thread=thread, side="us").delete()
    breaks(here, "quality-control", "without a word")
    with sql("alter table desk_thread drop constraint desk_nobody_judges_themselves"):
        breaks(here, "quality-control", "desk_nobody_judges_themselves")


def test_call_centre(house):
    here = house.desk.organisation
    call = opened(house)
    with house.acts(house.sara):
        calls.enter(call, "question", "May I?", language="en")
    holds(here, "call-centre")
    with privileged():
        Thread.objects.filter(channel="telephone").update(person_id=house.sara)
    breaks(here, "call-centre", "belongs to whoever typed it")
    with privileged():
        Thread.objects.filter(channel="telephone").update(person_id=house.guest)
        Call.objects.update(ends=clock.now() + timedelta(hours=2))
    breaks(here, "call-centre", "longer than a quarter")
    with privileged():
        Call.objects.update(ends=clock.now())
    with sql("create policy leak on desk_call for select to tillit_app using (true)"):
        breaks(here, "call-centre", "desk_call")


def test_support_desk_is_the_desks_too(house):
    here = house.desk.organisation
    house.proven()
    holds(here, "support-desk")
    with clock.at(clock.now() + timedelta(days=10)):
        breaks(here, "support-desk", "1 answers at the desk are late")
