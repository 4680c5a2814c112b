"""Keys of people and matters: one for each organisation, subject and class, kept wrapped in the database.

    root key → wrapping secret of a horizon → key of an organisation (HKDF) → key of a subject and class → values

A *subject* is whoever or whatever a value belongs to: a person, or a matter that two share. A *class* says what may
end it: `erasable` goes when the person asks, `accounting` and `journal` when a law lets them, `hold` when a dispute is
over. Shredding a subject's key makes everything sealed with it unreadable at once.

Opened keys live in memory as long as the transaction (kernel/db/base.py) and no longer. Wrapping secrets stay in the
process until their file is gone. Fields use this through kernel/sealed.py.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection, transaction

from tillit.kernel import clock, config, keyring, root
from tillit.kernel.db.base import ours
from tillit.kernel.keyring import NONCE, Key, Unopened
from tillit.kernel.ticket import Actor, acting

CLASSES = ("erasable", "accounting", "journal", "hold")
MOST_OPENED = 10_000  # keys in one transaction; the oldest gives way
MOST_ORGANISATIONS = 1_000  # whose key stays in the process
_NUMBER = {klass: number for number, klass in enumerate(CLASSES)}
_HELD = 2  # kind of a head: sealed in the class `hold`, whatever the field's own class is
_NOWHERE = b"\xff\xff\xff\xff"


class Gone(LookupError):
    """The subject's key was shredded, or never existed: nothing opens, and nothing new is sealed for it."""


class Ring:
    """The keys of one subject in one class, by version. `head`, `encrypt` and `decrypt` are the newest one's.

    `about` holds the beginning of the associated data, which is the same for all rows: by field (kernel/sealed.py).
    `absent`: nothing was ever kept for the subject. Without `newest` and not absent: it was shredded.
    """

    __slots__ = ("about", "absent", "decrypt", "encrypt", "head", "keys", "newest", "organisation")

    def __init__(self, organisation: UUID, keys: dict[bytes, Key], newest: Key | None, *, absent: bool) -> None:
        self.organisation = organisation.int
        self.about: dict[bytes, bytes] = {}
        self.keys = keys
        self.newest = newest
        self.absent = absent
        self.head = newest.head if newest else _NOWHERE
        self.encrypt = newest.encrypt if newest else None
        self.decrypt = newest.decrypt if newest else None

    def key(self, head: bytes) -> Key:
        """The key whose values begin with `head`. Raises `Gone`, or `Unopened` for a version that never was."""
        found = self.keys.get(head)
        if found:
            return found
        if self.newest is None:
            raise Gone
        raise Unopened("A value of a key version that does not exist.")


@dataclass(frozen=True)
class Fresh:
    """A new key, and the envelope that `keys.keep` in the database takes."""

    key: Key
    wrapped: bytes


def fresh(organisation: UUID, subject: UUID, klass: str = "erasable", *, version: int = 1) -> Fresh:
    """A new key for a subject that has none. It counts as soon as SQL keeps `wrapped` (keys.keep)."""
    number = _current()
    secret = os.urandom(root.SIZE)
    nonce = os.urandom(NONCE)
    box = _organisation(number, organisation)
    sealed = nonce + box.encrypt(nonce, secret, _place(organisation, subject, klass, version))
    return Fresh(_key(secret, version, klass), struct.pack(">I", number) + sealed)


def ring(organisation: UUID, subject: UUID, klass: str) -> Ring:
    """The keys of a subject: from the transaction's memory, else from the database."""
    return known(organisation, subject, klass) or fetch(organisation, [(subject, klass)])[(subject, klass)]


def slot(subject: int, klass: str) -> int:
    """Where a subject's keys lie in the transaction's memory."""
    return subject << 2 | _NUMBER[klass]


def subject_of(number: int) -> tuple[UUID, str]:
    """The subject and class of a slot."""
    return UUID(int=number >> 2), CLASSES[number & 3]


def known(organisation: UUID, subject: UUID, klass: str) -> Ring | None:
    """The keys of a subject, if the transaction has opened them already."""
    found: Ring | None = ours().transaction_cache.get(slot(subject.int, klass))
    return found if found and found.organisation == organisation.int else None


