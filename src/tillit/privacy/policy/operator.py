"""Who runs this installation, and so is every organisation's processor (TILLIT_OPERATOR)."""

from __future__ import annotations

from dataclasses import dataclass

from tillit.kernel import config

INVENTED = "Tillit Demodrift AB; 559972-0009; Exempelgatan 1, 111 11 Stockholm; drift@tillit.example"


@dataclass(frozen=True)
class Operator:
    """The operator as the agreement names it. Empty where the installation does not say."""

    name: str = ""
    number: str = ""
    address: str = ""
    email: str = ""

    @property
    def named(self) -> bool:
        """Is it said who it is, and how it is reached?"""
        return bool(self.name and self.address and self.email)


def operator() -> Operator:
    """Who runs this installation; in a demo or a test somebody invented, unless it is said."""
    told = config.text("TILLIT_OPERATOR")
    if not told and config.mode() != "production":
        told = INVENTED
    parts = [part.strip() for part in told.split(";")]
    return Operator(*parts[:4])
