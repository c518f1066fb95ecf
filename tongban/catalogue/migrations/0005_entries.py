"""One row for each matter and province, and one for all together: what lists filter, count and search."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0004_agreements_and_batches"),
    ]

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("province", models.CharField(blank=True, max_length=6)),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=400)),
                ("name_en", models.CharField(blank=True, max_length=400)),
                ("found_as", models.TextField()),
                ("offered_in", models.PositiveSmallIntegerField()),
                ("matter_type", models.CharField(max_length=20)),
                ("sector", models.CharField(blank=True, max_length=40)),
                ("themes", models.CharField(blank=True, max_length=400)),
                ("lists", models.PositiveIntegerField()),
                ("modes", models.PositiveIntegerField()),
                ("matter", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="catalogue.matter")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["province", "-offered_in", "matter"], name="entry_in_order"),
                    models.Index(
                        fields=["province", "number", "sector", "matter_type", "themes", "lists", "modes"],
                        name="entry_by_number",
                    ),
                    models.Index(fields=["province", "sector"], name="entry_by_sector"),
                    models.Index(fields=["province", "matter_type"], name="entry_by_type"),
                    models.Index(fields=["province", "themes"], name="entry_by_themes"),
                    models.Index(fields=["province", "lists"], name="entry_by_lists"),
                    models.Index(fields=["province", "modes"], name="entry_by_modes"),
                ],
                "constraints": [models.UniqueConstraint(fields=("province", "matter"), name="one_entry_per_province")],
            },
        ),
    ]