def rings(organisation: UUID, wanted: Iterable[tuple[UUID, str]]) -> dict[tuple[UUID, str], Ring]:
    """The keys of many subjects: from the transaction's memory, and what is not there with one query."""
    cache, number = ours().transaction_cache, organisation.int
    found: dict[tuple[UUID, str], Ring] = {}
    missing = []
    for one in wanted:
        ring = cache.get(slot(one[0].int, one[1]))
        if ring and ring.organisation == number:
            found[one] = ring
        else:
            missing.append(one)
    return found | fetch(organisation, missing) if missing else found


def fetch(organisation: UUID, wanted: Iterable[tuple[UUID, str]]) -> dict[tuple[UUID, str], Ring]:
    """The keys of many subjects in one query, into the transaction's memory."""
    pairs = list(dict.fromkeys(wanted))
    subjects, classes = [s for s, _ in pairs], [c for _, c in pairs]
    try:
        rings = _read(organisation, subjects, classes)
    except FileNotFoundError:  # they were wrapped anew between the query and now: the new secret is there
        try:
            rings = _read(organisation, subjects, classes)
        except FileNotFoundError as missing:
            raise config.Missing(
                f"A key is wrapped with {missing}, which was destroyed: the key store is older than its secrets."
            ) from None
    for (subject, klass), found in rings.items():
        _remember(subject, klass, found)
    return rings


def remember(organisation: UUID, subject: UUID, klass: str, rows: Sequence[tuple[int, int, bytes | None]]) -> None:
    """Take a subject's keys that a definer function returned (version, horizon, wrapped) into memory."""
    _remember(subject, klass, _ring(organisation, subject, klass, rows))


def sealing(organisation: UUID, subject: UUID, klass: str) -> Key:
    """The key to seal a new value with; made and kept where there is none. Raises `Gone` after shredding."""
    found = known(organisation, subject, klass)
    if found is None or found.absent:
        new = fresh(organisation, subject, klass)
        kept = _keep_first(organisation, subject, klass, new.wrapped)
        found = _ring(organisation, subject, klass, kept)
        _remember(subject, klass, found)
    if found.newest is None:
        raise Gone(f"The key of this {klass} data was shredded; nothing new is sealed for it.")
    return found.newest


def prepare(organisation: UUID, subjects: Iterable[UUID], klass: str = "erasable") -> None:
    """Make sure that many subjects have keys, and open them: two statements for any number."""
    wanted = list(subjects)
    found = fetch(organisation, [(s, klass) for s in wanted])
    new = [(s, fresh(organisation, s, klass).wrapped) for s in wanted if found[(s, klass)].absent]
    if new and not ours().ticketless:
        _run(
            "select keys.keep_first(%s, p, %s, e) from unnest(%s::uuid[], %s::bytea[]) as n (p, e)",
            [organisation, klass, [s for s, _ in new], [e for _, e in new]],
        )
    elif new:
        for subject, envelope in new:
            _keep_first(organisation, subject, klass, envelope)
    if new:
        fetch(organisation, [(s, klass) for s, _ in new])


def shred(organisation: UUID, subjects: UUID | Sequence[UUID], klass: str = "erasable") -> int:
    """Destroy keys: the office `erasure` for its one subject, or the sweeper. Returns how many subjects had one.

    The key is gone from the live database at once; docs/operations/keys.md says when from backups.
    """
    many = [subjects] if isinstance(subjects, UUID) else list(subjects)
    ((count,),) = _run("select keys.shred(%s, %s::uuid[], %s)", [organisation, many, klass])
    forget(many, klass)
    return int(count)


def renew(organisation: UUID, subject: UUID, klass: str) -> int:
    """A further version for a subject's key, in the office `keyring`; returns its number.

    Values sealed before still open, and are sealed anew when they are written or by `sealed.reseal`.
    """
    present_ring = fetch(organisation, [(subject, klass)])[(subject, klass)]
    if present_ring.newest is None:
        raise Gone(f"There is no key of this {klass} data to renew.")
    version = present_ring.newest.version + 1
    new = fresh(organisation, subject, klass, version=version)
    _run("select keys.renew(%s, %s, %s, %s, %s)", [organisation, subject, klass, version, new.wrapped])
    forget([subject], klass)
    return version


def forget(subjects: Iterable[UUID], klass: str) -> None:
    """Drop opened keys from the transaction's memory."""
    for subject in subjects:
        ours().transaction_cache.pop(slot(subject.int, klass), None)


