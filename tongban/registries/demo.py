"""What does the embedded registry hold in the demo? The records of `data/demo.yaml`, from which nobody is asked again,
and the ledgers of `data/ledgers.yaml`, from which certificates are made on the spot; loading again mends them. The tax
records of `data/taxes.yaml` are entered once, for companies move.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tongban.crypto import canonical, sm3
from tongban.domain.relocation import Level, OpenMatter, Rating, TaxRecord, Yuan
from tongban.keys import actions as keys
from tongban.registries import taxes
from tongban.registries.embedded import number_index
from tongban.registries.ledgers import EmbeddedRecords
from tongban.registries.models import Ledger, Record

DATA = Path(__file__).parent / "data" / "demo.yaml"
LEDGERS = DATA.with_name("ledgers.yaml")
TAXES = DATA.with_name("taxes.yaml")


def load_records() -> None:
    """Enter every record of the file; one that is there already and says the same stays untouched."""
    known = dict(Record.objects.values_list("reference", "digest"))
    for record in read():
        content = canonical.encode(_plain(record["content"]))
        digest = sm3.digest(content).hex()
        if known.get(record["reference"]) != digest:
            _write(record, content, digest)


def load_ledgers() -> None:
    """Enter every ledger of the file; one that is there already is written anew."""
    rows = [_ledger(row) for row in _read_ledgers()["ledgers"]]
    Ledger.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["reference"],
        update_fields=["kind", "number_index", "region", "content"],
    )


def load_taxes(*, now: datetime) -> None:
    """Enter the tax record of every company of the file of which nobody keeps one yet."""
    read: dict[str, Any] = yaml.safe_load(TAXES.read_text(encoding="utf-8"))
    for row in read["records"]:
        if not taxes.records(number=row["number"]):
            taxes.EmbeddedTaxRegistry().keep(number=row["number"], records=[_tax_record(row)], seen=[], now=now)


def assessed() -> dict[str, Level]:
    """Return by number how companies of the file are rated for the last year, which is certified on this node."""
    read: dict[str, Any] = yaml.safe_load(TAXES.read_text(encoding="utf-8"))
    return {row["number"]: Level(row["assessed"]) for row in read["records"] if "assessed" in row}


def _tax_record(row: dict[str, Any]) -> TaxRecord:
    region = row["region"]
    return TaxRecord(
        region=region,
        registered_on=row["registered_on"],
        ratings=tuple(Rating(year, Level(level), region) for year, level in sorted(row["ratings"].items())),
        open=tuple(OpenMatter(one["number"], one["kind"], one["since"], region) for one in row["open"]),
        retained=Yuan.of(row["retained"]),
    )


def registries() -> tuple[EmbeddedRecords, ...]:
    """Return the registries of the file, to be connected where the demo runs."""
    read = _read_ledgers()
    return tuple(
        EmbeddedRecords(row["name"], row["name_en"], row["region"], row["kind"], read["shows"][row["kind"]])
        for row in read["registries"]
    )


def _ledger(row: dict[str, Any]) -> Ledger:
    ledger = Ledger(
        reference=row["reference"],
        kind=row["kind"],
        number_index=number_index(row["number"]),
        region=row["region"],
    )
    content = canonical.encode({"facts": row["facts"], "series": row.get("series", [])})
    ledger.content = keys.seal(person=ledger.sealed.person, plaintext=content).ciphertext
    return ledger


@cache
def _read_ledgers() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(LEDGERS.read_text(encoding="utf-8"))
    return read


def enter(*, reference: str, material: str, number: str, holder: str, name: str, issued_on: date) -> None:
    """Enter one more record: a proof that nothing but its name is known of."""
    content = canonical.encode({"name": name, "number": number})
    record = {
        "reference": reference,
        "material": material,
        "number": number,
        "holder": holder,
        "registry": "演示登记库",
        "issued_on": issued_on,
    }
    _write(record, content, sm3.digest(content).hex())


def read() -> list[dict[str, Any]]:
    """Return the demo records as the file has them."""
    records: list[dict[str, Any]] = yaml.safe_load(DATA.read_text(encoding="utf-8"))["records"]
    return records


def _write(record: dict[str, Any], content: bytes, digest: str) -> None:
    Record.objects.update_or_create(
        reference=record["reference"],
        defaults={
            "material": record["material"],
            "number_index": number_index(record["number"]),
            "holder": record["holder"],
            "registry": record["registry"],
            "content": keys.seal(person=record["holder"], plaintext=content).ciphertext,
            "digest": digest,
            "issued_on": record["issued_on"],
            "expires_on": record.get("expires_on"),
        },
    )


def _plain(content: dict[str, Any]) -> dict[str, str | int]:
    """YAML reads days as dates; JSON has them as text."""
    return {name: value if isinstance(value, int) else str(value) for name, value in content.items()}
