"""A host who is erased leaves no permission behind at Google, and erasure waits for nobody; and what nobody foresaw
becomes a problem of the connection, said to its host."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError

from tests.booking.calendars.providers import http
from tests.booking.calendars.test_accounts import (
    NOW,
    again,
    browser,  # noqa: F401
    client_files,  # noqa: F401
    come_back,
    everything,
    free,
    link,
    next_round,
    registered,  # noqa: F401
    there,  # noqa: F401
)
from tests.conftest import privileged
from tests.kernel.calling import announced
from tests.kernel.support import forget, jobs, run, run_jobs
from tillit.access import acting
from tillit.booking.calendars import problems, returning, sync
from tillit.booking.models import BusyTime, Connection, Revocation
from tillit.kernel import egress
from tillit.kernel.dpv import Data
from tillit.privacy.rights import erasing

PAGE = "/o/tidboken/calendar/connections/"


@pytest.fixture
def google(browser, registered, there, host):  # noqa: F811
    """A host's connection to Google that works."""
    registered()
    there.account.busy = [("2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z")]
    come_back(browser, "google", there.say_yes(link(browser, "google")))
    run_jobs()
    with acting(host):
        return Connection.objects.get()


def erase(host):
    with acting(host):
        erasing.erase(host.person, request_key=uuid4())


def left():
    with privileged():
        assert not Connection.objects.exists() and not BusyTime.objects.exclude(item=None).exists()
        return Revocation.objects.count()


def test_who_is_erased_leaves_no_permission_behind(desk, host, there, google):  # noqa: F811
    token = google.login["refresh"]
    erase(host)
    assert not there.account.revoked and left() == 1, "erasure asks nobody"
    assert token not in everything()
    with announced() as heard:
        run_jobs()
    assert there.account.revoked and left() == 0
    (departed,) = [ids for name, ids in heard if name == egress.DEPARTED]
    assert departed["subjects"] == () and departed["categories"] == (Data.AUTHENTICATION.identifier,)
    assert str(host.person) not in str(heard)


def test_a_provider_that_is_down_takes_it_back_later(desk, host, there, google):  # noqa: F811
    there.account.instead["revoke"] = [http(b"", "503 Down", "Retry-After: 7200"), http(b"", "500 Down")]
    erase(host)
    for wait in (0, 2 * 60, 2):
        (job,) = [job for job in jobs() if job["task"] == returning.give_back.name]
        assert not wait or job["scheduled_at"] == NOW + timedelta(minutes=wait)
        assert left() == 1 and not there.account.revoked
        forget(job)
        run(job)
    assert there.account.revoked and left() == 0


@pytest.mark.parametrize("wrong", ["stopped", "fault", "gone"])
def test_a_token_that_nobody_takes_is_not_kept(desk, host, there, google, monkeypatch, wrong):  # noqa: F811
    erase(host)
    if wrong == "fault":
        monkeypatch.setattr(returning.oauth, "give_back", lambda *_: 1 / 0)
    elif wrong == "stopped":
        there.account.instead["revoke"] = [http({"error": "invalid_token"}, "400 Bad Request")]
    else:  # its job is lost: the clock lets it go
        with privileged():
            (row,) = Revocation.objects.all()
        with acting(desk.visitor().with_office("sweeper")):
            returning.let_go([row.pk])
    run_jobs()
    assert left() == 0 and not there.account.revoked


def test_nobody_in_the_organisation_reads_what_is_put_aside(desk, host, google):
    erase(host)
    assert left() == 1
    for actor in (desk.as_host(desk.h2), desk.visitor(), desk.as_host(desk.h2).with_office("reaction")):
        with acting(actor):
            assert not Revocation.objects.exists()


def test_what_nobody_foresaw_is_said_and_nothing_is_lost(desk, host, there, google, browser, monkeypatch):  # noqa: F811
    def breaks(connection):
        BusyTime.objects.all().delete()
        raise ZeroDivisionError(google.login["refresh"])

    with monkeypatch.context() as patched:
        patched.setitem(sync._READ, "google", breaks)
        failed = again(host, google)
        assert (failed.problem, failed.failures) == ("ours", 1) and failed.next_try > NOW
        assert 10 not in free(desk), "what was read stays"
        assert str(problems.WORDS["ours"]) in browser.get(f"{PAGE}{google.pk}/").content.decode()
        assert again(host, google).next_try > failed.next_try
    next_round(timedelta(hours=1))
    with acting(host):
        assert Connection.objects.get().problem == ""


def test_a_database_that_fails_is_the_queues(host, google, monkeypatch):
    def breaks(connection):
        raise OperationalError

    monkeypatch.setitem(sync._READ, "google", breaks)
    with pytest.raises(Exception, match="OperationalError"):
        again(host, google)
