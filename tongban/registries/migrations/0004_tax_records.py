"""The table of the embedded tax registries: ratings, open matters and retained input tax of a company."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registries", "0003_ledgers")]

    operations = [
        migrations.CreateModel(
            name="TaxRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number_index", models.CharField(max_length=64)),
                ("region", models.CharField(max_length=6)),
                ("version", models.PositiveIntegerField()),
                ("content", models.TextField()),
                ("kept_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("number_index", "region", "version"), name="one_tax_record_a_version"
                    )
                ]
            },
        ),
    ]
