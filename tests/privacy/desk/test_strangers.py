"""A stranger who knows somebody's address, and nothing else, gets no further with it than to a mail to that address.
And what two do at the desk in the same moment is done once."""

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.booking.test_views import fields
from tests.conftest import privileged
from tests.kernel import support
from tillit.identity.models import Person
from tillit.kernel.dpv import Refusal
from tillit.privacy.desk import actions, deciding
from tillit.privacy.models import RightsRequest


def book_as_grace(house):
    """Book by the public page with Grace's address typed into it; the page that comes back."""
    return Client().post(house.url("book/consultation/"), fields(13, name="Mallory"), follow=True)


def test_booking_under_her_address_leads_to_nothing_of_hers(house):
    page = book_as_grace(house)
    assert page.status_code == 200 and "It is booked" in page.content.decode()
    found = re.search(rf'href="(/o/{house.slug}/my/[^"]+)"', page.content.decode())
    if found:  # what could be done with such a link
        Client().post(f"{found[1]}requests/", {"kind": "erase", "words": ""})
        with privileged():
            request = RightsRequest.objects.get()
            assert not (request.proof and request.subjects.filter(person_id=house.guest).exists())
    assert not found, "nobody has shown that they read Grace's mail"
    support.react()
    mail = [m for m in support.mails() if m.to == "grace@example.org" and "/booking/" in m.text][-1]
    link = urlsplit(re.search(r"https?://\S+/booking/\S+", mail.text)[0]).path
    assert f"/o/{house.slug}/my/" in Client().get(link).content.decode(), "whoever reads that mail gets there"


def test_a_link_that_went_to_the_typed_address_does_not_prove_the_registered_one(house):
    house.ask(kind="erase", address="mallory@example.com", words="I write from my new address")
    link = house.link("mallory@example.com")
    request = house.request()
    with house.acts(house.officer):
        actions.link(request, "grace@example.org")
    Client().post(link, {"do": "me"})
    assert (house.request().state, house.request().proof) == ("open", "")
    browser = house.browser(house.officer)
    assert browser.post(house.url(f"office/requests/{request.pk}/decide/"), {"outcome": "granted"}).status_code == 422
    with privileged():
        assert Person.objects.get(pk=house.guest).display_name == "Grace Miller"


def test_the_answer_that_the_office_keeps_holds_no_key_to_her_data(house):
    house.ask()
    house.prove()
    browser, path = house.browser(house.officer), house.url(f"office/requests/{house.request().pk}/")
    assert browser.post(f"{path}decide/", {"outcome": "granted"}).status_code == 302
    for page in (path, f"{path}letter/"):
        shown = browser.get(page).content.decode()
        assert "We have done what you asked" in shown
        assert not re.search(r"/my/\w|/privacy/request/\w", shown)


def test_two_who_decide_at_once_decide_once(house):
    house.ask()
    house.prove()
    first, second = house.request(), house.request()
    with house.acts(house.officer):
        deciding.decide(first, "granted")
        with pytest.raises(actions.TooLate):
            deciding.decide(second, "refused", refusal=Refusal.CLAIMS, words="No")
        with pytest.raises(actions.TooLate):
            actions.shown(second, "passport")
        assert not actions.take_back(second)
    assert house.request().outcome == "granted"
