"""What ties the marketplace's apps together: each part in a file of its own, put into its places by `wire`."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules


def wire() -> None:
    """Fill the places of profiles and threads, when the program starts: every file's own `wire`, where it has one."""
    for found in iter_modules(__path__):
        getattr(import_module(f"{__name__}.{found.name}"), "wire", lambda: None)()
