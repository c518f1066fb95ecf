"""Agreements, joint meetings and batches."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_search")]
    operations = []
