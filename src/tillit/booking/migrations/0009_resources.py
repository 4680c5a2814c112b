from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("booking", "0008_hostpages")]
    operations: list[object] = []
