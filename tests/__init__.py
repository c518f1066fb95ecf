"""Tests: one folder per room; `domain` and `crypto` need no database, `journeys` need a browser."""
