"""What is said where the system lacks an algorithm?

A node that cannot sign by its profile must not start and pretend: one sentence names what is missing and what to do.
"""

from __future__ import annotations


class Unavailable(RuntimeError):
    """The machine lacks an algorithm, or computes it wrongly. `str(error)` is the sentence for the operator."""
