"""Mail leaves by one way: everything that is told to people goes through notify, which heeds their choices, writes down
what became of it, and in care says no more than it may. Whoever else calls kernel.mail.send is listed with a reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.conftest import ROOT

SOURCE = ROOT / "src" / "tillit"
ALLOWED: dict[str, str] = {
    "identity/post.py": "mail about a login is of no organisation: nobody chooses it, and it names nobody",
    "kernel/mailbackend.py": "what Django's own libraries send: the login's, by way of identity.post",
    "notify/letters.py": "the way itself",
    "notify/sending.py": "the way itself, to an address that is nobody's here",
    "notify/outgoing.py": "the demo's telephone: a text message read beside the mail",
}


def senders(source: str) -> bool:
    """Does a module call `mail.send`, by that name or another?"""
    names, functions = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "tillit.kernel":
            names |= {one.asname or one.name for one in node.names if one.name == "mail"}
        if isinstance(node, ast.ImportFrom) and node.module == "tillit.kernel.mail":
            functions |= {one.asname or one.name for one in node.names if one.name == "send"}
        if isinstance(node, ast.Import):
            names |= {one.asname or one.name for one in node.names if one.name == "tillit.kernel.mail"}
    calls = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    by_name = {ast.unparse(call) for call in calls}
    return bool(by_name & ({f"{name}.send" for name in names} | functions))


def found() -> Iterator[str]:
    for path in sorted(SOURCE.rglob("*.py")):
        if senders(path.read_text(encoding="utf-8")):
            yield path.relative_to(SOURCE).as_posix()


def test_nobody_else_sends_mail():
    assert sorted(set(found()) - ALLOWED.keys()) == [], "use tillit.notify.send, or tillit.kernel.letters below it"


def test_exceptions_are_still_needed():
    assert sorted(ALLOWED.keys() - set(found())) == []


def test_the_guard_sees_what_is_wrong():
    assert senders("from tillit.kernel import mail\nmail.send(mail.Message())")
    assert senders("from tillit.kernel import mail as post\ndef f():\n    post.send(1)")
    assert senders("from tillit.kernel.mail import send\nsend(1)")
    assert senders("import tillit.kernel.mail\ntillit.kernel.mail.send(1)")
    assert not senders("from tillit.kernel import letters, mail\nletters.send(mail.render('x'))")
