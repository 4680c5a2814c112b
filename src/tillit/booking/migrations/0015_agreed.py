"""What two agreed on opens no contact, also where it is moved."""

from django.db import migrations

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):
    dependencies = [("booking", "0014_open_time")]
    operations = [RunFile("agreed.sql")]
