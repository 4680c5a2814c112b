"""The tree against a slow and obvious one, and against what the specifications give."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillit.evidence import tiles, tree


def entries(count: int) -> list[bytes]:
    return [number.to_bytes(4, "big") for number in range(count)]


def slow_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + slow_root(leaves[:k]) + slow_root(leaves[k:])).digest()


def slow_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*slow_path(m, leaves[:k]), slow_root(leaves[k:])]
    return [*slow_path(m - k, leaves[k:]), slow_root(leaves[:k])]


def slow_proof(m: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962, 2.1.2, word for word."""
    if m == len(leaves):
        return [] if whole else [slow_root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*slow_proof(m, leaves[:k], whole), slow_root(leaves[k:])]
    return [*slow_proof(m - k, leaves[k:], False), slow_root(leaves[:k])]


class Grown:
    """A tree in tiles, grown in steps."""

    def __init__(self, *steps: int) -> None:
        self.tiles: dict[tiles.Place, bytes] = {}
        self.size = 0
        self.leaves = entries(sum(steps))
        for step in steps:
            new = self.leaves[self.size : self.size + step]
            self.tiles |= tiles.extend(self.size, map(tree.leaf, new), self.read)
            self.size += step

    def read(self, level: int, place: int) -> bytes:
        return self.tiles[level, place]

    def root(self, size: int | None = None) -> bytes:
        return tiles.root(self.size if size is None else size, self.read)


steps = st.lists(st.integers(0, 700), max_size=4)


@given(steps)
def test_the_root_is_that_of_the_obvious_tree_however_it_grew(taken):
    grown = Grown(*taken)
    assert grown.root() == slow_root(grown.leaves)


@given(st.integers(1, 1200), st.data())
def test_inclusion_proofs_are_those_of_the_obvious_tree_and_hold(size, data):
    grown, number = Grown(size), data.draw(st.integers(0, size - 1))
    path = tiles.inclusion(number, size, grown.read)
    assert path == slow_path(number, grown.leaves)
    hashed = tree.leaf(grown.leaves[number])
    tree.check_inclusion(hashed, number, size, path, grown.root())
    with pytest.raises(tree.BadProof):
        tree.check_inclusion(tree.leaf(b"another"), number, size, path, grown.root())
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != number)) if size > 1 else 1
    with pytest.raises(tree.BadProof):
        tree.check_inclusion(hashed, other, size, path, grown.root())
    for wrong in (path[:-1], [*path, grown.root()]):
        if wrong != path:
            with pytest.raises(tree.BadProof):
                tree.check_inclusion(hashed, number, size, wrong, grown.root())


@given(st.integers(0, 900), st.data())
def test_consistency_proofs_are_those_of_the_obvious_tree_and_hold(size, data):
    grown, old = Grown(size), data.draw(st.integers(0, size))
    path = tiles.consistency(old, size, grown.read)
    assert path == (slow_proof(old, grown.leaves) if old else [])
    before = slow_root(grown.leaves[:old])
    tree.check_consistency(old, before, size, grown.root(), path)
    with pytest.raises(tree.BadProof):
        tree.check_consistency(old, tree.leaf(b"x"), size, grown.root(), path)
    if 0 < old < size:
        with pytest.raises(tree.BadProof):
            tree.check_consistency(old, before, size, tree.leaf(b"x"), path)
        with pytest.raises(tree.BadProof):
            tree.check_consistency(old, before, size, grown.root(), [*path, before])
        with pytest.raises(tree.BadProof):
            tree.check_consistency(old, before, size, grown.root(), path[:-1])


@given(st.integers(1, 1200), st.data())
def test_only_the_tiles_that_are_named_are_needed_for_a_proof(size, data):
    grown, number, old = Grown(size), data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    few = {place: grown.tiles[place] for place in tiles.needed(number, size)}
    assert tiles.inclusion(number, size, lambda *place: few[place]) == slow_path(number, grown.leaves)
    few = {place: grown.tiles[place] for place in {*tiles.needed(old - 1, size), *tiles.edge(old)}}
    assert tiles.consistency(old, size, lambda *place: few[place]) == slow_proof(old, grown.leaves)


def test_the_tiles_of_seventy_thousand_leaves_are_those_of_the_specification():
    """tlog-tiles, "Partial Tiles": 273 full and one of 112; one full and one of 17; one of 1."""
    grown = Grown(256, 69_744)
    held = {place: len(hashes) // 32 for place, hashes in grown.tiles.items()}
    assert [held[0, n] for n in range(274)] == [256] * 273 + [112]
    assert [held[1, n] for n in range(2)] == [256, 17]
    assert held[2, 0] == 1 and len(held) == 277
    assert list(tiles.edge(70_000)) == [(0, 273), (1, 1), (2, 0)]
    assert {place: width for place in held if (width := tiles.width_at(70_000, *place))} == held
    assert tiles.width_at(256, 0, 0) == 256 and tiles.width_at(256, 1, 0) == 1 and list(tiles.edge(256)) == [(1, 0)]


def test_a_tiles_address_is_that_of_the_specification():
    assert tiles.path(1234067) == "x001/x234/067"
    assert tiles.path(7, 12) == "007.p/12" and tiles.path(0) == "000"
    assert tiles.parse_path("x001/x234/067") == (1234067, 256)
    assert tiles.parse_path("x273/000.p/112") == (273_000, 112)


@given(st.integers(0, 1 << 60), st.integers(1, 256))
def test_an_address_is_read_as_it_was_written(index, width):
    assert tiles.parse_path(tiles.path(index, width)) == (index, width)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "00",
        "1234",
        "067.p/0",
        "067.p/256",
        "067.p/01",
        "001/067",
        "x001/x067",
        "x000/067",
        "067/",
        "٠٦٧",
        "067.p/-1",
    ],
)
def test_another_spelling_of_an_address_is_none(text):
    with pytest.raises(ValueError, match="address"):
        tiles.parse_path(text)
