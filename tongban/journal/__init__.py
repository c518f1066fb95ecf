"""The append-only record: streams, entries, operations, outbox and the log of reads."""
