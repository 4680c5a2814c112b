from django.db import migrations

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_models"), ("identity", "0001_initial")]
    operations = [RunFile("evidence.sql")]
