from django.db import migrations

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_ticket")]
    operations = [
        migrations.RunSQL("create schema procrastinate; set local search_path = procrastinate, pg_catalog"),
        RunFile("procrastinate-3.10.0.sql"),
        migrations.RunSQL("set local search_path to default"),
        RunFile("jobs.sql"),
    ]
