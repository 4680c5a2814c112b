"""Files in and out through the API: as an administrator's program, and nobody else's."""

from __future__ import annotations

import base64

import pytest

from tests.booking.conftest import make_person
from tests.conftest import privileged
from tests.exchange.conftest import PEOPLE, folder, people  # noqa: F401 (a fixture)
from tests.kernel.support import run_jobs
from tests.web.api.conftest import Program, token_of
from tillit.evidence.models import Event
from tillit.exchange.models import Batch

IMPORTS = "o/tidboken/imports"


def sent(content: bytes, kind: str = "people") -> dict[str, str]:
    return {"kind": kind, "content": base64.b64encode(content).decode()}


def given(program: Program, content: bytes = PEOPLE) -> str:
    made = program.post(IMPORTS, sent(content))
    assert made.status_code == 201, made.content
    return f"{IMPORTS}/{made.said['id']}"


def test_given_looked_at_confirmed_and_undone(administrator):
    here = given(administrator)
    check = administrator.get(f"{here}/check").said
    assert (check["good"], check["bad"], check["doubles"], check["mails"], check["texts"]) == (3, 2, 0, 2, 1)
    assert check["columns"][0] == {"heading": "Namn", "key": "name"}
    assert [row["line"] for row in administrator.get(f"{here}/bad").said["items"]] == [5, 6]
    left_out = {"columns": ["name", "email", "phone", "", ""]}
    assert administrator.ask("put", f"{here}/columns", left_out).said["columns"][4]["key"] == ""
    assert administrator.post(f"{here}/confirm", {}).status_code == 409 and people() == {}  # from where?
    key = {"Idempotency_Key": "one"}
    first = administrator.post(f"{here}/confirm", {"source": "system"}, **key)
    again = administrator.post(f"{here}/confirm", {"source": "system"}, **key)
    assert first.said == again.said and first.said["state"] == "running"
    run_jobs()
    done = administrator.get(here).said
    assert (done["state"], done["added"], done["refused"], len(people())) == ("done", 3, 2, 3)
    assert administrator.get(f"{here}/check").status_code == 409
    assert administrator.post(f"{here}/undo").said["state"] == "undoing"
    run_jobs()
    assert administrator.get(here).said["state"] == "undone" and people() == {}


def test_doubles_row_by_row(administrator):
    here = given(administrator)
    administrator.post(f"{here}/confirm", {"source": "system"})
    run_jobs()
    here = given(
        administrator, b"name,email,phone\nG,g@example.org,0701740607\nA,asa@example.org,\nA,asa@example.org,\n"
    )
    rows = administrator.get(f"{here}/doubles?limit=2")
    assert [(row["line"], row["name"]) for row in rows.said["items"]] == [(2, "Grace Miller"), (3, "Åsa Öberg")]
    assert rows.said["next"]
    with privileged():
        assert Event.objects.filter(name="exchange.contact.seen", reason="double").count() == 2
    decided = {"items": [{"line": 2, "wish": "fill"}, {"line": 3, "wish": "new"}]}
    assert administrator.ask("put", f"{here}/doubles", decided).said["merged"] == 1
    assert administrator.ask("put", f"{here}/doubles", {"items": [{"line": 9, "wish": "new"}]}).status_code == 409
    administrator.post(f"{here}/confirm", {"source": "system"})
    run_jobs()
    done = administrator.get(here).said
    assert (done["added"], done["changed"], done["passed"]) == (1, 1, 1)


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"PK\x03\x04zzz", b"name,email\n", b"a\n" * 10_002])
def test_files_that_are_not_taken_say_why(administrator, content):
    answer = administrator.post(IMPORTS, sent(content))
    assert answer.status_code == 409 and answer.said["type"].endswith("unreadable-file")
    with privileged():
        assert not Batch.objects.exists()


def test_others_get_counts_and_nothing_else(desk, administrator, host, elsewhere):
    here = given(administrator)
    with privileged():
        sara = make_person(desk.organisation, "Sara Ek", "administrator")
    other = Program(token_of(sara))
    assert other.get(here).said["mine"] is False and other.get(IMPORTS).said["items"][0]["total"] == 5
    for path in ("check", "bad", "doubles"):
        assert other.get(f"{here}/{path}").status_code == 404
    for method, path, body in (
        ("put", "columns", {"columns": []}), ("put", "doubles", {"items": []}), ("post", "confirm", {}),
        ("post", "undo", {}), ("delete", "", None),
    ):  # fmt: skip
        assert other.ask(method, f"{here}/{path}".rstrip("/"), body).status_code == 404
    for stranger in (host, elsewhere.program):
        assert stranger.get(here).status_code in (403, 404) and stranger.post(IMPORTS, sent(PEOPLE)).status_code in (
            403,
            404,
        )
    reader = Program(token_of(desk.administrator, "imports:read"))
    assert reader.get(here).status_code == 200 and reader.ask("delete", here).status_code == 403
    assert administrator.ask("delete", here).status_code == 204 and administrator.get(here).status_code == 404


def test_lists_go_out_as_evidence(desk, administrator, host):
    keys = {one["key"] for one in administrator.get("o/tidboken/lists?limit=100").said["items"]}
    assert {"people", "requests", "holds", "matters", "messages"} <= keys and "evidence" not in keys
    assert administrator.get("o/tidboken/lists/people/file").status_code == 409
    answer = administrator.get("o/tidboken/lists/people/file?purpose=work&form=csv")
    assert answer.status_code == 200 and desk.administrator.display_name in answer.content.decode()
    with privileged():
        assert {row.reason for row in Event.objects.filter(name="exchange.list.exported")} == {"work"}
    assert administrator.get("o/tidboken/lists/offers/file?form=vcf").status_code == 409
    for which in ("evidence", "nonsense"):
        assert administrator.get(f"o/tidboken/lists/{which}/file?purpose=work").status_code == 404
    assert host.get("o/tidboken/lists/people/file?purpose=work").status_code == 404
    assert [one["key"] for one in host.get("o/tidboken/lists").said["items"]] == ["bookings"]
    narrow = Program(token_of(desk.administrator, "people:read"))
    assert narrow.get("o/tidboken/lists/people/file?purpose=work").status_code == 403
