"""For each probe: it is green on the product, and red when the defence behind it is switched off."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings

from tests.conftest import alone, privileged
from tillit.access import acting
from tillit.identity.models import Organisation
from tillit.kernel.promise import Kind, every
from tillit.privacy import checking, release
from tillit.privacy.models import Attestation, ProbeResult

FOOT = "components/foot.html"


def asked(house, promise_id):
    promise = next(p for p in every() if p.id == promise_id)
    return checking.ask(house, promise)


def holds(house, promise_id):
    answer = asked(house, promise_id)
    assert answer.ok, f"{promise_id}: {answer.detail}"


def breaks(house, promise_id, word=""):
    answer = asked(house, promise_id)
    assert not answer.ok, f"{promise_id} did not notice: {answer.detail}"
    assert "probe itself failed" not in answer.detail, answer.detail
    assert word in answer.detail, answer.detail


@contextmanager
def sql(*statements):
    """The defence is switched off in the database; the test's transaction is rolled back.

    Roles belong to the whole server: nobody else may set one meanwhile, or PostgreSQL refuses the second.
    """
    with privileged(), alone("roles"):
        connection.cursor().execute("set constraints all immediate")
        for statement in statements:
            connection.cursor().execute(statement)
    yield


def template(name, change):
    """The same pages with one template changed."""
    (engine,) = settings.TEMPLATES
    (path,) = Path("src/tillit").glob(f"*/templates/{name}")
    ours = ("django.template.loaders.locmem.Loader", {name: change(path.read_text(encoding="utf-8"))})
    every = ("django.template.loaders.cached.Loader", [ours, "django.template.loaders.app_directories.Loader"])
    changed = {**engine, "APP_DIRS": False, "OPTIONS": {**engine["OPTIONS"], "loaders": [every]}}
    return override_settings(TEMPLATES=[changed])


def test_contact_details_hidden(house):
    holds(house, "contact-details-hidden")
    with sql("create policy leak on identity_person for select to tillit_app using (true)"):
        breaks(house, "contact-details-hidden", "identity_person")
    with sql("drop policy leak on identity_person"):
        holds(house, "contact-details-hidden")
    with privileged():
        house.about = {"en": {"title": "Call us", "lead": "Helena: +46 70 174 06 05"}}
        house.save()
    breaks(house, "contact-details-hidden", "/o/tidboken/")


def test_compartments(house):
    holds(house, "compartments")
    with sql("alter table booking_booking no force row level security"):
        breaks(house, "compartments", "booking_booking")
    with sql("alter table booking_booking force row level security", "drop policy wall on booking_meeting"):
        breaks(house, "compartments", "booking_meeting")


def test_compartments_notice_a_strong_role(house):
    with sql("alter role tillit_app bypassrls"):
        breaks(house, "compartments")


def test_database_access_limited(house):
    holds(house, "database-access-limited")
    with sql("alter role tillit_worker bypassrls"):
        breaks(house, "database-access-limited", "tillit_worker")


def test_strong_unique_passwords(house):
    holds(house, "strong-unique-passwords")
    with override_settings(AUTH_PASSWORD_VALIDATORS=[]):
        from django.contrib.auth import password_validation

        password_validation.get_default_password_validators.cache_clear()
        try:
            breaks(house, "strong-unique-passwords")
        finally:
            password_validation.get_default_password_validators.cache_clear()
    password_validation.get_default_password_validators.cache_clear()


def test_no_third_party_requests(house):
    holds(house, "no-third-party-requests")
    with mock.patch("tillit.web.middleware.POLICY", "default-src 'self' https://cdn.example"):
        breaks(house, "no-third-party-requests", "policy")
    with template(FOOT, lambda _: '<img src="https://t.example/p.gif" alt="">'):
        breaks(house, "no-third-party-requests", "other hosts")
    with template("components/embedded_foot.html", lambda _: '<img src="//t.example/p.gif" alt="">'):
        breaks(house, "no-third-party-requests", "/embed/")


def test_technical_cookies_only(house):
    holds(house, "technical-cookies-only")
    with mock.patch("tillit.privacy.policy.cookies.NAMES", {"session"}):
        breaks(house, "technical-cookies-only", "not on the list")
    kept = [one for one in settings.MIDDLEWARE if one != "tillit.web.embedded.without_cookies"]
    with override_settings(MIDDLEWARE=kept):
        breaks(house, "technical-cookies-only", "inside another site's page")


def test_who_answers(house):
    holds(house, "who-answers")
    with template(FOOT, lambda _: ""):
        breaks(house, "who-answers", "does not say")


def test_no_false_safety(house):
    holds(house, "no-false-safety")
    with mock.patch("tillit.privacy.views.not_protected", return_value=[]):
        breaks(house, "no-false-safety")


def test_build_results(house, tmp_path):
    shipped = tmp_path / "release.json"
    build = [p.id for p in every() if p.kind is Kind.BUILD]

    def ships(program=None, **more):
        good = {"ok": True, "detail": "12 tests passed", "checked_at": "2026-11-22T06:00:00+00:00"}
        results = dict.fromkeys(build, good | more)
        shipped.write_text(json.dumps({"program": program or release.identity(), "results": results}))

    with mock.patch.object(release, "FILE", shipped):
        for promise in build:
            breaks(house, promise, "No test result")
        ships()
        for promise in build:
            holds(house, promise)
            assert "changed" not in asked(house, promise).detail
        ships(ok=False)
        for promise in build:
            breaks(house, promise)
        ships(program="another")
        for promise in build:
            holds(house, promise)
            assert "The program has changed since" in asked(house, promise).detail


def test_attestation(house, desk):
    breaks(house, "place-guarded", "Nobody")
    with acting(desk.visitor()), privileged():
        Attestation.objects.create(
            organisation=house,
            promise="place-guarded",
            person=desk.administrator,
            name="Jonas Ek",
            statement="A locked room.",
            evidence="Protocol 7",
            ends=date(2027, 3, 2),
        )
    holds(house, "place-guarded")
    with acting(desk.visitor()), privileged():
        Attestation.objects.update(ends=date(2026, 11, 1))
    breaks(house, "place-guarded", "ended")


def test_every_promise_names_a_sabotage_that_exists():
    for promise in every():
        path, _sep, name = promise.sabotage.partition("::")
        assert f"def {name}(" in Path(path).read_text(encoding="utf-8"), (
            f"{promise.id}: {promise.sabotage} does not exist"
        )


def test_answers_are_kept_and_a_red_one_raises_the_alarm(house, desk):
    from tests.kernel.support import events

    checking.check(house, ["compartments"])
    with sql("alter table booking_booking no force row level security"):
        checking.check(house, ["compartments"])
        checking.check(house, ["compartments"])
    with acting(desk.visitor()):
        assert [r.ok for r in ProbeResult.objects.order_by("made", "id")] == [True, False, False]
    assert [name for name, _data in events()].count("privacy.promise.broken") == 1


def test_nobody_changes_an_answer(house, desk):
    from django.db import ProgrammingError, transaction

    checking.check(house, ["compartments"])
    with acting(desk.as_host(desk.h1)):
        for attempt in (
            lambda: ProbeResult.objects.update(ok=True),
            lambda: ProbeResult.objects.all().delete(),
            lambda: ProbeResult.objects.create(organisation=house, promise="compartments", ok=True, detail=""),
        ):
            with pytest.raises(ProgrammingError), transaction.atomic():
                attempt()


def test_the_trust_page(house):
    from django.test import Client

    checking.check(house, ["compartments", "place-guarded"])
    page = Client().get("/o/tidboken/trust/").content.decode()
    assert "Nobody reaches the rows of another organisation" in page
    assert page.index("The machines stand in a guarded place") < page.index("Nobody reaches the rows")
    assert isinstance(house, Organisation)
