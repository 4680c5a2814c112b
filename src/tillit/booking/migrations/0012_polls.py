from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("booking", "0011_pay")]
    operations: list[object] = []
