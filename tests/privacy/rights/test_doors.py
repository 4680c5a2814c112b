"""Two doors to what is held of a person: a login, and a link for who has none. Nobody else's opens."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.booking.test_actions import at, order
from tests.conftest import privileged
from tests.guards.test_urls import found
from tillit.booking import links as bookings
from tillit.booking.models import Booking
from tillit.identity.models import Membership, Person
from tillit.kernel import clock
from tillit.kernel.ids import new_id
from tillit.privacy import links


@pytest.fixture
def guest(desk):
    booking, _new = order(desk.kinds["consultation"], at(10), name="Grace Miller", email="grace@example.org")
    with privileged():
        return Booking.objects.get(pk=booking).person


def by_link(token, name="data", slug="tidboken"):
    return Client().get(reverse(f"my:{name}", args=[slug, token]))


def test_a_guest_comes_in_by_the_link(guest):
    page = by_link(links.token(guest.pk))
    assert page.status_code == 200
    assert page.headers["Cache-Control"].startswith("max-age=0")
    assert f"/my/{links.token(guest.pk)}/evidence/" in page.content.decode()
    assert 'name="robots" content="noindex"' in page.content.decode()


def test_the_booking_page_leads_there(desk, guest):
    with privileged():
        booking = Booking.objects.get(person=guest)
    page = Client().get(reverse("booking_manage", args=["tidboken", bookings.token(booking.pk)]))
    assert reverse("my:data", args=["tidboken", links.token(guest.pk)]) in page.content.decode()


@pytest.mark.parametrize("change", [lambda t: t[:-1] + ("A" if t[-1] != "A" else "B"), lambda t: "x" + t, lambda t: ""])
def test_a_forged_link_opens_nothing(guest, change):
    forged = change(links.token(guest.pk)) or "nonsense"
    assert by_link(forged).status_code == 404


def test_a_link_ends(guest):
    token = links.token(guest.pk)
    with clock.at(clock.now() + links.LIFE):
        assert by_link(token).status_code == 404


def test_another_organisations_page_does_not_open(desk, guest):
    found("elsewhere")
    assert by_link(links.token(guest.pk), slug="elsewhere").status_code == 404


def test_who_has_a_login_uses_it(desk):
    """A link would get around the login of a colleague: it leads there, and opens nothing."""
    page = by_link(links.token(desk.administrator.pk))
    assert page.status_code == 404  # with a role
    with privileged():
        Membership.objects.filter(person=desk.administrator).delete()
    page = by_link(links.token(desk.administrator.pk))
    assert (page.status_code, page.headers["Location"]) == (302, "/o/tidboken/me/")


def test_nobody_is_nobody(desk):
    with privileged():
        known = set(Person.objects.values_list("pk", flat=True))
    stranger = new_id()
    assert stranger not in known
    assert by_link(links.token(stranger)).status_code == 404
    assert Client().get("/o/tidboken/me/").headers["Location"].startswith("/account/login/")
