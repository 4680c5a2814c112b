import tillit.kernel.clock
from django.db import migrations, models

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):
    dependencies = [("booking", "0009_resources")]
    operations = [
        migrations.AddField(
            model_name='meetingtype',
            name='fair_days',
            field=models.PositiveSmallIntegerField(default=30, help_text='Fair: over so many days back and all to come.'),
        ),
        migrations.AddField(
            model_name='meetingtype',
            name='sharing',
            field=models.CharField(choices=[('priority', 'priority'), ('load', 'load'), ('fair', 'fair')], default='priority', help_text='Round robin: the first in order, the one with the fewest meetings to come, or the fair one.', max_length=8),
        ),
        migrations.AddField(
            model_name='schedule',
            name='meetings_per_day',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Meetings that begin on one day at most.', null=True),
        ),
        migrations.AddField(
            model_name='schedule',
            name='meetings_per_week',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Meetings that begin in one week at most.', null=True),
        ),
        migrations.AddField(
            model_name='schedule',
            name='minutes_per_day',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Minutes with guests on one day at most, over all that can be booked.', null=True),
        ),
        migrations.AddField(
            model_name='typehost',
            name='joined',
            field=models.DateTimeField(default=tillit.kernel.clock.now, editable=False),
        ),
        migrations.AddField(
            model_name='typehost',
            name='share',
            field=models.PositiveSmallIntegerField(default=100, help_text='100: a whole one, 50: half as many meetings.'),
        ),
        migrations.AddConstraint(
            model_name='meetingtype',
            constraint=models.CheckConstraint(condition=models.Q(('fair_days__range', (1, 365))), name='meeting_type_fair_days'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('minutes_per_day', None), ('minutes_per_day__range', (5, 1440)), _connector='OR'), models.Q(('meetings_per_day', None), ('meetings_per_day__range', (1, 200)), _connector='OR'), models.Q(('meetings_per_week', None), ('meetings_per_week__range', (1, 1000)), _connector='OR')), name='schedule_limits'),
        ),
        migrations.AddConstraint(
            model_name='typehost',
            constraint=models.CheckConstraint(condition=models.Q(('share__range', (1, 100))), name='type_host_share'),
        ),
        RunFile("limits.sql"),
        RunFile("sharing.sql"),
    ]
