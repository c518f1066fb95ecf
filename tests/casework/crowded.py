"""A few applications of thousands: in a small table a database rightly reads everything."""

from __future__ import annotations

from datetime import date

from django.db import connection

from bench.crowd import crowd
from tongban.casework.models import Document
from tongban.project import walk
from tongban.project.walk import at

MANY = 2_000
BARE = 30_000
"""So many more applications without cases."""


def build(house: walk.Walk) -> str:
    """Hand in two applications to be accepted and one under review, which is returned; the rest lies elsewhere, or is
    decided.
    """
    far, waiting, reviewed = house.submit(), house.submit(), house.submit()
    house.confirm(reviewed)
    house.accept(reviewed)
    _document(reviewed, house.day)
    crowd(far, BARE, hall="far away", children=())
    crowd(waiting, MANY, hall="elsewhere")
    crowd(reviewed, MANY, open_cases=False)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO casework_assignment (application_id, "case", desk, account, "by", at)
            SELECT application_id, "index", deciding_desk, 'account:' || "index", '', '2026-03-02 00:00:00+00:00'
            FROM casework_case"""
        )
        cursor.execute("ANALYZE casework_assignment")
    return reviewed


def _document(application: str, day: date) -> None:
    """One document, to be copied with the rest."""
    Document.objects.create(
        application_id=application,
        place=1,
        kind="acceptance",
        title="受理通知书",
        number="曹海受字〔2026〕1号",
        body="11130200MA0TB0011Q",
        cases="[1]",
        act=1,
        dated_on=day,
        digest="0" * 64,
        signature="",
        key="",
        issued_at=at(day, 10),
    )
