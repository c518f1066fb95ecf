"""Which rules of a region count for a case? Those of the nearest division that laid some down.

`data/rules/<division>.yaml` holds the rules of one region, in the form `data/schema/rules.json`. A division without a
file of its own follows the one it lies in: 130209 asks 130200, then 130000.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from tongban.catalogue import build
from tongban.catalogue import queries as catalogue
from tongban.catalogue.reading import read_file
from tongban.catalogue.rows import BadRow
from tongban.domain.application import Application
from tongban.domain.events import LapseConsequence
from tongban.domain.refused import Refused
from tongban.domain.rules import CreditItem, Exclusion, RegionRules, RepairGround

DATA = Path(__file__).parent / "data"
DIVISION = re.compile("[0-9]{6}")


class NoRules(Refused):
    """No division that a place lies in has laid down rules."""

    code = "no_rules"


class InvalidRules(Refused):
    """A file of rules that is not in the form it must have."""

    code = "invalid_rules"


@cache
def of_region(region: str, *, folder: Path = DATA / "rules") -> RegionRules:
    """Return the rules that count in a division (GB/T 2260). Raises NoRules, InvalidRules."""
    nearest_first = (region, f"{region[:4]}00", f"{region[:2]}0000") if DIVISION.fullmatch(region) else ()
    for division in nearest_first:
        if (path := folder / f"{division}.yaml").is_file():
            return _read(path, division)
    raise NoRules(f"没有行政区划 {region} 的办理规则。请核对代码，或由管理员补上该地区的规则文件。")


def of_case(application: Application, index: int) -> RegionRules:
    """Return the rules of the region that decides a case, wherever the application was handed in."""
    kinds, _ = catalogue.catalogue_of(application.bundle, application.bundle_version)
    return of_region(kinds.implementations[application.case(index).matter].region)


def _read(path: Path, division: str) -> RegionRules:
    rows: list[BadRow] = []
    plain = read_file(path, path.name, "rules", rows, forms=DATA / "schema")
    if rows:
        raise InvalidRules(f"办理规则未采用：{'；'.join(map(str, rows))}。请改正文件。", field=rows[0].path)
    return _rules(division, plain)


def _rules(division: str, row: dict[str, Any]) -> RegionRules:
    return RegionRules(
        region=division,
        pre_review=build.limit(row["pre_review"]["limit"]),
        pre_review_source=build.source(row["pre_review"]["limit"]),
        pre_reviews=row["pre_review"]["times"],
        correction=build.limit(row["correction"]["limit"]),
        correction_source=build.source(row["correction"]["limit"]),
        confirmation=build.limit(row["confirmation"]["limit"]),
        confirmation_source=build.source(row["confirmation"]["limit"]),
        deferral=build.limit(row["deferral"]["limit"]),
        deferral_source=build.source(row["deferral"]["limit"]),
        deferral_reserve_days=row["deferral"]["reserve_days"],
        deferral_remind_days=row["deferral"]["remind_days"],
        deferral_pauses_promise=row["deferral"]["pauses_promise"],
        deferral_consequence=LapseConsequence(row["deferral"]["consequence"]),
        urge_every_days=row["urge_every_days"],
        verification=build.limit(row["verification"]["limit"]),
        verification_source=build.source(row["verification"]["limit"]),
        verification_share=row["verification"]["share"],
        order=build.limit(row["order"]["limit"]),
        order_source=build.source(row["order"]["limit"]),
        statement=build.limit(row["statement"]["limit"]),
        statement_source=build.source(row["statement"]["limit"]),
        spot_check=build.limit(row["spot_check"]["limit"]),
        spot_check_source=build.source(row["spot_check"]["limit"]),
        spot_check_share=row["spot_check"]["share"],
        repair=build.limit(row["repair"]["limit"]),
        repair_source=build.source(row["repair"]["limit"]),
        credit_items=tuple(
            CreditItem(one["code"], one["name"], build.source(one), one["stands_months"]) for one in row["credit_items"]
        ),
        repair_grounds=tuple(
            RepairGround(one["code"], one["name"], build.source(one)) for one in row["repair"]["grounds"]
        ),
        credit_regions=tuple(row["credit_regions"]),
        exclusions=tuple(Exclusion(one["matter"], one["ground"], build.source(one)) for one in row["exclusions"]),
    )