def install() -> None:
    """Secrets and database of a new installation; for one that exists, see that they belong together.

    As the owner, after migrate. Raises `config.Missing` when the secrets are not those of this database.
    """
    with connection.cursor() as cursor:
        cursor.execute("select mark, horizons from keys.state()")
        mark, _horizons = cursor.fetchone()
        if not (root.folder().is_dir() and root.names()):
            if mark is not None:
                raise config.Missing(_strange(f"{root.folder()} is empty"))
            install_files()
        if mark is None:
            number = max(int(name) for name in root.names() if name != root.INSTALLATION)
            cursor.execute("insert into keys.mark (sealed) values (%s)", [keyring.seal(b"tillit", context=_MARK)])
            cursor.execute(
                "insert into keys.horizon (number, state, opened) values (%s, 'open', %s)", [number, clock.now()]
            )
    check()


def install_files() -> None:
    """The wrapping secrets of a new installation: its own and the first horizon's."""
    root.create(root.INSTALLATION)
    root.create(horizon_name(1))


def check() -> None:
    """The secrets open and belong to this database. Raises `config.Missing` with a sentence that says what to do."""
    root.check()
    with acting(Actor()), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select mark, horizons from keys.state()")
        mark, horizons = cursor.fetchone()
    if mark is None:
        raise config.Missing("The database has no mark of its keys yet. `tillit up` makes it.")
    try:
        keyring.open(mark, context=_MARK)
    except Unopened:
        raise config.Missing(_strange("they do not open its mark")) from None
    for number in horizons:
        if not root.place(horizon_name(number)).exists():
            raise config.Missing(
                f"The keys in this database are wrapped with {root.place(horizon_name(number))}, which is not there. "
                "If it was destroyed after its time, restore the schema `keys` from a newer backup; else the file."
            )
        root.read(horizon_name(number))


def check_start() -> None:
    """End this process with a sentence when its secrets are not those of the database: it would read nothing, and
    write what nobody can read."""
    try:
        check()
    except config.Missing as missing:
        sys.exit(str(missing))
    finally:
        connection.close()


def horizon_name(number: int) -> str:
    """The name of a horizon's wrapping secret (kernel/root.py)."""
    return f"{number:06}"


def rewrapped(rows: Sequence[tuple[UUID, UUID, str, int, bytes]], old: int, new: int) -> list[bytes]:
    """Wrapped keys (organisation, subject, class, version, wrapped) from one wrapping secret to another.

    One that does not open (somebody wrote nonsense into the store) stays as it is: it opens nowhere.
    """
    result = []
    nonces = os.urandom(NONCE * len(rows))
    for at, (organisation, subject, klass, version, wrapped) in enumerate(rows):
        place = _place(organisation, subject, klass, version)
        nonce = nonces[NONCE * at : NONCE * (at + 1)]
        try:
            secret = _organisation(old, organisation).decrypt(wrapped[:NONCE], wrapped[NONCE:], place)
            result.append(nonce + _organisation(new, organisation).encrypt(nonce, secret, place))
        except (InvalidTag, ValueError):
            result.append(bytes(wrapped))
    return result


_MARK = b"keys.mark"
_boxes: dict[int, dict[int, AESGCM]] = {}  # horizon → organisation → what opens its keys
_secrets: dict[int, bytes] = {}  # horizon → wrapping secret
_newest: tuple[tuple[str, str], int, Path] = (("", ""), 0, Path())  # database and folder; number; the next one's file


def _read(organisation: UUID, subjects: list[UUID], classes: list[str]) -> dict[tuple[UUID, str], Ring]:
    for number in [n for n in list(_secrets) if not root.place(horizon_name(n)).exists()]:
        _secrets.pop(number, None)
        _boxes.pop(number, None)
    source = (
        "select k.person, k.class, k.version, k.horizon, k.wrapped from keys.person k "
        "join unnest(%s::uuid[], %s::text[]) as w (person, class) on w.person = k.person and w.class = k.class "
        "where k.organisation = %s order by k.version"
        if ours().ticketless
        else "select * from keys.fetch_many(organisation => %s, persons => %s::uuid[], classes => %s::text[])"
    )
    ordered = [subjects, classes, organisation] if ours().ticketless else [organisation, subjects, classes]
    kept: dict[tuple[UUID, str], list[tuple[int, int, bytes | None]]] = {}
    for subject, klass, version, number, wrapped in _run(source, ordered):
        kept.setdefault((subject, klass), []).append((version, number, wrapped))
    return {
        (subject, klass): _ring(organisation, subject, klass, kept.get((subject, klass), ()))
        for subject, klass in zip(subjects, classes, strict=True)
    }


