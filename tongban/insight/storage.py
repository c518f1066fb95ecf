"""Which applications are measured, which have moved since, and what does one add to each measure?

An application has moved when its journal has more entries than were folded, or when it was measured by another edition:
a new calendar or a changed definition. Measuring again gives the same row, so it may be done at any time, by anybody,
any number of times.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from django.db.models import Exists, OuterRef, QuerySet

from tongban.casework.storage import stream_of
from tongban.crypto import sm3
from tongban.domain.clock import day_of
from tongban.domain.events import ApplicationSubmitted
from tongban.domain.measures import MEASURES, of_application
from tongban.domain.workdays import Calendar
from tongban.insight.models import Measured
from tongban.journal import queries as journal
from tongban.journal.models import Stream
from tongban.journal.queries import Recorded

AT_ONCE = 200
"""How many applications are read, measured and written together."""


def edition(calendar: Calendar) -> str:
    """Return what changes when the same journal would be measured differently: calendar and definitions."""
    lines = [calendar.version, *(f"{measure.code} {measure.definition}" for measure in MEASURES)]
    return sm3.digest("\n".join(lines).encode()).hex()


def moved(calendar: Calendar) -> list[str]:
    """Return the streams whose row is missing or behind, in order. One statement."""
    up_to_date = Measured.objects.filter(stream=OuterRef("id"), seq=OuterRef("seq"), edition=edition(calendar))
    return list(_streams().filter(~Exists(up_to_date)).values_list("id", flat=True))


def every_stream() -> list[str]:
    """Return the streams of all applications, in order. One statement."""
    return list(_streams().values_list("id", flat=True))


def _streams() -> QuerySet[Stream]:
    return Stream.objects.filter(id__startswith=stream_of(""), seq__gt=0).order_by("id")


def measure(streams: Collection[str], *, calendar: Calendar) -> Iterator[Measured]:
    """Yield the rows of these streams as their journals stand now, unsaved; one statement."""
    of_edition = edition(calendar)
    for stream, history in journal.of_streams(streams):
        yield _measured(stream, history, calendar, of_edition)


def _measured(stream: str, history: Sequence[Recorded], calendar: Calendar, of_edition: str) -> Measured:
    submitted = history[0].event
    assert isinstance(submitted, ApplicationSubmitted)
    parts = of_application(entries=[(one.at, one.actor, one.event) for one in history], calendar=calendar)
    return Measured(
        stream=stream,
        seq=history[-1].seq,
        edition=of_edition,
        number=submitted.number,
        bundle=submitted.plan.bundle,
        region=submitted.region,
        submitted_on=day_of(history[0].at),
        parts={code: [part.number, part.of] for code, part in parts.items()},
    )


def keep(streams: Sequence[str], *, calendar: Calendar) -> None:
    """Measure these streams and write their rows over those that stand; two statements for every `AT_ONCE`."""
    columns = [field.name for field in Measured._meta.concrete_fields if not field.primary_key]
    for first in range(0, len(streams), AT_ONCE):
        Measured.objects.bulk_create(
            measure(streams[first : first + AT_ONCE], calendar=calendar),
            update_conflicts=True,
            unique_fields=["stream"],
            update_fields=columns,
        )


def forget_strangers() -> None:
    """Remove rows that no journal stands behind."""
    Measured.objects.filter(~Exists(Stream.objects.filter(id=OuterRef("stream")))).delete()
