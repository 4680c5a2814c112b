from django.db import migrations, models

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0006_address'),
        ('access', '0004_functions'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='open_to_join',
            field=models.BooleanField(db_default=True, default=True, help_text='With directory: anybody may join.'),
        ),
        RunFile('joining.sql'),
    ]
