from django.db import migrations, models

from tillit.kernel.migrate import RunFile


class Migration(migrations.Migration):
    dependencies = [("booking", "0010_limits"), ("wallet", "0001_initial")]
    operations = [
        migrations.AddField("booking", "kept_percent", models.PositiveSmallIntegerField(help_text="As agreed: kept when the guest is late.", null=True)),
        migrations.AddField("booking", "pay_by", models.DateTimeField(help_text="Until when it is paid, or the time is free again.", null=True)),
        migrations.AddField("booking", "price", models.BigIntegerField(help_text="As agreed, in minor units of the organisation's currency.", null=True)),
        migrations.AddField("booking", "to_pay", models.BigIntegerField(help_text="Of that, when booking; the rest on site.", null=True)),
        migrations.AddField("meetingtype", "deposit", models.BigIntegerField(blank=True, help_text="Paid when booking, the rest on site; none: all of it is paid when booking.", null=True)),
        migrations.AddField("meetingtype", "kept_percent", models.PositiveSmallIntegerField(default=0, help_text="Of what was paid, when the guest cancels late or does not come.")),
        migrations.AddField("meetingtype", "pay_within", models.PositiveIntegerField(default=30, help_text="Minutes in which it is paid, or the time is free.")),
        migrations.AddField("meetingtype", "price", models.BigIntegerField(blank=True, help_text="Minor units of the organisation's currency; none: it costs nothing.", null=True)),
        migrations.AddConstraint("meetingtype", models.CheckConstraint(condition=models.Q(models.Q(models.Q(("deposit", None), ("price", None)), models.Q(("price__gt", 0), ("times", 1)), _connector="OR"), models.Q(("deposit", None), models.Q(("deposit__gt", 0), ("deposit__lt", models.F("price"))), _connector="OR"), ("kept_percent__lte", 100), ("pay_within__range", (5, 2880))), name="meeting_type_price")),
        RunFile("pay.sql"),
    ]
