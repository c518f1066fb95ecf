"""Do the files of a set of joint matters fit together, and does none of their descriptions contradict itself?

Every code that names nothing or stands twice, every day that is none, every expression that cannot be judged and every
contradiction is told with file and path, all at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.catalogue import build, calendars, code_tables, joint_recognition
from tongban.catalogue.reading import twice, unanswerable, unasked_content, unknown
from tongban.catalogue.rows import BadRow
from tongban.domain import conditions, consistency
from tongban.domain.catalogue import Implementation, Standard
from tongban.domain.identifiers import InvalidIdentifier, check_uscc


@dataclass(frozen=True, slots=True)
class Files:
    """What the files say, each in its form: matters and regional ones by file, the others by name."""

    matters: Mapping[str, Any]
    regional: Mapping[str, Any]
    parts: Mapping[str, Any]

    @property
    def joint(self) -> set[str]:
        return {row["code"] for row in self.matters.values()}

    @property
    def items(self) -> set[str]:
        """The regional handling items."""
        matters = (matter for row in self.regional.values() for matter in row["matters"])
        return {item["code"] for matter in matters for item in matter["items"]}


def misfits(files: Files) -> Iterator[BadRow]:
    yield from _duplicates(files)
    yield from _no_days(files)
    for file, row in files.matters.items():
        yield from _matter(file, row, files)
    yield from _descriptions(files)
    yield from _bodies(files)
    yield from _regional(files)
    yield from _offers(files)
    yield from _batches(files)
    yield from _bundles(files)
    yield from joint_recognition.misfits(
        files.parts["recognition"],
        agreements=_parties(files),
        certificates=_codes(files.parts["certificates"]["certificate_types"]),
        materials=_codes(files.parts["materials"]["materials"]),
        matters=files.joint,
    )


def contradictions(standards: Iterable[Standard], implementations: Iterable[Implementation]) -> Iterator[BadRow]:
    """What each standard, and each implementation of it, says against itself; advice is left out."""
    by_matter: dict[str, Standard] = {}
    for standard in standards:
        by_matter[standard.matter] = standard
        yield from _contradictions(standard, None)
    for implementation in implementations:
        yield from _contradictions(by_matter[implementation.matter], implementation)


def _contradictions(standard: Standard, implementation: Implementation | None) -> Iterator[BadRow]:
    about = f"{standard.matter} {implementation.body}" if implementation else standard.matter
    for remark in consistency.check(standard=standard, implementation=implementation):
        if remark.stops:
            yield BadRow(about, remark.path, remark.sentence)


# --- Codes and days ---------------------------------------------------------------------------------------------------


def _duplicates(files: Files) -> Iterator[BadRow]:
    yield from twice(_codes_of_matters(files))
    for part, kind, name in (
        ("materials", "materials", "code"),
        ("certificates", "certificate_types", "code"),
        ("elements", "elements", "code"),
        ("elements", "topics", "code"),
        ("agreements", "agreements", "number"),
        ("agreements", "meetings", "code"),
        ("batches", "batches", "code"),
        ("bundles", "bundles", "code"),
    ):
        rows = files.parts[part][kind]
        yield from twice((f"{part}.yaml", f"{kind}/{number}/{name}", row[name]) for number, row in enumerate(rows))


def _codes_of_matters(files: Files) -> Iterator[tuple[str, str, str]]:
    yield from ((file, "code", row["code"]) for file, row in files.matters.items())
    for file, row in files.regional.items():
        for number, matter in enumerate(row["matters"]):
            yield file, f"matters/{number}/code", matter["code"]
            for place, item in enumerate(matter["items"]):
                yield file, f"matters/{number}/items/{place}/code", item["code"]


def _no_days(files: Files) -> Iterator[BadRow]:
    for part, value in files.parts.items():
        yield from _not_a_day(f"{part}.yaml", "", value)
    for file, value in files.regional.items():
        yield from _not_a_day(file, "", value)


def _not_a_day(file: str, path: str, value: Any) -> Iterator[BadRow]:
    """Every value named `…_on` that is no day of the calendar."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        below = f"{path}/{name}".lstrip("/")
        if str(name).endswith("_on") and not _is_day(member):
            yield BadRow(file, below, f"没有 {member} 这一天")
        yield from _not_a_day(file, below, member)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


# --- Matters and what they name ---------------------------------------------------------------------------------------


