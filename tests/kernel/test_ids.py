"""Ids sort by birth and cannot be guessed."""

from tillit.kernel.ids import new_id


def test_version_seven_in_order_and_never_twice():
    made = [new_id() for _ in range(5000)]
    assert {one.version for one in made} == {7}
    assert len(set(made)) == len(made)
    assert made == sorted(made)
    assert len({str(one)[-12:] for one in made}) > 4900  # the random part
