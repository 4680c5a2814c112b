from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models

import tillit.kernel.clock
import tillit.kernel.ids
import tillit.kernel.models
import tillit.kernel.rls
from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("privacy", "0003_policy"), ("evidence", "0002_functions")]
    operations: ClassVar[list[Any]] = [
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made', models.DateTimeField(default=tillit.kernel.clock.now, editable=False)),
                ('purpose', models.CharField(help_text='A key of rights/consents.py.', max_length=40)),
                ('version', models.PositiveSmallIntegerField(help_text='Of the words that were agreed to.')),
                ('text', models.TextField(help_text='Those words, as they were read.')),
                ('language', models.CharField(help_text='In which they were read.', max_length=8)),
                ('withdrawn', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation')),
                ('person', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.person')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('withdrawn', None)), fields=['organisation', 'purpose'], name='consent_live')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn', None)), fields=('person', 'purpose'), name='consent_once'), tillit.kernel.rls.RowSecurity(definer=('SELECT', 'DELETE'), name='privacy_consent_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', 'person_id = (select access.person())', ''), ('add', 'permissive', 'INSERT', '', 'person_id = (select access.person())'), ('add_parents', 'restrictive', 'INSERT', '', 'exists (select 1 from "identity_person" parent where parent.id = person_id)'), ('change', 'permissive', 'UPDATE', 'person_id = (select access.person())', 'person_id = (select access.person())'), ('change_parents', 'restrictive', 'UPDATE', 'true', 'exists (select 1 from "identity_person" parent where parent.id = person_id)')), rights=('SELECT', 'INSERT', 'UPDATE (withdrawn)'))],
            },
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made', models.DateTimeField(default=tillit.kernel.clock.now, editable=False)),
                ('purpose', models.CharField(help_text='A key of rights/objections.py.', max_length=40)),
                ('state', models.CharField(choices=[('upheld', 'upheld'), ('waiting', 'waiting'), ('refused', 'refused')], max_length=10)),
                ('signal', models.BooleanField(default=False)),
                ('words', models.BinaryField(default=b'')),
                ('answer', models.BinaryField(default=b'')),
                ('answered', models.DateTimeField(null=True)),
                ('withdrawn', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=tillit.kernel.models.SET_NULL, related_name='+', to='identity.person')),
                ('organisation', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation')),
                ('person', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.person')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('withdrawn', None)), fields=['organisation', 'purpose'], name='objection_live')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn', None)), fields=('person', 'purpose'), name='objection_once'), tillit.kernel.rls.RowSecurity(definer=('SELECT', 'UPDATE (state, answer, answered_by_id, answered)', 'DELETE'), name='privacy_objection_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "(person_id = (select access.person())) or ((select access.roles() && array['administrator', 'privacy']))", ''), ('add', 'permissive', 'INSERT', '', "(person_id = (select access.person())) and (answered_by_id is null and (state = 'waiting' or state = 'upheld' and purpose in ('marketing', 'sale', 'statistics')))"), ('add_parents', 'restrictive', 'INSERT', '', 'exists (select 1 from "identity_person" parent where parent.id = person_id)'), ('change', 'permissive', 'UPDATE', 'person_id = (select access.person())', 'person_id = (select access.person())'), ('change_parents', 'restrictive', 'UPDATE', 'true', 'exists (select 1 from "identity_person" parent where parent.id = person_id)')), rights=('SELECT', 'INSERT', 'UPDATE (withdrawn)'))],
            },
        ),
        migrations.CreateModel(
            name='Restriction',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made', models.DateTimeField(default=tillit.kernel.clock.now, editable=False)),
                ('reason', models.CharField(choices=[('accuracy', 'accuracy'), ('unlawful', 'unlawful'), ('claims', 'claims'), ('objection', 'objection')], max_length=10)),
                ('lifted', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation')),
                ('person', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.person')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('lifted', None)), fields=['organisation'], name='restriction_live')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted', None)), fields=('person',), name='restriction_once'), tillit.kernel.rls.RowSecurity(definer=('SELECT', 'DELETE'), name='privacy_restriction_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', 'person_id = (select access.person())', ''), ('add', 'permissive', 'INSERT', '', 'person_id = (select access.person())'), ('add_parents', 'restrictive', 'INSERT', '', 'exists (select 1 from "identity_person" parent where parent.id = person_id)'), ('change', 'permissive', 'UPDATE', 'person_id = (select access.person())', 'person_id = (select access.person())'), ('change_parents', 'restrictive', 'UPDATE', 'true', 'exists (select 1 from "identity_person" parent where parent.id = person_id)')), rights=('SELECT', 'INSERT', 'UPDATE (lifted)'))],
            },
        ),
        RunFile("rights.sql"),
        migrations.CreateModel(
            name='Copy',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made', models.DateTimeField(default=tillit.kernel.clock.now, editable=False)),
                ('whole', models.BooleanField(default=False)),
                ('language', models.CharField(help_text='Of the readable page.', max_length=8)),
                ('state', models.CharField(default='waiting', max_length=8)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('size', models.BigIntegerField(default=0, help_text='Bytes of the ZIP file.')),
                ('ends', models.DateTimeField(help_text='When it goes, and its link with it.')),
                ('opened', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation')),
                ('person', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.person')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('waiting', 'ready', 'failed'))), name='copy_state'), tillit.kernel.rls.RowSecurity(definer=('SELECT', 'DELETE'), name='privacy_copy_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', 'person_id = (select access.person())', ''), ('add', 'permissive', 'INSERT', '', 'person_id = (select access.person())'), ('add_parents', 'restrictive', 'INSERT', '', 'exists (select 1 from "identity_person" parent where parent.id = person_id)'), ('change', 'permissive', 'UPDATE', 'person_id = (select access.person())', 'person_id = (select access.person())'), ('change_parents', 'restrictive', 'UPDATE', 'true', 'exists (select 1 from "identity_person" parent where parent.id = person_id)')), rights=('SELECT', 'INSERT', 'UPDATE (state, done, total, size, opened)'))],
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made', models.DateTimeField(default=tillit.kernel.clock.now, editable=False)),
                ('person_id', models.UUIDField(db_index=True)),
                ('request_key', models.UUIDField(help_text='Chosen by the form: the same form sent twice erases once.')),
                ('event_id', models.UUIDField(help_text='The event in the log, whose receipt proves it.')),
                ('gone', models.JSONField(help_text='app.model → rows')),
                ('stays', models.JSONField(help_text='[[app.model, rows, law, until]]')),
                ('unreadable', models.DateTimeField()),
                ('open', models.BooleanField(default=False)),
                ('organisation', models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'request_key'), name='erasure_once'), tillit.kernel.rls.RowSecurity(definer=('SELECT',), name='privacy_erasure_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "(person_id = (select access.person())) or (person_id = (select access.subject_id_as('erasure'))) or (id = (select access.subject_id_as('receipt')))", ''), ('add', 'permissive', 'INSERT', '', "person_id = (select access.subject_id_as('erasure'))")), rights=('SELECT', 'INSERT'))],
            },
        ),
        RunFile("erasure.sql"),
    ]
