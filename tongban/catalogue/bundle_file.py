"""What does a bundle file from elsewhere say?

The format is one JSON object: `materials` and `certificates` by code, and `items`, each with its limits, materials, the
certificate it yields and those it requires. Names that are not known here are passed over; what is known must be right,
and every mistake is reported at once with its place. The file says nothing of body, hall, questions and data elements:
body and hall are those of the demo, every item is asked for, the form asks nothing beyond the materials.

Where an item gives no statutory limit, that of the Administrative Licensing Law is taken (art. 42: 20 working days), or
its promise where that is longer. 日 and 自然日 are natural days, 工作日 working days; limits run from acceptance unless
`statutory_days_source` says 收到申请.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from tongban.catalogue import body
from tongban.catalogue.rows import BadRow, BadRows
from tongban.domain.catalogue import (
    Bundle,
    Catalogue,
    Category,
    CertificateType,
    Implementation,
    Item,
    Material,
    MatterType,
    Regime,
    Requirement,
    Source,
    SourceKind,
    Standard,
    SubjectRole,
    check,
)
from tongban.domain.clock import Limit, Start, Unit
from tongban.domain.regions import province_of

DEMO_BODY = "11130200MA0TB0011Q"
DEMO_REGION = "130209"
DEMO_HALL = "cfd-hall"

LONGEST_CODE = 40
LONGEST_NAME = 400
MOST_DAYS = 3650
MOST_ROWS = 20_000
MOST_CODES = 2_000

UNITS = {"工作日": Unit.WORKING, "日": Unit.NATURAL, "自然日": Unit.NATURAL}
MATTER_TYPES = {
    "行政许可": MatterType.LICENCE,
    "行政征收": MatterType.LEVY,
    "行政确认": MatterType.CONFIRMATION,
    "其他行政权力": MatterType.OTHER_POWER,
    "公共服务": MatterType.PUBLIC_SERVICE,
}
LICENSING_LAW = Limit(days=20, unit=Unit.WORKING, start=Start.ACCEPTANCE)
LICENSING_LAW_SOURCE = Source(SourceKind.CITED, "《行政许可法》第四十二条（文件未给出法定时限）")

Row = Mapping[str, Any]
Instead = TypeVar("Instead")


def read_bundle(document: object) -> tuple[Catalogue, Bundle]:
    """Read a bundle file, already parsed. Raises BadRows, Inconsistent, Circular."""
    reader = _Reader()
    catalogue, bundle = reader.read(document)
    if reader.rows:
        raise BadRows(reader.rows)
    check(catalogue, bundle)
    return catalogue, bundle if bundle.code else replace(bundle, code=_derived_code(catalogue, bundle))


def _derived_code(catalogue: Catalogue, bundle: Bundle) -> str:
    """A file without a code of its own is known by what it says."""
    return f"file-{body.digest(body.of_everything(catalogue, bundle))[:12]}"


class _Reader:
    """Reads on after a mistake, so that one reading finds them all; what it then returns is thrown away."""

    def __init__(self) -> None:
        self.rows: list[BadRow] = []

    def read(self, document: object) -> tuple[Catalogue, Bundle]:
        file = self._object(document, "")
        materials = dict(self._materials(self._object(file.get("materials"), "materials")))
        certificates = dict(self._certificates(self._object(file.get("certificates", {}), "certificates")))
        items = [
            self._item(self._object(each, f"items/{number}"), f"items/{number}", materials, certificates)
            for number, each in enumerate(self._rows(file.get("items"), "items"))
        ]
        self._twice(items)
        catalogue = Catalogue(
            standards={standard.matter: standard for standard, _, _ in items},
            implementations={implementation.matter: implementation for _, implementation, _ in items},
            materials=materials,
            certificate_types=certificates,
        )
        return catalogue, self._bundle(file, [item for _, _, item in items])

    def _bundle(self, file: Row, items: list[Item]) -> Bundle:
        return Bundle(
            code=self._code(file["code"], "code") if "code" in file else "",
            name=self._text(file.get("title", "集成办理"), "title"),
            items=tuple(items),
            categories=tuple(Category(name) for name in dict.fromkeys(item.category for item in items)),
        )

    def _materials(self, rows: Row) -> Iterator[tuple[str, Material]]:
        for code, each in self._some(rows, "materials"):
            row = self._object(each, f"materials/{code}")
            yield (
                self._code(code, f"materials/{code}"),
                Material(
                    code=code,
                    name=self._text(row.get("name"), f"materials/{code}/name"),
                    kind=self._text(row.get("kind", "其他"), f"materials/{code}/kind"),
                    issuer=self._text(row.get("issuer", "申请人自备"), f"materials/{code}/issuer"),
                    retrievable=self._truth(
                        row.get("retrievable_by_data_sharing", False), f"materials/{code}/retrievable_by_data_sharing"
                    ),
                ),
            )

    def _certificates(self, rows: Row) -> Iterator[tuple[str, CertificateType]]:
        for number, (code, each) in enumerate(self._some(rows, "certificates"), start=1):
            row = self._object(each, f"certificates/{code}")
            yield (
                self._code(code, f"certificates/{code}"),
                CertificateType(
                    code=code,
                    name=self._text(row.get("name"), f"certificates/{code}/name"),
                    # Composed: the standard's owner is the demo body; a type code has three digits and no more.
                    type_code=f"{DEMO_BODY}{number % 1000:03d}",
                    about=SubjectRole.HOLDER,
                ),
            )

    def _item(
        self, row: Row, path: str, materials: Mapping[str, Material], certificates: Mapping[str, CertificateType]
    ) -> tuple[Standard, Implementation, Item]:
        matter = self._code(row.get("id"), f"{path}/id")
        promised = self._limit(row, path, "promised_days", Start.ACCEPTANCE) or LICENSING_LAW
        statutory, source = self._statutory(row, path, promised)
        yields = row.get("yields", "")
        standard = Standard(
            matter=matter,
            name=self._text(row.get("name"), f"{path}/name"),
            matter_type=self._matter_type(row.get("item_type", "其他行政权力"), f"{path}/item_type"),
            regime=Regime.LICENCE,
            statutory=statutory,
            statutory_source=source,
            requirements=tuple(
                Requirement(code) for code in self._codes(row.get("materials"), f"{path}/materials", materials)
            ),
            needs=self._codes(row.get("requires_certificates", []), f"{path}/requires_certificates", certificates),
            yields=self._known(yields, f"{path}/yields", certificates) if yields not in ("", None) else "",
            owner=province_of(DEMO_REGION),
        )
        implementation = Implementation(
            matter=matter,
            region=DEMO_REGION,
            body=DEMO_BODY,
            hall=DEMO_HALL,
            promised=Limit(promised.days, promised.unit, statutory.start),
            deciding_desk=self._text(row.get("office"), f"{path}/office"),
        )
        return standard, implementation, Item(matter, self._text(row.get("category"), f"{path}/category"))

    def _statutory(self, row: Row, path: str, promised: Limit) -> tuple[Limit, Source]:
        if row.get("statutory_days") is None:
            longer = promised if promised.days > LICENSING_LAW.days else LICENSING_LAW
            return longer, LICENSING_LAW_SOURCE
        told = self._text(row.get("statutory_days_source", "composed"), f"{path}/statutory_days_source")
        start = Start.RECEIPT if "收到申请" in told else Start.ACCEPTANCE
        source = Source(SourceKind.COMPOSED) if told == "composed" else Source(SourceKind.CITED, told)
        return self._limit(row, path, "statutory_days", start) or LICENSING_LAW, source

    def _limit(self, row: Row, path: str, name: str, start: Start) -> Limit | None:
        days = row.get(name)
        if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= MOST_DAYS:
            return self._wrong(f"{path}/{name}", f"应为 0 至 {MOST_DAYS} 的整数{_written(days)}", None)
        unit = row.get(f"{name}_unit", "工作日")
        if not isinstance(unit, str) or unit not in UNITS:
            return self._wrong(f"{path}/{name}_unit", f"应为 {'、'.join(UNITS)} 之一{_written(unit)}", None)
        return Limit(days=days, unit=UNITS[unit], start=start)

    def _matter_type(self, value: object, path: str) -> MatterType:
        if not isinstance(value, str) or value not in MATTER_TYPES:
            return self._wrong(path, f"应为 {'、'.join(MATTER_TYPES)} 之一{_written(value)}", MatterType.OTHER_POWER)
        return MATTER_TYPES[value]

    def _codes(self, value: object, path: str, known: Mapping[str, object]) -> tuple[str, ...]:
        codes = tuple(self._known(each, path, known) for each in self._rows(value, path, most=MOST_CODES))
        if len(set(codes)) < len(codes) and "" not in codes:
            self._wrong(path, "同一项写了两次", ())
        return codes

    def _known(self, value: object, path: str, known: Mapping[str, object]) -> str:
        code = self._code(value, path)
        return code if not code or code in known else self._wrong(path, f"{code} 没有定义", "")

    def _twice(self, items: list[tuple[Standard, Implementation, Item]]) -> None:
        seen: set[str] = set()
        for number, (standard, _, _) in enumerate(items):
            if standard.matter and standard.matter in seen:
                self._wrong(f"items/{number}/id", f"{standard.matter} 出现了两次", None)
            seen.add(standard.matter)

    def _object(self, value: object, path: str) -> Row:
        empty: Row = {}
        return value if isinstance(value, dict) else self._wrong(path, f"应为一组“名称: 值”{_written(value)}", empty)

    def _some(self, rows: Row, path: str) -> list[tuple[str, Any]]:
        return list(rows.items()) if len(rows) <= MOST_ROWS else self._wrong(path, f"超过 {MOST_ROWS} 项", [])

    def _rows(self, value: object, path: str, *, most: int = MOST_ROWS) -> list[Any]:
        if not isinstance(value, list):
            return self._wrong(path, f"应为列表{_written(value)}", [])
        if path == "items" and not value:
            return self._wrong(path, "不应为空", [])
        return value if len(value) <= most else self._wrong(path, f"超过 {most} 项", [])

    def _code(self, value: object, path: str) -> str:
        if isinstance(value, str) and 0 < len(value) <= LONGEST_CODE and value.isprintable() and " " not in value:
            return value
        return self._wrong(path, f"应为不超过 {LONGEST_CODE} 个字、不含空格的代码{_written(value)}", "")

    def _text(self, value: object, path: str) -> str:
        if isinstance(value, str) and value.strip() and len(value) <= LONGEST_NAME and value.isprintable():
            return value
        return self._wrong(path, f"应为 1 至 {LONGEST_NAME} 个字的文字{_written(value)}", "")

    def _truth(self, value: object, path: str) -> bool:
        return value if isinstance(value, bool) else self._wrong(path, f"应为 true 或 false{_written(value)}", False)

    def _wrong(self, path: str, reason: str, instead: Instead) -> Instead:
        self.rows.append(BadRow("集成办理文件", path, reason))
        return instead


def _written(value: object) -> str:
    match value:
        case None:
            return "，没有写"
        case str() if len(value) <= 40 and value.isprintable():
            return f"，写的是“{value}”"
        case bool() | float():
            return f"，写的是 {value}"
        case int() if abs(value) < 10**15:
            return f"，写的是 {value}"
        case list() | dict():
            return "，写的是列表或一组值"
        case _:
            return ""
