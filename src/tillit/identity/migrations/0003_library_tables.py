from django.db import migrations

from tillit.identity import library_tables
from tillit.kernel.migrate import RunFile
from tillit.kernel.rls import ProtectTable


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [
        RunFile("sessions.sql"),
        RunFile("throttle.sql"),
        RunFile("people.sql"),
        RunFile("guests.sql"),
        *(ProtectTable(table, security) for table, security in library_tables.TABLES.items()),
    ]
