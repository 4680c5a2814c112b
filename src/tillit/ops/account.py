"""Which operating-system account PostgreSQL's programs run under.

PostgreSQL refuses uid 0. Started by an ordinary user, its programs simply run as that user. Started by root:

1. `unshare --user`: the programs see themselves as `nobody` (65534) and keep root's access to files, so a
   data folder below folders with mode 0700 works; files belong to root outside.
2. `setpriv`: really `nobody`, keeping only CAP_DAC_OVERRIDE so that 0700 parents can be passed (a container
   that forbids user namespaces); the data folder is given to `nobody`.
3. `setpriv` without any capability: works where all parents of programs and data may be passed by everyone.

An ordinary user without a name (a container's `--user 4321`) takes the first way too: initdb insists on a name.

Nobody else's folder is opened and no user is added.
"""

import ctypes
import os
import pwd
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tillit.ops.errors import OperationError


def _nobody() -> int:
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        return 65534


NOBODY = _nobody()
_PR_SET_PDEATHSIG = 1
_DROP = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--pdeathsig", "INT")


@dataclass(frozen=True)
class Account:
    """How to start a server program: words before the command, and the uid that must own its files."""

    prefix: tuple[str, ...]
    owner: int

    def own(self, path: Path) -> None:
        """Give `path` and all below it to this account, where it belongs to another (root only)."""
        if os.geteuid() != 0 or not path.exists() or path.lstat().st_uid == self.owner:
            return
        for entry in (path, *path.rglob("*")):
            os.chown(entry, self.owner, -1, follow_symlinks=False)


_ROOT_ACCOUNTS = (
    Account(("unshare", "--user", f"--map-user={NOBODY}", "--"), owner=0),
    Account((*_DROP, "--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--"), owner=NOBODY),
    Account((*_DROP, "--"), owner=NOBODY),
)


def choose(program: Path, folder: Path) -> Account:
    """The first account that can run `program` (asked for its version) and look into `folder`.

    Raises OperationError, for root and users without a name only, if there is no way here.
    """
    me = os.geteuid()
    if me != 0 and _has_name(me):
        return Account((), owner=me)
    for account in _ROOT_ACCOUNTS if me == 0 else (Account(_ROOT_ACCOUNTS[0].prefix, owner=me),):
        if _runs([*account.prefix, str(program), "--version"]) and _runs(
            [*account.prefix, "/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]
        ):
            return account
    if me != 0:
        raise OperationError(
            f"PostgreSQL does not run as user {me}, who has no name in /etc/passwd, and user namespaces are not "
            "allowed here; add a name, or name a server in DATABASE_URL."
        )
    raise OperationError(
        "PostgreSQL does not run as root, and here root can neither make a user namespace (unshare --user) "
        f"nor become `nobody` with access to {folder}; start Tillit as an ordinary user, or name a server in "
        "DATABASE_URL."
    )


def dies_with_parent(sign: signal.Signals = signal.SIGINT) -> Callable[[], None]:
    """A `preexec_fn`: the kernel sends `sign` to the child when the thread that started it ends (Linux)."""
    try:
        prctl = ctypes.CDLL(None).prctl
    except (AttributeError, OSError):
        return lambda: None
    parent = os.getpid()

    def before_exec() -> None:
        prctl(_PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
        if os.getppid() != parent:  # the parent died between fork and prctl
            os._exit(1)

    return before_exec


def _has_name(user: int) -> bool:
    try:
        return bool(pwd.getpwuid(user).pw_name)
    except KeyError:
        return False


def _runs(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=20, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
