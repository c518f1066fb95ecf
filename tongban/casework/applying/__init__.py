"""What do the pages of applying show? Tasks, plan, answers and materials in words, from one `Filling`."""

from tongban.casework.applying.check import read_through
from tongban.casework.applying.judged import conditions, judgeable, moves
from tongban.casework.applying.materials import deadline, groups, ways
from tongban.casework.applying.planned import asked_once, figures, late, shared, stages, to_prepare, waits
from tongban.casework.applying.said import name_of
from tongban.casework.applying.tasks import after, after_files, tasks
from tongban.casework.applying.topics import columns, faults, known, listed

__all__ = [
    "after",
    "after_files",
    "asked_once",
    "columns",
    "conditions",
    "deadline",
    "faults",
    "figures",
    "groups",
    "judgeable",
    "known",
    "late",
    "listed",
    "moves",
    "name_of",
    "read_through",
    "shared",
    "stages",
    "tasks",
    "to_prepare",
    "waits",
    "ways",
]
