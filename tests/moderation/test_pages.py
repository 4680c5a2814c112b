"""The desk, one's own decisions, and reports by anybody, as people use them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel import support
from tests.moderation.test_cases import handed_in, reported
from tillit.access import PUBLIC, acting
from tillit.moderation import kinds
from tillit.moderation.models import Appeal, Case, Decision, Report


@pytest.fixture
def browsers(market):
    with acting(PUBLIC):
        return {name: log_in(market.person(name).pk) for name in ("Maria", "Jonas", "Petra", "Sara")}


@pytest.fixture(autouse=True)
def found(notes, monkeypatch):
    """Every page below /notes/ shows the note."""
    kind = kinds.get("note")
    object.__setattr__(kind, "at", lambda path: notes.note if "/notes/" in path else None)
    return kind


def url(market, path):
    return f"/o/{market.organisation.slug}/{path}"


def text(answer, status=200):
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def last(to, wanted):
    support.react()
    mail = [one for one in support.mails() if one.to == to and wanted in one.text][-1]
    return urlsplit(re.findall(r"https?://\S+", mail.text)[0]).path


def test_a_profile_is_refused_appealed_and_brought_back(market, notes, browsers):
    handed_in(market, notes)
    with privileged():
        case = Case.objects.get()
    page = url(market, f"moderation/case/{case.pk}/")
    assert "A note" in text(browsers["Maria"].get(url(market, "moderation/")))
    assert "I take it" in text(browsers["Maria"].get(page))
    assert browsers["Maria"].post(page + "take/").status_code == 302
    assert "Give it back" in text(browsers["Maria"].get(page))
    assert "Give it back" not in text(browsers["Jonas"].get(page))
    wish = {"outcome": "refuse", "reason": "", "words": "", "version": case.version}
    assert "Say which reason." in text(browsers["Maria"].post(page + "decide/", wish), 422)
    wish |= {"reason": "untrue", "words": "The <b>diploma</b> is another one’s."}
    assert browsers["Maria"].post(page + "decide/", wish).status_code == 302
    with privileged():
        decision = Decision.objects.get()
    own = url(market, f"me/decisions/{decision.pk}/")
    told = text(browsers["Petra"].get(own))
    assert "It is not true" in told and "The &lt;b&gt;diploma&lt;/b&gt;" in told and "Maria" not in told
    assert browsers["Petra"].post(own, {"words": "It is mine."}).status_code == 302
    assert "It is mine." not in text(browsers["Maria"].get(url(market, "moderation/appeal/")))
    assert "A note" not in text(browsers["Maria"].get(url(market, "moderation/appeal/")))
    assert browsers["Jonas"].post(page + "take/").status_code == 302
    assert "It is mine." in text(browsers["Jonas"].get(page))
    assert browsers["Jonas"].post(page + "answer/", {"lift": "yes", "words": "Right."}).status_code == 302
    assert "The decision was taken back" in text(browsers["Petra"].get(own))
    assert "taken back" in text(browsers["Petra"].get(url(market, "me/decisions/")))
    assert notes.done[-1][1] == "restore"


def test_strangers_find_nothing(market, notes, browsers):
    reported(market, notes)
    with privileged():
        case = Case.objects.get()
        report = Report.objects.get()
    for path in ("moderation/", f"moderation/case/{case.pk}/"):
        assert Client().get(url(market, path)).status_code == 302
        assert browsers["Sara"].get(url(market, path)).status_code in (403, 404)
    assert browsers["Petra"].get(url(market, f"me/decisions/reports/{report.pk}/")).status_code == 404
    assert "It never was so." in text(browsers["Sara"].get(url(market, f"me/decisions/reports/{report.pk}/")))


def test_a_visitor_reports_by_a_page_and_hears_what_became_of_it(market, notes):
    where = f"http://testserver/o/{market.organisation.slug}/notes/1/"
    wish = {
        "where": where, "reason": "fraud", "words": "It asks for money first.", "name": "Vera Ask",
        "email": "vera@example.org", "sure": "on",
    }  # fmt: skip
    assert "Nothing there" in text(Client().post(url(market, "notice/"), {**wish, "where": "/else/"}), 422)
    assert "One more step" in text(Client().post(url(market, "notice/"), wish))
    with privileged():
        assert not Case.objects.exists()
    link = last("vera@example.org", "/notice/")
    assert "It was me" in text(Client().get(link))
    assert Client().post(link).status_code == 302
    with privileged():
        assert Case.objects.get().queue == "report"
    assert "It is being looked into" in text(Client().get(link))
    assert Client().get(url(market, "notice/nonsense/")).status_code == 404


def test_who_reported_in_vain_appeals_once(market, notes, browsers):
    wish = {"where": url(market, "notes/1/"), "reason": "untrue", "words": "It never was so."}
    assert browsers["Sara"].post(url(market, "notice/"), wish).status_code == 302
    with privileged():
        case, report = Case.objects.get(), Report.objects.get()
    page = url(market, f"moderation/case/{case.pk}/")
    browsers["Maria"].post(page + "take/")
    assert "It never was so." in text(browsers["Maria"].get(page))
    assert "Sara" not in text(browsers["Maria"].get(page))
    browsers["Maria"].post(page + "decide/", {"outcome": "nothing", "version": case.version})
    own = url(market, f"me/decisions/reports/{report.pk}/")
    assert "Nothing was found" in text(browsers["Sara"].get(own))
    assert browsers["Sara"].post(own, {"words": "Look once more."}).status_code == 302
    assert browsers["Sara"].post(own, {"words": "Look once more."}).status_code == 302
    with privileged():
        assert Appeal.objects.count() == 1


def test_figures_are_for_everybody(market):
    assert "Nothing was decided" in text(Client().get(url(market, "trust/moderation/")))
