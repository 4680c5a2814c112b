"""What the pages promise, asked by an anonymous browser that follows the links."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.utils.translation import gettext_lazy as _

from tillit.kernel.probing import Ground
from tillit.kernel.promise import Finding, Group, Kind, Promise, give
from tillit.privacy.policy import cookies

LOADED = re.compile(r"""(?:src|srcset|poster|data|action)=["']?\s*(?:https?:)?//([^"'\s/>]+)""", re.IGNORECASE)
LINKED = re.compile(r"""<link\b[^>]*href=["']?\s*(?:https?:)?//([^"'\s/>]+)""", re.IGNORECASE)
_AROUND = re.compile(r"frame-ancestors [^;]*")  # who may show the page: nothing is loaded from there


def _embedded(ground: Ground) -> dict[str, Any]:
    """The pages that other sites may show inside theirs: address → answer."""
    slug = ground.organisation.slug
    booked = [path for path in ground.public_pages if path.startswith(f"/o/{slug}/book/")]
    paths = [f"/o/{slug}/embed/", *(path.replace("/book/", "/embed/book/", 1) for path in booked)]
    return {path: ground.get(path) for path in paths}


def no_third_party_requests(ground: Ground) -> Finding:
    """No page names another host for the browser to load from, and the content policy would stop it."""
    for path, answer in [*ground.public_pages.items(), *_embedded(ground).items()]:
        text = answer.content.decode(errors="replace")
        hosts = set(LOADED.findall(text) + LINKED.findall(text))
        if hosts:
            return Finding(False, f"{path} makes the browser ask {len(hosts)} other hosts.")
        policy = _AROUND.sub("", answer.headers.get("Content-Security-Policy", ""))
        if "default-src 'self'" not in policy or re.search(r"https?:|\*", policy):
            return Finding(False, f"The content policy of {path} lets other hosts in.")
    return Finding(True, f"{len(ground.public_pages)} pages were opened; none asks another host.")


def technical_cookies_only(ground: Ground) -> Finding:
    """Only cookies of the list are set, none for another host, none that a page's scripts of others could read."""
    for path in _embedded(ground):
        if ground.get(f"{path}?language=sv").cookies:
            return Finding(False, f"{path} sets a cookie inside another site's page.")
    chosen = f"/o/{ground.organisation.slug}/?language=sv"
    for path, answer in [*ground.public_pages.items(), (chosen, ground.get(chosen))]:
        unknown = set(answer.cookies) - cookies.NAMES
        if unknown:
            return Finding(False, f"{path} sets {len(unknown)} cookies that are not on the list.")
        if any(cookie["domain"] for cookie in answer.cookies.values()):
            return Finding(False, f"{path} sets a cookie for more than this host.")
    return Finding(True, f"{len(cookies.NAMES)} technical cookies are known; the pages set no other.")


def who_answers(ground: Ground) -> Finding:
    """Every page names the organisation, its number and address, who answers, and a way to write."""
    here = ground.organisation
    for path, answer in ground.public_pages.items():
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        text = unescape(answer.content.decode(errors="replace"))
        if missing := [
            word
            for word, value in (
                ("name", here.name),
                ("number", here.number),
                ("address", here.address),
                ("publisher", here.publisher),
                ("contact", here.contact_email),
            )
            if value not in text
        ]:
            return Finding(False, f"{path} does not say: {', '.join(missing)}.")
    return Finding(True, f"All {len(ground.public_pages)} pages say who answers and how to write.")


def no_false_safety(ground: Ground) -> Finding:
    """The trust page says what is not protected."""
    answer = ground.get(f"/o/{ground.organisation.slug}/trust/")
    if answer.status_code != 200:
        return Finding(False, "The trust page does not open.")
    part = answer.content.decode().partition('id="not"')[2]
    said = part.count("<li")
    return Finding(said >= 3, f"The page names {said} things that are not protected.")


_HERE = "tests/privacy/test_sabotage.py::"

give(
    Promise(
        "no-third-party-requests",
        group=Group.THIRD_PARTIES,
        says=_("No page makes your browser ask anybody else for anything."),
        by=_("A content policy in every answer. An anonymous browser opens the pages and looks."),
        probe=no_third_party_requests,
        sabotage=_HERE + "test_no_third_party_requests",
    ),
    Promise(
        "technical-cookies-only",
        group=Group.THIRD_PARTIES,
        says=_("Cookies here only make the pages work: who is logged in, which language, which colours, which clock."),
        by=_("The pages are opened and what they set is compared with the list."),
        probe=technical_cookies_only,
        sabotage=_HERE + "test_technical_cookies_only",
    ),
    Promise(
        "who-answers",
        group=Group.STANDING,
        says=_("Every page says who answers for it, with number, address and a way to write that needs no login."),
        by=_("The pages are opened and read."),
        probe=who_answers,
        sabotage=_HERE + "test_who_answers",
    ),
    Promise(
        "no-false-safety",
        group=Group.STANDING,
        says=_("We say what is not protected."),
        by=_("This page is opened and read."),
        probe=no_false_safety,
        sabotage=_HERE + "test_no_false_safety",
    ),
    Promise(
        "weaknesses-sought",
        group=Group.STANDING,
        says=_("Each release is attacked by its makers, and what came of it is shipped with it."),
        by=_("Attack tests log in with the application's own database role and try to cross every wall."),
        kind=Kind.BUILD,
        sabotage=_HERE + "test_build_results",
    ),
    Promise(
        "kept-whole",
        group=Group.STANDING,
        says=_("What is kept can be restored, and a change behind the log's back is found and named."),
        by=_("Tests restore a dump and count its rows, and change the log in every way to see it noticed."),
        kind=Kind.BUILD,
        sabotage=_HERE + "test_build_results",
    ),
    Promise(
        "place-guarded",
        group=Group.STANDING,
        says=_("The machines stand in a guarded place, on encrypted disks."),
        by=_("No program sees that: a named person attests it, with evidence and an end date."),
        kind=Kind.ATTESTED,
        sabotage=_HERE + "test_attestation",
    ),
)
