"""Limits and turns through the API: each sets their own, administrators everybody's here, and nobody elsewhere."""

from __future__ import annotations

from uuid import uuid4

LIMITS = {"minutes": 300, "a_day": 6, "a_week": None}


def test_hosts_set_their_own_limits_and_administrators_those_of_colleagues(desk, administrator, host, elsewhere):
    own = "o/tidboken/calendar/limits"
    assert host.get(own).said == dict.fromkeys(LIMITS)
    assert host.ask("put", own, LIMITS).said == host.get(own).said == LIMITS
    path = f"o/tidboken/office/hosts/{desk.h1.pk}/limits"
    assert administrator.get(path).said == LIMITS
    assert administrator.ask("put", path, {"minutes": 60}).said == {"minutes": 60, "a_day": None, "a_week": None}
    assert host.ask("put", f"o/tidboken/office/hosts/{desk.h2.pk}/limits", LIMITS).status_code in (403, 404)
    for stranger in (elsewhere.h1.pk, uuid4()):
        assert administrator.get(f"o/tidboken/office/hosts/{stranger}/limits").status_code == 404
    for wrong in ({"minutes": 4}, {"minutes": 1441}, {"a_day": 0}, {"a_week": 10**30}, {"a_day": 1.5}, {"hours": 3}):
        assert host.ask("put", own, wrong).status_code == 422


def test_administrators_say_how_an_offer_is_shared(desk, administrator, host, elsewhere):
    path = f"o/tidboken/office/offers/{desk.kinds['either'].pk}/sharing"
    hosts = [str(desk.h1.pk), str(desk.h2.pk)]
    shares = {"sharing": "fair", "days": 14, "shares": [{"host": hosts[1], "share": 50}]}
    said = administrator.ask("put", path, shares).said
    assert (said["sharing"], said["days"]) == ("fair", 14) and administrator.get(path).said == said
    assert [(turn["host"], turn["share"], turn["had"]) for turn in said["turns"]] == [
        (hosts[0], 100, 0),
        (hosts[1], 50, 0),
    ]
    assert host.get(path).status_code in (403, 404)
    for kind in (desk.kinds["consultation"].pk, elsewhere.kinds["either"].pk):
        assert administrator.get(f"o/tidboken/office/offers/{kind}/sharing").status_code == 404
    for wrong in ({"sharing": "dice"}, {"days": 0}, {"days": 366}, {"shares": [{"host": hosts[0], "share": 101}]}):
        assert administrator.ask("put", path, {"sharing": "fair", **wrong}).status_code == 422
