import django.contrib.postgres.fields.ranges
import tillit.kernel.clock
import tillit.kernel.ids
import tillit.kernel.models
import tillit.kernel.rls
from django.db import migrations, models

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0011_pay'),
        ('identity', '0005_embed_sites'),
    ]

    operations = [
        RunFile("poll_relations.sql"),
        migrations.CreateModel(
            name='Poll',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made', models.DateTimeField(default=tillit.kernel.clock.now, editable=False)),
                ('title', models.BinaryField(default=b'')),
                ('place', models.BinaryField(default=b'')),
                ('about', models.BinaryField(default=b'')),
                ('minutes', models.PositiveIntegerField(help_text='How long the meeting takes.')),
                ('closes', models.DateTimeField(help_text='Until when one can answer.')),
                ('shows_names', models.BooleanField(help_text='Who has answered sees who else can; else how many.')),
                ('keeps_free', models.BooleanField(help_text='Meanwhile nobody can book the hosts at its times.')),
                ('state', models.CharField(default='open', max_length=8)),
                ('number', models.PositiveIntegerField(default=0)),
                ('sequence', models.PositiveIntegerField(default=0, help_text='Counts changes of the meeting (RFC 5545).')),
            ],
        ),
        migrations.CreateModel(
            name='PollAnswer',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made', models.DateTimeField(default=tillit.kernel.clock.now, editable=False)),
                ('state', models.CharField(default='answered', max_length=10)),
                ('key', models.UUIDField(help_text='Chosen by the form: the same form sent twice answers once.')),
                ('choices', models.JSONField(default=dict, help_text='{"2026-12-01T09:00Z": "yes", …}')),
                ('note', models.BinaryField(default=b'')),
                ('changed', models.DateTimeField(help_text='When it was last said.', null=True)),
            ],
        ),
        migrations.CreateModel(
            name='PollHost',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='PollTime',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('span', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='busytime',
            name='booking_busytime_rows',
        ),
        migrations.RemoveConstraint(
            model_name='meetingtype',
            name='booking_meetingtype_rows',
        ),
        migrations.AddField(
            model_name='meetingtype',
            name='for_polls',
            field=models.BooleanField(default=False, editable=False, help_text='Meetings that a poll has found stand under it; it is no offer.'),
        ),
        migrations.AddConstraint(
            model_name='meetingtype',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT', 'INSERT', 'UPDATE (revision, needs, adds)'), name='booking_meetingtype_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "(published) or ((select access.roles() && array['administrator', 'host'])) or ((select access.office()) = 'guest')", ''), ('add', 'permissive', 'INSERT', '', "(select access.roles() && array['administrator'])"), ('change', 'permissive', 'UPDATE', "(select access.roles() && array['administrator'])", "(select access.roles() && array['administrator'])"), ('remove', 'permissive', 'DELETE', "(select access.roles() && array['administrator'])", '')), rights=('SELECT', 'INSERT', 'UPDATE', 'DELETE')),
        ),
        migrations.AddField(
            model_name='poll',
            name='meeting',
            field=models.ForeignKey(null=True, on_delete=tillit.kernel.models.SET_NULL, related_name='+', to='booking.meeting'),
        ),
        migrations.AddField(
            model_name='poll',
            name='organisation',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation'),
        ),
        migrations.AddField(
            model_name='poll',
            name='person',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.person'),
        ),
        migrations.AddField(
            model_name='busytime',
            name='poll',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=tillit.kernel.models.CASCADE, related_name='+', to='booking.poll'),
        ),
        migrations.AddIndex(
            model_name='busytime',
            index=models.Index(condition=models.Q(('poll__isnull', False)), fields=['poll'], name='busy_of_poll'),
        ),
        migrations.AddConstraint(
            model_name='busytime',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT', 'INSERT', 'DELETE'), name='booking_busytime_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', 'person_id = (select access.person())', ''), ('add', 'permissive', 'INSERT', '', 'person_id = (select access.person())'), ('add_parents', 'restrictive', 'INSERT', '', 'exists (select 1 from "booking_host" parent where parent.id = host_id) and exists (select 1 from "identity_person" parent where parent.id = person_id) and (item_id is null or exists (select 1 from "booking_item" parent where parent.id = item_id)) and (poll_id is null or exists (select 1 from "booking_poll" parent where parent.id = poll_id))'), ('remove', 'permissive', 'DELETE', 'person_id = (select access.person())', '')), rights=('SELECT', 'INSERT', 'DELETE')),
        ),
        migrations.AddField(
            model_name='pollanswer',
            name='organisation',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation'),
        ),
        migrations.AddField(
            model_name='pollanswer',
            name='person',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.person'),
        ),
        migrations.AddField(
            model_name='pollanswer',
            name='poll',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='answers', to='booking.poll'),
        ),
        migrations.AddField(
            model_name='pollhost',
            name='host',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='booking.host'),
        ),
        migrations.AddField(
            model_name='pollhost',
            name='organisation',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation'),
        ),
        migrations.AddField(
            model_name='pollhost',
            name='person',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.person'),
        ),
        migrations.AddField(
            model_name='pollhost',
            name='poll',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='hosts', to='booking.poll'),
        ),
        migrations.AddField(
            model_name='polltime',
            name='organisation',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation'),
        ),
        migrations.AddField(
            model_name='polltime',
            name='poll',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='times', to='booking.poll'),
        ),
        migrations.AddConstraint(
            model_name='poll',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('open', 'chosen', 'off', 'lapsed'))), name='poll_state'),
        ),
        migrations.AddConstraint(
            model_name='poll',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__range', (5, 1440))), name='poll_minutes'),
        ),
        migrations.AddConstraint(
            model_name='poll',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT', 'INSERT', 'UPDATE', 'DELETE'), name='booking_poll_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', 'id = any((select booking.polls())::uuid[])', '')), rights=('SELECT',)),
        ),
        migrations.AddConstraint(
            model_name='pollanswer',
            constraint=models.UniqueConstraint(fields=('poll', 'key'), name='poll_answer_once'),
        ),
        migrations.AddConstraint(
            model_name='pollanswer',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('asked', 'answered', 'withdrawn'))), name='poll_answer_state'),
        ),
        migrations.AddConstraint(
            model_name='pollanswer',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT', 'INSERT', 'UPDATE', 'DELETE'), name='booking_pollanswer_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "(person_id = (select access.person())) or (((poll_id = any((select booking.polls_hosted())::uuid[])) and (not person_id = any((select access.restricted())::uuid[]))) and (state <> 'withdrawn'))", '')), rights=('SELECT',)),
        ),
        migrations.AddConstraint(
            model_name='pollhost',
            constraint=models.UniqueConstraint(fields=('poll', 'host'), name='poll_host_once'),
        ),
        migrations.AddConstraint(
            model_name='pollhost',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT', 'INSERT', 'DELETE'), name='booking_pollhost_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', 'poll_id = any((select booking.polls())::uuid[])', '')), rights=('SELECT',)),
        ),
        migrations.AddConstraint(
            model_name='polltime',
            constraint=models.UniqueConstraint(fields=('poll', 'span'), name='poll_time_once'),
        ),
        migrations.AddConstraint(
            model_name='polltime',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT', 'INSERT', 'DELETE'), name='booking_polltime_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', 'poll_id = any((select booking.polls())::uuid[])', '')), rights=('SELECT',)),
        ),
        RunFile("polls.sql"),
    ]
