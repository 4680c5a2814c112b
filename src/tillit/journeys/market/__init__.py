"""What ties the marketplace's apps together, each wire in a file of its own."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules


def ready() -> None:
    """When the program starts: every file's own `ready`, where it has one."""
    for found in iter_modules(__path__):
        module = import_module(f"{__name__}.{found.name}")
        (getattr(module, "ready", None) or getattr(module, "wire", lambda: None))()
