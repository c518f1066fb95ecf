"""The database itself refuses to change or delete what the journal holds (design, invariant 2)."""

from django.db import migrations

TABLES = ("journal_entry", "journal_read")

SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"""

POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'restrict_violation'; END $$"""
POSTGRESQL = """
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION journal_append_only();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only()"""


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
    dependencies = [("journal", "0001_journal")]
    operations = [migrations.RunPython(forbid_change, migrations.RunPython.noop)]
