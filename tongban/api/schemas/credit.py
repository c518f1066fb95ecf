"""Credit: entries and their repair, the tax record, ratings of a year, and what is published."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from tongban.api.schemas import Given, PassedOn, Told
from tongban.casework.forms.workbench import LONGEST_REASON
from tongban.domain.relocation import Level


class CreditEntry(Told):
    item: str
    name: str
    department: str
    region: str = Field(description="记入地区（GB/T 2260 省级代码）；空：不详，各地都算")
    source: str = Field(description="违反承诺的办件编号")
    entered_at: datetime
    stands_until: date | None = Field(description="从这一天起不再限制作承诺")
    repair_due_on: date | None = Field(description="修复申请答复期限；空：没有待答复的申请")
    repaired_at: datetime | None


class TaxRating(Told):
    year: int
    level: Level
    region: str
    certificate: str


class OpenTaxMatter(Told):
    number: str
    kind: str
    since: date
    region: str


class Relocation(Told):
    left: str
    reached: str
    on: date
    confirmation: str


class TaxRecord(Told):
    region: str
    level: Level
    new_enterprise: bool
    registered_on: date
    retained: str = Field(description="期末留抵税额，单位元")
    ratings: list[TaxRating]
    open: list[OpenTaxMatter]
    moves: list[Relocation]


class OwnCredit(Told):
    entries: list[CreditEntry]
    taxes: TaxRecord | None


class RepairAsked(Given):
    ground: str = Field(max_length=40, description="公布的修复情形中的代码")
    reason: str = Field(max_length=LONGEST_REASON)


class RepairDue(PassedOn):
    case: int
    due_on: date | None


class CreditItem(Told):
    code: str
    name: str
    stands_months: int


class RepairGround(Told):
    code: str
    name: str


class CreditRules(Told):
    region: str
    items: list[CreditItem]
    repair_days: int
    repair_unit: str
    repair_grounds: list[RepairGround]
    recognises: list[str] = Field(description="互认哪些地区的记录")
