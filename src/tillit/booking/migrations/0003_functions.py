from django.db import migrations

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):
    dependencies = [("booking", "0002_models"), ("access", "0002_grant"), ("identity", "0001_initial"), ("kernel", "0007_ends")]
    operations = [RunFile("booking.sql"), RunFile("facts.sql"), RunFile("hosts.sql"), RunFile("offers.sql"), RunFile("kept.sql")]
