"""The same by programs: what is shown is read by anybody, one's own is written with a token."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from tests.directory.conftest import judge, provide
from tests.marketplace import Market
from tests.web.api.conftest import token_of
from tillit.access import acting
from tillit.directory import actions
from tillit.directory.models import Profile


def test_read_by_anybody_written_by_its_owner(market: Market) -> None:
    provide(market)
    base = f"/api/v1/o/{market.organisation.slug}"
    petra, sara = (_caller(market, first) for first in ("Petra", "Sara"))
    own = petra("get", f"{base}/profile")
    assert own["visible"] is True
    code = own["code"]
    shown = Client().get(f"{base}/profiles/{code}").json()
    assert (shown["name"], shown["price"], shown["currency"]) == ("Petra N.", 46000, "SEK")
    assert "Nyström" not in json.dumps(shown, ensure_ascii=False)
    assert sara("get", f"{base}/profile", 403)
    petra("put", f"{base}/profile/sections/price", 422, fields={"rate": "0"})
    petra("put", f"{base}/profile/sections/price", fields={"rate": "480", "vat": "on"})
    assert Client().get(f"{base}/profiles/{code}").json()["price"] == 46000
    assert petra("post", f"{base}/profile/submit")["waits"] is True
    petra("post", f"{base}/profile/submit", 409)
    with acting(market.as_("Petra")):
        profile = Profile.objects.get().pk
    judge(market, profile)
    assert Client().get(f"{base}/profiles/{code}").json()["price"] == 48000
    petra("put", f"{base}/profile/facts/about", seen_by="members")
    told = {fact["kind"]: fact["words"] for fact in Client().get(f"{base}/profiles/{code}").json()["facts"]}
    assert told["about"] == ""
    petra("put", f"{base}/profile/facts/name", 409, seen_by="members")
    with acting(market.as_("Petra")):
        actions.pause(True)
    assert Client().get(f"{base}/profiles/{code}").status_code == 404


def _caller(market: Market, first: str) -> Any:
    token = token_of(market.person(first), "profile:read", "profile:write")

    def call(method: str, path: str, status: int = 200, **body: Any) -> Any:
        sent = {"data": json.dumps(body), "content_type": "application/json"} if method != "get" else {}
        answer = getattr(Client(), method)(path, headers={"authorization": f"Bearer {token}"}, **sent)
        assert answer.status_code == status, answer.content.decode()
        return answer.json()

    return call
