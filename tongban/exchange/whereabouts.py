"""Which open cases went between this node and a peer, and at which of the two is each?

At every moment exactly one node has a case (`domain/custody.py`), and both must say the same of it. A case that the
peer refused never was anywhere else and is not spoken of; one that is just on its way is said to be where it goes, so
that the two differ for as long as the message, or its receipt, travels.

Source: design, invariant 11.
"""

from __future__ import annotations

from django.conf import settings

from tongban.casework import queries, storage
from tongban.domain.custody import Custody
from tongban.domain.events import CasesTakenOver
from tongban.journal import queries as journal


def says(peer: str) -> dict[str, str]:
    """Return by application and number of the case the name of the node that has it. Two statements."""
    travelled = {key: holding for key, holding in queries.travelled().items() if holding.peer == peer and holding.turn}
    here = {key for key, holding in travelled.items() if holding.custody is Custody.HERE}
    came = _taken_over(peer, {application for application, _ in here})
    return {
        f"{application}/{index}": settings.NODE if (application, index) in here else peer
        for application, index in travelled
        if (application, index) not in here - came
    }


def _taken_over(peer: str, applications: set[str]) -> set[tuple[str, int]]:
    """Return which cases of these applications came from the peer at any time."""
    streams = {storage.stream_of(application): application for application in applications}
    return {
        (streams[entry.stream], index)
        for entry in journal.of_kinds(CasesTakenOver.__name__, streams=streams)
        if isinstance(entry.event, CasesTakenOver) and entry.event.sender == peer
        for index in entry.event.cases
    }
