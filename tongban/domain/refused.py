"""What does every "no" of the kernel look like?

A refusal is one sentence for a clerk: what was refused, why, what to do next. Each kind is defined beside the function
that raises it and carries a stable `code`; pages show the sentence, the API sends it as a problem (RFC 9457).
"""

from __future__ import annotations


class Refused(Exception):
    """A request that a law, a standard or an agreement does not allow. `str(refusal)` is the sentence for the clerk."""

    code = "refused"

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field
        """The form field or path the sentence is about; empty when it is about the whole request."""
