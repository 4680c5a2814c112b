"""The moderator lets it through: it is seen. Street, number and mail address stand in no page, answer, header or
picture."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from tests.e2e.scenario_a.stage import Stage
from tests.e2e.scenario_a.step_01 import EMAIL, PHONE, STREET
from tillit.directory import actions, pictures
from tillit.moderation import queries, working

PLANTED = (STREET, PHONE, PHONE.removeprefix("+46"), EMAIL, "Nyström")


def play(stage: Stage) -> None:
    """Maria takes the case, reads it and lets it through; a picture goes the same way."""
    _decide(stage)
    petra = stage.page("Petra")
    petra.goto(f"{stage.home}profile/who/")
    petra.locator("input[name=picture]").set_input_files(
        {"name": f"{STREET}.jpg", "mimeType": "image/jpeg", "buffer": _photo()}
    )
    petra.locator("main form button[value=next]").click()
    petra.wait_for_url("**/profile/what/")
    petra.goto(f"{stage.home}profile/")
    petra.get_by_role("button", name="Lämna in den").click()
    petra.get_by_text("En moderator granskar den nu.").wait_for()
    _decide(stage)
    page = stage.page("Sara")
    assert page.goto(f"{stage.home}p/{stage.known['profile_slug']}/").status == 200
    for words in ("Petra N.", "460", "Eskilstuna", "Petra uppger det", "Ingen har kontrollerat det"):
        assert words in page.content(), words
    _nothing_of_contact(stage)


def given(stage: Stage) -> None:
    """The same, by actions."""
    with stage.as_("Petra"):
        owner, photo = stage.market.person("Petra").pk, _photo()
        value = pictures.keep(io.BytesIO(photo), owner=owner, size=len(photo))
        actions.withdraw()
        actions.say("picture", value)
        actions.submit()
    with stage.as_("Maria"):
        case = next(one for one in queries.waiting("look") if one.object_id == stage.known["profile"])
        working.take(case)
        working.decide(queries.get_case(case.pk), "through")
    _nothing_of_contact(stage)


def _decide(stage: Stage) -> None:
    maria = stage.page("Maria")
    maria.goto(f"{stage.home}moderation/")
    maria.locator("main a[href*='/moderation/case/']").first.click()
    maria.locator("form[action$='/take/'] button").click()
    maria.locator("input[name=outcome][value=through]").check()
    assert "460" in maria.content() or "img" in maria.content()
    assert not [one for one in PLANTED if one in maria.content()]
    maria.locator("form[action$='/decide/'] button[type=submit]").last.click()
    maria.wait_for_load_state()


def _nothing_of_contact(stage: Stage) -> None:
    """Every page that a stranger and Sara can reach from the profile, the API's answer and the picture are searched."""
    slug, base = stage.known["profile_slug"], f"{stage.home}p/{stage.known['profile_slug']}/"
    for first in ("", "Sara"):
        page = stage.page(first)
        answer = page.goto(base)
        assert answer.status == 200
        picture = page.locator("header.hero img").get_attribute("src")
        api = f"{stage.live.url}/api/v1/o/{stage.market.organisation.slug}/profiles/{slug}"
        for url in (base, api, f"{stage.live.url}{picture}", stage.home, f"{stage.home}find/"):
            got: Any = page.request.get(url)
            body = got.body() + str(got.headers).encode()
            assert not [one for one in PLANTED if one.encode() in body], url
        drawn = Image.open(io.BytesIO(page.request.get(f"{stage.live.url}{picture}").body()))
        assert drawn.format == "WEBP"
        assert not drawn.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(drawn.info)


def _photo() -> bytes:
    """A photo that tells where it was taken."""
    made, out = Image.new("RGB", (800, 600), "#557755"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = f"{STREET} {PHONE} {EMAIL}"
    exif.get_ifd(0x8825)[2] = (59.0, 22.0, 10.0)
    made.save(out, "JPEG", exif=exif, comment=f"{STREET} {EMAIL}".encode())
    return out.getvalue()
