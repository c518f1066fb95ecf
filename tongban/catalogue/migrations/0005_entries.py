"""One row for each implementation in force: what lists filter and count."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0004_agreements_and_batches")]
    operations = []
