import tillit.kernel.clock
import tillit.kernel.ids
import tillit.kernel.models
import tillit.kernel.rls
from django.db import migrations, models

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):
    dependencies = [("booking", "0007_intake")]
    operations = [
        migrations.AddField("booking", "no_show", models.DateTimeField(null=True, help_text="When a host said that the guest did not come.")),
        migrations.AddField("booking", "host_no_show", models.DateTimeField(null=True, help_text="When the guest said that nobody received them.")),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made', models.DateTimeField(default=tillit.kernel.clock.now, editable=False)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='hosttime',
            name='booking_hosttime_rows',
        ),
        migrations.RemoveConstraint(
            model_name='typehost',
            name='booking_typehost_rows',
        ),
        migrations.AddField(
            model_name='schedule',
            name='holidays',
            field=models.CharField(blank=True, help_text='The country whose public holidays are days off.', max_length=2),
        ),
        migrations.AddField(
            model_name='typehost',
            name='stands_in',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddConstraint(
            model_name='hosttime',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT', 'INSERT', 'UPDATE (live)', 'DELETE'), name='booking_hosttime_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', '(person_id = (select access.person())) or (meeting_id = any((select booking.attended())::uuid[]))', '')), rights=('SELECT',)),
        ),
        migrations.AddConstraint(
            model_name='typehost',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT', 'INSERT', 'DELETE'), name='booking_typehost_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', 'exists (select 1 from booking_meetingtype t where t.id = meeting_type_id)', ''), ('add', 'permissive', 'INSERT', '', "(select access.roles() && array['administrator'])"), ('add_parents', 'restrictive', 'INSERT', '', 'exists (select 1 from "booking_meetingtype" parent where parent.id = meeting_type_id) and exists (select 1 from "booking_host" parent where parent.id = host_id)'), ('change', 'permissive', 'UPDATE', "(select access.roles() && array['administrator'])", "(select access.roles() && array['administrator'])"), ('change_parents', 'restrictive', 'UPDATE', 'true', 'exists (select 1 from "booking_meetingtype" parent where parent.id = meeting_type_id) and exists (select 1 from "booking_host" parent where parent.id = host_id)'), ('remove', 'permissive', 'DELETE', "(select access.roles() && array['administrator'])", '')), rights=('SELECT', 'INSERT', 'UPDATE', 'DELETE')),
        ),
        migrations.AddField(
            model_name='absence',
            name='busy',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='absence', to='booking.busytime'),
        ),
        migrations.AddField(
            model_name='absence',
            name='host',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='absences', to='booking.host'),
        ),
        migrations.AddField(
            model_name='absence',
            name='organisation',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation'),
        ),
        migrations.AddField(
            model_name='absence',
            name='person',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.person'),
        ),
        migrations.AddField(
            model_name='absence',
            name='stand_in',
            field=models.ForeignKey(null=True, on_delete=tillit.kernel.models.SET_NULL, related_name='+', to='booking.host'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('stand_in', None), models.Q(('stand_in', models.F('host')), _negated=True), _connector='OR'), name='stand_in_is_another'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT', 'DELETE'), name='booking_absence_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', 'person_id = (select access.person())', ''), ('add', 'permissive', 'INSERT', '', 'person_id = (select access.person())'), ('add_parents', 'restrictive', 'INSERT', '', 'exists (select 1 from "booking_busytime" parent where parent.id = busy_id) and exists (select 1 from "booking_host" parent where parent.id = host_id) and exists (select 1 from "identity_person" parent where parent.id = person_id) and (stand_in_id is null or exists (select 1 from "booking_host" parent where parent.id = stand_in_id))'), ('remove', 'permissive', 'DELETE', 'person_id = (select access.person())', '')), rights=('SELECT', 'INSERT', 'DELETE')),
        ),
        migrations.CreateModel(
            name='OtherHours',
            fields=[
                ('id', models.UUIDField(default=tillit.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60)),
                ('weekly', models.JSONField(default=dict, help_text="As the schedule's.")),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RemoveConstraint(
            model_name='typehost',
            name='booking_typehost_rows',
        ),
        migrations.AddField(
            model_name='otherhours',
            name='host',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='other_hours', to='booking.host'),
        ),
        migrations.AddField(
            model_name='otherhours',
            name='organisation',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.organisation'),
        ),
        migrations.AddField(
            model_name='otherhours',
            name='person',
            field=models.ForeignKey(on_delete=tillit.kernel.models.CASCADE, related_name='+', to='identity.person'),
        ),
        migrations.AddField(
            model_name='typehost',
            name='hours',
            field=models.ForeignKey(editable=False, null=True, on_delete=tillit.kernel.models.SET_NULL, related_name='type_hosts', to='booking.otherhours'),
        ),
        migrations.AddConstraint(
            model_name='typehost',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT', 'INSERT', 'UPDATE (hours_id)', 'DELETE'), name='booking_typehost_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', 'exists (select 1 from booking_meetingtype t where t.id = meeting_type_id)', ''), ('add', 'permissive', 'INSERT', '', "(select access.roles() && array['administrator'])"), ('add_parents', 'restrictive', 'INSERT', '', 'exists (select 1 from "booking_meetingtype" parent where parent.id = meeting_type_id) and exists (select 1 from "booking_host" parent where parent.id = host_id) and (hours_id is null or exists (select 1 from "booking_otherhours" parent where parent.id = hours_id))'), ('change', 'permissive', 'UPDATE', "(select access.roles() && array['administrator'])", "(select access.roles() && array['administrator'])"), ('change_parents', 'restrictive', 'UPDATE', 'true', 'exists (select 1 from "booking_meetingtype" parent where parent.id = meeting_type_id) and exists (select 1 from "booking_host" parent where parent.id = host_id) and (hours_id is null or exists (select 1 from "booking_otherhours" parent where parent.id = hours_id))'), ('remove', 'permissive', 'DELETE', "(select access.roles() && array['administrator'])", '')), rights=('SELECT', 'INSERT', 'UPDATE', 'DELETE')),
        ),
        migrations.AddConstraint(
            model_name='otherhours',
            constraint=tillit.kernel.rls.RowSecurity(definer=('SELECT', 'DELETE'), name='booking_otherhours_rows', policies=(('wall', 'restrictive', 'all', 'organisation_id = (select access.organisation())', 'organisation_id = (select access.organisation())'), ('see', 'permissive', 'SELECT', "(person_id = (select access.person())) or ((select access.roles() && array['administrator']))", ''), ('add', 'permissive', 'INSERT', '', 'person_id = (select access.person())'), ('add_parents', 'restrictive', 'INSERT', '', 'exists (select 1 from "booking_host" parent where parent.id = host_id) and exists (select 1 from "identity_person" parent where parent.id = person_id)'), ('change', 'permissive', 'UPDATE', 'person_id = (select access.person())', 'person_id = (select access.person())'), ('change_parents', 'restrictive', 'UPDATE', 'true', 'exists (select 1 from "booking_host" parent where parent.id = host_id) and exists (select 1 from "identity_person" parent where parent.id = person_id)'), ('remove', 'permissive', 'DELETE', 'person_id = (select access.person())', '')), rights=('SELECT', 'INSERT', 'UPDATE', 'DELETE')),
        ),
        RunFile("attendance.sql"),
        RunFile("team.sql"),
        RunFile("away.sql"),
        RunFile("statistics.sql"),
        RunFile("other_hours.sql"),
    ]
