import datetime
import tillit.kernel.clock
import tillit.kernel.ids
import tillit.kernel.models
import tillit.kernel.rls
from django.db import migrations, models

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0001_initial'),
        ('kernel', '0005_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChosenSetting',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60)),
                ('days', models.PositiveIntegerField()),
                ('chosen', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation')),
            ],
            options={
                'db_table': 'kernel_setting',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'name'), name='setting_once'), tillit.kernel.rls.RowSecurity(definer=('SELECT', 'INSERT', 'UPDATE'), name='kernel_setting_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'),), rights=())],
            },
        ),
        migrations.CreateModel(
            name='End',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made', models.DateTimeField(default=tillit.kernel.clock.now, editable=False)),
                ('kind', models.CharField(max_length=60)),
                ('object_id', models.UUIDField()),
                ('due', models.DateTimeField()),
                ('first_due', models.DateTimeField(help_text='What was said at first, so that a postponement can be seen.')),
                ('since', models.DateTimeField(help_text='What `due` is counted from, where a setting says how long.', null=True)),
                ('why', models.CharField(help_text='A stable word, where the kind does not say it all.', max_length=60)),
                ('wake', models.DateTimeField(help_text='When the sweeper looks: `due`, or later after a failure.')),
                ('attempts', models.PositiveIntegerField(default=0, help_text='How often the handler has failed.')),
                ('problem', models.CharField(help_text='Kind of error and place in the code, never its text.', max_length=200)),
                ('state', models.CharField(help_text='open, reached or cancelled', max_length=9)),
                ('closed', models.DateTimeField(null=True)),
                ('batch_id', models.UUIDField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation')),
                ('subject', models.ForeignKey(db_index=False, null=True, on_delete=tillit.kernel.models.SET_NULL, related_name='+', to='identity.person')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['organisation', 'kind', 'wake', 'id'], name='end_open'), models.Index(condition=models.Q(('subject__isnull', False)), fields=['subject'], name='end_concerns'), models.Index(condition=models.Q(('closed__isnull', False)), fields=['closed'], name='end_closed'), models.Index(condition=models.Q(('batch_id__isnull', False)), fields=['batch_id'], name='end_batch')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('organisation', 'kind', 'object_id'), name='end_once_open'), models.CheckConstraint(condition=models.Q(('due__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('due__lt', datetime.datetime(2400, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='end_is_a_moment'), models.CheckConstraint(condition=models.Q(models.Q(('closed', None), ('state', 'open')), models.Q(('closed__isnull', False), ('state__in', ['reached', 'cancelled'])), _connector='OR'), name='end_closed_once'), tillit.kernel.rls.RowSecurity(definer=('SELECT', 'INSERT', 'UPDATE', 'DELETE'), name='kernel_end_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', 'subject_id = (select access.person())', '')), rights=('SELECT',))],
            },
        ),
        migrations.CreateModel(
            name='EndBatch',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=60)),
                ('reached', models.PositiveIntegerField()),
                ('failed', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'at'], name='endbatch_at')],
                'constraints': [tillit.kernel.rls.RowSecurity(definer=('SELECT', 'INSERT', 'DELETE'), name='kernel_endbatch_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "(select access.roles() && array['administrator'])", '')), rights=('SELECT',))],
            },
        ),
        RunFile("ends.sql"),
    ]
