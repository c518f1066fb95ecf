"""The database itself refuses to change or delete a version in force (design, invariant 9)."""

from django.db import migrations

TABLES = (
    "catalogue_standard",
    "catalogue_implementation",
    "catalogue_bundle",
    "catalogue_delegation",
    "catalogue_offer",
    "catalogue_extension",
    "catalogue_reform",
    "catalogue_observation",
)

SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'a version in force never changes'); END"""

POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION catalogue_version_never_changes() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a version in force never changes' USING ERRCODE = 'restrict_violation'; END $$"""
POSTGRESQL = """
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION catalogue_version_never_changes();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION catalogue_version_never_changes()"""


def forbid_change(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTION)
        for table in TABLES:
            schema_editor.execute(POSTGRESQL.format(table=table))
    else:
        for table in TABLES:
            for verb in ("UPDATE", "DELETE"):
                schema_editor.execute(SQLITE.format(table=table, verb=verb))


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_catalogue")]
    operations = [migrations.RunPython(forbid_change, migrations.RunPython.noop)]
