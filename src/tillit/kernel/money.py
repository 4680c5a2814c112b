"""Money: whole minor units with their currency. Never a float, never two currencies in one sum."""

from __future__ import annotations

from dataclasses import dataclass

# ISO 4217 minor digits of the currencies we know; IRR has none in use.
MINOR_DIGITS = {"SEK": 2, "EUR": 2, "USD": 2, "GBP": 2, "NOK": 2, "DKK": 2, "IRR": 0}


class CurrencyMismatch(ValueError):
    """Two currencies met in one sum."""


@dataclass(frozen=True, order=False, slots=True)
class Money:
    """`amount` minor units of `currency` (ISO 4217): Money(46000, "SEK") is 460 kronor."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in MINOR_DIGITS:
            raise ValueError(f"Unknown currency {self.currency!r}.")
        if isinstance(self.amount, bool) or not isinstance(self.amount, int):
            raise TypeError("An amount is a whole number of minor units.")

    def _same(self, other: Money) -> None:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} cannot be added.")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __mul__(self, times: int) -> Money:
        if isinstance(times, bool) or not isinstance(times, int):
            raise TypeError("Money is multiplied by whole numbers; a share is made with `part`.")
        return Money(self.amount * times, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def part(self, numerator: int, denominator: int) -> Money:
        """This times numerator/denominator, rounded half away from zero to whole minor units."""
        if denominator <= 0:
            raise ValueError("The denominator is positive.")
        product = self.amount * numerator
        rounded = (2 * abs(product) + denominator) // (2 * denominator)
        return Money(rounded if product >= 0 else -rounded, self.currency)

    def split(self, parts: int) -> list[Money]:
        """`parts` shares that differ by at most one minor unit and add up to the whole."""
        if parts < 1:
            raise ValueError("At least one part.")
        share, rest = divmod(self.amount, parts)
        return [Money(share + (1 if i < rest else 0), self.currency) for i in range(parts)]
