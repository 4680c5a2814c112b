from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("booking", "0009_resources")]
    operations: list[object] = []
