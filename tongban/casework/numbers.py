"""Where do application numbers come from?

A process reserves a block of serial numbers of a region and day in a transaction of its own, and hands them out from
memory: no submission waits for another one's number. What a process does not use is lost; gaps are allowed.
"""

from __future__ import annotations

from datetime import date
from threading import Lock

from django.db import connection, transaction

from tongban.domain.identifiers import ApplicationNumber
from tongban.keys import actions as keys

BLOCK = 50
_RESERVE = """
    INSERT INTO casework_numberblock (region, day, next) VALUES (%s, %s, %s)
    ON CONFLICT (region, day) DO UPDATE SET next = casework_numberblock.next + %s RETURNING next"""

_reserved: dict[tuple[str, str, date], range] = {}
_one_at_a_time = Lock()


def take(*, region: str, day: date) -> str:
    """Return the next application number. Called before the transaction that uses it."""
    key = (str(connection.settings_dict["NAME"]), region, day)
    with _one_at_a_time:
        block = _reserved.get(key) or _reserve(region, day)
        _reserved[key] = block[1:]
    return str(ApplicationNumber(region=region, day=day, serial=block[0]))


def _reserve(region: str, day: date) -> range:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_RESERVE, [region, day.isoformat(), BLOCK + 1, BLOCK])
        (after,) = cursor.fetchone()
    return range(after - BLOCK, after)


def query_code(number: str) -> str:
    """Return the code with which the applicant looks up progress by number; only this node can derive it."""
    return keys.blind(f"query/{number}")[:8].upper()
