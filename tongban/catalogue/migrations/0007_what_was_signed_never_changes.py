"""The database itself refuses to delete what regions agreed on, and to change an act that all have signed."""

from django.db import migrations

KEPT = ("catalogue_agreement", "catalogue_jointmeeting", "catalogue_batch", "catalogue_batchact")

SQLITE_KEPT = """
CREATE TRIGGER {table}_no_DELETE BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, 'what regions agreed on is never deleted'); END"""
SQLITE_SIGNED = """
CREATE TRIGGER catalogue_batchact_no_UPDATE BEFORE UPDATE ON catalogue_batchact
WHEN OLD.number <> '' OR OLD.digest <> NEW.digest
BEGIN SELECT RAISE(ABORT, 'what all have signed never changes'); END"""

POSTGRESQL_FUNCTIONS = """
CREATE OR REPLACE FUNCTION catalogue_is_never_deleted() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'what regions agreed on is never deleted' USING ERRCODE = 'restrict_violation'; END $$;
CREATE OR REPLACE FUNCTION catalogue_signed_never_changes() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'what all have signed never changes' USING ERRCODE = 'restrict_violation'; END $$"""
POSTGRESQL_KEPT = """
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION catalogue_is_never_deleted();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION catalogue_is_never_deleted()"""
POSTGRESQL_SIGNED = """
CREATE TRIGGER catalogue_batchact_no_change BEFORE UPDATE ON catalogue_batchact
FOR EACH ROW WHEN (OLD.number <> '' OR OLD.digest <> NEW.digest)
EXECUTE FUNCTION catalogue_signed_never_changes()"""


def forbid_change(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        statements = [POSTGRESQL_FUNCTIONS, *(POSTGRESQL_KEPT.format(table=table) for table in KEPT), POSTGRESQL_SIGNED]
    else:
        statements = [*(SQLITE_KEPT.format(table=table) for table in KEPT), SQLITE_SIGNED]
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0006_raw_items")]
    operations = [migrations.RunPython(forbid_change, migrations.RunPython.noop)]
