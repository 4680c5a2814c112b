from django.db import migrations

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0002_reported'),
    ]

    operations = [
        RunFile('closed.sql'),
    ]
