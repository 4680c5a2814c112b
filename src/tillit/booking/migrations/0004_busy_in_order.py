from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking", "0003_functions")]
    operations = [
        migrations.AddIndex("busytime", models.Index(fields=["host", "span"], name="busy_in_order")),
    ]
