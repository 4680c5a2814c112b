"""Pages inside other sites' pages: who may show them, and what nobody can do there."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, transaction
from django.test import Client, override_settings

from tests.booking.conftest import desk, lay_out  # noqa: F401
from tests.booking.test_actions import at, order
from tests.booking.test_setup import log_in
from tests.booking.test_views import count, fields
from tests.conftest import privileged
from tests.privacy.policy.conftest import past
from tillit.access import PUBLIC, Actor, acting
from tillit.evidence.models import Event
from tillit.identity.embedding import actions, sites
from tillit.identity.embedding.models import EmbedSite
from tillit.journeys import form_token
from tillit.kernel import clock

SITE = "https://snickeriet.example"
HOME = "/o/tidboken/embed/"
BOOK = "/o/tidboken/embed/book/consultation/"
OFFICE = "/o/tidboken/office/embed/"


@pytest.fixture
def office(desk):  # noqa: F811
    return Actor(office="member", organisation=desk.organisation.pk, person=desk.administrator.pk)


@pytest.fixture
def listed(office):
    """The site is on the list."""
    with acting(office):
        actions.allow(SITE)


def address(path=BOOK, **query):
    return f"{path}?{urlencode({'origin': SITE, **query})}"


def ancestors(answer):
    return re.search(r"frame-ancestors ([^;]*)", answer.headers["Content-Security-Policy"])[1]


def token_in(answer):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.content.decode())[1]


def opened(browser, where=None):
    """The form's token on a page with a chosen time."""
    return token_in(browser.get(where or address(start="2026-11-24T09:00Z", zone="Europe/Stockholm")))


def sent(browser, token, where=None, headers=None, **more):
    data = fields(**{"csrfmiddlewaretoken": token, **more})
    return browser.post(where or address(), data, headers=headers)


# ---- who may show them


def test_no_site_may_at_first(desk):  # noqa: F811
    answer = Client().get(address())
    assert answer.status_code == 403 and ancestors(answer) == "'none'"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert ancestors(Client().get(BOOK)) == "'self'", "a page around that does not say who it is: only our own"


def test_a_listed_site_may_and_it_alone(listed):
    for path in (HOME, BOOK):
        answer = Client().get(address(path))
        assert answer.status_code == 200
        assert ancestors(answer) == f"'self' {SITE}" and "X-Frame-Options" not in answer.headers
        assert ancestors(Client().get(path)) == f"'self' {SITE}"
    for other in (
        "https://evil.example",
        "http://snickeriet.example",
        f"{SITE}:8443",
        f"{SITE}.evil.example",
        "null",
        "",
    ):
        answer = Client().get(f"{BOOK}?{urlencode({'origin': other})}")
        assert answer.status_code == 403 and ancestors(answer) == "'none'", other


def test_all_other_pages_stay_in_no_frame(listed, desk):  # noqa: F811
    member = log_in(desk.h1.person_id)
    for path in (
        "/",
        "/o/tidboken/",
        "/o/tidboken/book/consultation/",
        "/account/",
        "/o/tidboken/calendar/",
        "/o/tidboken/trust/",
    ):
        for browser in (Client(), member):
            answer = browser.get(f"{path}?{urlencode({'origin': SITE})}")
            assert ancestors(answer) == "'none'" and answer.headers["X-Frame-Options"] == "DENY", path


def test_the_lists_of_two_organisations_are_two(listed):
    with acting(PUBLIC), privileged():
        lay_out("elsewhere")
    assert Client().get(address("/o/elsewhere/embed/book/consultation/")).status_code == 403


def test_one_more_level_of_subdomains_and_no_more(office):
    with acting(office):
        actions.allow("https://*.snickeriet.example")
    for origin, status in (
        ("https://www.snickeriet.example", 200),
        ("https://snickeriet.example", 403),
        ("https://a.b.snickeriet.example", 403),
        ("https://wwwsnickeriet.example", 403),
        ("https://*.snickeriet.example", 403),
    ):
        answer = Client().get(f"{HOME}?{urlencode({'origin': origin})}")
        assert answer.status_code == status, origin
        if status == 200:
            assert ancestors(answer) == f"'self' {origin}"
    assert ancestors(Client().get(HOME)) == "'self'", "a star stands in no header"


