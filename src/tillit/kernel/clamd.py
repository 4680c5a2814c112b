"""A virus scanner on this machine, asked over its local socket (clamd, command INSTREAM: pieces, each behind its length
in four bytes, an empty one at the end). Optional: without TILLIT_CLAMD nothing is asked."""

from __future__ import annotations

import socket

from tillit.kernel import config
from tillit.kernel.egress import gate

PATIENCE = 30.0  # seconds for each step of the talk
_PIECE = 64 * 1024


class Harmful(ValueError):
    """The scanner knows this content as harmful."""


class Silent(RuntimeError):
    """A scanner is named in the settings and did not answer as one: nothing is taken meanwhile."""


def refuse_harmful(content: bytes) -> None:
    """Ask about a whole file. Raises Harmful, Silent."""
    if not (path := config.text("TILLIT_CLAMD")):
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(PATIENCE)
            with gate.opened():  # a socket in this machine's files
                line.connect(path)
            line.sendall(b"zINSTREAM\0")
            for at in range(0, len(content), _PIECE):
                piece = content[at : at + _PIECE]
                line.sendall(len(piece).to_bytes(4, "big") + piece)
            line.sendall(b"\0\0\0\0")
            answer = _answer(line)
    except OSError:
        raise Silent from None
    if answer == b"stream: OK":
        return
    if answer.startswith(b"stream: ") and answer.endswith(b" FOUND"):
        raise Harmful
    raise Silent


def _answer(line: socket.socket) -> bytes:
    said = b""
    while not said.endswith(b"\0") and len(said) < 4096 and (more := line.recv(4096)):
        said += more
    return said.rstrip(b"\0").strip()
