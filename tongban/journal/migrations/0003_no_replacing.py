"""SQLite replaces a row without asking the triggers of deletion: `INSERT OR REPLACE` is refused by one of its own."""

from django.db import migrations

SAME = {"journal_entry": "stream_id = NEW.stream_id AND seq = NEW.seq", "journal_read": "id = NEW.id"}
TRIGGER = """
CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"""


def forbid_replacing(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for table, same in SAME.items():
            schema_editor.execute(TRIGGER.format(table=table, same=same))


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_append_only")]
    operations = [migrations.RunPython(forbid_replacing, migrations.RunPython.noop)]
