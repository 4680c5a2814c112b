import django.contrib.postgres.fields
import tillit.kernel.clock
import tillit.kernel.ids
import tillit.kernel.models
import tillit.kernel.rls
from django.conf import settings
from django.db import migrations, models

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):

    dependencies = [
        ('privacy', '0005_desk'),
    ]

    operations = [
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made', models.DateTimeField(default=tillit.kernel.clock.now, editable=False)),
                ('reference', models.CharField(help_text="The organisation's own, as the authority is given it.", max_length=30)),
                ('contact', models.BinaryField(default=b'')),
                ('source', models.CharField(choices=[('staff', 'staff'), ('outside', 'outside'), ('alarm', 'alarm'), ('promise', 'promise'), ('operator', 'operator'), ('drill', 'drill')], max_length=10)),
                ('source_id', models.UUIDField(help_text='The alarm that it began with.', null=True)),
                ('source_word', models.CharField(blank=True, help_text='The promise that it began with.', max_length=60)),
                ('drill', models.BooleanField(default=False)),
                ('known', models.DateTimeField()),
                ('began', models.DateTimeField(null=True)),
                ('ended', models.DateTimeField(null=True)),
                ('cause', models.CharField(blank=True, choices=[('mistake', 'mistake'), ('lost', 'lost'), ('attack', 'attack'), ('insider', 'insider'), ('weakness', 'weakness'), ('processor', 'processor'), ('other', 'other')], max_length=10)),
                ('natures', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), default=list, help_text='seen, changed, lost', size=None)),
                ('categories', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, help_text='Kinds of data (kernel.dpv).', size=None)),
                ('risk', models.CharField(blank=True, choices=[('none', 'none'), ('risk', 'risk'), ('high', 'high')], max_length=6)),
                ('authority', models.CharField(blank=True, max_length=6)),
                ('reported', models.DateTimeField(null=True)),
                ('supplemented', models.DateTimeField(null=True)),
                ('people', models.CharField(blank=True, max_length=6)),
                ('closed', models.DateTimeField(null=True)),
                ('what', models.BinaryField(default=b'')),
                ('consequences', models.BinaryField(default=b'')),
                ('measures', models.BinaryField(default=b'')),
                ('words', models.BinaryField(default=b'')),
                ('organisation', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation')),
                ('reporter', models.ForeignKey(null=True, on_delete=tillit.kernel.models.SET_NULL, related_name='+', to='identity.person')),
            ],
        ),
        migrations.CreateModel(
            name='IncidentCount',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made', models.DateTimeField(default=tillit.kernel.clock.now, editable=False)),
                ('question', models.JSONField(help_text='What was asked: ids, instants and small words.')),
                ('people', models.PositiveIntegerField(help_text='Different people, those whose data is erased among them.')),
                ('reachable', models.PositiveIntegerField(help_text='Of those, who are still known here.')),
                ('events', models.PositiveBigIntegerField()),
                ('names', models.JSONField(default=dict, help_text='Kind of event → different people.')),
                ('languages', models.JSONField(default=dict, help_text='Language → people who are known.')),
                ('digest', models.CharField(max_length=64)),
                ('milliseconds', models.PositiveIntegerField(help_text='How long the counting took.')),
                ('incident', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='counts', to='privacy.incident')),
                ('organisation', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Affected',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation_id', models.UUIDField()),
                ('told', models.DateTimeField(null=True)),
                ('unreachable', models.BooleanField(default=False, help_text='There is no address to write to.')),
                ('person', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.person')),
                ('count', models.ForeignKey(db_index=False, on_delete=tillit.kernel.models.CASCADE, related_name='affected', to='privacy.incidentcount')),
            ],
        ),
        migrations.CreateModel(
            name='IncidentLine',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made', models.DateTimeField(default=tillit.kernel.clock.now, editable=False)),
                ('kind', models.CharField(max_length=20)),
                ('words', models.BinaryField(default=b'')),
                ('facts', models.JSONField(default=dict, help_text='Numbers and small words that say nothing about anybody.')),
                ('author', models.ForeignKey(null=True, on_delete=tillit.kernel.models.SET_NULL, related_name='+', to='identity.person')),
                ('incident', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='lines', to='privacy.incident')),
                ('organisation', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=12)),
                ('who', models.CharField(max_length=64)),
                ('slot', models.DateTimeField()),
                ('times', models.PositiveIntegerField()),
                ('organisation', models.ForeignKey(db_index=False, null=True, on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation')),
                ('person', models.ForeignKey(null=True, on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.person')),
            ],
        ),
        migrations.CreateModel(
            name='Watched',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('until', models.DateTimeField()),
                ('audited', models.DateTimeField(null=True)),
                ('findings', models.PositiveIntegerField(default=0)),
                ('organisation', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made', models.DateTimeField(default=tillit.kernel.clock.now, editable=False)),
                ('rule', models.CharField(max_length=20)),
                ('who', models.CharField(help_text="A person's id, or a mark of a network.", max_length=64)),
                ('first', models.DateTimeField()),
                ('last', models.DateTimeField()),
                ('figure', models.PositiveIntegerField(help_text='How many, at the most.')),
                ('state', models.CharField(default='waiting', max_length=9)),
                ('answered', models.DateTimeField(null=True)),
                ('words', models.BinaryField(default=b'')),
                ('answered_by', models.ForeignKey(null=True, on_delete=tillit.kernel.models.SET_NULL, related_name='+', to='identity.person')),
                ('organisation', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation')),
                ('person', models.ForeignKey(null=True, on_delete=tillit.kernel.models.SET_NULL, related_name='+', to='identity.person')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', '-last'], name='alarm_last')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('organisation', 'rule', 'who'), name='alarm_waits_once'), models.CheckConstraint(condition=models.Q(('state__in', ('waiting', 'explained', 'incident', 'false'))), name='alarm_state'), tillit.kernel.rls.RowSecurity(definer=('SELECT', 'DELETE', 'UPDATE (answered_by_id, who, person_id)'), name='privacy_alarm_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "((select access.roles() && array['administrator', 'privacy'])) or ((select access.office()) in ('watch', 'reaction', 'incidents', 'prober'))", ''), ('add', 'permissive', 'INSERT', '', "(select access.office()) = 'watch'"), ('add_parents', 'restrictive', 'INSERT', '', '(answered_by_id is null or exists (select 1 from "identity_person" parent where parent.id = answered_by_id))'), ('change', 'permissive', 'UPDATE', "((select access.roles() && array['administrator', 'privacy'])) or ((select access.office()) = 'watch')", "((select access.roles() && array['administrator', 'privacy'])) or ((select access.office()) = 'watch')"), ('change_parents', 'restrictive', 'UPDATE', 'true', '(answered_by_id is null or exists (select 1 from "identity_person" parent where parent.id = answered_by_id))')), rights=('SELECT', 'INSERT', 'UPDATE'))],
            },
        ),
        migrations.CreateModel(
            name='AlarmRule',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('rule', models.CharField(max_length=20)),
                ('on', models.BooleanField(default=True)),
                ('most', models.PositiveIntegerField()),
                ('minutes', models.PositiveIntegerField()),
                ('evening', models.PositiveSmallIntegerField(help_text='The hour at which the night begins.', null=True)),
                ('morning', models.PositiveSmallIntegerField(null=True)),
                ('why', models.CharField(blank=True, max_length=200)),
                ('chosen', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'rule'), name='alarmrule_once'), tillit.kernel.rls.RowSecurity(definer=(), name='privacy_alarmrule_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "((select access.roles() && array['administrator', 'privacy'])) or ((select access.office()) in ('watch', 'reaction', 'incidents', 'prober'))", ''), ('add', 'permissive', 'INSERT', '', "(select access.roles() && array['administrator', 'privacy'])"), ('change', 'permissive', 'UPDATE', "(select access.roles() && array['administrator', 'privacy'])", "(select access.roles() && array['administrator', 'privacy'])")), rights=('SELECT', 'INSERT', 'UPDATE'))],
            },
        ),
        migrations.CreateModel(
            name='Arrival',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(help_text='device or network', max_length=8)),
                ('mark', models.CharField(max_length=64)),
                ('first', models.DateTimeField()),
                ('last', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'kind', 'mark'), name='arrival_once'), tillit.kernel.rls.RowSecurity(definer=('SELECT', 'INSERT', 'UPDATE (last)', 'DELETE'), name='privacy_arrival_rows', policies=(), rights=())],
            },
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['organisation', '-known'], name='incident_known'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('authority__in', ['', 'report', 'no'])), name='incident_authority'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('people__in', ['', 'tell', 'no'])), name='incident_people'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT', 'DELETE', 'UPDATE (reporter_id)'), name='privacy_incident_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "((select access.roles() && array['administrator', 'privacy'])) or ((select access.office()) in ('incidents', 'reaction', 'sweeper', 'prober'))", ''), ('add', 'permissive', 'INSERT', '', "((select access.roles() && array['administrator', 'privacy'])) or ((select access.office()) = 'incidents') or (((source = 'outside' and not drill) and ((select access.office()) is not null)) and (reporter_id is not distinct from (select access.person())))"), ('change', 'permissive', 'UPDATE', "((select access.roles() && array['administrator', 'privacy'])) or ((select access.office()) in ('incidents', 'reaction', 'sweeper', 'prober'))", "((select access.roles() && array['administrator', 'privacy'])) or ((select access.office()) in ('incidents', 'reaction', 'sweeper', 'prober'))")), rights=('SELECT', 'INSERT', 'UPDATE')),
        ),
        migrations.AddIndex(
            model_name='incidentcount',
            index=models.Index(fields=['incident'], name='incident_count'),
        ),
        migrations.AddConstraint(
            model_name='incidentcount',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT', 'INSERT'), name='privacy_incidentcount_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "((select access.roles() && array['administrator', 'privacy'])) or ((select access.office()) in ('incidents', 'reaction', 'sweeper', 'prober'))", ''), ('remove', 'permissive', 'DELETE', "(select access.roles() && array['administrator', 'privacy'])", '')), rights=('SELECT', 'DELETE')),
        ),
        migrations.AddConstraint(
            model_name='affected',
            constraint=models.UniqueConstraint(fields=('count', 'person'), name='affected_once'),
        ),
        migrations.AddConstraint(
            model_name='affected',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT', 'INSERT', 'DELETE'), name='privacy_affected_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "(person_id = (select access.person())) or ((select access.roles() && array['administrator', 'privacy'])) or ((select access.office()) in ('incidents', 'reaction', 'sweeper', 'prober'))", ''), ('change', 'permissive', 'UPDATE', "(select access.office()) in ('reaction', 'incidents')", "(select access.office()) in ('reaction', 'incidents')"), ('change_parents', 'restrictive', 'UPDATE', 'true', 'exists (select 1 from "privacy_incidentcount" parent where parent.id = count_id)')), rights=('SELECT', 'UPDATE (told, unreachable)')),
        ),
        migrations.AddIndex(
            model_name='incidentline',
            index=models.Index(fields=['incident', 'id'], name='incident_line'),
        ),
        migrations.AddConstraint(
            model_name='incidentline',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT', 'UPDATE (author_id)'), name='privacy_incidentline_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "((select access.roles() && array['administrator', 'privacy'])) or ((select access.office()) in ('incidents', 'reaction', 'sweeper', 'prober'))", ''), ('add', 'permissive', 'INSERT', '', "((select access.roles() && array['administrator', 'privacy'])) or ((select access.office()) in ('incidents', 'reaction', 'sweeper', 'prober'))"), ('add_parents', 'restrictive', 'INSERT', '', 'exists (select 1 from "privacy_incident" parent where parent.id = incident_id) and (author_id is null or exists (select 1 from "identity_person" parent where parent.id = author_id))')), rights=('SELECT', 'INSERT')),
        ),
        migrations.AddIndex(
            model_name='tally',
            index=models.Index(fields=['slot'], name='tally_slot'),
        ),
        migrations.AddConstraint(
            model_name='tally',
            constraint=models.UniqueConstraint(fields=('organisation', 'kind', 'slot', 'who'), name='tally_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='tally',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT', 'INSERT', 'UPDATE (times)', 'DELETE'), name='privacy_tally_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'),), rights=()),
        ),
        migrations.AddConstraint(
            model_name='watched',
            constraint=models.UniqueConstraint(fields=('organisation',), name='watched_once'),
        ),
        migrations.AddConstraint(
            model_name='watched',
            constraint=tillit.kernel.rls.RowSecurity(definer=(), name='privacy_watched_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "((select access.roles() && array['administrator', 'privacy'])) or ((select access.office()) in ('watch', 'reaction', 'incidents', 'prober'))", ''), ('add', 'permissive', 'INSERT', '', "(select access.office()) = 'watch'"), ('change', 'permissive', 'UPDATE', "(select access.office()) = 'watch'", "(select access.office()) = 'watch'")), rights=('SELECT', 'INSERT', 'UPDATE')),
        ),
        RunFile("incidents.sql"),
        RunFile("alarms.sql"),
    ]
