"""Beside every form that asks something of a person stands what is asked, what for, on which basis and how long it is
kept, drawn from the declarations (`{% collected_here %}`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.conftest import ROOT
from tillit.kernel.declare import holdings

SOURCE = ROOT / "src" / "tillit"
FORM = re.compile(r'<form\b[^>]*method="post"[^>]*>.*?</form>', re.S | re.I)
ASKS = re.compile(
    r'\{%\s*(?:form_fields|field)\s|<textarea\b|<select\b|<input\b(?![^>]*type="(?:hidden|submit)")', re.I
)
TELLS = re.compile(r"\{%\s*collected_here\s+([^%]*)%\}")

# Forms that ask for nothing about a person, or for nothing that is kept, each with the reason.
NOTHING_KEPT: dict[str, str] = {
    "booking/templates/booking/afterwards.html": "rules of an offer and words to its guests: nothing about anybody",
    "booking/templates/booking/price.html": "what an offer costs: nothing about anybody",
    "booking/templates/booking/intake/question.html": "a question to guests: nothing about anybody",
    "booking/templates/booking/intake/routes.html": "where answers lead: nothing about anybody",
    "booking/templates/booking/offer.html": "what can be booked: nothing about anybody",
    "booking/templates/booking/sharing.html": "by which rule hosts take turns: a rule of the offer",
    "booking/templates/booking/_resource_block.html": "when a room cannot be had: nothing about anybody",
    "booking/templates/booking/beside.html": "which rooms and services go with an offer: nothing about anybody",
    "booking/templates/booking/resource.html": "what a room is called and when it is open: nothing about anybody",
    "booking/templates/booking/reminders.html": "an organisation's rule: nothing about anybody",
    "exchange/templates/exchange/export.html": "which file and what for: kept as evidence of who took it",
    "directory/templates/directory/mine.html": "who sees what was asked before, on pages that say it",
    "directory/templates/directory/profile.html": "what was checked stands on the page; whether a film plays",
    "directory/templates/directory/setup.html": "services and what profiles have to say: nothing about anybody",
    "directory/templates/directory/upkeep/setup.html": "what is wished for and suggested: nothing about anybody",
    "directory/templates/directory/upkeep/write_code.html": "the organisation's code: nothing about anybody",
    "documents/templates/documents/before.html": "one tick that the words above were read: the opening says the rest",
    "desk/templates/desk/canned.html": "answers that are often given: nothing about anybody",
    "desk/templates/desk/rules.html": "an organisation's promise: nothing about anybody",
    "sales/templates/sales/office/plans.html": "what a membership costs: nothing about anybody",
    "identity/templates/account/reauthenticate.html": "the password is compared and not kept",
    "identity/templates/identity/programs/clients.html": "what a program is called and may do: nothing about anybody",
    "identity/templates/mfa/authenticate.html": "a code or a key is compared and not kept",
    "identity/templates/mfa/reauthenticate.html": "a code is compared and not kept",
    "identity/templates/mfa/webauthn/reauthenticate.html": "a key is compared and not kept",
    "journeys/templates/journeys/search.html": "what is looked for is not kept",
    "web/templates/components/search_box.html": "what is looked for is not kept",
    "notify/templates/notify/webhooks/edit.html": "another program's address: nothing about anybody",
    "notify/templates/notify/webhooks/one.html": "another program's address: nothing about anybody",
    "notify/templates/notify/office/news_write.html": "what an organisation publishes to those who agreed",
    "privacy/templates/privacy/desk/retention.html": "days: nothing about anybody",
    "privacy/templates/privacy/incidents/rules.html": "the bounds of alarms: nothing about anybody",
    "privacy/templates/privacy/policy/age.html": "the answer is looked at and not kept",
    "privacy/templates/privacy/policy/office_attest.html": "a statement that is published with its name",
    "privacy/templates/privacy/policy/office_choices.html": "an organisation's settings, which are public",
    "privacy/templates/privacy/policy/office_processor.html": "receivers of data, which are published",
    "privacy/templates/privacy/policy/office_agreement.html": "a contract's reference and days",
    "privacy/templates/privacy/policy/office_words.html": "words that are published",
    "privacy/templates/privacy/office/leaving.html": "a tick, to be sure: nothing is kept",
    "privacy/templates/privacy/rights/prove.html": "a code is compared and not kept",
    "privacy/templates/privacy/rights/erase.html": "a tick, to be sure: nothing is kept",
    "journeys/templates/journeys/market/shown.html": "nothing is asked for: what is there is shown to somebody",
    "privacy/templates/privacy/rights/shown.html": "nothing is asked for: what is there is shown to somebody",
    "web/templates/web/demo/clock.html": "the demo's clock",
    "web/templates/web/embed_office.html": "names of sites, which the embedded pages tell everybody",
    "web/templates/web/gallery.html": "a sample that goes nowhere",
}


def forms() -> Iterator[tuple[str, str]]:
    """Every form in our templates that asks for something: the template below tillit, and the form."""
    for path in sorted(SOURCE.glob("*/templates/**/*.html")):
        text = path.read_text(encoding="utf-8")
        for form in FORM.findall(text):
            if ASKS.search(form):
                yield path.relative_to(SOURCE).as_posix(), form


def silent(name: str, form: str) -> bool:
    """Does the form ask before, or without, telling?"""
    asks, tells = ASKS.search(form), TELLS.search(form)
    return bool(asks and name not in NOTHING_KEPT and (tells is None or tells.start() > asks.start()))


def test_every_form_tells_what_it_asks_for():
    wrong = sorted({name for name, form in forms() if silent(name, form)})
    assert not wrong, "ask without {% collected_here %} before the first field:\n" + "\n".join(wrong)


def test_what_it_tells_is_declared():
    known = {one.label for one in holdings()}
    for path in sorted(SOURCE.glob("*/templates/**/*.html")):
        for labels in TELLS.findall(path.read_text(encoding="utf-8")):
            named = set(re.findall(r'"([a-z_.]+\.[a-z_]+\.[a-z_]+)"', labels))
            assert named <= known, f"{path.name} tells of {sorted(named - known)}, which nobody declares"
            assert named or "label" in labels, path.name


def test_exceptions_are_still_needed():
    there = {name for name, _form in forms()}
    assert sorted(NOTHING_KEPT.keys() - there) == []


def test_the_guard_sees_what_is_wrong():
    asks = '<form method="post">{% csrf_token %}{% form_fields form %}</form>'
    assert silent("booking/sample.html", asks)
    assert silent("x.html", asks.replace("</form>", '{% collected_here "a.b.c" %}</form>'))
    assert not silent("x.html", asks.replace("{% form_fields", '{% collected_here "a.b.c" %}{% form_fields'))
    assert silent("x.html", '<form method="post"><textarea name="a"></textarea></form>')
    assert not ASKS.search('<form method="post">{% csrf_token %}<input type="hidden" name="a"><button>b</button>')
