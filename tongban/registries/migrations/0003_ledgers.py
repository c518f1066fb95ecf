"""The table of the embedded registry from which certificates are made on the spot."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registries", "0002_credit")]

    operations = [
        migrations.CreateModel(
            name="Ledger",
            fields=[
                ("reference", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("number_index", models.CharField(max_length=64)),
                ("region", models.CharField(max_length=6)),
                ("content", models.TextField()),
            ],
            options={"indexes": [models.Index(fields=["number_index", "kind"], name="ledger_by_number")]},
        ),
    ]