def test_who_opens_it_by_itself_gets_the_page_of_its_own(listed):
    answer = Client().get(address(day="2026-11-24", theme="dark"), headers={"sec-fetch-dest": "document"})
    assert answer.headers["Location"] == "/o/tidboken/book/consultation/?day=2026-11-24"


def test_without_a_script_the_browser_says_which_page_is_around(listed):
    answer = Client().get(BOOK, {"language": "sv"}, headers={"referer": f"{SITE}/boka"})
    assert answer.headers["Location"] == f"{BOOK}?{urlencode({'language': 'sv', 'origin': SITE})}"
    assert Client().get(BOOK, headers={"referer": "http://testserver/o/tidboken/office/embed/"}).status_code == 200


# ---- without a cookie


def test_a_stranger_books_without_a_cookie(listed):
    browser = Client()
    page = browser.get(address(language="sv", theme="dark", start="2026-11-24T09:00Z", zone="Europe/Stockholm"))
    text = page.content.decode()
    assert 'lang="sv"' in text and 'data-theme="dark"' in text and f'data-embedded="{SITE}"' in text
    answer = sent(browser, token_in(page), address(language="sv"))
    assert answer.status_code == 302 and "/embed/booked/" in answer.headers["Location"]
    confirmed = browser.get(answer.headers["Location"])
    assert confirmed.status_code == 200 and ancestors(confirmed) == f"'self' {SITE}"
    assert 'lang="sv"' in confirmed.content.decode() and "grace@example.org" in confirmed.content.decode()
    assert not browser.cookies and count() == 1


def test_every_link_stays_inside_or_opens_outside(listed):
    browser = Client()
    pages = [browser.get(address(HOME, language="sv")), browser.get(address(language="sv", start="2026-11-24T09:00Z"))]
    pages.append(browser.get(sent(browser, token_in(pages[1])).headers["Location"]))
    pages.append(browser.get(address("/o/tidboken/embed/book/nothing/")))
    for page in pages:
        assert int(page.headers["Content-Length"]) == len(page.content)
        links = re.findall(r"<a\b[^>]*>", page.content.decode())
        assert links
        for link in links:
            if "data-toast-link" in link:  # hidden until the page has changed; leads to itself
                continue
            found = re.search(r'href="([^"]*)"', link)
            assert found, link
            href = found[1]
            if href.startswith(HOME):
                assert f"origin={urlencode({'': SITE})[1:]}" in href, link
            elif not href.startswith(("#", "mailto:")):
                assert 'target="_blank"' in link, link


def test_nobody_is_logged_in_inside(listed, desk):  # noqa: F811
    member = log_in(desk.h1.person_id)
    for path in (HOME, BOOK):
        page = member.get(address(path))
        assert "Helena Lind" not in page.content.decode().partition("<main")[0]
        assert page.wsgi_request.actor.account is None and not page.wsgi_request.user.is_authenticated
        assert not page.cookies
    assert member.get("/account/").status_code == 200, "and the login outside is as it was"


def test_cookies_of_the_own_pages_change_nothing_inside(listed):
    browser = Client()
    for name, value in (("language", "fa"), ("theme", "dark"), ("zone", "Asia/Tehran")):
        browser.cookies[name] = value
    page = browser.get(address(day="2026-11-24")).content.decode()
    assert (
        'lang="en"' in page
        and "data-theme" not in page.partition(">")[0]
        and "Tehran" not in page.partition("<select")[0]
    )


def test_the_age_is_asked_without_a_cookie(listed, desk):  # noqa: F811
    past(house=desk.organisation, age_at_booking=True)
    browser = Client()
    page = browser.get(address())
    assert "In which year were you born?" in page.content.decode()
    answer = browser.post(address(), {"csrfmiddlewaretoken": token_in(page), "born": "1980"})
    assert answer.status_code == 302 and not browser.cookies
    page = browser.get(answer.headers["Location"])
    assert "Book a time with" in page.content.decode()
    assert all("of-age=" in one for one in re.findall(r'href="(/o/tidboken/embed/book[^"]*)', page.content.decode()))


# ---- forms


def test_a_form_is_sent_once(listed):
    browser = Client()
    token, key = opened(browser), str(uuid4())
    first = sent(browser, token, request_key=key)
    assert first.status_code == 302
    assert sent(browser, token, request_key=key).headers["Location"] == first.headers["Location"], "pressed twice"
    assert sent(browser, token, request_key=key, email="other@example.org").status_code == 409
    replayed = sent(browser, token, email="other@example.org", start="2026-11-24T11:00Z")
    assert replayed.status_code == 409 and "open for too long" in replayed.content.decode()
    assert count() == 1
    again = sent(browser, token_in(replayed), email="other@example.org", start="2026-11-24T11:00Z")
    assert again.status_code == 302 and count() == 2, "what was typed is there, with a new token"


