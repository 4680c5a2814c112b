from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("privacy", "0004_rights")]
    operations: ClassVar[list[Any]] = []
