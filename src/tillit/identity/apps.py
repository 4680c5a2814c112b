"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "tillit.identity"
    label = "identity"

    def ready(self) -> None:
        """Take over from the libraries what is ours."""
        from tillit.identity import library_tables, signals

        signals.connect()
        library_tables.declare()