def _matter(file: str, row: Any, files: Files) -> Iterator[BadRow]:
    parts = files.parts
    certificates = {each["code"]: each for each in parts["certificates"]["certificate_types"]}
    elements = {each["code"]: build.element(each) for each in parts["elements"]["elements"]}
    yield from unknown(file, "sector", [row["sector"]], code_tables.sectors())
    yield from unknown(file, "themes", row["themes"], code_tables.themes())
    yield from unknown(file, "materials", _named(row["materials"], "material"), _codes(parts["materials"]["materials"]))
    yield from unknown(file, "yields", [row["yields"]] if "yields" in row else [], certificates)
    yield from unknown(file, "needs", row.get("needs", []), certificates)
    yield from unknown(file, "elements", row["elements"], elements)
    yield from unknown(file, "determines", row.get("determines", []), row["elements"])
    yield from unasked_content(file, row, certificates)
    yield from _unanswered(file, row)
    asked = {code: elements[code] for code in row["elements"] if code in elements}
    for number, each in enumerate(row["conditions"]):
        try:
            if "expression" in each:
                conditions.compile(each["expression"], asked)
        except conditions.BadExpression as wrong:
            yield BadRow(file, f"conditions/{number}/expression", str(wrong))


def _unanswered(file: str, row: Any) -> Iterator[BadRow]:
    """Materials and situations wait for answers to the questions of their own standard."""
    asked: dict[str, set[str]] = {}
    for number, each in enumerate(row.get("questions", [])):
        choices = _codes(each["choices"])
        yield from unknown(file, f"questions/{number}/default", [each["default"]], choices)
        yield from unanswerable(file, f"questions/{number}/when", build.when(each), asked)
        asked[each["code"]] = choices
    for kind in ("materials", "situations"):
        for number, each in enumerate(row.get(kind, [])):
            yield from unanswerable(file, f"{kind}/{number}/when", build.when(each), asked)


def _descriptions(files: Files) -> Iterator[BadRow]:
    elements = files.parts["elements"]
    topics, known = _codes(elements["topics"]), _codes(elements["elements"])
    for number, each in enumerate(elements["elements"]):
        yield from unknown("elements.yaml", f"elements/{number}/topic", [each["topic"]], topics)
    for number, each in enumerate(files.parts["certificates"]["certificate_types"]):
        yield from unknown("certificates.yaml", f"certificate_types/{number}/fields", each["fields"], known)


# --- Who offers what --------------------------------------------------------------------------------------------------


def _bodies(files: Files) -> Iterator[BadRow]:
    file, said = "implementations.yaml", files.parts["implementations"]
    provinces = {row["region"] for row in said["provinces"]}
    for kind in ("departments", "places"):
        for number, each in enumerate(said[kind]):
            yield from _wrong_body(file, f"{kind}/{number}/body", each["body"])
    staffed = {(each["province"], each["sector"]) for each in said["departments"]}
    sectors = {row["sector"] for row in files.matters.values()} & code_tables.sectors().keys()
    for province, sector in sorted({(p, s) for p in provinces for s in sectors} - staffed):
        yield BadRow(file, "departments", f"没有写明 {province} 的 {sector} 由哪个部门办理")
    for number, each in enumerate(said["departments"]):
        yield from unknown(file, f"departments/{number}/province", [each["province"]], provinces)
    for number, each in enumerate(said["places"]):
        yield from _unknown_places(file, f"places/{number}", [each["region"], each["territory"]])
        yield from unknown(file, f"places/{number}/matters", each["matters"], files.joint)


def _wrong_body(file: str, path: str, body: str) -> Iterator[BadRow]:
    try:
        check_uscc(body)
    except InvalidIdentifier as wrong:
        yield BadRow(file, path, str(wrong))


def _unknown_places(file: str, path: str, places: Iterable[str]) -> Iterator[BadRow]:
    zones = {zone.code for zone in calendars.zones()}
    yield from unknown(file, path, places, zones | calendars.divisions().rows.keys())


def _regional(files: Files) -> Iterator[BadRow]:
    said = files.parts["implementations"]
    staffed = {(each["province"], each["sector"]) for each in said["departments"]}
    provinces = {each["region"] for each in said["provinces"]}
    materials = _codes(files.parts["materials"]["materials"])
    for file, row in files.regional.items():
        yield from unknown(file, "province", [row["province"]], provinces)
        yield from unknown(file, "kinds", _named(row["kinds"].values(), "material"), materials)
        yield from unknown(file, "offers/agreement", [row["offers"]["agreement"]], _agreements(files))
        for number, matter in enumerate(row["matters"]):
            if (row["province"], matter["sector"]) not in staffed:
                yield BadRow(file, f"matters/{number}/sector", f"{matter['sector']} 没有办理部门")
            yield from unknown(file, f"matters/{number}/theme", [matter["theme"]], code_tables.themes())


