from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("privacy", "0003_policy")]
    operations: ClassVar[list[Any]] = []
