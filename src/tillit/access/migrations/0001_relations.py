from django.db import migrations

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):
    initial = True
    dependencies = [("kernel", "0001_ticket")]
    operations = [RunFile("relations.sql")]
