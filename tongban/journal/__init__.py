"""The append-only record: streams, entries, operations and the log of reads."""
