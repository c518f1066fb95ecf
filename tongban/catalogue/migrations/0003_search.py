"""The index of the search: an FTS5 table on SQLite, a `tsvector` with a GIN index on PostgreSQL, both of our bigrams."""

from django.db import migrations

# The tokeniser `ascii` takes every character beyond ASCII as part of a word, those too that it has never heard of.
SQLITE = "CREATE VIRTUAL TABLE catalogue_search USING fts5(name, other, initials, tokenize = 'ascii')"

POSTGRESQL = """
CREATE TABLE catalogue_search (number integer PRIMARY KEY, grams tsvector NOT NULL);
CREATE INDEX catalogue_search_grams ON catalogue_search USING gin (grams)"""


def create(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE catalogue_search")


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_versions_never_change")]
    operations = [migrations.RunPython(create, drop)]
