"""A reviewer in a process of his own, on the other end of a line.

He says `ready`, waits for a word, concludes the cases one after the other and says for each what he was answered. A
test may start seventeen of him at once, or kill him at any moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from multiprocessing.connection import Connection

from tests.casework.seventeen import conclude, reviewer_of


def work(line: Connection, application: str, cases: Sequence[int]) -> None:
    reviewers = {case: reviewer_of(case) for case in cases}
    line.send("ready")
    line.recv()
    for case, reviewer in reviewers.items():
        line.send(conclude(application, case, reviewer))
    line.send("done")
