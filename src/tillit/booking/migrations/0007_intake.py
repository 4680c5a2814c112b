import django.contrib.postgres.fields
import tillit.kernel.clock
import tillit.kernel.ids
import tillit.kernel.models
import tillit.kernel.rls
from django.db import migrations, models

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0006_groups'),
        ('identity', '0005_embed_sites'),
    ]

    operations = [
        migrations.CreateModel(
            name='IntakeForm',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made', models.DateTimeField(default=tillit.kernel.clock.now, editable=False)),
                ('version', models.PositiveIntegerField()),
                ('questions', models.JSONField(default=list)),
                ('routes', models.JSONField(blank=True, default=list, help_text='Where answers lead (routing.py).')),
            ],
        ),
        migrations.AddField(
            model_name='booking',
            name='answer_by',
            field=models.DateTimeField(help_text='Until when a host confirms it, or the time is free again.', null=True),
        ),
        migrations.AddField(
            model_name='booking',
            name='answers',
            field=models.BinaryField(default=b''),
        ),
        migrations.AddField(
            model_name='booking',
            name='files',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, help_text='Files among the answers (kernel.uploads).', size=None),
        ),
        migrations.AddField(
            model_name='booking',
            name='intake',
            field=models.PositiveIntegerField(default=0, help_text='Version of the questions that were answered.'),
        ),
        migrations.AddField(
            model_name='meetingtype',
            name='answer_within',
            field=models.PositiveIntegerField(blank=True, help_text='A host confirms each booking within so many minutes; none: it stands at once.', null=True),
        ),
        migrations.AddField(
            model_name='meetingtype',
            name='follow_up',
            field=models.PositiveIntegerField(blank=True, help_text='Minutes after the meeting until its guest is written to; none: never.', null=True),
        ),
        migrations.AddField(
            model_name='meetingtype',
            name='follow_up_words',
            field=models.JSONField(blank=True, default=dict, help_text='Language → what is written then.'),
        ),
        migrations.AddField(
            model_name='meetingtype',
            name='intake',
            field=models.PositiveIntegerField(default=0, editable=False, help_text='Version of the questions asked; 0: none.'),
        ),
        migrations.AddField(
            model_name='meetingtype',
            name='keep_days',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Days after the meeting until booking data goes; none: as the organisation says.', null=True),
        ),
        migrations.AddConstraint(
            model_name='meetingtype',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer_within', None), ('answer_within__range', (30, 20160)), _connector='OR'), models.Q(('keep_days', None), ('keep_days__range', (1, 730)), _connector='OR'), models.Q(('follow_up', None), ('follow_up__range', (0, 86400)), _connector='OR')), name='meeting_type_afterwards'),
        ),
        migrations.AddField(
            model_name='intakeform',
            name='meeting_type',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='forms', to='booking.meetingtype'),
        ),
        migrations.AddField(
            model_name='intakeform',
            name='organisation',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation'),
        ),
        migrations.AddConstraint(
            model_name='intakeform',
            constraint=models.UniqueConstraint(fields=('meeting_type', 'version'), name='intake_version_once'),
        ),
        migrations.AddConstraint(
            model_name='intakeform',
            constraint=models.CheckConstraint(condition=models.Q(('version__gte', 0)), name='intake_version_counts'),
        ),
        migrations.AddConstraint(
            model_name='intakeform',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT',), name='booking_intakeform_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "(version > 0 and exists (select 1 from booking_meetingtype t where t.id = meeting_type_id)) or ((select access.roles() && array['administrator']))", ''), ('add', 'permissive', 'INSERT', '', "(select access.roles() && array['administrator'])"), ('add_parents', 'restrictive', 'INSERT', '', 'exists (select 1 from "booking_meetingtype" parent where parent.id = meeting_type_id)'), ('change', 'permissive', 'UPDATE', "((select access.roles() && array['administrator'])) and (version = 0)", "((select access.roles() && array['administrator'])) and (version = 0)"), ('change_parents', 'restrictive', 'UPDATE', 'true', 'exists (select 1 from "booking_meetingtype" parent where parent.id = meeting_type_id)'), ('remove', 'permissive', 'DELETE', "((select access.roles() && array['administrator'])) and (version = 0)", '')), rights=('SELECT', 'INSERT', 'UPDATE (questions, routes)', 'DELETE')),
        ),
        RunFile('intake.sql'),
    ]
