"""Credit entries count across regions, for a time, and whom they are about asks for their repair."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("registries", "0004_tax_records")]

    operations = [
        migrations.AddField("creditentry", "region", models.CharField(max_length=6, default="")),
        migrations.AddField("creditentry", "source", models.CharField(max_length=64, default="", blank=True)),
        migrations.AddField("creditentry", "stands_until", models.DateField(null=True)),
        migrations.AddField("creditentry", "repair_asked_at", models.DateTimeField(null=True)),
        migrations.AddField("creditentry", "repair_due_on", models.DateField(null=True)),
        migrations.AddIndex(
            "creditentry",
            models.Index(
                fields=["department", "repair_due_on"],
                name="credit_to_answer",
                condition=Q(repair_due_on__isnull=False),
            ),
        ),
    ]
