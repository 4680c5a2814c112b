from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("booking", "0012_polls")]
    operations: list[object] = []
