"""What do other nodes say of their departments and halls? They are kept as copies, so that they can be named here.

A department is known by its code and by its unified social credit code, a hall by its code; nobody takes those of
another region. Nobody has a duty at a copy: who works there signs in where it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.db.models import Q

from tongban.domain.refused import Refused
from tongban.people.models import Department, Desk, Hall, Window

SpeaksFor = Callable[[str], bool]
MOST = 1_000


class PlaceTaken(Refused):
    """A department or hall under a code or abbreviation that another one has here."""

    code = "place_taken"


@dataclass(frozen=True, slots=True)
class PlainDesk:
    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class PlainDepartment:
    """A department as it is told, with its desks by code."""

    code: str
    uscc: str
    name: str
    name_en: str
    region: str
    abbreviation: str
    government: str
    desks: tuple[PlainDesk, ...]


@dataclass(frozen=True, slots=True)
class PlainHall:
    """A hall as it is told; its windows are numbered from 1 on."""

    code: str
    name: str
    name_en: str
    region: str
    abbreviation: str
    windows: tuple[str, ...]


def told_departments(*, usccs: tuple[str, ...] | None = None) -> list[PlainDepartment]:
    """Return departments with their desks, by code; all of them where none are named. Two statements."""
    rows = Department.objects.prefetch_related("desks").order_by("code")
    return [
        PlainDepartment(
            one.code,
            one.uscc,
            one.name,
            one.name_en,
            one.region,
            one.abbreviation,
            one.government,
            tuple(sorted((PlainDesk(desk.code, desk.name, desk.name_en) for desk in one.desks.all()), key=_code)),
        )
        for one in (rows if usccs is None else rows.filter(uscc__in=usccs))
    ]


def told_halls(*, codes: tuple[str, ...] | None = None) -> list[PlainHall]:
    """Return halls with the names of their windows, by code. Two statements."""
    rows = Hall.objects.prefetch_related("windows").order_by("code")
    return [
        PlainHall(
            one.code,
            one.name,
            one.name_en,
            one.region,
            one.abbreviation,
            tuple(window.name for window in sorted(one.windows.all(), key=lambda window: window.number)),
        )
        for one in (rows if codes is None else rows.filter(code__in=codes))
    ]


def keep_department(told: PlainDepartment, *, speaks_for: SpeaksFor) -> None:
    """Write down a department of another node, or what it is called now. Raises PlaceTaken."""
    same = Q(code=told.code) | Q(uscc=told.uscc)
    if told.abbreviation:
        same |= Q(abbreviation=told.abbreviation)
    for one in Department.objects.filter(same):
        if (one.code, one.uscc) != (told.code, told.uscc) or not speaks_for(one.region):
            raise PlaceTaken(f"未接收：部门“{told.name}”的代码或机关代字已属于{one.name}。请对方核对。")
    own = {name: value for name, value in asdict(told).items() if name not in ("code", "desks")}
    _demand_short(len(told.desks))
    department, _ = Department.objects.update_or_create(code=told.code, defaults=own)
    for desk in told.desks:
        names = {"name": desk.name, "name_en": desk.name_en}
        Desk.objects.update_or_create(department=department, code=desk.code, defaults=names)


def keep_hall(told: PlainHall, *, speaks_for: SpeaksFor) -> None:
    """Write down a hall of another node, or what it is called now. Raises PlaceTaken."""
    same = Q(code=told.code)
    if told.abbreviation:
        same |= Q(abbreviation=told.abbreviation)
    for one in Hall.objects.filter(same):
        if one.code != told.code or not speaks_for(one.region):
            raise PlaceTaken(f"未接收：大厅“{told.name}”的代码或代字已属于{one.name}。请对方核对。")
    own = {name: value for name, value in asdict(told).items() if name not in ("code", "windows")}
    _demand_short(len(told.windows))
    hall, _ = Hall.objects.update_or_create(code=told.code, defaults=own)
    for number, name in enumerate(told.windows, 1):
        Window.objects.update_or_create(hall=hall, number=number, defaults={"name": name})


def _demand_short(count: int) -> None:
    if count > MOST:
        raise PlaceTaken(f"未接收：一处最多 {MOST} 个岗位或窗口。请对方核对。")


def _code(desk: PlainDesk) -> str:
    return desk.code
