"""`tillit slots`: neutral cases, answered alike whatever the zone of the server, without a database."""

import json
import os
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest

from tillit.booking.slot_cases import BadCase, answer, answer_all

HERE = Path(__file__).resolve()
OWN = HERE.with_name("slots.json")
SHARED = HERE.parents[3] / "shared" / "slots" / "cases.json"
SERVER_ZONES = ["UTC", "Europe/Stockholm", "America/New_York", "Asia/Tehran", "Pacific/Auckland"]


def read(file: Path) -> dict:
    if not file.exists():
        pytest.skip(f"the shared cases are not beside this checkout ({file})")
    return json.loads(file.read_text(encoding="utf-8"))


def expected(document: dict) -> dict[str, list[str]]:
    return {case["id"]: case["expected_starts_utc"] for case in document["cases"]}


def slots(*arguments: str, server_zone: str = "UTC") -> subprocess.CompletedProcess[str]:
    nowhere = {"TILLIT_DSN": "dbname=none user=tillit_app host=/nonexistent", "TZ": server_zone}
    return subprocess.run(
        [sys.executable, "-m", "django", "slots", *arguments],
        env={**os.environ, **nowhere},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("case", read(OWN)["cases"], ids=lambda case: case["id"])
def test_own_case(case: dict) -> None:
    assert answer(case) == case["expected_starts_utc"]


def test_shared_cases() -> None:
    document = read(SHARED)
    assert answer_all(document) == expected(document)
    assert len(document["cases"]) >= 35


@pytest.mark.parametrize("server_zone", SERVER_ZONES)
@pytest.mark.parametrize("file", [OWN, SHARED], ids=["own", "shared"])
def test_the_servers_zone_changes_nothing(server_zone: str, file: Path) -> None:
    document = read(file)
    program = (
        "import json, sys; from tillit.booking.slot_cases import answer_all;"
        " print(json.dumps(answer_all(json.load(open(sys.argv[1], encoding='utf-8')))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(file)],
        env={**os.environ, "TZ": server_zone},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == expected(document)


def test_the_command_prints_one_object_and_needs_no_database() -> None:
    done = slots(str(OWN), server_zone="Pacific/Auckland")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == expected(read(OWN))


def test_the_command_says_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    absent = slots(str(tmp_path / "absent.json"))
    assert absent.returncode == 1
    assert "No such file" in absent.stderr
    assert "Traceback" not in absent.stderr


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"now": None}, "case x"),
        ({"now": "2027-01-01T00:00:00"}, "needs a zone"),
        ({"viewer_timezone": "Mars/Base"}, "unknown time zone: 'Mars/Base'"),
        ({"duration_min": 0}, "at least 1"),
        (
            {
                "schedule": {
                    "timezone": "UTC",
                    "weekly": [{"iso_weekdays": [1], "start": "25:00", "end": "9"}],
                }
            },
            "24:00",
        ),
        ({"start_alignment": {"mode": "guess"}}, "guess"),
        ({"window": None}, "needs a window"),
        ({"schedule": None, "available_ranges_utc": None}, "case x"),
    ],
)
def test_a_bad_case_is_named(change: dict, words: str) -> None:
    case = {**deepcopy(read(OWN)["cases"][0]), "id": "x", **change}
    with pytest.raises(BadCase, match="case x") as refused:
        answer_all({"cases": [case]})
    assert words in str(refused.value)


def test_a_missing_field_and_a_foreign_document_are_refused() -> None:
    with pytest.raises(BadCase, match="'duration_min' is missing"):
        case = {name: value for name, value in read(OWN)["cases"][0].items() if name != "duration_min"}
        answer_all({"cases": [case]})
    for document in ([], {}, {"cases": {}}):
        with pytest.raises(BadCase, match="cases"):
            answer_all(document)
    with pytest.raises(BadCase, match="number 1"):
        answer_all({"cases": [7]})
