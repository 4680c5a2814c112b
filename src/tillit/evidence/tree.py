"""The Merkle tree of RFC 6962 (the same as RFC 9162, 2.1), SHA-256: hashes, and how a reader checks a proof.

Needs nothing but the standard library. How proofs are made stands in tiles.py; nothing here is used to make them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").digest()


class BadProof(ValueError):
    """A proof that does not prove what it is said to."""


def leaf(entry: bytes) -> bytes:
    """The hash of a leaf that holds `entry`."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def check_inclusion(hashed: bytes, number: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """`hashed` is leaf `number` (from 0) of the tree of `size` leaves under `root` (RFC 9162, 2.1.3.2).

    Raises `BadProof`.
    """
    if not 0 <= number < size:
        raise BadProof("There is no such leaf in a tree of this size.")
    at, last, result = number, size - 1, hashed
    for step in path:
        if last == 0:
            raise BadProof("The proof is too long.")
        if at & 1 or at == last:
            result = node(step, result)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            result = node(result, step)
        at, last = at >> 1, last >> 1
    if last:
        raise BadProof("The proof is too short.")
    if result != root:
        raise BadProof("The proof leads to another root than the signed one.")


def check_consistency(old: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> None:
    """The tree of `size` leaves begins with the tree of `old` leaves (RFC 9162, 2.1.4.2). Raises `BadProof`."""
    if not 0 <= old <= size:
        raise BadProof("A log does not become shorter.")
    if old in (0, size):
        if path:
            raise BadProof("The proof is too long.")
        if old_root != (root if old else EMPTY):
            raise BadProof("Two roots for one size.")
        return
    steps = list(path)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        raise BadProof("The proof is too short.")
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise BadProof("The proof is too long.")
        if at & 1 or at == last:
            before, after = node(step, before), node(step, after)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            after = node(after, step)
        at, last = at >> 1, last >> 1
    if last:
        raise BadProof("The proof is too short.")
    if before != old_root or after != root:
        raise BadProof("The proof leads to other roots than the signed ones.")
