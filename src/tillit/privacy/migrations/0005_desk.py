import django.contrib.postgres.fields
import tillit.kernel.clock
import tillit.kernel.ids
import tillit.kernel.models
import tillit.kernel.rls
from django.db import migrations, models

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):

    dependencies = [
        ('privacy', '0004_rights'),
    ]

    operations = [
        RunFile("desk_relations.sql"),
        migrations.CreateModel(
            name='RightsRequest',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made', models.DateTimeField(default=tillit.kernel.clock.now, editable=False)),
                ('reference', models.CharField(help_text='As letters name it.', max_length=20)),
                ('kind', models.CharField(choices=[('access', 'access'), ('portability', 'portability'), ('correct', 'correct'), ('erase', 'erase'), ('restrict', 'restrict'), ('object', 'object'), ('withdraw', 'withdraw'), ('opt-out', 'opt-out'), ('question', 'question'), ('complaint', 'complaint')], max_length=12)),
                ('channel', models.CharField(choices=[('product', 'product'), ('form', 'form'), ('mail', 'mail'), ('letter', 'letter'), ('telephone', 'telephone')], max_length=12)),
                ('language', models.CharField(max_length=8)),
                ('received', models.DateField()),
                ('name', models.BinaryField(default=b'')),
                ('address', models.BinaryField(default=b'')),
                ('address_index', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('words', models.BinaryField(default=b'')),
                ('answer', models.BinaryField(default=b'')),
                ('behalf', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('unproven', 'unproven'), ('open', 'open'), ('answered', 'answered'), ('withdrawn', 'withdrawn'), ('lapsed', 'lapsed')], default='unproven', max_length=12)),
                ('proof', models.CharField(blank=True, choices=[('', ''), ('login', 'login'), ('address', 'address'), ('shown', 'shown')], default='', max_length=12)),
                ('proven', models.DateTimeField(null=True)),
                ('likeness', models.CharField(blank=True, help_text='same, alike or other: the typed address.', max_length=8)),
                ('due', models.DateTimeField()),
                ('extended', models.CharField(blank=True, help_text='A member of kernel.dpv.Delay.', max_length=12)),
                ('outcome', models.CharField(blank=True, choices=[('', ''), ('granted', 'granted'), ('partly', 'partly'), ('refused', 'refused')], default='', max_length=12)),
                ('refusal', models.CharField(blank=True, help_text='A member of kernel.dpv.Refusal.', max_length=12)),
                ('closed', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=tillit.kernel.models.SET_NULL, related_name='+', to='identity.person')),
                ('asked_by', models.ForeignKey(null=True, on_delete=tillit.kernel.models.SET_NULL, related_name='+', to='identity.person')),
                ('organisation', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation')),
                ('person', models.ForeignKey(null=True, on_delete=tillit.kernel.models.SET_NULL, related_name='+', to='identity.person')),
                ('proved_by', models.ForeignKey(null=True, on_delete=tillit.kernel.models.SET_NULL, related_name='+', to='identity.person')),
            ],
        ),
        migrations.CreateModel(
            name='RequestSubject',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation')),
                ('person', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.person')),
                ('request', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='subjects', to='privacy.rightsrequest')),
            ],
        ),
        migrations.CreateModel(
            name='RequestStep',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made', models.DateTimeField(default=tillit.kernel.clock.now, editable=False)),
                ('what', models.CharField(max_length=20)),
                ('detail', models.CharField(blank=True, help_text='A stable word.', max_length=60)),
                ('by', models.ForeignKey(null=True, on_delete=tillit.kernel.models.SET_NULL, related_name='+', to='identity.person')),
                ('organisation', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation')),
                ('request', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='steps', to='privacy.rightsrequest')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Telling',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made', models.DateTimeField(default=tillit.kernel.clock.now, editable=False)),
                ('receiver', models.CharField(max_length=60)),
                ('name', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('told', 'told'), ('impossible', 'impossible')], default='waiting', max_length=12)),
                ('why', models.CharField(blank=True, max_length=30)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('tried', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation')),
                ('request', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='tellings', to='privacy.rightsrequest')),
            ],
        ),
        migrations.CreateModel(
            name='Disclosure',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made', models.DateTimeField(default=tillit.kernel.clock.now, editable=False)),
                ('kind', models.CharField(choices=[('authority', 'authority'), ('breach', 'breach'), ('claim', 'claim')], max_length=12)),
                ('receiver_kind', models.CharField(help_text='A key of desk/receivers.py.', max_length=20)),
                ('receiver', models.BinaryField(default=b'')),
                ('case', models.BinaryField(default=b'')),
                ('basis', models.CharField(help_text="The law or the contract's clause, as it is cited.", max_length=200)),
                ('words', models.BinaryField(default=b'')),
                ('fields', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), size=None)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('approved', 'approved'), ('refused', 'refused'), ('handed', 'handed'), ('lapsed', 'lapsed')], default='waiting', max_length=12)),
                ('answered', models.DateTimeField(null=True)),
                ('handed', models.DateTimeField(null=True)),
                ('digest', models.CharField(blank=True, help_text='SHA-256 of the file that was handed over.', max_length=64)),
                ('silence', models.BinaryField(default=b'')),
                ('silent_until', models.DateTimeField(null=True)),
                ('told', models.DateTimeField(null=True)),
                ('approved_by', models.ForeignKey(null=True, on_delete=tillit.kernel.models.SET_NULL, related_name='+', to='identity.person')),
                ('asked_by', models.ForeignKey(null=True, on_delete=tillit.kernel.models.SET_NULL, related_name='+', to='identity.person')),
                ('organisation', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation')),
                ('person', models.ForeignKey(null=True, on_delete=tillit.kernel.models.SET_NULL, related_name='+', to='identity.person')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'state', 'made'], name='disclosure_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('waiting', 'approved', 'refused', 'handed', 'lapsed'))), name='disclosure_state'), models.CheckConstraint(condition=models.Q(('state__in', ('waiting', 'refused', 'lapsed')), models.Q(('approved_by', models.F('asked_by')), _negated=True), _connector='OR'), name='disclosure_by_two'), tillit.kernel.rls.RowSecurity(definer=('SELECT', 'INSERT', 'UPDATE (state, approved_by_id, answered, handed, digest, told)', 'DELETE'), name='privacy_disclosure_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "((select access.roles() && array['administrator', 'privacy'])) or ((person_id = (select access.person())) and (state = 'handed' and told is not null)) or ((select access.office()) in ('reaction', 'sweeper', 'prober'))", '')), rights=('SELECT',))],
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made', models.DateTimeField(default=tillit.kernel.clock.now, editable=False)),
                ('matter', models.UUIDField()),
                ('tables', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), default=list, size=None)),
                ('reason', models.CharField(help_text='A key of desk/holds.py REASONS.', max_length=20)),
                ('words', models.BinaryField(default=b'')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('live', 'live'), ('refused', 'refused'), ('ended', 'ended')], max_length=12)),
                ('starts', models.DateTimeField(null=True)),
                ('ends', models.DateTimeField()),
                ('closed', models.DateTimeField(null=True)),
                ('approved_by', models.ForeignKey(null=True, on_delete=tillit.kernel.models.SET_NULL, related_name='+', to='identity.person')),
                ('end_asked_by', models.ForeignKey(null=True, on_delete=tillit.kernel.models.SET_NULL, related_name='+', to='identity.person')),
                ('asked_by', models.ForeignKey(null=True, on_delete=tillit.kernel.models.SET_NULL, related_name='+', to='identity.person')),
                ('organisation', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation')),
                ('person', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.person')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'live')), fields=['person'], name='hold_live')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('waiting', 'live', 'refused', 'ended'))), name='hold_state'), tillit.kernel.rls.RowSecurity(definer=('SELECT', 'INSERT', 'UPDATE (state, starts, approved_by_id, end_asked_by_id, closed)', 'DELETE'), name='privacy_hold_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "((select access.roles() && array['administrator', 'privacy'])) or ((person_id = (select access.person())) and (state = 'live')) or ((select access.office()) in ('reaction', 'sweeper', 'prober'))", '')), rights=('SELECT',))],
            },
        ),
        migrations.AddIndex(
            model_name='rightsrequest',
            index=models.Index(fields=['organisation', 'state', 'due'], name='request_waiting'),
        ),
        migrations.AddIndex(
            model_name='rightsrequest',
            index=models.Index(fields=['organisation', 'address_index'], name='request_by_address'),
        ),
        migrations.AddConstraint(
            model_name='rightsrequest',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('access', 'portability', 'correct', 'erase', 'restrict', 'object', 'withdraw', 'opt-out', 'question', 'complaint'))), name='request_kind'),
        ),
        migrations.AddConstraint(
            model_name='rightsrequest',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ('product', 'form', 'mail', 'letter', 'telephone'))), name='request_channel'),
        ),
        migrations.AddConstraint(
            model_name='rightsrequest',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('unproven', 'open', 'answered', 'withdrawn', 'lapsed'))), name='request_state'),
        ),
        migrations.AddConstraint(
            model_name='rightsrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ('partly', 'refused')), _negated=True), models.Q(('refusal', ''), _negated=True), _connector='OR'), name='request_refusal_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='rightsrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ('granted', 'partly')), _negated=True), models.Q(('proof', ''), _negated=True), _connector='OR'), name='request_granted_to_who_is_known'),
        ),
        migrations.AddConstraint(
            model_name='rightsrequest',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT', 'UPDATE (person_id)', 'DELETE'), name='privacy_rightsrequest_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "((asked_by_id = (select access.person())) and (channel = 'product')) or (id = any((select privacy.my_requests())::uuid[])) or ((select access.roles() && array['administrator', 'privacy'])) or (id = (select access.subject_id_as('asker'))) or ((select access.office()) in ('reaction', 'sweeper', 'prober'))", ''), ('add', 'permissive', 'INSERT', '', "((person_id = (select access.person())) and (channel = 'product' and proof in ('login', 'address') and asked_by_id = person_id)) or ((((select access.roles() && array['administrator', 'privacy'])) and (asked_by_id = (select access.person()))) and (channel in ('mail', 'letter', 'telephone') and state = 'unproven')) or (((select access.office()) in ('public', 'member')) and (channel = 'form' and state = 'unproven' and person_id is null and asked_by_id is null))"), ('change', 'permissive', 'UPDATE', "((select access.roles() && array['administrator', 'privacy'])) or (id = (select access.subject_id_as('asker'))) or (id = any((select privacy.my_requests())::uuid[])) or ((select access.office()) = 'sweeper')", "((select access.roles() && array['administrator', 'privacy'])) or ((id = (select access.subject_id_as('asker'))) and (state in ('open', 'withdrawn') and outcome = '')) or ((id = any((select privacy.my_requests())::uuid[])) and (state = 'withdrawn' and outcome = '')) or ((select access.office()) = 'sweeper')")), rights=('SELECT', 'INSERT', 'UPDATE (answer, state, proof, proven, proved_by_id, likeness, due, extended, outcome, refusal, answered_by_id, closed)')),
        ),
        migrations.AddIndex(
            model_name='requestsubject',
            index=models.Index(fields=['person'], name='request_subject'),
        ),
        migrations.AddConstraint(
            model_name='requestsubject',
            constraint=models.UniqueConstraint(fields=('request', 'person'), name='request_subject_once'),
        ),
        migrations.AddConstraint(
            model_name='requestsubject',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT', 'INSERT', 'DELETE'), name='privacy_requestsubject_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "(person_id = (select access.person())) or ((select access.roles() && array['administrator', 'privacy'])) or (request_id = (select access.subject_id_as('asker'))) or ((select access.office()) in ('reaction', 'sweeper', 'prober'))", '')), rights=('SELECT',)),
        ),
        migrations.AddConstraint(
            model_name='requeststep',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT',), name='privacy_requeststep_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "((select access.roles() && array['administrator', 'privacy'])) or (request_id = (select access.subject_id_as('asker'))) or (request_id = any((select privacy.my_requests())::uuid[])) or ((select access.office()) in ('reaction', 'sweeper', 'prober'))", ''), ('add', 'permissive', 'INSERT', '', "((select access.roles() && array['administrator', 'privacy'])) or (request_id = (select access.subject_id_as('asker'))) or (request_id = any((select privacy.my_requests())::uuid[])) or ((select access.office()) in ('reaction', 'sweeper', 'prober'))"), ('add_parents', 'restrictive', 'INSERT', '', 'exists (select 1 from "privacy_rightsrequest" parent where parent.id = request_id)')), rights=('SELECT', 'INSERT')),
        ),
        migrations.AddConstraint(
            model_name='telling',
            constraint=models.UniqueConstraint(fields=('request', 'receiver'), name='telling_once'),
        ),
        migrations.AddConstraint(
            model_name='telling',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT',), name='privacy_telling_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "((select access.roles() && array['administrator', 'privacy'])) or (request_id = any((select privacy.my_requests())::uuid[])) or (request_id = (select access.subject_id_as('asker'))) or ((select access.office()) in ('reaction', 'sweeper', 'prober'))", ''), ('add', 'permissive', 'INSERT', '', "(select access.roles() && array['administrator', 'privacy'])"), ('add_parents', 'restrictive', 'INSERT', '', 'exists (select 1 from "privacy_rightsrequest" parent where parent.id = request_id)'), ('change', 'permissive', 'UPDATE', "((select access.roles() && array['administrator', 'privacy'])) or ((select access.office()) = 'sweeper')", "((select access.roles() && array['administrator', 'privacy'])) or ((select access.office()) = 'sweeper')"), ('change_parents', 'restrictive', 'UPDATE', 'true', 'exists (select 1 from "privacy_rightsrequest" parent where parent.id = request_id)')), rights=('SELECT', 'INSERT', 'UPDATE (state, why, tries, tried)')),
        ),
        RunFile("desk.sql"),
        RunFile("keeping.sql"),
    ]
