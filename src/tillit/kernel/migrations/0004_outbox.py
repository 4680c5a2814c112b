from django.db import migrations

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_tables")]
    operations = [RunFile("outbox.sql")]
