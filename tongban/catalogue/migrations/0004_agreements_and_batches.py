"""Agreements, joint meetings and batches."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_search")]
    operations = [
        migrations.CreateModel(
            name="Agreement",
            fields=[
                ("number", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=400)),
                ("from_on", models.DateField()),
                ("last_on", models.DateField(null=True)),
                ("body", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="JointMeeting",
            fields=[
                ("id", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("held_on", models.DateField()),
                ("agreement", models.CharField(blank=True, max_length=60)),
                ("body", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("agreement", models.CharField(max_length=60)),
                ("body", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="BatchAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("serial", models.PositiveSmallIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("number", models.CharField(blank=True, max_length=60)),
                ("body", models.JSONField()),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="acts", to="catalogue.batch"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "serial"), name="one_act_per_serial"),
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        fields=("number",),
                        name="one_act_per_joint_number",
                    ),
                ],
            },
        ),
    ]
