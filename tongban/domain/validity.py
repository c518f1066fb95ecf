"""Which version of a standard is in force on a day?

A version never changes; its span does, by an act: a version that begins cuts off whatever stood from that day on, a
batch that is withdrawn or stops ends what it put in force. Spans are half-open days and never overlap, so at most one
version is in force on any day.

    >>> spans = begin((), Span(1, "", date(2026, 1, 1)))
    >>> spans = begin(spans, Span(2, "TB-2026-05", date(2026, 4, 1)))
    >>> in_force(spans, on=date(2026, 3, 31)).version, in_force(spans, on=date(2026, 4, 1)).version
    (1, 2)

Source: Legislation Law, arts. 103–104 (the later rule, and not backwards); design, invariants 9 and 15.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class Span:
    """`until_on` None: without end. `batch` empty: put in force by the region that keeps the standard alone."""

    version: int
    batch: str
    from_on: date
    until_on: date | None = None


Spans = tuple[Span, ...]


def begin(spans: Spans, span: Span) -> Spans:
    """Return the spans with a new one, before which every other ends.

    A span of the same version that was to begin on the same day, and never did, gives way to it.
    """
    before = end(spans, until_on=span.from_on)
    return (*(s for s in before if (s.version, s.from_on, s.until_on) != (span.version, span.from_on, s.from_on)), span)


def end(spans: Spans, *, until_on: date) -> Spans:
    """Return the spans cut off at a day; one that had not begun by then stays as an empty span, for the record."""
    return tuple(_cut(span, until_on) for span in spans)


def end_version(spans: Spans, *, version: int, batch: str, until_on: date) -> Spans:
    """Cut off the spans of one version in one batch only: what followed it stays, as does another batch."""
    return tuple(_cut(s, until_on) if (s.version, s.batch) == (version, batch) else s for s in spans)


def in_force(spans: Spans, *, on: date) -> Span | None:
    return next((s for s in spans if s.from_on <= on and (s.until_on is None or on < s.until_on)), None)


def _cut(span: Span, until_on: date) -> Span:
    if span.until_on is not None and span.until_on <= until_on:
        return span
    return replace(span, until_on=max(span.from_on, until_on))
