"""Recognition rules; the database itself refuses to delete them."""

from django.db import migrations, models

SQLITE = """
CREATE TRIGGER catalogue_recognitionrule_no_DELETE BEFORE DELETE ON catalogue_recognitionrule
BEGIN SELECT RAISE(ABORT, 'what regions agreed on is never deleted'); END"""
POSTGRESQL = """
CREATE TRIGGER catalogue_recognitionrule_no_delete BEFORE DELETE ON catalogue_recognitionrule
FOR EACH ROW EXECUTE FUNCTION catalogue_is_never_deleted();
CREATE TRIGGER catalogue_recognitionrule_no_truncate BEFORE TRUNCATE ON catalogue_recognitionrule
FOR EACH STATEMENT EXECUTE FUNCTION catalogue_is_never_deleted()"""


def forbid_deleting(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0008_holiday_notices")]
    operations = [
        migrations.CreateModel(
            name="RecognitionRule",
            fields=[
                ("code", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("certificate", models.CharField(max_length=80)),
                ("counts_in", models.CharField(max_length=6)),
                ("agreement", models.CharField(max_length=60)),
                ("from_on", models.DateField()),
                ("last_on", models.DateField(null=True)),
                ("body", models.JSONField()),
            ],
            options={"indexes": [models.Index(fields=["certificate"], name="recognition_by_certificate")]},
        ),
        migrations.RunPython(forbid_deleting, migrations.RunPython.noop),
    ]
