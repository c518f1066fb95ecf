"""Rows of lists that regions publish by themselves, before anybody has aligned them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0005_entries")]

    operations = [
        migrations.CreateModel(
            name="RawItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=120)),
                ("row", models.PositiveIntegerField()),
                ("region", models.CharField(max_length=6)),
                ("name", models.CharField(max_length=400)),
                ("code", models.CharField(max_length=60)),
                ("matter_type", models.CharField(blank=True, max_length=40)),
                ("by", models.CharField(blank=True, max_length=60)),
                ("content", models.JSONField()),
                ("defects", models.JSONField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("source", "code"), name="one_raw_item_per_code")],
            },
        ),
    ]
