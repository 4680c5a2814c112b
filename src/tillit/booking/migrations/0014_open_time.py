"""The door to people's free time over all that they offer."""

from django.db import migrations

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):
    dependencies = [("booking", "0013_engage")]
    operations = [RunFile("open_time.sql")]
