"""The worker as it runs, as a process of its own; but that all names lead to this machine, where servers of a
throw-away authority stand for the outside:

    with worker(live, authority):
        …

The fixture `authority` is one for all steps of a module, with the worker that trusts it.
"""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.kernel.calling import Authority


@contextmanager
def worker(live: Any, authority: Any) -> Iterator[None]:
    """Jobs of this installation are done inside the block."""
    environment = {
        **os.environ, "TILLIT_DSN": live.dsn("tillit_worker"), "TILLIT_MODE": "test", "TILLIT_ORIGIN": live.url,
        "TILLIT_VAR": str(live.log.parent), "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }  # fmt: skip
    with (live.log.parent / "worker.log").open("ab") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", __name__, str(authority.root)], env=environment, cwd=ROOT, stdout=log, stderr=log
        )
        try:
            yield
        finally:
            running.terminate()
            running.wait(20)


@pytest.fixture(scope="module")
def authority(live: Any, tmp_path_factory: Any) -> Iterator[Authority]:
    """Who vouches for the servers outside, with the worker that believes it."""
    made = Authority(tmp_path_factory.mktemp("authority"))
    with worker(live, made):
        yield made


def main() -> None:
    import django

    django.setup()
    from tillit.kernel import worker as real
    from tillit.kernel.egress import line

    line.outside = line.Outside(
        lambda name, port: ["127.0.0.1"], lambda: ssl.create_default_context(cafile=sys.argv[1]), loopback=True
    )
    real.main(stalled=real.STALLED)


if __name__ == "__main__":
    main()
