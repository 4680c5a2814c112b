"""Guessing addresses, looking on after it was taken back, and names that are more than names."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.documents.papers import pdf
from tillit.documents import actions
from tillit.kernel import clock
from tillit.kernel.ids import new_id
from tillit.privacy.rights import actions as rights


def _looks(house, first, opening):
    """What a page of an opening, its picture and its file answer somebody."""
    browser = house.browser(first)
    paths = (f"documents/seen/{opening}/", f"documents/seen/{opening}/1.jpg", f"documents/seen/{opening}/file")
    return [browser.get(house.url(path)).status_code for path in paths]


def _seen(house, **more):
    grant = house.opened(**more)
    with house.as_("Sara"):
        return grant, actions.open_it(house.certificate.pk, name="Sara")


def test_what_is_taken_back_while_it_is_looked_at_has_no_next_page(house):
    grant, opening = _seen(house)
    assert _looks(house, "Sara", opening) == [200, 200, 404]
    for first in ("Amir", "Omar", "Maria", "Jonas", "Petra"):
        assert _looks(house, first, opening) == [404] * 3, first
    for number in (0, 2, 99999999999):
        assert house.browser("Sara").get(house.url(f"documents/seen/{opening}/{number}.jpg")).status_code == 404
    assert house.browser("Amir").post(house.url(f"documents/open/{grant}/end/")).status_code == 404
    assert house.browser("Petra").post(house.url(f"documents/open/{grant}/end/")).status_code == 302
    assert _looks(house, "Sara", opening) == [404] * 3
    page = house.browser("Sara").post(house.url(f"documents/{house.certificate.pk}/"), {"read": "on"})
    assert page.status_code == 404


@pytest.mark.parametrize("what", ["removed", "at rest", "over"])
def test_what_goes_or_lies_at_rest_has_no_next_page(house, what):
    _grant, opening = _seen(house)
    later = clock.now()
    if what == "removed":
        assert house.browser("Petra").post(house.url(f"documents/{house.certificate.pk}/remove/")).status_code == 302
    elif what == "at rest":
        with house.as_("Petra"):
            rights.rest("accuracy")
    else:
        later += timedelta(hours=49)
    with clock.at(later):
        assert _looks(house, "Sara", opening) == [404] * 3


def test_addresses_are_not_guessed(house):
    paths = [
        f"documents/{house.diploma.pk}/", f"documents/{house.diploma.pk}/file", f"documents/{house.diploma.pk}/1.jpg",
        f"documents/{house.diploma.pk}/remove/", f"documents/{new_id()}/", f"documents/seen/{house.diploma.pk}/",
        f"documents/asked/{house.diploma.pk}/", f"documents/check/{house.diploma.pk}/",
    ]  # fmt: skip
    for first in ("Sara", "Omar"):
        browser = house.browser(first)
        for path in paths:
            assert browser.get(house.url(path)).status_code in {403, 404, 405}, path
        assert browser.post(house.url(paths[3])).status_code == 404
    for path in paths:
        assert house.browser().get(house.url(path)).status_code in {302, 405}


@pytest.mark.parametrize("name", ["<script>alert(1)</script>.pdf", "../../etc/passwd.pdf", "a\u202efdp.exe.pdf",
                                  "x" * 3000 + ".pdf", "a\r\nSet-Cookie: x=1.pdf", ".pdf", '";x=".pdf'])  # fmt: skip
def test_the_name_of_a_file_is_a_name(house, name):
    petra = house.browser("Petra")
    wish = {"kind": "first_aid", "title": "Intyg", "issuer": "Kommunen", "listed": ""}
    file = SimpleUploadedFile("a.pdf", pdf(), content_type="application/pdf")
    file._name = name
    with house.as_("Petra"):
        kept = actions.keep(actions.Facts("first_aid", "Intyg", "Kommunen"), io.BytesIO(pdf()), name=name)
    assert petra.post(house.url("documents/new/"), {**wish, "file": file}).status_code in {302, 400, 422}
    page = "".join(petra.get(house.url(path)).content.decode() for path in (f"documents/{kept.pk}/", "documents/"))
    assert "<script>alert" not in page and "\u202e" not in page
    loaded = petra.get(house.url(f"documents/{kept.pk}/file"))
    held = loaded.headers["Content-Disposition"]
    assert loaded.status_code == 200 and held.startswith("attachment") and "Set-Cookie" not in loaded.headers
    assert not set("\r\n\u202e") & set(held) and "/" not in held.replace("%2F", "") and len(held) < 1000


def test_scripts_in_what_is_said_of_a_document_are_text(house):
    said = "<script>alert(1)</script>"
    with house.as_("Petra"):
        kept = actions.keep(actions.Facts("first_aid", said, said), io.BytesIO(pdf()), name="a.pdf")
        actions.approve(kept.pk, house.id("Sara"), hours=48, name="Sara")
    for first, path in (("Petra", "documents/"), ("Petra", f"documents/{kept.pk}/"), ("Sara", f"documents/{kept.pk}/"),
                        ("Sara", "documents/")):  # fmt: skip
        page = house.browser(first).get(house.url(path)).content.decode()
        assert said not in page and "&lt;script&gt;" in page
