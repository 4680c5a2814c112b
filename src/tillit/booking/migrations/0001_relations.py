from django.db import migrations

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0001_relations")]
    operations = [RunFile("relations.sql")]