def test_a_refused_time_leaves_a_form_that_works(listed, desk):  # noqa: F811
    browser = Client()
    token = opened(browser)
    order(desk.kinds["consultation"], at(10))
    refused = sent(browser, token)
    assert refused.status_code == 409 and "Somebody else has just taken that time" in refused.content.decode()
    assert sent(browser, token_in(refused), start="2026-11-24T11:00Z").status_code == 302


def test_a_page_that_lay_open_for_hours(listed):
    browser = Client()
    token = opened(browser)
    with clock.at(clock.now() + form_token.LIFE + timedelta(seconds=1)):
        assert sent(browser, token, start="2026-11-25T10:00Z").status_code == 409
    assert count() == 0


@pytest.mark.parametrize(
    "forged",
    ["", "x", "a.b.c", "a.1.b", "n.99999999999999.x", "n.²3.x", "\u06f1.\u06f1.\u06f1", "n." + "1" * 400 + ".x"],
)
def test_forged_tokens(listed, forged):
    assert sent(Client(), forged).status_code == 403
    assert count() == 0


def test_tokens_of_elsewhere(listed, office):
    with acting(PUBLIC), privileged():
        other = lay_out("elsewhere")
        EmbedSite.objects.create(organisation=other.organisation, site=SITE)
    with acting(office):
        actions.allow("https://andra.example")
    browser = Client()
    start = {"start": "2026-11-24T09:00Z", "zone": "Europe/Stockholm"}
    for where in (
        address("/o/elsewhere/embed/book/consultation/", **start),
        address("/o/tidboken/embed/book/group/", **start),
        f"{BOOK}?{urlencode({'origin': 'https://andra.example', **start})}",
        f"{BOOK}?{urlencode(start)}",
    ):
        assert sent(browser, opened(browser, where)).status_code == 403, where
    own = Client(enforce_csrf_checks=True)
    page = own.get("/o/tidboken/book/consultation/", start)
    assert sent(own, token_in(page)).status_code == 403, "the token of the page of its own"
    assert own.post("/o/tidboken/book/consultation/", fields(csrfmiddlewaretoken=opened(browser))).status_code == 403
    assert count() == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": SITE},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_of_another_site(listed, headers):
    browser = Client()
    assert sent(browser, opened(browser), headers=headers).status_code == 403
    assert count() == 0


def test_a_form_of_our_own_is_taken(listed):
    browser = Client()
    headers = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
    assert sent(browser, opened(browser), headers=headers).status_code == 302


# ---- the list


@pytest.mark.parametrize(
    ("typed", "site"),
    [
        ("snickeriet.example", SITE),
        (" https://Snickeriet.Example/ ", SITE),
        ("https://snickeriet.example:443", SITE),
        ("https://snickeriet.example:8443", "https://snickeriet.example:8443"),
        ("https://räksmörgås.example", "https://xn--rksmrgs-5wao1o.example"),
        ("https://سایت.example", "https://xn--mgbgz72d.example"),
        ("ｓｎｉｃｋｅｒｉｅｔ.example", SITE),
        ("https://*.snickeriet.example", "https://*.snickeriet.example"),
        ("https://snickeriet.example.", SITE),
        ("https://xn--strae-oqa.example", "https://xn--strae-oqa.example"),
    ],
)
def test_sites_have_one_spelling(typed, site):
    assert sites.read(typed) == site


@pytest.mark.parametrize(
    "typed",
    [
        "", "   ", "*", "https://*", "*.se", "https://*.com", "*.co.uk", "*.github.io", "*.*.snickeriet.example",
        "a.*.snickeriet.example", "https://sni*.example", "javascript://snickeriet.example", "ftp://snickeriet.example",
        "data:text/html,x", "https://a@snickeriet.example", "https://snickeriet.example/boka", "https://s.example?x",
        "https://s.example#x", "https://s.example:0", "https://s.example:65536", "https://s.example:x",
        "https://s.example; script-src *", "https://s.example 'unsafe-inline'", "https://s.example,https://e.example",
        "https://s.example\r\nSet-Cookie: a=b", "https://192.0.2.1", "https://[2001:db8::1]", "https://0x7f.1",
        "https://-s.example", "https://s..example", "https://" + "s" * 64 + ".example", "https://" + "s." * 200 + "se",
        "'self'", "https://\u202e.example", "blob:https://s.example", "\\\\s.example", "https:/\\s.example",
        "https://straße.example", "https://نامه\u200cای.example", "https://πόλις.example",
    ],
)  # fmt: skip
def test_what_is_no_site(typed):
    with pytest.raises(ValidationError):
        sites.read(typed)


