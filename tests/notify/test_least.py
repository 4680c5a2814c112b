"""In care a message says when, and nothing of what, where or with whom: not in its sender, subject, text or file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import engines
from django.template.base import VariableNode
from django.test import Client

from tests.booking.test_actions import at, order
from tests.conftest import ROOT, privileged
from tests.kernel.support import mails, react
from tillit.kernel import mail
from tillit.notify import least, links

NATURE = ("Consultation", "Helena", "Lind", "Tidboken", "A talk", "video", "Grace Miller")


@pytest.fixture
def clinic(desk):
    """The same organisation, as a clinic."""
    with privileged():
        desk.organisation.modules = ["booking", "care"]
        desk.organisation.save()
    return desk


@pytest.mark.parametrize("language", ["sv", "en", "fa"])
def test_a_confirmation_from_a_clinic(clinic, language):
    order(clinic.kinds["consultation"], at(10), language=language)
    react()
    (sent,) = [mail for mail in mails() if mail.to == "grace@example.org"]
    file = sent.attachments[0].content.decode().replace("\r\n ", "") if sent.attachments else ""
    assert "ORGANIZER:mailto:" in file and "tidboken" not in re.sub(r"https?://\S+", "", file), "who invites"
    said = re.sub(r"https?://\S+", "", "\n".join((sent.sender, sent.subject, sent.text, sent.html, file)))
    for word in NATURE:
        assert word not in said, f"{word} in {said}"
    assert "/o/tidboken" not in sent.text + sent.html + file


def test_elsewhere_what_when_and_with_whom(desk):
    order(desk.kinds["consultation"], at(10))
    react()
    (sent,) = [mail for mail in mails() if mail.to == "grace@example.org"]
    assert "Consultation" in sent.subject and "Helena Lind" in sent.text and "Tidboken" in sent.sender


def test_a_template_that_says_too_much_is_stopped(clinic):
    hidden = ["Sorgterapi", "Helena Lind"]
    least.check(["An appointment at 14:00"], hidden)
    for leak in ("Din sorgterapi börjar", "<p>with Helena</p>", "LIND"):
        with pytest.raises(least.TooMuch):
            least.check([leak], hidden)
    least.check(["https://tillit.example/l/helena"], hidden)


def test_the_hidden_address_leads_to_the_page(db):
    told = links.page("/o/tidboken/booking/x/", hidden=True)
    assert "tidboken" not in told
    answer = Client().get(re.sub(r"https?://[^/]+", "", told))
    assert (answer.status_code, answer["Location"]) == (302, "/o/tidboken/booking/x/")


@pytest.mark.parametrize("path", ["/o/tidboken/x/", "//evil.example/x", "///evil.example/x", "/\\evil.example/x"])
def test_hidden_addresses_in_a_text_lead_to_our_pages_and_nowhere_else(db, path):
    told = links.hidden(f"Here: {mail.link('/')}{path[1:]} and more")
    assert "tidboken" not in told and "evil" not in told
    answer = Client().get(re.sub(r"https?://[^/]+", "", told.split()[1]))
    assert answer.status_code == 302 and re.match(r"/[^/\\]", answer["Location"])
    assert answer["Location"] == path or "evil" in path


def templates() -> list[Path]:
    return sorted(
        [*ROOT.glob("src/tillit/*/templates/*/notify/*.txt"), *ROOT.glob("src/tillit/notify/templates/notify/mail/*")]
    )


def test_templates_speak_of_what_is_allowed_and_of_nothing_else():
    """The lint: short messages and notify's own mails may name only the words of least.ALLOWED."""
    assert len(templates()) >= 5
    for path in templates():
        template = engines["django"].from_string(path.read_text())
        for node in template.template.nodelist.get_nodes_by_type(VariableNode):
            used = str(node.filter_expression.var).split(".")[0]
            assert used in least.ALLOWED or used in {"line", "at", "block"}, f"{path.name} says {used}"
