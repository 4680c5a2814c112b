from django.db import migrations

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_outbox")]
    operations = [RunFile("keys.sql")]
