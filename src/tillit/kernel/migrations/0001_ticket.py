from django.db import migrations

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [RunFile("ticket.sql")]
