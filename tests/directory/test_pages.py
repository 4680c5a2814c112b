"""Profiles on their pages: what a stranger reads, what its owner types, what is refused."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.directory.conftest import judge, provide
from tests.marketplace import Market
from tillit.access import PUBLIC, acting
from tillit.directory import actions, players, queries
from tillit.directory.models import Fact, Profile
from tillit.directory.typed import contact_in, tidy


def _url(market: Market, path: str) -> str:
    return f"/o/{market.organisation.slug}/{path}"


def _browser(market: Market, first: str = "") -> Client:
    with acting(PUBLIC):
        return log_in(market.person(first).pk) if first else Client()


def _code(market: Market) -> str:
    with privileged():
        return Profile.objects.get().slug


def _said(market: Market, kind: str, stage: str = "draft") -> Any:
    with acting(market.as_("Petra")):
        return Fact.objects.get(kind=kind, stage=stage).value


def test_written_section_by_section_handed_in_and_seen(market: Market) -> None:
    petra, sara = _browser(market, "Petra"), _browser(market, "Sara")
    with acting(market.visitor()):
        service = str(queries.categories()[0].pk)
    typed: dict[str, dict[str, Any]] = {
        "who": {"name": "Petra N."},
        "what": {"services": [service], "ages": ["0-2"], "about": "Jag är gärna ute."},
        "price": {"rate": "460", "vat": "on", "tax": "yes"},
        "where": {"place": "Eskilstuna", "km": "10"},
        "can": {"languages": ["sv"], "years": "9", "skills": "bakning, läxor"},
        "safe": {"record": "on", "references": "2"},
        "more": {"film": "https://youtu.be/dQw4w9WgXcQ", "links": "https://www.linkedin.com/in/petra"},
    }
    for section, given in typed.items():
        answer = petra.post(_url(market, f"profile/{section}/"), given)
        assert answer.status_code == 302, answer.content.decode()
        assert petra.get(_url(market, f"profile/{section}/")).status_code == 200
    assert _said(market, "rate") == {"minor": 46000, "currency": "SEK", "vat": True}
    assert _said(market, "area")["name"] == "Eskilstuna"
    assert _said(market, "skills") == ["bakning", "läxor"]
    code = _code(market)
    assert sara.get(_url(market, f"p/{code}/")).status_code == 404
    assert petra.get(_url(market, "profile/")).status_code == 200
    assert petra.get(_url(market, "profile/preview/?as=members")).status_code == 200
    assert petra.post(_url(market, "profile/whole/"), {"do": "submit"}).status_code == 302
    assert sara.get(_url(market, f"p/{code}/")).status_code == 404
    with privileged():
        profile = Profile.objects.get().pk
    judge(market, profile)
    page = sara.get(_url(market, f"p/{code}/"), headers={"accept-language": "en"}).content.decode()
    for words in ("Petra N.", "460", "Eskilstuna", "Petra says so", "Nobody has checked it", "Not said"):
        assert words in page, words
    assert "<iframe" not in page
    assert "Nyström" not in page
    for first in ("", "Sara"):
        assert _browser(market, first).get(_url(market, "profile/")).status_code in (302, 403)


def test_a_film_plays_only_for_whom_it_was_turned_on(market: Market) -> None:
    provide(market, film={"host": "youtube", "id": "dQw4w9WgXcQ"})
    page, film = (_url(market, f"p/{_code(market)}/{path}") for path in ("", "film/"))

    def hosts(answer: Any) -> bool:
        policy = answer.headers["Content-Security-Policy"]
        assert ("<iframe" in answer.content.decode()) == ("frame-src https://www.youtube-nocookie.com;" in policy)
        return "frame-src" in policy

    sara, amir, stranger = (_browser(market, first) for first in ("Sara", "Amir", ""))
    assert not any(hosts(one.get(page)) for one in (sara, amir, stranger))
    sara.post(film, {"do": "play"})
    assert hosts(sara.get(page))
    assert not hosts(amir.get(page))
    assert hosts(stranger.post(film, {"do": "play"}))
    assert not hosts(stranger.get(page))
    assert not hosts(sara.get(_url(market, "")))
    sara.post(film, {"do": "never"})
    sara.post(film, {"do": "play"})
    assert not hosts(sara.get(page))
    sara.post(film, {"do": "ask"})
    assert hosts(sara.get(page))


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/embed/dQw4w9WgXcQ", "http://youtu.be/dQw4w9WgXcQ", "https://youtu.be/a\"b;frame-src *", "x",
     "https://youtu.be@evil.example/dQw4w9WgXcQ", "https://vimeo.com/12;34", "https://youtube.com:99/watch?v=dQw4w9WgXcQ"],
)  # fmt: skip
def test_other_hosts_are_no_players(address: str) -> None:
    assert players.read(address) is None


@pytest.mark.parametrize(
    ("section", "given"),
    [
        ("price", {"rate": "0"}), ("price", {"rate": "-4"}), ("price", {"rate": "1e9"}), ("price", {"rate": "NaN"}),
        ("where", {"place": "Eskilstuna", "km": "100000"}), ("where", {"place": "Qqqqqzzz", "km": "3"}),
        ("who", {"name": "Ring 070-174 06 31"}), ("who", {"name": "x" * 4000}), ("who", {"name": "\u202e\u200b"}),
        ("can", {"languages": ["xx"]}), ("can", {"languages": ["sv"], "years": "900"}),
        ("safe", {"insurance": "mejla petra@post.example"}), ("safe", {"references": "999999999999999999999"}),
        ("more", {"links": "javascript:alert(1)"}), ("more", {"links": "https://evil.example/linkedin.com"}),
        ("what", {"services": ["00000000-0000-0000-0000-000000000000"], "about": "Hej"}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(
    market: Market, section: str, given: dict[str, Any]
) -> None:
    answer = _browser(market, "Petra").post(_url(market, f"profile/{section}/"), given)
    assert answer.status_code == 422
    with privileged():
        assert not Fact.objects.exists()


def test_scripts_and_directions_are_only_words(market: Market) -> None:
    provide(market, about='<script>alert(1)</script><img src=x onerror="x">', name="<b>Petra</b>")
    page = _browser(market).get(_url(market, f"p/{_code(market)}/")).content.decode()
    assert "<script>alert" not in page
    assert "<b>Petra" not in page
    assert tidy("a\u202eb\u2066c\u0000d\u200ce\r\nf") == "abcd\u200ce\nf"
    assert contact_in("۰۷۰ ۱۷۴ ۰۶ ۳۱")
    assert contact_in("Storgatan 12")
    assert not contact_in("Jag har arbetat sedan 2017, i 9 år, med barn 3-6 år, 460 kr.")


def _jpeg() -> bytes:
    made, out = Image.new("RGB", (900, 700), "#884422"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "PLANTED Storgatan 12"
    exif.get_ifd(0x8825)[2] = (59.0, 22.0, 10.0)
    made.save(out, "JPEG", exif=exif, comment=b"PLANTED petra@post.example")
    return out.getvalue()


def test_pictures_are_drawn_anew_and_seen_only_with_the_profile(market: Market) -> None:
    petra, stranger = _browser(market, "Petra"), _browser(market)
    provide(market)
    code = _code(market)
    sent = SimpleUploadedFile("PLANTED.jpg", _jpeg(), "image/jpeg")
    answer = petra.post(_url(market, "profile/who/"), {"name": "Petra N.", "picture": sent})
    assert answer.status_code == 302
    with privileged():
        fact, profile = Fact.objects.get(kind="picture"), Profile.objects.get().pk
    path = _url(market, f"p/{code}/picture/{fact.pk}/large/")
    assert stranger.get(path).status_code == 404
    with acting(market.as_("Petra")):
        actions.submit()
    judge(market, profile)
    shown = stranger.get(path)
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/webp")
    with Image.open(io.BytesIO(shown.content)) as drawn:
        assert drawn.size == (480, 480)
        assert not drawn.getexif()
    assert b"PLANTED" not in shown.content + str(shown.headers).encode()
    assert stranger.get(path.replace("large", "huge")).status_code == 404
    assert path in stranger.get(_url(market, f"p/{code}/")).content.decode()
    with acting(market.as_("Petra")):
        actions.pause(True)
    assert stranger.get(path).status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"%PDF-1.4 x",
        b"GIF89a",
        b"\xff\xd8\xff<script>",
        b"",
    ],
)
def test_what_is_no_picture_is_refused(market: Market, content: bytes) -> None:
    sent = SimpleUploadedFile("a.jpg", content, "image/jpeg")
    answer = _browser(market, "Petra").post(_url(market, "profile/who/"), {"name": "Petra N.", "picture": sent})
    assert answer.status_code == 422
    with privileged():
        assert not Fact.objects.filter(kind="picture").exists()


def test_owner_hides_and_deletes_on_the_page(market: Market) -> None:
    provide(market)
    petra, stranger, code = _browser(market, "Petra"), _browser(market), _code(market)
    page = _url(market, f"p/{code}/")
    assert "Tallbacken" in stranger.get(page).content.decode()
    petra.post(_url(market, "profile/fact/experience/"), {"seen_by": "members"})
    assert "Tallbacken" not in stranger.get(page).content.decode()
    assert "Tallbacken" in _browser(market, "Sara").get(page).content.decode()
    petra.post(_url(market, "profile/fact/about/"), {"do": "delete"})
    assert "regnar" not in stranger.get(page).content.decode()
    assert petra.post(_url(market, "profile/fact/name/"), {"seen_by": "threads"}).status_code == 404
    petra.post(_url(market, "profile/whole/"), {"do": "pause"})
    assert stranger.get(page).status_code == 404
    petra.post(_url(market, "profile/whole/"), {"do": "delete"})
    with privileged():
        assert not Profile.objects.exists()


def test_administrator_and_moderator_pages(market: Market) -> None:
    provide(market)
    admin, moderator, code = _browser(market, "Jonas"), _browser(market, "Maria"), _code(market)
    setup = _url(market, "directory/")
    assert admin.get(setup).status_code == 200
    assert moderator.get(setup).status_code == 403
    assert admin.post(setup, {"sv": "Trädgård", "en": "Gardening"}).status_code == 302
    assert admin.post(_url(market, "directory/demand/"), {"required": ["name", "ages"]}).status_code == 302
    assert admin.post(_url(market, "people/joining/"), {"open": "no"}).status_code == 302
    assert _browser(market).get(_url(market, "people/join/")).status_code == 404
    with privileged():
        fact = Fact.objects.get(kind="experience")
    given = {"fact": str(fact.pk), "how": "called"}
    assert moderator.post(_url(market, f"p/{code}/check/"), given).status_code == 302
    page = _browser(market).get(_url(market, f"p/{code}/"), headers={"accept-language": "en"}).content.decode()
    assert "called and asked" in page
    assert _browser(market, "Sara").post(_url(market, f"p/{code}/check/"), given).status_code in (403, 404)
