"""Receipts: the form of C2SP tlog-proof, and what an independent program says of ours."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.conftest import privileged
from tests.evidence.conftest import SEEN, House
from tillit import evidence
from tillit.evidence import entry, queries
from tillit.evidence.receipts import Checkpoint, Invalid, Proof
from tillit.identity.models import Organisation

EXAMPLE = """c2sp.org/tlog-proof@v1
extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6kYXJ3aW4tYXI
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=

example.com/fancylog
109482
sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

— example.com/fancylog hI2DJw==
"""
CHECKPOINT = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
"""


def test_the_specifications_proof_is_read_and_written_as_it_stands():
    """tlog-proof's example, its extra data in canonical base64 and its signatures (there cut off) left out."""
    proof = Proof.parse(EXAMPLE)
    assert proof.number == 73894 and len(proof.path) == 5 and proof.path[0][:2] == bytes.fromhex("8122")
    assert proof.extra and proof.extra.startswith(b"age-v1.2.1-darwin-arm64.tar.gz")
    assert proof.checkpoint.startswith("example.com/fancylog\n109482\n")
    assert proof.text() == EXAMPLE
    without = EXAMPLE.replace(EXAMPLE.split("\n")[1] + "\n", "")
    assert Proof.parse(without).extra is None and Proof.parse(without).text() == without


def test_the_specifications_checkpoint_is_read_and_written_as_it_stands():
    checkpoint = Checkpoint.parse(CHECKPOINT)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text() == CHECKPOINT
    assert Checkpoint.parse(CHECKPOINT + "an extension\n") == checkpoint


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("index 73894", "index 073894"), ("index 73894", "index -1"), ("index 73894", "index ٣"), ("index ", "Index "),
        ("index 73894\n", ""), ("@v1", "@v2"), ("gSKy", "gSK"), ("extra ", "extra  "), ("\n\n", "\n"),
        ("MMes=\n", "MMes=\n" * 80), ("AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=", "AHCioX8="),
    ],
)  # fmt: skip
def test_another_form_is_refused(old, new):
    assert old in EXAMPLE
    with pytest.raises(Invalid):
        Proof.parse(EXAMPLE.replace(old, new))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "a\n01\nAAAA\n",
        "a\n1\nAAAA\n",
        CHECKPOINT[:-1],
        "\n" + CHECKPOINT,
        CHECKPOINT + "\n",
        CHECKPOINT * 2 + "\n",
    ],
)
def test_another_checkpoint_is_refused(text):
    with pytest.raises(Invalid):
        Checkpoint.parse(text)


def _aics(folder: Path) -> list[str] | None:
    """The command of the independent tool aics-tlog, if it can be had: on the path, or installed into a folder."""
    if found := shutil.which("aics-tlog"):
        return [found]
    names = [shutil.which(f"python3.{minor}") for minor in (13, 12)]
    versions = sorted((Path.home() / ".pyenv" / "versions").glob("3.1[23].*/bin/python"))
    for python in [*names, *map(str, versions)]:
        made = python and subprocess.run([python, "-m", "venv", str(folder)], capture_output=True).returncode == 0
        if made:
            pip = [str(folder / "bin" / "pip"), "--disable-pip-version-check", "install", "--quiet", "aics-tlog==0.2.1"]
            clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
            if subprocess.run(pip, capture_output=True, timeout=120, env=clean).returncode == 0:
                return [str(folder / "bin" / "aics-tlog")]
    return None


@pytest.fixture(scope="session")
def aics(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, Any]]:
    """Runs the independent tool; its answer as JSON."""
    command = _aics(tmp_path_factory.mktemp("aics") / "venv")
    if command is None:
        pytest.skip("the independent tool aics-tlog is not to be had here (Python 3.12 or newer and its package)")
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(*arguments: object) -> dict[str, Any]:
        done = subprocess.run([*command, *map(str, arguments)], capture_output=True, text=True, timeout=60, env=clean)
        return json.loads(done.stdout)

    return run


def test_an_independent_program_accepts_our_log_and_receipts(house: House, tmp_path: Path, aics):
    with house.acts(house.host):
        evidence.record(SEEN, subjects=[uuid4() for _ in range(270)])
    house.sequence()
    with house.acts():
        first = queries.checkpoints()[0].note
    (event,) = house.record()
    house.record(40)
    house.sequence()
    with privileged():
        slug = Organisation.objects.get(pk=house.organisation).slug
    folder, client = tmp_path / "tiles", Client()

    def fetch(path: str) -> None:
        answer = client.get(f"/o/{slug}/log/{path}")
        assert answer.status_code == 200, path
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(answer.content)

    fetch("checkpoint")
    for path in ("tile/0/000", "tile/0/001.p/55", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/55"):
        fetch(path)
    for path in ("tile/0/001.p/14", "tile/entries/001.p/14"):  # of the first checkpoint
        fetch(path)
    key = tmp_path / "key"
    key.write_bytes(client.get(f"/o/{slug}/log/key").content)
    note = folder / "checkpoint"
    origin = note.read_text().split("\n")[0]
    with house.acts(house.anna):
        receipt = evidence.receipt(event)
    proof = Proof.parse(receipt.decode())

    (tmp_path / "note").write_text(proof.checkpoint)
    assert note.read_text() == proof.checkpoint
    checked = aics("verify-checkpoint", "--note", tmp_path / "note", "--vkey-file", key, "--origin", origin)
    assert checked["ok"], checked
    (tmp_path / "leaf").write_bytes(entry.entry(entry.commitment(proof.extra[:32], proof.extra[32:])))
    (tmp_path / "proof").write_text("".join(base64.b64encode(step).decode() + "\n" for step in proof.path))
    checkpoint = Checkpoint.parse(proof.checkpoint.partition("\n\n")[0] + "\n")
    inclusion = [
        "verify-inclusion", "--leaf", tmp_path / "leaf", "--index", proof.number, "--proof", tmp_path / "proof",
        "--size", checkpoint.size, "--root", base64.b64encode(checkpoint.root).decode(),
    ]  # fmt: skip
    checked = aics(*inclusion)
    assert checked["ok"], checked
    checked = aics(
        "verify-inclusion", "--leaf", tmp_path / "leaf", "--index", proof.number, "--tiles", folder, "--vkey-file", key
    )
    assert checked["ok"], checked
    (tmp_path / "first").write_text(first)
    checked = aics(
        "verify-consistency", "--old-checkpoint", tmp_path / "first", "--tiles", folder,
        "--vkey-file", key, "--origin", origin,
    )  # fmt: skip
    assert checked["ok"], checked
    (tmp_path / "leaf").write_bytes(b"another")
    assert not aics(*inclusion)["ok"]
