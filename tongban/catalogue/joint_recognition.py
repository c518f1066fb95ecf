"""Which recognition rules do the lists of a set stand for, and do the lists fit the rest of it?

A list has an agreement, a day on which it was recorded, and rules by number. Where it counts in several regions, each
rule of it stands once for each of them, issued in the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.catalogue.reading import twice, unknown
from tongban.catalogue.rows import BadRow
from tongban.domain.codes import ServiceObject
from tongban.domain.joint import Effect, Field, RecognitionRule, Scope
from tongban.domain.materials import Basis

Row = Mapping[str, Any]
FILE = "recognition.yaml"


@dataclass(frozen=True, slots=True)
class PlannedRule:
    """A rule, and the day on which its region recorded it."""

    rule: RecognitionRule
    recorded_on: date


def rules(file: Row) -> Iterator[PlannedRule]:
    for row in file["lists"]:
        for counts_in in row["counts_in"]:
            for each in row["rules"]:
                yield PlannedRule(_rule(row, each, counts_in), date.fromisoformat(row["recorded_on"]))


def _rule(row: Row, each: Row, counts_in: str) -> RecognitionRule:
    return RecognitionRule(
        code=f"{row['code']}-{counts_in[:2]}-{each['number']:02d}",
        field=Field(each["field"]),
        certificate=each["certificate"],
        effect=Effect(each["effect"]),
        issued_in=tuple(region for region in row["issued_in"] if region != counts_in),
        counts_in=counts_in,
        scope=Scope(subjects=tuple(ServiceObject(one) for one in each.get("subjects", ()))),
        materials=tuple(each.get("materials", ())),
        matters=tuple(each.get("matters", ())),
        basis=Basis(each.get("basis", "duty")),
        permits=each.get("permits", ""),
        permits_en=each.get("permits_en", ""),
        agreement=row["agreement"],
        document=row["title"],
        article=f"第 {each['number']} 项",
        from_on=date.fromisoformat(row["from_on"]),
        until_on=date.fromisoformat(row["until_on"]) if "until_on" in row else None,
    )


def misfits(
    file: Row,
    *,
    agreements: Mapping[str, Collection[str]],
    certificates: Collection[str],
    materials: Collection[str],
    matters: Collection[str],
) -> Iterator[BadRow]:
    """Every code that names nothing or stands twice. `agreements`: the regions that are parties, by number."""
    yield from twice((FILE, f"lists/{number}/code", row["code"]) for number, row in enumerate(file["lists"]))
    for number, row in enumerate(file["lists"]):
        path = f"lists/{number}"
        yield from unknown(FILE, f"{path}/agreement", [row["agreement"]], agreements)
        parties = agreements.get(row["agreement"], ())
        yield from unknown(FILE, f"{path}/issued_in", row["issued_in"], parties)
        yield from unknown(FILE, f"{path}/counts_in", row["counts_in"], parties)
        yield from twice((FILE, f"{path}/rules", str(each["number"])) for each in row["rules"])
        for place, each in enumerate(row["rules"]):
            below = f"{path}/rules/{place}"
            yield from unknown(FILE, f"{below}/certificate", [each["certificate"]], certificates)
            yield from unknown(FILE, f"{below}/materials", each.get("materials", []), materials)
            yield from unknown(FILE, f"{below}/matters", each.get("matters", []), matters)
