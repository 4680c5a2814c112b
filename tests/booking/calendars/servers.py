"""A real CalDAV server (Radicale) as a process of its own, over TLS, and what a person's own program does with it."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPSConnection
from pathlib import Path

from tests.kernel.calling import Authority

NAME = "dav.example"
USER, PASSWORD = "helena", "a password for calendars"


class Radicale:
    """Radicale with one account. `down()` and `up()` stop and start it on the same port and files."""

    def __init__(self, folder: Path, authority: Authority) -> None:
        self.folder, self.authority = folder, authority
        before = set(authority.folder.glob("*.pem"))
        authority.server(NAME)
        (self.pem,) = set(authority.folder.glob("*.pem")) - before
        (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"https://{NAME}:{self.port}/"

    def up(self) -> None:
        settings = {
            "server-hosts": f"127.0.0.1:{self.port}", "server-ssl": "true", "server-certificate": self.pem,
            "server-key": self.pem, "auth-type": "htpasswd", "auth-htpasswd-filename": self.folder / "users",
            "auth-htpasswd-encryption": "plain", "auth-delay": "0", "storage-filesystem-folder": self.folder / "kept",
        }  # fmt: skip
        options = [f"--{name}={value}" for name, value in settings.items()]
        log = (self.folder / "radicale.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "radicale", "--config", "", *options], stdout=log, stderr=log
        )
        until = time.monotonic() + 90
        while time.monotonic() < until:
            with socket.socket() as trying:
                if trying.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError((self.folder / "radicale.log").read_text())

    def down(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    # -- what the person's own program does ---------------------------------------------------------------------------

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, bytes]:
        context = ssl.create_default_context(cafile=str(self.authority.root))
        context.check_hostname = False
        line = HTTPSConnection("127.0.0.1", self.port, context=context, timeout=10)
        login = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        line.request(method, path, body.encode() or None, {"Authorization": f"Basic {login}", **headers})
        answer = line.getresponse()
        content = answer.read()
        line.close()
        return answer.status, content

    def make_calendar(self, name: str) -> str:
        path = f"/{USER}/{name}/"
        body = (
            '<?xml version="1.0"?><c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop>'
            f"<d:displayname>{name.title()}</d:displayname></d:prop></d:set></c:mkcalendar>"
        )
        assert self.ask("MKCALENDAR", path, body)[0] == 201
        return path

    def put(self, path: str, *lines: str, uid: str = "") -> None:
        name = uid or path.rpartition("/")[2].removesuffix(".ics")
        file = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test", "BEGIN:VEVENT", f"UID:{name}",
                "DTSTAMP:20261101T000000Z", *lines, "END:VEVENT", "END:VCALENDAR", ""]  # fmt: skip
        status, said = self.ask("PUT", path, "\r\n".join(file), **{"Content-Type": "text/calendar"})
        assert status in {201, 204}, said

    def delete(self, path: str) -> None:
        assert self.ask("DELETE", path)[0] in {200, 204}

    def files(self, path: str) -> list[str]:
        folder = self.folder / "kept" / "collection-root" / path.strip("/")
        return sorted(one.name for one in folder.glob("*.ics"))


@contextmanager
def radicale(folder: Path, authority: Authority) -> Iterator[Radicale]:
    server = Radicale(folder, authority)
    server.up()
    try:
        yield server
    finally:
        server.down()
