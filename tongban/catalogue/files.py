"""What do the data files of a set say? Everything or nothing, without a database.

A set is a folder of `data/` with one file for each matter and one each for materials, certificate types, data elements,
the bundle and the delegations. Reading checks the form of every file (JSON Schema), then that they fit together, and
reports every mistake with file, path and reason before anything is loaded. A bundle from elsewhere comes as one JSON
file (`read_bundle`, `read_bundle_file`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tongban.catalogue import build
from tongban.catalogue.bundle_file import read_bundle
from tongban.catalogue.reading import demand, read_file, twice, unanswerable, unasked_content, unknown
from tongban.catalogue.rows import BadRow, BadRows
from tongban.crypto import canonical
from tongban.domain.catalogue import Bundle, Catalogue, Delegation, Inconsistent, check
from tongban.domain.identifiers import InvalidIdentifier, check_uscc

__all__ = ["UnknownSet", "read_bundle", "read_bundle_file", "read_folder", "read_set", "sets"]

LARGEST_FILE = 20_000_000

DATA = Path(__file__).parent / "data"

File = tuple[str, Any]
"""Its name in the set and what it says."""


class UnknownSet(Inconsistent):
    """A set that is not among the data files."""

    code = "unknown_set"


def sets() -> tuple[str, ...]:
    """Return the names of the sets that come with Tongban and make a bundle."""
    return tuple(sorted(path.parent.name for path in DATA.glob("*/bundle.yaml")))


def read_set(name: str) -> tuple[Catalogue, Bundle, tuple[Delegation, ...]]:
    """Read one of the sets that come with Tongban. Raises UnknownSet, BadRows, Inconsistent, Circular."""
    if name not in sets():
        raise UnknownSet(f"没有名为“{name}”的目录数据。现有：{'、'.join(sets())}。请改用其中之一，或给出文件名。")
    return read_folder(DATA / name)


def read_bundle_file(path: Path) -> tuple[Catalogue, Bundle]:
    """Read a bundle from a JSON file. Raises BadRows, Inconsistent, Circular."""
    return read_bundle(read_document(path, largest=LARGEST_FILE))


def read_document(path: Path, *, largest: int) -> Any:
    """Read what a JSON file of at most so many bytes says. Raises BadRows."""
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except OSError as wrong:
        raise BadRows([BadRow(path.name, "", "打不开，请核对文件名和权限")]) from wrong
    if len(data) > largest:
        raise BadRows([BadRow(path.name, "", f"超过 {largest // 1_000_000} MB")])
    try:
        return canonical.decode(data)
    except canonical.NotCanonical as wrong:
        raise BadRows([BadRow(path.name, "", str(wrong))]) from wrong


def read_folder(folder: Path) -> tuple[Catalogue, Bundle, tuple[Delegation, ...]]:
    """Read a folder of data files laid out as a set. Raises BadRows, Inconsistent, Circular."""
    rows: list[BadRow] = []
    matters = [
        (f"matters/{path.name}", read_file(path, f"matters/{path.name}", "matter", rows))
        for path in sorted((folder / "matters").glob("*.yaml"))
    ]
    parts = {
        name: read_file(folder / f"{name}.yaml", f"{name}.yaml", name, rows)
        for name in ("materials", "certificates", "elements", "bundle", "delegations")
    }
    demand(rows)
    demand([*_duplicates(matters, parts), *_misfits(matters, parts)])
    catalogue = _catalogue(matters, parts)
    bundle = build.bundle(parts["bundle"])
    check(catalogue, bundle)
    return catalogue, bundle, tuple(build.delegation(row) for row in parts["delegations"]["delegations"])


def _catalogue(matters: list[File], parts: Mapping[str, Any]) -> Catalogue:
    return Catalogue(
        standards={row["code"]: build.standard(row) for _, row in matters},
        implementations={row["code"]: build.implementation(row) for _, row in matters},
        materials={row["code"]: build.material(row) for row in parts["materials"]["materials"]},
        certificate_types={
            row["code"]: build.certificate_type(row) for row in parts["certificates"]["certificate_types"]
        },
        elements={row["code"]: build.element(row) for row in parts["elements"]["elements"]},
        topics=tuple(build.topic(row) for row in parts["elements"]["topics"]),
    )


def _duplicates(matters: list[File], parts: Mapping[str, Any]) -> Iterator[BadRow]:
    """A code that stands twice would silently replace the first."""
    yield from twice((file, "code", row["code"]) for file, row in matters)
    for part, kind, name in (
        ("materials", "materials", "code"),
        ("certificates", "certificate_types", "code"),
        ("elements", "elements", "code"),
        ("elements", "topics", "code"),
        ("bundle", "items", "matter"),
        ("bundle", "questions", "code"),
        ("delegations", "delegations", "matter"),
    ):
        rows = parts[part][kind]
        yield from twice((f"{part}.yaml", f"{kind}/{number}/{name}", row[name]) for number, row in enumerate(rows))


def _misfits(matters: list[File], parts: Mapping[str, Any]) -> Iterator[BadRow]:
    """Every code that names nothing, in any file, and every value no schema can judge."""
    materials = {row["code"] for row in parts["materials"]["materials"]}
    certificates = {row["code"]: row for row in parts["certificates"]["certificate_types"]}
    elements = {row["code"] for row in parts["elements"]["elements"]}
    topics = {row["code"] for row in parts["elements"]["topics"]}
    questions = {row["code"]: {each["code"] for each in row["choices"]} for row in parts["bundle"]["questions"]}
    for file, row in matters:
        yield from unknown(file, "materials", [each["material"] for each in row["materials"]], materials)
        yield from unknown(file, "needs", row.get("needs", []), certificates)
        yield from unknown(file, "yields", [row["yields"]] if "yields" in row else [], certificates)
        yield from unknown(file, "elements", row["elements"], elements)
        yield from unknown(file, "determines", row.get("determines", []), row["elements"])
        for number, each in enumerate(row["materials"]):
            yield from unanswerable(file, f"materials/{number}/when", build.when(each), questions)
        yield from unasked_content(file, row, certificates)
        yield from _wrong_body(file, row)
    for number, each in enumerate(parts["certificates"]["certificate_types"]):
        yield from unknown("certificates.yaml", f"certificate_types/{number}/fields", each["fields"], elements)
    for number, each in enumerate(parts["elements"]["elements"]):
        yield from unknown("elements.yaml", f"elements/{number}/topic", [each["topic"]], topics)
    yield from _bundle_misfits(parts["bundle"], {row["code"] for _, row in matters}, questions)
    yield from _delegation_misfits(parts["delegations"]["delegations"], {row["code"] for _, row in matters})


def _bundle_misfits(bundle: Any, matters: set[str], questions: Mapping[str, set[str]]) -> Iterator[BadRow]:
    categories = {each["name"] for each in bundle["categories"]}
    for number, each in enumerate(bundle["items"]):
        yield from unknown("bundle.yaml", f"items/{number}/matter", [each["matter"]], matters)
        yield from unknown("bundle.yaml", f"items/{number}/category", [each["category"]], categories)
        yield from unanswerable("bundle.yaml", f"items/{number}/when", build.when(each), questions)
    asked: dict[str, set[str]] = {}
    for number, each in enumerate(bundle["questions"]):
        yield from unknown("bundle.yaml", f"questions/{number}/default", [each["default"]], questions[each["code"]])
        # A question may depend on questions asked before it, and on no others.
        yield from unanswerable("bundle.yaml", f"questions/{number}/when", build.when(each), asked)
        asked[each["code"]] = questions[each["code"]]


def _delegation_misfits(delegations: list[Any], matters: set[str]) -> Iterator[BadRow]:
    for number, each in enumerate(delegations):
        yield from unknown("delegations.yaml", f"delegations/{number}/matter", [each["matter"]], matters)
        try:
            date.fromisoformat(each["from_on"])
        except ValueError:
            yield BadRow("delegations.yaml", f"delegations/{number}/from_on", f"没有 {each['from_on']} 这一天")
    # Where nobody delegated anything each body decides by its own power; where somebody did, all is told.
    without = sorted(matters - {each["matter"] for each in delegations})
    if delegations and without:
        yield BadRow("delegations.yaml", "delegations", f"没有写明由谁决定：{'、'.join(without)}")


def _wrong_body(file: str, row: Any) -> Iterator[BadRow]:
    try:
        check_uscc(row["implementation"]["body"])
    except InvalidIdentifier as wrong:
        yield BadRow(file, "implementation/body", str(wrong))
