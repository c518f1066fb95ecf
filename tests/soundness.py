"""Is the journal whole, and do the rows say what it says?"""

from __future__ import annotations

from collections.abc import Callable

from tongban.journal import queries as journal


def demand_sound(*, but: Callable[[str], bool] = lambda stream: False) -> None:
    """Fail where a chain is broken, or where a row is not the fold of its stream, `but` for some streams."""
    soundness = journal.soundness()
    assert soundness.chain_faults == ()
    assert [fault for fault in soundness.replay_faults if not but(fault.stream)] == []
