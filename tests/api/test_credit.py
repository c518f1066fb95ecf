"""Credit by the door: what stands about oneself, and what is published."""

from __future__ import annotations

from tests.api.conftest import Programs

LIANGS = "org:91110108MA0TB40479"


def test_a_company_reads_its_tax_record_and_nobody_elses(program: Programs) -> None:
    told = program("liangyu", LIANGS).get("credit")

    assert told["entries"] == []
    taxes = told["taxes"]
    assert (taxes["region"], taxes["level"], taxes["new_enterprise"]) == ("110000", "A", False)
    assert taxes["retained"] == "860000.50"
    assert [one["year"] for one in taxes["ratings"]] == [2021, 2022, 2023, 2024]
    assert [one["kind"] for one in taxes["open"]] == ["REASSESSMENT"]
    assert program("liangyu").get("credit")["taxes"] is None
    assert program("caoying").ask("GET", "credit").status_code == 403


def test_what_is_entered_and_how_it_is_repaired_is_told_to_everybody(program: Programs) -> None:
    rules = {one["region"]: one for one in program("liangyu").get("credit/rules")}

    assert set(rules) == {"110000", "120000", "130000"}
    assert rules["130000"]["items"][0] == {"code": "FALSE-COMMITMENT", "name": "作出不实承诺", "stands_months": 24}
    assert rules["110000"]["recognises"] == ["110000", "120000", "130000"]
    assert (rules["110000"]["repair_days"], rules["110000"]["repair_unit"]) == (10, "working")
