"""What is closed is opened for a reason and a time, by those who may, with a second person where that is demanded; the
person is told, and reads who, why and each look. Objections are weighed in the same office."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel.support import mails, react
from tillit.access import PUBLIC, acting
from tillit.access.models import GlassRequest
from tillit.identity.models import Membership
from tillit.kernel import clock
from tillit.privacy.rights import actions

HERE = "/o/tidboken/office/glass/"
WISH = {"address": "grace@example.org", "scope": "contact", "reason": "safety", "words": "A fire", "minutes": "60"}


@pytest.fixture
def jonas(desk):
    with acting(PUBLIC):
        return log_in(desk.administrator.pk)


@pytest.fixture
def helena(desk):
    """A second one who may: a host who answers for the data too."""
    with privileged():
        Membership.objects.create(organisation=desk.organisation, person_id=desk.h1.person_id, role="privacy")
    with acting(PUBLIC):
        return log_in(desk.h1.person_id)


def asked():
    with privileged():
        return GlassRequest.objects.get()


def test_it_opens_at_once_and_the_person_is_told(desk, grace, ali, jonas):
    react()
    before = len(mails())
    answer = jonas.post(HERE, WISH)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{HERE}{asked().pk}/")
    page = jonas.get(answer.headers["Location"]).content.decode()
    assert "Grace Miller" in page and "grace@example.org" in page and "You see this until" in page
    assert "Ali" not in page
    react()
    (told,) = [one for one in mails()[before:] if one.to == "grace@example.org"]
    assert "opened" in told.text
    mine = grace.page("shown")
    assert "Opened for a reason" in mine and "Jonas Ek" in mine and "A fire" in mine
    history = grace.page("evidence")
    assert "What was opened of you was read" in history and "Jonas Ek" in history


def test_it_closes_by_itself_and_before(grace, jonas):
    url = jonas.post(HERE, WISH).headers["Location"]
    with clock.at(clock.now() + timedelta(minutes=61)):
        assert jonas.get(url).status_code == 404
    assert jonas.get(url).status_code == 200
    assert jonas.post(url + "close/").status_code == 302
    assert jonas.get(url).status_code == 404
    assert "Nothing is open" in jonas.get(HERE).content.decode()


def test_a_second_person_opens(grace, jonas, helena):
    assert jonas.post(HERE + "two/").status_code == 302
    assert jonas.post(HERE, WISH).headers["Location"] == HERE
    url = f"{HERE}{asked().pk}/"
    assert jonas.get(url).status_code == 404
    page = helena.get(HERE).content.decode()
    assert "Jonas Ek" in page and "A fire" in page and "Open it" in page
    assert "grace@" not in page and "Grace" not in page  # whose it is stays closed to the second one
    jonas.post(url + "answer/", {"do": "open"})
    assert jonas.get(url).status_code == 404  # not by oneself
    helena.post(url + "answer/", {"do": "open"})
    assert "Grace Miller" in jonas.get(url).content.decode()
    assert helena.get(url).status_code == 404  # only who asked sees it
    assert "Helena Lind" in jonas.get(HERE).content.decode()


def test_a_second_person_refuses(grace, jonas, helena):
    jonas.post(HERE + "two/")
    jonas.post(HERE, WISH)
    helena.post(f"{HERE}{asked().pk}/answer/", {"do": "refuse"})
    helena.post(f"{HERE}{asked().pk}/answer/", {"do": "open"})
    assert asked().state == "refused"
    assert jonas.get(f"{HERE}{asked().pk}/").status_code == 404


def test_one_of_several_is_chosen(desk, grace, jonas):
    from tests.privacy.rights.conftest import booked

    again = booked(desk, 14, name="Grace Miller", email="grace@example.org")
    page = jonas.post(HERE, WISH)
    assert page.status_code == 422 and "Several have this address" in page.content.decode()
    answer = jonas.post(HERE, WISH | {"person": str(again.pk)})
    assert answer.status_code == 302
    assert asked().subject_id == again.pk


@pytest.mark.parametrize(
    "change",
    [{"address": "nobody@example.org"}, {"address": "x"}, {"words": " "}, {"minutes": "9999"}, {"reason": "curious"},
     {"scope": "evidence"}, {"scope": "all"}],
)  # fmt: skip
def test_what_is_not_right_opens_nothing(grace, jonas, change):
    assert jonas.post(HERE, WISH | change).status_code == 422
    with privileged():
        assert not GlassRequest.objects.exists()


def test_a_host_reaches_none_of_it(desk, grace):
    with acting(PUBLIC):
        host = log_in(desk.h2.person_id)
    for path in (HERE, "/o/tidboken/office/objections/"):
        assert host.get(path).status_code in {302, 403}
    assert host.post(HERE, WISH).status_code in {302, 403}
    with privileged():
        assert not GlassRequest.objects.exists()


def test_an_objection_is_weighed_and_answered(desk, grace, jonas):
    with grace.acts():
        actions.object_to("dpv:EnforceSecurity", "I am followed")
    page = jonas.get("/o/tidboken/office/objections/").content.decode()
    assert "I am followed" in page and "Grace" not in page
    assert "1 objection" in jonas.get("/o/tidboken/office/").content.decode()
    with grace.acts():
        from tillit.privacy.models import Objection

        url = f"/o/tidboken/office/objections/{Objection.objects.get().pk}/"
    assert jonas.post(url, {"decision": "refused", "words": ""}).status_code == 422
    assert jonas.post(url, {"decision": "refused", "words": "We must see who breaks in."}).status_code == 302
    assert jonas.get(url).status_code == 404
    assert "We must see who breaks in." in grace.page("choices")
    assert "Your objection was read" in grace.page("evidence")
    react()
    assert any("answer" in one.subject.lower() for one in mails() if one.to == "grace@example.org")