def _offers(files: Files) -> Iterator[BadRow]:
    known = files.joint | files.items
    provinces = {each["region"] for each in files.parts["implementations"]["provinces"]}
    for number, each in enumerate(files.parts["offers"]["offers"]):
        yield from unknown("offers.yaml", f"offers/{number}/matters", each["matters"], files.joint)
        yield from unknown("offers.yaml", f"offers/{number}/agreement", [each["agreement"]], _agreements(files))
        yield from unknown("offers.yaml", f"offers/{number}", [each["province"], *each["to"]], provinces)
    offered = [(each["province"], matter) for each in files.parts["offers"]["offers"] for matter in each["matters"]]
    yield from twice(("offers.yaml", "offers", f"{province} 的 {matter}") for province, matter in offered)
    for number, each in enumerate(files.parts["extensions"]["extensions"]):
        yield from _unknown_places("extensions.yaml", f"extensions/{number}", [each["hall_region"], each["region"]])
        yield from unknown("extensions.yaml", f"extensions/{number}", [each["agreement"]], _agreements(files))
    for number, each in enumerate(files.parts["reforms"]["reforms"]):
        yield from unknown("reforms.yaml", f"reforms/{number}/matters", each["matters"], known)
        yield from _unknown_places("reforms.yaml", f"reforms/{number}/regions", each["regions"])


# --- Agreements and batches -------------------------------------------------------------------------------------------


def _batches(files: Files) -> Iterator[BadRow]:
    batches = files.parts["batches"]["batches"]
    for number, each in enumerate(batches):
        path = f"batches/{number}"
        yield from unknown("batches.yaml", f"{path}/matters", each["matters"], files.joint)
        yield from unknown("batches.yaml", f"{path}/agreement", [each["agreement"]], _agreements(files))
        for scope in (each["scope"], each.get("widened", {}).get("scope", {})):
            places = [*scope.get("divisions", ()), *scope.get("zones", ())]
            yield from _unknown_places("batches.yaml", f"{path}/scope", places)
    listed = [matter for each in batches for matter in each["matters"]]
    yield from twice(("batches.yaml", "batches", matter) for matter in listed)
    if left := sorted(files.joint - set(listed)):
        yield BadRow("batches.yaml", "batches", f"不在任何批次中：{'、'.join(left)}")
    yield from _meetings(files)


def _meetings(files: Files) -> Iterator[BadRow]:
    parties = _parties(files)
    for number, each in enumerate(files.parts["agreements"]["meetings"]):
        path = f"meetings/{number}"
        yield from unknown("agreements.yaml", f"{path}/agreement", [each["agreement"]], parties)
        present = parties.get(each["agreement"], set())
        owners = _named(each["undertakings"], "owner")
        yield from unknown("agreements.yaml", f"{path}/attendees", [*each["attendees"], *owners], present)


def _bundles(files: Files) -> Iterator[BadRow]:
    provinces = {each["region"] for each in files.parts["implementations"]["provinces"]}
    for number, each in enumerate(files.parts["bundles"]["bundles"]):
        path, categories = f"bundles/{number}", set(_named(each["categories"], "name"))
        yield from unknown("bundles.yaml", f"{path}/province", [each["province"]], provinces)
        yield from unknown("bundles.yaml", f"{path}/items", _named(each["items"], "matter"), files.joint)
        yield from unknown("bundles.yaml", f"{path}/items", _named(each["items"], "category"), categories)


def _parties(files: Files) -> dict[str, set[str]]:
    """Return the regions that are parties of each agreement."""
    return {
        each["number"]: {party["region"] for party in each["parties"]}
        for each in files.parts["agreements"]["agreements"]
    }


def _agreements(files: Files) -> set[str]:
    return {each["number"] for each in files.parts["agreements"]["agreements"]}


def _codes(rows: Iterable[Any]) -> set[str]:
    return set(_named(rows, "code"))


def _named(rows: Iterable[Any], name: str) -> list[str]:
    return [row[name] for row in rows]
