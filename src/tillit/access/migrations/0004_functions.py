from django.db import migrations

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):
    dependencies = [("access", "0003_glass"), ("kernel", "0007_ends")]
    operations = [RunFile("grants.sql")]
