"""The tree kept in tiles (C2SP tlog-tiles): how it grows, its root, and the proofs made from it.

A tile holds up to 256 hashes: at level 0 hashes of leaves, at level L the roots of full tiles of level L - 1. Only
the last tile of a level is ever incomplete. Everything here computes; `Reader` says where tiles come from.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator

from tillit.evidence.tree import EMPTY, node

WIDTH, BITS, HASH = 256, 8, 32
Place = tuple[int, int]  # level and index of a tile
Reader = Callable[[int, int], bytes]  # (level, index) → the hashes of that tile, one after the other

_PATH = re.compile(r"((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?")


def path(index: int, width: int = WIDTH) -> str:
    """The part of an address that names a tile: 1234067 is x001/x234/067; incomplete ones end in .p/<width>."""
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    return "/".join(["x" + part for part in parts[:-1]] + parts[-1:]) + (f".p/{width}" if width < WIDTH else "")


def parse_path(text: str) -> tuple[int, int]:
    """Index and width of an address written as `path` does. Raises ValueError for any other spelling."""
    found = _PATH.fullmatch(text)
    if not found or len(text) > 40:
        raise ValueError("Not the address of a tile.")
    index, width = int(found[1].replace("x", "").replace("/", "")), int(found[2] or WIDTH)
    if path(index, width) != text:
        raise ValueError("Not the address of a tile.")
    return index, width


def width_at(size: int, level: int, index: int) -> int:
    """How many hashes the tile has in a tree of `size` leaves; 0 where there is none."""
    return max(0, min(WIDTH, (size >> BITS * level) - index * WIDTH))


def edge(size: int) -> Iterator[Place]:
    """The incomplete tiles of a tree of this size, from level 0 upwards."""
    level = 0
    while rest := size >> BITS * level:
        if rest % WIDTH:
            yield level, rest // WIDTH
        level += 1


def needed(number: int, size: int) -> Iterator[Place]:
    """The tiles that prove leaf `number` in a tree of `size`: those above it, and the edge."""
    level, index = 0, number // WIDTH
    while width_at(size, level, index):
        yield level, index
        level, index = level + 1, index // WIDTH
    yield from edge(size)


def extend(size: int, hashes: Iterable[bytes], read: Reader) -> dict[Place, bytes]:
    """The tiles that change when leaves with these hashes follow a tree of `size` leaves."""
    changed: dict[Place, bytes] = {}
    level, begin, new = 0, size, list(hashes)
    while new:
        index, width = divmod(begin, WIDTH)
        held = read(level, index)[: width * HASH] if width else b""
        content = held + b"".join(new)
        full, risen = len(content) // (WIDTH * HASH), []
        for place in range(full + bool(len(content) % (WIDTH * HASH))):
            tile = content[place * WIDTH * HASH : (place + 1) * WIDTH * HASH]
            changed[level, index + place] = tile
            if place < full:
                risen.append(top(tile))
        level, begin, new = level + 1, index, risen
    return changed


def top(hashes: bytes) -> bytes:
    """The root over a power of two of hashes."""
    row = [hashes[i : i + HASH] for i in range(0, len(hashes), HASH)]
    sha = hashlib.sha256
    while len(row) > 1:
        row = [sha(b"\x01" + row[i] + row[i + 1]).digest() for i in range(0, len(row), 2)]
    return row[0]


def root(size: int, read: Reader) -> bytes:
    """The root of the tree of `size` leaves."""
    return _range(0, size, read) if size else EMPTY


def inclusion(number: int, size: int, read: Reader) -> list[bytes]:
    """The proof that leaf `number` is in the tree of `size` leaves (RFC 6962, 2.1.1), the leaf's sibling first."""
    if not 0 <= number < size:
        raise ValueError("There is no such leaf in a tree of this size.")
    steps, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if number < middle:
            steps.append((middle, end))
            end = middle
        else:
            steps.append((begin, middle))
            begin = middle
    return [_range(*step, read) for step in reversed(steps)]


def consistency(old: int, size: int, read: Reader) -> list[bytes]:
    """The proof that the tree of `size` begins with the tree of `old` leaves (RFC 6962, 2.1.2)."""
    if not 0 <= old <= size:
        raise ValueError("A log does not become shorter.")
    if old in (0, size):
        return []
    steps, begin, end, whole = [], 0, size, True
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            steps.append((middle, end))
            end = middle
        else:
            steps.append((begin, middle))
            begin, whole = middle, False
    if not whole:
        steps.append((begin, end))
    return [_range(*step, read) for step in reversed(steps)]


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def _range(begin: int, end: int, read: Reader) -> bytes:
    """The hash over leaves `begin` to `end`, where `begin` is a place at which RFC 6962 splits."""
    parts = list(_perfect(begin, end))
    result = _perfect_hash(*parts[-1], read)
    for part in reversed(parts[:-1]):
        result = node(_perfect_hash(*part, read), result)
    return result


def _perfect(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The perfect subtrees that make up a range, as (first leaf, height), largest first."""
    while begin < end:
        height = (end - begin).bit_length() - 1
        yield begin, height
        begin += 1 << height


def _perfect_hash(begin: int, height: int, read: Reader) -> bytes:
    level, rest = divmod(height, BITS)
    first = begin >> BITS * level
    index, place = divmod(first, WIDTH)
    return top(read(level, index)[place * HASH : (place + (1 << rest)) * HASH])
