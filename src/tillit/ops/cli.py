"""The `tillit` command."""

import argparse
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from tillit.ops import backup, benches, bootstrap, environment, secrets, supervisor
from tillit.ops.children import say
from tillit.ops.errors import OperationError

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse and run; the exit status (0 good, 1 what went wrong was said in a sentence, 2 wrong usage)."""
    options = _parser().parse_args(arguments)
    command: Command = options.run
    try:
        return command(options)
    except OperationError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tillit", description="Runs and looks after one Tillit installation.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, run: Command, says: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=says, description=says)
        command.set_defaults(run=run)
        return command

    for name, run, says in (
        ("up", _up, "run database, web and worker until Ctrl-C"),
        ("demo", _demo, "the same with five made-up organisations, and say who can log in"),
    ):
        command = add(name, run, says)
        command.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
        command.add_argument("--port", type=int, default=8000, help="first port to try (default %(default)s)")
    add("check", _check, "explain every setting that is missing or unsafe")
    command = add("slots", _slots, "compute free times for the cases in FILE (no database)")
    command.add_argument("file", metavar="FILE")
    command = add("bench", _bench, "measure; the figures beside their goals")
    command.add_argument("name", metavar="NAME", choices=benches.names(), help=", ".join(benches.names()))
    command.add_argument("--json", action="store_true", help="figures as JSON")
    command = add("backup", _backup, "dump the database into FILE, rows counted")
    command.add_argument("file", metavar="FILE", type=Path)
    command = add("restore", _restore, "put a dump in place of the database, rows counted")
    command.add_argument("file", metavar="FILE", type=Path)
    command.add_argument("--replace", action="store_true", help="even if the present database holds data")
    command = add("promises", _promises, "ask every promise whether it holds; not zero if one does not")
    command.add_argument("rest", nargs=argparse.REMAINDER, help="[--json] [--organisation SLUG] [ID …]")
    command = add("verify", _verify, "check a receipt of the evidence log (no database)")
    command.add_argument("rest", nargs=argparse.REMAINDER, help="RECEIPT --key KEY; see `tillit verify --help`")
    command = add("keys", _keys, "look at the keys, or change what wraps them while the product runs")
    command.add_argument("rest", nargs=argparse.REMAINDER, help="status, rotate or rotate-root")
    command = add("incident", _incident, "tell organisations of an incident; each one's clock starts")
    command.add_argument("rest", nargs=argparse.REMAINDER, help="WORDS [SLUG …]")
    command = add("drill", _drill, "rehearse an incident on paper, and say what was done when")
    command.add_argument("rest", nargs=argparse.REMAINDER, help="[--json] [SLUG …]")
    command = add("new-organisation", _new_organisation, "open an organisation, invite its administrator")
    command.add_argument("rest", nargs=argparse.REMAINDER, help="see `tillit new-organisation --help`")
    return parser


def _up(options: argparse.Namespace) -> int:
    supervisor.serve(
        host=options.host,
        port=options.port,
        ready=lambda address: say(f"Tillit is open at {address} — Ctrl-C stops it."),
    )
    return 0


def _demo(options: argparse.Namespace) -> int:
    filled = False

    def manage(command: str, origin: str | None = None) -> None:
        """It says itself what it does, on the same screen."""
        if environment.manage([command], "tillit_worker", mode="demo", origin=origin).returncode:
            raise OperationError(f"{command} failed; why stands above.")

    def fill(changed: bool) -> None:
        """The first time, before anybody looks."""
        nonlocal filled
        if changed:
            manage("demo_fill")
            filled = True

    def who(address: str) -> None:
        """Later, beside the open pages: what is missing (an interrupted filling, a new day), then who can log in."""
        try:
            if not filled:
                manage("demo_fill")
            manage("demo_who", address)
        except OperationError as error:
            say(str(error))

    def ready(address: str) -> None:
        say(f"\nThe demo is open at {address} — Ctrl-C stops it.\n")
        threading.Thread(target=who, args=[address], daemon=True).start()

    supervisor.serve(mode="demo", host=options.host, port=options.port, before=fill, ready=ready)
    return 0


def _check(_: argparse.Namespace) -> int:
    secrets.ensure()
    kept = {name: os.environ[name] for name in ("DATABASE_URL",) if name in os.environ}
    env = environment.for_process(bootstrap.dsn("tillit_app")) | kept
    return subprocess.run([sys.executable, "-m", "tillit.kernel.checks"], env=env, check=False).returncode


def _slots(options: argparse.Namespace) -> int:
    secrets.ensure()
    os.environ.update(environment.for_process(""))
    import django
    from django.core.management import CommandError, call_command

    django.setup()
    try:
        call_command("slots", options.file)
    except CommandError as error:
        raise OperationError(str(error)) from None
    return 0


def _bench(options: argparse.Namespace) -> int:
    return 0 if benches.run(options.name, as_json=options.json) else 1


def _backup(options: argparse.Namespace) -> int:
    with supervisor.database():
        counts = backup.write(options.file.absolute())
    print(f"{options.file}: {backup.summary(counts)}, the same as in the database.")
    return 0


def _restore(options: argparse.Namespace) -> int:
    supervisor.refuse_running()
    with supervisor.database() as server:
        secrets.ensure()
        admin = supervisor.administrator(server)
        counts = backup.restore(options.file.absolute(), admin, replace=options.replace)
        print(f"Restored {backup.summary(counts)}, the same as in {options.file}.")
        supervisor.prepare(server)  # and whoever was erased since then goes again
    return 0


def _verify(options: argparse.Namespace) -> int:
    command = [sys.executable, "-m", "tillit.evidence.receipts", *options.rest]
    return subprocess.run(command, check=False).returncode


def _keys(options: argparse.Namespace) -> int:
    with supervisor.database():
        return environment.manage(["keys", *options.rest], "tillit_worker").returncode


def _promises(options: argparse.Namespace) -> int:
    with supervisor.database() as server:
        supervisor.prepare(server)
        return environment.manage(["promises", *options.rest], "tillit_app").returncode


def _incident(options: argparse.Namespace) -> int:
    with supervisor.database() as server:
        supervisor.prepare(server)
        return environment.manage(["incident", *options.rest], "tillit_worker").returncode


def _drill(options: argparse.Namespace) -> int:
    with supervisor.database() as server:
        supervisor.prepare(server)
        return environment.manage(["drill", *options.rest], "tillit_worker").returncode


def _new_organisation(options: argparse.Namespace) -> int:
    with supervisor.database() as server:
        supervisor.prepare(server)
        return environment.manage(["new_organisation", *options.rest], "tillit_worker").returncode


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        sys.exit(main())
