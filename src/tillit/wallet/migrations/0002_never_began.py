from django.db import migrations

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):
    dependencies = [("wallet", "0001_initial")]
    operations = [RunFile("never_began.sql")]
