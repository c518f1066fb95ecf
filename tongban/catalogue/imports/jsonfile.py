"""Which values does a JSON file of the catalogue hold, and which are wrong?

The file has the form that `exports/jsonfile.py` writes. Every value is read by the kernel's own types; where one does
not fit, the schema says what is wrong in words. Lists that are missing are empty; `terms` is for comparing and is not
taken.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, get_args, get_type_hints

from tongban.catalogue import schema
from tongban.catalogue.actions import Holdings
from tongban.catalogue.exports.cells import EXACT, UNPRINTABLE
from tongban.catalogue.imports.faults import Fault
from tongban.catalogue.imports.taken import KEYS, Key, Place, Taken, key_of
from tongban.domain.codec import from_plain
from tongban.domain.refused import Refused

STEP = 1_000


def read(*, file: str, data: bytes, progress: Callable[[int, int], None] = lambda done, total: None) -> Taken:
    """Return what a file says and what is wrong with it; a file of another form is one mistake."""
    taken = Taken(file)
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError):
        taken.faults.append(Fault(file, "", 0, "", "不是 JSON 文件，或者不完整。请重新导出后再导入", spoils_file=True))
        return taken
    lists = {kind: plain.get(kind, []) for kind in KEYS} if isinstance(plain, dict) else {}
    if not lists or not all(isinstance(each, list) for each in lists.values()):
        _whole_fault(taken, plain)
        return taken
    frame = {name: value for name, value in plain.items() if name not in KEYS and name != "terms"}
    if schema.bad_rows(file, frame, "catalogue"):
        _whole_fault(taken, frame)
        return taken
    _read_lists(taken, lists, progress)
    return taken


def _whole_fault(taken: Taken, plain: Any) -> None:
    for bad in schema.bad_rows(taken.file, plain, "catalogue"):
        taken.faults.append(Fault(taken.file, "", 0, bad.path, bad.reason, spoils_file=True))


def _read_lists(taken: Taken, lists: dict[str, list[Any]], progress: Callable[[int, int], None]) -> None:
    total, done = sum(map(len, lists.values())), 0
    hints = get_type_hints(Holdings)
    for kind, plains in lists.items():
        of, values = key_of(kind), []
        for row, plain in enumerate(plains, start=1):
            done += 1
            if done % STEP == 0:
                progress(done, total)
            value = _value(taken, kind, get_args(hints[kind])[0], row, plain)
            if value is not None and _first(taken, of(value), Place(kind, row)):
                values.append(value)
        taken.values[kind] = values
    progress(total, total)


def _first(taken: Taken, key: Key, place: Place) -> bool:
    """Whether nothing with the same key came before; the second is a mistake, and spoils both."""
    if key in taken.places:
        reason = f"与第 {taken.places[key].row} 个重复。请只留一个"
        taken.faults.append(Fault(taken.file, place.sheet, place.row, "", reason))
        taken.spoilt.add(key)
        return False
    taken.places[key] = place
    return True


def _value(taken: Taken, kind: str, of: Any, row: int, plain: Any) -> Any:
    try:
        _demand_sound(plain)
        return from_plain(plain, of)
    except Refused as refused:
        taken.faults.append(Fault(taken.file, kind, row, "", str(refused)))
    except (KeyError, TypeError, ValueError):
        taken.faults.extend(_explained(taken.file, kind, row, plain))
    _spoil(taken, kind, plain)
    return None


def _explained(file: str, kind: str, row: int, plain: Any) -> Iterator[Fault]:
    """The kernel says that a value does not fit; the schema says where and why."""
    frame = {"format": "tongban-catalogue", "version": 1, kind: [plain]}
    bad = schema.bad_rows(file, frame, "catalogue")
    for each in bad:
        yield Fault(file, kind, row, each.path.removeprefix(f"{kind}/0").lstrip("/"), each.reason)
    if not bad:
        yield Fault(file, kind, row, "", "其中有不存在的日期、过大的数字或看不见的控制字符。请改正后重新导入")


def _demand_sound(plain: Any) -> None:
    """Raise ValueError for what no database and no digest can hold."""
    match plain:
        case str():
            if UNPRINTABLE.search(plain):
                raise ValueError("control characters")
        case int():
            if abs(plain) >= EXACT:
                raise ValueError("too large a number")
        case list():
            for each in plain:
                _demand_sound(each)
        case dict():
            for each in plain.values():
                _demand_sound(each)


def _spoil(taken: Taken, kind: str, plain: Any) -> None:
    of = tuple(plain.get(name) if isinstance(plain, dict) else None for name in KEYS[kind])
    if all(isinstance(each, str) for each in of):
        taken.spoilt.add(Key(kind, of))
