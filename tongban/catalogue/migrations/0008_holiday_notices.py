"""Holiday notices that came after the package; what was published is never changed."""

from django.db import migrations, models

SQLITE = """
CREATE TRIGGER catalogue_holidaynotice_no_{verb} BEFORE {verb} ON catalogue_holidaynotice
BEGIN SELECT RAISE(ABORT, 'a version in force never changes'); END"""
# The function is that of `0002_versions_never_change`.
POSTGRESQL = """
CREATE TRIGGER catalogue_holidaynotice_no_change BEFORE UPDATE OR DELETE ON catalogue_holidaynotice
FOR EACH ROW EXECUTE FUNCTION catalogue_version_never_changes();
CREATE TRIGGER catalogue_holidaynotice_no_truncate BEFORE TRUNCATE ON catalogue_holidaynotice
FOR EACH STATEMENT EXECUTE FUNCTION catalogue_version_never_changes()"""


def forbid_change(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    else:
        for verb in ("UPDATE", "DELETE"):
            schema_editor.execute(SQLITE.format(verb=verb))


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0007_what_was_signed_never_changes")]

    operations = [
        migrations.CreateModel(
            name="HolidayNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("body", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("in_force_at", models.DateTimeField()),
                ("year", models.PositiveSmallIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("year", "version"), name="one_holiday_notice_per_version")
                ],
            },
        ),
        migrations.RunPython(forbid_change, migrations.RunPython.noop),
    ]
