import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import tillit.kernel.clock
import tillit.kernel.ids
import tillit.kernel.models
import tillit.kernel.rls
from django.db import migrations, models

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):
    dependencies = [("booking", "0008_hostpages")]

    operations = [
        migrations.CreateModel(
            name='Addition',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='FurtherService',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Resource',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made', models.DateTimeField(default=tillit.kernel.clock.now, editable=False)),
                ('words', models.JSONField(help_text='Language → {name}.')),
                ('pool', models.CharField(help_text='What it is one of, in a word: one is as good as another.', max_length=60)),
                ('bookable', models.BooleanField(default=True, help_text='False: out of use.')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='The lowest of those that are free is taken.')),
                ('zone', models.CharField(max_length=64)),
                ('weekly', models.JSONField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ResourceBusy',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made', models.DateTimeField(default=tillit.kernel.clock.now, editable=False)),
                ('span', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
            ],
        ),
        migrations.CreateModel(
            name='ResourceTime',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('span', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('live', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='TypeResource',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='meetingtype',
            name='booking_meetingtype_rows',
        ),
        migrations.AddField(
            model_name='meeting',
            name='further',
            field=models.PositiveSmallIntegerField(default=0, help_text='How many services beside its type it has.'),
        ),
        migrations.AddField(
            model_name='meeting',
            name='resources',
            field=models.PositiveSmallIntegerField(default=0, help_text='How many resources it takes.'),
        ),
        migrations.AddField(
            model_name='meetingtype',
            name='adds',
            field=models.PositiveSmallIntegerField(default=0, editable=False, help_text='How many other types can be had in the same visit (visits.sql).'),
        ),
        migrations.AddField(
            model_name='meetingtype',
            name='needs',
            field=models.PositiveSmallIntegerField(default=0, editable=False, help_text='From how many pools a meeting takes a resource (resources.sql).'),
        ),
        migrations.AddConstraint(
            model_name='meetingtype',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT', 'UPDATE (revision, needs, adds)'), name='booking_meetingtype_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "(published) or ((select access.roles() && array['administrator', 'host'])) or ((select access.office()) = 'guest')", ''), ('add', 'permissive', 'INSERT', '', "(select access.roles() && array['administrator'])"), ('change', 'permissive', 'UPDATE', "(select access.roles() && array['administrator'])", "(select access.roles() && array['administrator'])"), ('remove', 'permissive', 'DELETE', "(select access.roles() && array['administrator'])", '')), rights=('SELECT', 'INSERT', 'UPDATE', 'DELETE')),
        ),
        migrations.AddField(
            model_name='addition',
            name='added',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='booking.meetingtype'),
        ),
        migrations.AddField(
            model_name='addition',
            name='meeting_type',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='additions', to='booking.meetingtype'),
        ),
        migrations.AddField(
            model_name='addition',
            name='organisation',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation'),
        ),
        migrations.AddField(
            model_name='furtherservice',
            name='meeting',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='further_services', to='booking.meeting'),
        ),
        migrations.AddField(
            model_name='furtherservice',
            name='meeting_type',
            field=models.ForeignKey(on_delete=tillit.kernel.models.PROTECT, related_name='+', to='booking.meetingtype'),
        ),
        migrations.AddField(
            model_name='furtherservice',
            name='organisation',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation'),
        ),
        migrations.AddField(
            model_name='resource',
            name='organisation',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation'),
        ),
        migrations.AddField(
            model_name='resourcebusy',
            name='organisation',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation'),
        ),
        migrations.AddField(
            model_name='resourcebusy',
            name='resource',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='busy_times', to='booking.resource'),
        ),
        migrations.AddField(
            model_name='resourcetime',
            name='meeting',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='resource_times', to='booking.meeting'),
        ),
        migrations.AddField(
            model_name='resourcetime',
            name='organisation',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation'),
        ),
        migrations.AddField(
            model_name='resourcetime',
            name='resource',
            field=models.ForeignKey(db_index=False, on_delete=tillit.kernel.models.PROTECT, related_name='+', to='booking.resource'),
        ),
        migrations.AddField(
            model_name='typeresource',
            name='meeting_type',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='type_resources', to='booking.meetingtype'),
        ),
        migrations.AddField(
            model_name='typeresource',
            name='organisation',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation'),
        ),
        migrations.AddField(
            model_name='typeresource',
            name='resource',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='type_resources', to='booking.resource'),
        ),
        migrations.AddConstraint(
            model_name='addition',
            constraint=models.UniqueConstraint(fields=('meeting_type', 'added'), name='addition_once'),
        ),
        migrations.AddConstraint(
            model_name='addition',
            constraint=models.CheckConstraint(condition=models.Q(('meeting_type', models.F('added')), _negated=True), name='addition_is_another'),
        ),
        migrations.AddConstraint(
            model_name='addition',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT',), name='booking_addition_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', 'exists (select 1 from booking_meetingtype t where t.id = meeting_type_id)', ''), ('add', 'permissive', 'INSERT', '', "(select access.roles() && array['administrator'])"), ('add_parents', 'restrictive', 'INSERT', '', 'exists (select 1 from "booking_meetingtype" parent where parent.id = meeting_type_id) and exists (select 1 from "booking_meetingtype" parent where parent.id = added_id)'), ('remove', 'permissive', 'DELETE', "(select access.roles() && array['administrator'])", '')), rights=('SELECT', 'INSERT', 'DELETE')),
        ),
        migrations.AddConstraint(
            model_name='furtherservice',
            constraint=models.UniqueConstraint(fields=('meeting', 'meeting_type'), name='further_service_once'),
        ),
        migrations.AddConstraint(
            model_name='furtherservice',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT', 'INSERT'), name='booking_furtherservice_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', '(meeting_id = any((select booking.hosted())::uuid[])) or (meeting_id = any((select booking.attended())::uuid[]))', '')), rights=('SELECT',)),
        ),
        migrations.AddConstraint(
            model_name='resource',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT',), name='booking_resource_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "((select access.roles() && array['administrator', 'host'])) or (id = any((select booking.resources_of_mine())::uuid[]))", ''), ('add', 'permissive', 'INSERT', '', "(select access.roles() && array['administrator'])"), ('change', 'permissive', 'UPDATE', "(select access.roles() && array['administrator'])", "(select access.roles() && array['administrator'])")), rights=('SELECT', 'INSERT', 'UPDATE')),
        ),
        migrations.AddIndex(
            model_name='resourcebusy',
            index=django.contrib.postgres.indexes.GistIndex(fields=['resource', 'span'], name='busy_of_resource'),
        ),
        migrations.AddConstraint(
            model_name='resourcebusy',
            constraint=models.CheckConstraint(condition=models.Q(('span__isempty', False), ('span__lower_inf', False), ('span__upper_inf', False)), name='resource_busy_span_real'),
        ),
        migrations.AddConstraint(
            model_name='resourcebusy',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT', 'DELETE'), name='booking_resourcebusy_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "(select access.roles() && array['administrator'])", ''), ('add', 'permissive', 'INSERT', '', "(select access.roles() && array['administrator'])"), ('add_parents', 'restrictive', 'INSERT', '', 'exists (select 1 from "booking_resource" parent where parent.id = resource_id)'), ('remove', 'permissive', 'DELETE', "(select access.roles() && array['administrator'])", '')), rights=('SELECT', 'INSERT', 'DELETE')),
        ),
        migrations.AddConstraint(
            model_name='resourcetime',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('live', True)), expressions=[('resource', '='), ('span', '&&')], name='resource_never_twice'),
        ),
        migrations.AddConstraint(
            model_name='resourcetime',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT', 'INSERT', 'UPDATE (live)'), name='booking_resourcetime_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', '(meeting_id = any((select booking.hosted())::uuid[])) or (meeting_id = any((select booking.attended())::uuid[]))', '')), rights=('SELECT',)),
        ),
        migrations.AddConstraint(
            model_name='typeresource',
            constraint=models.UniqueConstraint(fields=('meeting_type', 'resource'), name='type_resource_once'),
        ),
        migrations.AddConstraint(
            model_name='typeresource',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT',), name='booking_typeresource_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "(select access.roles() && array['administrator', 'host'])", ''), ('add', 'permissive', 'INSERT', '', "(select access.roles() && array['administrator'])"), ('add_parents', 'restrictive', 'INSERT', '', 'exists (select 1 from "booking_meetingtype" parent where parent.id = meeting_type_id) and exists (select 1 from "booking_resource" parent where parent.id = resource_id)'), ('remove', 'permissive', 'DELETE', "(select access.roles() && array['administrator'])", '')), rights=('SELECT', 'INSERT', 'DELETE')),
        ),
        RunFile("resources.sql"),
        RunFile("visits.sql"),
    ]
