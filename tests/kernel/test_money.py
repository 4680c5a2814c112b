"""Money adds up to the last minor unit."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillit.kernel.money import MINOR_DIGITS, CurrencyMismatch, Money

amounts = st.integers(-(10**15), 10**15)
monies = st.builds(Money, amounts, st.just("SEK"))


@given(monies, st.integers(1, 500))
def test_shares_add_up_and_differ_by_one_unit_at_most(money, parts):
    shares = money.split(parts)
    assert len(shares) == parts
    assert sum((s.amount for s in shares), 0) == money.amount
    assert max(s.amount for s in shares) - min(s.amount for s in shares) <= 1
    assert {s.currency for s in shares} == {"SEK"}


@given(monies, st.integers(-1000, 1000), st.integers(1, 1000))
def test_a_part_is_the_nearest_whole_unit_and_halves_go_away_from_zero(money, numerator, denominator):
    exact = Fraction(money.amount * numerator, denominator)
    rounded = money.part(numerator, denominator).amount
    assert abs(rounded - exact) <= Fraction(1, 2)
    if abs(rounded - exact) == Fraction(1, 2):
        assert abs(rounded) > abs(exact)
    assert money.part(-numerator, denominator).amount == -rounded


@given(monies, monies, monies)
def test_adding_is_adding(one, two, three):
    assert (one + two) + three == one + (two + three)
    assert one + two - two == one
    assert one - two == -(two - one)
    assert (one < two) == (one.amount < two.amount)


@given(monies, st.integers(0, 50))
def test_times_is_repeated_adding(money, times):
    total = Money(0, "SEK")
    for _ in range(times):
        total = total + money
    assert money * times == total


@pytest.mark.parametrize("amount", [1.0, "1", True, None])
def test_only_whole_units(amount):
    with pytest.raises(TypeError):
        Money(amount, "SEK")
    with pytest.raises(TypeError):
        Money(1, "SEK") * amount


def test_two_currencies_never_meet():
    for operation in (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b):
        with pytest.raises(CurrencyMismatch, match="SEK and EUR"):
            operation(Money(1, "SEK"), Money(1, "EUR"))
    assert Money(1, "SEK") != Money(1, "EUR")


def test_unknown_currency_and_senseless_shares():
    with pytest.raises(ValueError, match="XXX"):
        Money(1, "XXX")
    with pytest.raises(ValueError, match="At least one part"):
        Money(1, "SEK").split(0)
    with pytest.raises(ValueError, match="positive"):
        Money(1, "SEK").part(1, 0)
    assert MINOR_DIGITS["IRR"] == 0
