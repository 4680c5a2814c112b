from django.db import migrations, models

RECIPIENT = models.BinaryField(default=b"")


class Migration(migrations.Migration):
    """Mails are sealed while they wait. The few that waited in the clear go: nobody else has used this yet."""

    dependencies = [("kernel", "0007_ends")]
    operations = [
        migrations.RunSQL("truncate kernel_mail, kernel_sentmail", migrations.RunSQL.noop),
        *[
            operation
            for model in ("mail", "sentmail")
            for operation in (
                migrations.RemoveField(model, "recipient"),
                migrations.AddField(model, "recipient", RECIPIENT, preserve_default=False),
            )
        ],
    ]
