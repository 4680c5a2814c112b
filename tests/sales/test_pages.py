"""Both sides of an invoice in the browser, its PDF, and what a stranger gets."""

from __future__ import annotations

import pikepdf
import pytest

from tests.conftest import privileged
from tests.kernel.support import mails, react
from tests.sales.conftest import BUSINESS, SARA
from tillit.sales.models import Invoice

LINE = {
    "line-TOTAL_FORMS": "2", "line-INITIAL_FORMS": "0", "line-0-kind": "work:childcare", "line-0-text": "Barnpassning",
    "line-0-quantity": "3", "line-0-unit": "hour", "line-0-price": "460", "line-0-rate": "2500",
    "line-1-kind": "travel:", "line-1-text": "Resa", "line-1-quantity": "1", "line-1-unit": "piece",
    "line-1-price": "60", "line-1-rate": "2500", "buyer_name": "Sara Holm", "supplied": "2026-11-21", "note": "",
    "buyer_address": "",
}  # fmt: skip


def test_from_draft_to_paid_on_pages(house):
    made = house.draft()
    petra, sara = house.browser("Petra"), house.browser("Sara")
    path = house.url(f"invoices/{made.pk}/")
    assert sara.get(path).status_code == 404, "a draft is its seller's"
    assert petra.post(path + "edit/", LINE | {"line-0-price": "-1"}).status_code == 422
    assert petra.post(path + "edit/", LINE | {"line-0-text": ""}).status_code == 422
    assert petra.post(path + "edit/", LINE).status_code == 302
    assert "1,440" in petra.get(path).content.decode()
    petra.post(path + "do/ask-reduction/")
    react()
    assert any("skattereduktion" in one.subject for one in mails())
    form = sara.get(path + "reduction/").content.decode()
    assert "690" in form and petra.get(path + "reduction/").status_code == 404
    assert sara.post(path + "reduction/", {"number": "811218-9875", "remaining": "75000"}).status_code == 422
    assert sara.post(path + "reduction/", {"number": SARA, "remaining": "75001"}).status_code == 422
    assert sara.post(path + "reduction/", {"number": SARA, "remaining": "75000"}).status_code == 302
    assert petra.post(path + "do/post/").status_code == 302
    react()
    assert not any("750" in str(one) or "Petra" in one.subject for one in mails()), "the least metadata"
    page = sara.get(path).content.decode()
    assert "Invoice 10001" in page and "750" in page and "1000173" in page and "123-4566" in page
    assert "811218" not in petra.get(path).content.decode() + page
    assert petra.post(path + "paid/", {"amount": "750", "day": "2099-01-01"}).status_code == 422
    assert petra.post(path + "paid/", {"amount": "750", "day": "2026-11-22"}).status_code == 302
    assert "To ask for" in petra.get(house.url("invoices/reductions/")).content.decode()
    file = petra.post(house.url("invoices/reductions/2026/file/"))
    assert b"<htko:Kopare>198112189876<" in file.content and "no-store" in file["Cache-Control"]
    for first in ("Amir", "Omar", "Maria", "Jonas"):
        other = house.browser(first)
        assert {other.get(path + more).status_code for more in ("", "pdf/", "edit/", "reduction/")} == {404}
        assert {other.post(path + more).status_code for more in ("pay/", "paid/", "do/credit/")} == {404}
    assert house.browser().get(path).status_code == 302
    assert sara.post(path + "do/credit/").status_code == 404 and sara.post(path + "paid/").status_code == 404


@pytest.mark.parametrize("language", ["sv", "en", "fa"])
def test_the_pdf_is_tagged_and_in_its_readers_language(house, language):
    made = house.posted(tax=True)
    answer = house.browser("Sara").get(house.url(f"invoices/{made.pk}/pdf/") + f"?language={language}")
    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(__import__("io").BytesIO(answer.content)) as found:
        assert found.Root.MarkInfo.Marked and str(found.Root.Lang).startswith(language)
        assert not any("/Image" in str(x.get("/Subtype", "")) for x in found.objects if isinstance(x, pikepdf.Stream))


def test_scripts_in_what_people_type_are_text(house):
    made = house.draft()
    petra = house.browser("Petra")
    path = house.url(f"invoices/{made.pk}/")
    evil = '<script>alert(1)</script> #read("/etc/passwd") $x$'
    petra.post(path + "edit/", LINE | {"line-0-text": evil, "buyer_name": evil})
    assert "<script>alert" not in petra.get(path).content.decode()
    petra.post(path + "do/post/")
    assert petra.get(path + "pdf/").content.startswith(b"%PDF")
    petra.post(house.url("invoices/business/"), BUSINESS | {"bankgiro": "123-4567"})
    with privileged():
        assert Invoice.objects.get(pk=made.pk).said["seller"]["bankgiro"] == "123-4566"
