from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("booking", "0007_intake")]
    operations: list = []
