"""Catalogues travel: what came too early waits, and what was told is found by its type."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("exchange", "0009_reporting"),
    ]

    operations = [
        migrations.CreateModel(
            name="Waiting",
            fields=[
                ("pk", models.CompositePrimaryKey("peer_id", "sequence", blank=True, editable=False, primary_key=True, serialize=False)),
                ("peer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="waiting", to="exchange.peer")),
                ("sequence", models.PositiveBigIntegerField()),
                ("body", models.TextField()),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("due_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.AddIndex(
            model_name="stored",
            index=models.Index(fields=["peer", "type", "sequence"], name="stored_by_type"),
        ),
        migrations.AddIndex(
            model_name="written",
            index=models.Index(fields=["peer", "type", "sequence"], name="written_by_type"),
        ),
    ]