def test_only_secure_sites_where_we_are_secure():
    assert sites.read("http://localhost:8001") == "http://localhost:8001"
    with override_settings(HTTPS=True):
        for typed in ("http://snickeriet.example", "http://localhost:8001", "https://localhost"):
            with pytest.raises(ValidationError):
                sites.read(typed)


def test_administrators_keep_the_list(desk):  # noqa: F811
    with acting(PUBLIC):
        browser = log_in(desk.administrator.pk)
    answer = browser.post(OFFICE, {"site": "Snickeriet.example"})
    assert answer.status_code == 302
    page = browser.get(OFFICE, {"type": "consultation", "language": "sv", "theme": "dark"})
    text = page.content.decode()
    assert SITE in text, "listed"
    line = unescape(re.search(r'data-copy="([^"]*)"', text)[1])
    assert 'data-organisation="tidboken" data-type="consultation" data-language="sv" data-theme="dark"' in line
    assert line.startswith('<script src="http') and line.endswith(" async></script>") and "\n" not in line
    assert 'src="/o/tidboken/embed/book/consultation/?language=sv&amp;theme=dark"' in text
    assert browser.post(OFFICE, {"site": "https://*.com"}).status_code == 422
    with privileged():
        row = EmbedSite.objects.get()
    assert browser.post(f"{OFFICE}{row.pk}/end/").status_code == 302
    assert browser.post(f"{OFFICE}{row.pk}/end/").status_code == 302, "twice is once"
    with privileged():
        assert not EmbedSite.objects.exists()
        assert [e.name for e in Event.objects.filter(name__startswith="identity.embed").order_by("made", "id")] == [
            "identity.embed.allowed",
            "identity.embed.ended",
        ]


def test_nobody_else_touches_the_list(listed, desk):  # noqa: F811
    with acting(PUBLIC), privileged():
        elsewhere = lay_out("elsewhere")
    strangers = [
        desk.visitor(),
        desk.as_host(desk.h1),
        Actor(office="member", organisation=elsewhere.organisation.pk, person=elsewhere.administrator.pk),
    ]
    for actor in strangers:
        with acting(actor):
            with pytest.raises(ProgrammingError), transaction.atomic():
                EmbedSite.objects.create(organisation=desk.organisation, site="https://evil.example")
            assert EmbedSite.objects.all().delete()[0] == 0
    assert not EmbedSite.objects.exclude(site=SITE).exists() and EmbedSite.objects.count() == 1
    for browser in (Client(), log_in(desk.h1.person_id)):
        assert browser.get(OFFICE).status_code in {302, 403}


def test_there_is_an_end_to_the_list(office):
    with acting(office):
        for number in range(actions.MOST):
            actions.allow(f"https://s{number}.example")
        with pytest.raises(ValidationError):
            actions.allow("https://one-more.example")
        assert len(actions.allowed()) == actions.MOST


# ---- the script


def test_the_script_is_the_same_for_everybody():
    first = Client().get("/embed.js")
    assert first.status_code == 200 and first.headers["Content-Type"].startswith("text/javascript")
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin" and "Vary" not in first.headers
    assert "max-age=3600" in first.headers["Cache-Control"] and not first.cookies
    assert Client().get("/embed.js", headers={"if-none-match": first.headers["ETag"]}).status_code == 304
    source = first.content.decode()
    assert "document.cookie" not in source and "innerHTML" not in source and "//" not in re.sub(r"//.*", "", source)
    assert Client().get("/embed.js", headers={"host": "evil.example"}).status_code == 400


def test_only_the_script_may_be_loaded_by_others(listed):
    for path in ("/", "/o/tidboken/", address(), "/static/web/js/embedded.js"):
        assert Client().get(path).headers.get("Cross-Origin-Resource-Policy") == "same-origin", path
