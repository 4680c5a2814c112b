from importlib import import_module

from django.apps import AppConfig
from django.contrib.postgres.apps import PostgresConfig as DjangoPostgresConfig
from django.contrib.postgres.signals import register_type_handlers
from django.core import checks
from django.db.backends.signals import connection_created


class KernelConfig(AppConfig):
    name = "tillit.kernel"
    label = "kernel"

    def import_models(self) -> None:
        """`models` holds the bases for everybody; the kernel's own tables stand on them."""
        super().import_models()
        import_module("tillit.kernel.tables")
        import_module("tillit.kernel.end_tables")
        import_module("tillit.kernel.live_tables")

    def ready(self) -> None:
        """What models say of personal data is checked with everything else that Django checks."""
        from tillit.kernel import declaration_checks

        checks.register(declaration_checks.check_declarations, checks.Tags.models)


class PostgresConfig(DjangoPostgresConfig):
    """Django's PostgreSQL fields and lookups, without its look for hstore and citext at each connection: that
    is a statement outside a transaction, and we use neither through Django."""

    def ready(self) -> None:
        super().ready()
        connection_created.disconnect(register_type_handlers)
