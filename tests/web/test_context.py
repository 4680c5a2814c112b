"""What the shell asks the database, and the way in and out that it shows."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import DatabaseError
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from tests.booking.conftest import desk as desk
from tests.booking.test_setup import log_in
from tillit.access import Actor, acting
from tillit.identity import queries
from tillit.web import context


@pytest.fixture
def asked(monkeypatch):
    """How often the roles were asked for."""
    calls: list[int] = []
    monkeypatch.setattr(queries, "roles", lambda: calls.append(1) or frozenset({"host", "administrator"}))
    return calls


def visit(path, **actor):
    request = RequestFactory().get(path)
    request.actor = Actor(**actor)
    return request


def test_a_visitor_is_shown_the_way_in_and_back(desk, asked):
    page = Client().get("/o/tidboken/").content.decode()
    assert 'href="/account/login/?next=%2Fo%2Ftidboken%2F"' in page
    assert not asked


def test_the_way_in_never_carries_the_address_of_the_page(desk):
    page = Client().get("/o/tidboken/booking/a-secret-token/").content.decode()
    assert "next=" not in page.replace("next=%2Fo%2Ftidboken%2F", "")


def test_roles_are_asked_once_and_only_where_navigation_is_shown(desk, asked):
    who = Actor("member", desk.administrator.account_id, desk.administrator.pk, desk.organisation.pk)
    request = RequestFactory().get("/o/tidboken/")
    request.actor = who
    with acting(who):
        shown = context.shell(request)
    assert not asked
    urls = [item["url"] for item in shown["nav_items"]]
    assert urls[:2] == ["/o/tidboken/", "/o/tidboken/calendar/"] and "/o/tidboken/people/" in urls
    assert len(asked) == 1


def test_whoever_works_here_finds_the_way_from_the_public_page(desk):
    browser = log_in(desk.administrator.pk)
    page = browser.get("/o/tidboken/").content.decode()
    dock = page[page.index('<nav class="dock"') :]
    assert "/o/tidboken/desk/" in dock and "/o/tidboken/office/" in dock
    assert "/o/tidboken/me/messages/" in page
    assert '<nav class="dock"' not in Client().get("/o/tidboken/").content.decode()


def test_account_pages_have_their_own_navigation(desk):
    account = desk.administrator.account_id
    assert not list(context.shell(visit("/account/sessions/", account=account, office="member"))["nav_items"])
    assert list(context.shell(visit("/", account=account, office="member"))["nav_items"])


def test_the_error_page_shows_when_the_database_no_longer_answers(monkeypatch):
    def broken(request):
        raise DatabaseError("the transaction is aborted")

    monkeypatch.setattr(queries, "current_organisation", broken)
    request = visit("/o/tidboken/")
    with pytest.raises(DatabaseError):
        context.shell(request)
    request.failed = True
    request.session = SimpleNamespace()
    assert "<h1>" in render_to_string("500.html", context.shell(request), request=request)
