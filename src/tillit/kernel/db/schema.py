"""Schema editing: what happens to the children of a deleted row is a clause in the database, since Django's
own collector sees only the rows that the actor may see."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import schema


class SchemaEditor(schema.DatabaseSchemaEditor):
    # one statement adds column and key in Django; the separate form carries our clause
    sql_create_column_inline_fk: Any = None

    def _create_fk_sql(self, model: Any, field: Any, suffix: str) -> Any:
        statement = super()._create_fk_sql(model, field, suffix)  # type: ignore[misc]
        clause = getattr(field.remote_field.on_delete, "clause", None)
        if clause:
            statement.template = statement.template.replace("%(deferrable)s", f" ON DELETE {clause}%(deferrable)s")
        return statement
