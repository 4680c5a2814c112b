from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [('booking', '0006_groups')]

    operations = []