def _keep_first(organisation: UUID, subject: UUID, klass: str, envelope: bytes) -> list[Any]:
    if not ours().ticketless:
        return _run("select * from keys.keep_first(%s, %s, %s, %s)", [organisation, subject, klass, envelope])
    # the owner in a migration, or a test that lays out data: past the functions, which want a ticket
    (number,) = struct.unpack(">I", envelope[:4])
    _run(
        "insert into keys.person (organisation, person, class, version, horizon, wrapped) "
        "values (%s, %s, %s, 1, %s, %s) on conflict do nothing returning 1",
        [organisation, subject, klass, number, envelope[4:]],
    )
    return _run(
        "select version, horizon, wrapped from keys.person "
        "where organisation = %s and person = %s and class = %s order by version",
        [organisation, subject, klass],
    )


def _run(statement: str, parameters: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def _ring(organisation: UUID, subject: UUID, klass: str, rows: Sequence[tuple[int, int, bytes | None]]) -> Ring:
    keys: dict[bytes, Key] = {}
    newest = None
    for version, number, wrapped in rows:
        newest = None
        if wrapped is None:
            continue
        place = _place(organisation, subject, klass, version)
        try:
            secret = _organisation(number, organisation).decrypt(wrapped[:NONCE], wrapped[NONCE:], place)
        except (InvalidTag, ValueError):
            raise Unopened("A key in the key store does not open: it was damaged or moved.") from None
        newest = _key(secret, version, klass)
        keys[newest.head] = newest
    return Ring(organisation, keys, newest, absent=not rows)


def _remember(subject: UUID, klass: str, found: Ring) -> None:
    if not connection.in_atomic_block:
        return  # nobody would clear it
    cache = ours().transaction_cache
    if len(cache) >= MOST_OPENED:
        cache.pop(next((key for key in cache if type(key) is int), None), None)
    cache[slot(subject.int, klass)] = found


def _key(secret: bytes, version: int, klass: str) -> Key:
    return Key(secret, version, kind=_HELD if klass == "hold" else 1)


def _place(organisation: UUID, subject: UUID, klass: str, version: int) -> bytes:
    return b"tillit key 1:" + organisation.bytes + subject.bytes + struct.pack(">H", version) + klass.encode()


def _current() -> int:
    """The number of the open wrapping secret. It is remembered until the next one's file is there, which is made
    before the database opens that one (kernel/rotation.py)."""
    global _newest
    database = connection.settings_dict["NAME"], config.var()
    of, number, following = _newest
    if of == database and not following.exists():
        return number
    ((found,),) = _run("select keys.current()", [])
    if found is None:
        raise config.Missing("The key store has no wrapping secret yet. `tillit up` makes it.")
    _newest = database, int(found), root.place(horizon_name(found + 1))
    return int(found)


def _organisation(number: int, organisation: UUID) -> AESGCM:
    """What opens and wraps the keys of an organisation in a horizon. Raises FileNotFoundError when it is destroyed."""
    try:
        return _boxes[number][organisation.int]
    except KeyError:
        pass
    if (secret := _secrets.get(number)) is None:
        path = root.place(horizon_name(number))
        try:
            secret = _secrets[number] = root.read(horizon_name(number))
        except config.Missing:
            if path.exists():
                raise
            raise FileNotFoundError(path) from None
    boxes = _boxes.setdefault(number, {})
    if len(boxes) >= MOST_ORGANISATIONS:
        boxes.pop(next(iter(boxes)), None)
    box = boxes[organisation.int] = AESGCM(keyring.expand(secret, b"tillit/organisation/1/" + organisation.bytes))
    return box


def _strange(why: str) -> str:
    return (
        f"The secrets in {config.var()}/secrets are not those of this database ({why}). "
        "Restore root.key and the folder wrap from the copy that belongs to it; nothing was changed."
    )


__all__ = [
    "CLASSES", "Fresh", "Gone", "Ring", "check", "check_start", "fetch", "forget", "fresh", "horizon_name",
    "install", "install_files", "known", "prepare", "renew", "rewrapped", "ring", "rings", "sealing", "shred", "slot",
    "subject_of",
]  # fmt: skip
