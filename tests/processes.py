"""Which processes does one have below it, and which of them still run?"""

from __future__ import annotations

from pathlib import Path


def children(process: int) -> list[int]:
    return [
        int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8").split()
    ]


def family(process: int) -> list[int]:
    """Everybody below a process, the processes of the web server among them."""
    return [member for child in children(process) for member in (child, *family(child))]


def runs(process: int) -> bool:
    """A dead process that nobody has asked about yet (state Z) does not run."""
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
