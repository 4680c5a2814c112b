import tillit.kernel.clock
import tillit.kernel.ids
import tillit.kernel.models
import tillit.kernel.rls
from django.db import migrations, models

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0001_initial'),
        ('kernel', '0008_sealed_mail'),
    ]

    operations = [
        migrations.CreateModel(
            name='LiveEvent',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made', models.DateTimeField(default=tillit.kernel.clock.now, editable=False)),
                ('channel_id', models.UUIDField()),
                ('number', models.BigIntegerField(null=True)),
                ('kind', models.CharField(max_length=60)),
                ('object_id', models.UUIDField()),
                ('organisation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation')),
                ('person', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.person')),
            ],
            options={
                'indexes': [models.Index(fields=['channel_id', 'number'], name='liveevent_channel'), models.Index(condition=models.Q(('number', None)), fields=['channel_id'], name='liveevent_unnumbered'), models.Index(fields=['made'], name='liveevent_made')],
                'constraints': [tillit.kernel.rls.RowSecurity(definer=('SELECT', 'INSERT', 'UPDATE (number)', 'DELETE'), name='kernel_liveevent_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "(person_id = (select access.person())) or (channel_id = (select access.subject_id_as('guest')))", '')), rights=('SELECT',))],
            },
        ),
        RunFile("live.sql"),
    ]
