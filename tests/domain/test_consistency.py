"""A description that contradicts itself is found out at the field; one that does not is left in peace."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.strategies import values
from tongban.domain.catalogue import (
    Choice,
    Condition,
    Contact,
    Implementation,
    MatterType,
    Question,
    Regime,
    Requirement,
    Source,
    SourceKind,
    Standard,
)
from tongban.domain.clock import Limit, Start, Unit
from tongban.domain.codes import BodyNature, Channel, ResultKind, ServiceObject
from tongban.domain.consistency import Contradicts, Remark, check, demand

CITED = Source(SourceKind.CITED, "药品管理法第五十一条")
UNNAMED = Source(SourceKind.CITED)
BODY = "11110000000021004J"
STANDARD = Standard(
    matter="TB-001",
    name="药品零售企业许可",
    matter_type=MatterType.LICENCE,
    regime=Regime.LICENCE,
    statutory=Limit(20, Unit.WORKING),
    promised=Limit(10, Unit.WORKING),
    statutory_source=CITED,
    basic_code="000172001000",
    yields="C-DRUG",
    conditions=(Condition("有依法经过资格认定的药师", CITED), Condition("有相适应的营业场所", CITED)),
    requirements=(Requirement("M-FORM", source=CITED), Requirement("M-PLACE", source=CITED)),
    serves=(ServiceObject.COMPANY,),
    themes=("open_business",),
)
OFFER = Implementation(
    matter="TB-001",
    region="110000",
    body=BODY,
    promised=Limit(10, Unit.WORKING),
    deciding_desk="审批岗",
    implementation_code=f"{BODY}2000172001000",
    level=2,
    visits=1,
    visits_reason="领取证照原件",
    channels=(Channel.WINDOW, Channel.COMPUTER),
    fee_cents=1000,
    fee_source=CITED,
    online_payment=True,
    contact=Contact(consulting_phone="010-12345", complaint_phone="010-12346"),
    stated=STANDARD.terms,
)
PERIOD = Question("period", "要哪一段时间的记录", (Choice("last_12", "最近一年"), Choice("always", "一直")), "last_12")
THEMES = {"open_business": frozenset({ServiceObject.COMPANY}), "marriage": frozenset({ServiceObject.PERSON})}


def found(remarks: tuple[Remark, ...]) -> list[tuple[str, bool]]:
    return [(remark.path, remark.stops) for remark in remarks]


def test_what_is_consistent_gets_no_remark() -> None:
    assert check(standard=STANDARD, themes_for=THEMES) == ()
    assert check(standard=STANDARD, implementation=OFFER) == ()


def test_silence_is_consent_only_where_an_article_is_cited() -> None:
    silent = replace(STANDARD, regime=Regime.SILENT_CONSENT)

    assert found(check(standard=silent)) == [("regime", True)]
    assert check(standard=replace(silent, legal_basis=(CITED,))) == ()


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({"name": " "}, ("name", True)),
        ({"regime": Regime.INSTANT, "promised": Limit(0, Unit.WORKING), "questions": (PERIOD,)}, ("questions", True)),
        ({"regime": Regime.INSTANT}, ("promised", True)),
        ({"promised": Limit(0, Unit.WORKING)}, ("promised", False)),
        ({"promised": Limit(21, Unit.WORKING)}, ("promised", True)),
        ({"document": "批复"}, ("document", True)),
        ({"yields": ""}, ("document", False)),
        ({"yields": "", "document": "经营许可证", "result": ResultKind.WRITTEN_APPROVAL}, ("result", True)),
        ({"result": ResultKind.OTHER}, ("result", True)),
        ({"statutory_source": UNNAMED}, ("statutory_source", True)),
        ({"themes": ("open_business", "marriage")}, ("themes", False)),
        ({"conditions": (Condition("", CITED),)}, ("conditions/0", True)),
        ({"conditions": (*STANDARD.conditions, Condition("法律规定的其他条件", CITED))}, ("conditions/2", False)),
        ({"conditions": (Condition("有营业场所", UNNAMED),)}, ("conditions/0", True)),
        ({"requirements": STANDARD.requirements * 2}, ("requirements/2", True)),
        ({"requirements": (Requirement("M-FORM", copies=-1, source=CITED),)}, ("requirements/0", True)),
        ({"requirements": (Requirement("M-FORM", source=UNNAMED),)}, ("requirements/0", True)),
    ],
)
def test_a_standard_that_contradicts_itself_is_found_at_the_field(
    changes: dict[str, Any], remark: tuple[str, bool]
) -> None:
    assert found(check(standard=replace(STANDARD, **changes), themes_for=THEMES))[0] == remark


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({"promised": Limit(21, Unit.WORKING)}, ("promised", True)),
        ({"promised": Limit(0, Unit.WORKING)}, ("promised", False)),
        ({"visits_reason": " "}, ("visits_reason", True)),
        ({"visits": 0}, ("visits_reason", False)),
        ({"visits": -1, "visits_reason": ""}, ("visits", True)),
        ({"channels": (Channel.MOBILE, Channel.COMPUTER)}, ("visits", True)),
        ({"channels": ()}, ("channels", True)),
        ({"fee_cents": -1}, ("fee", True)),
        ({"fee_source": UNNAMED}, ("fee_source", True)),
        ({"online_payment": False}, ("online_payment", True)),
        ({"contact": Contact(consulting_phone="12345", complaint_phone="12345")}, ("complaint_phone", True)),
        ({"nature": BodyNature.ENTRUSTED}, ("entrusted_by", True)),
        ({"entrusted_by": BODY}, ("nature", False)),
        ({"level": 3}, ("implementation_code", True)),
        ({"implementation_code": f"{BODY}2000172001001"}, ("implementation_code", True)),
        ({"implementation_code": f"11120000000026007M{OFFER.implementation_code[18:]}"}, ("implementation_code", True)),
        ({"stated": replace(STANDARD.terms, conditions=(Condition("其他条件", CITED),))}, ("conditions/0", False)),
    ],
)
def test_an_implementation_that_contradicts_itself_is_found_at_the_field(
    changes: dict[str, Any], remark: tuple[str, bool]
) -> None:
    assert found(check(standard=STANDARD, implementation=replace(OFFER, **changes))) == [remark]


def test_limits_in_other_units_are_not_compared() -> None:
    natural = replace(OFFER, promised=Limit(28, Unit.NATURAL))
    from_receipt = replace(OFFER, promised=Limit(21, Unit.WORKING, Start.RECEIPT))

    assert check(standard=STANDARD, implementation=natural) == ()
    assert check(standard=STANDARD, implementation=from_receipt) == ()


def test_what_is_composed_for_the_demo_cites_nothing() -> None:
    assert check(standard=replace(STANDARD, statutory_source=Source(SourceKind.COMPOSED))) == ()


def test_only_what_stops_is_refused_and_all_places_are_told() -> None:
    demand(check(standard=STANDARD, implementation=replace(OFFER, entrusted_by=BODY)))
    remarks = check(standard=STANDARD, implementation=replace(OFFER, visits_reason="", online_payment=False))

    with pytest.raises(
        Contradicts, match=r"须到现场 1 次，但没有写原因。请写明必须到现场的原因。（另有 1 处）"
    ) as refused:
        demand(remarks)

    assert (refused.value.remarks, refused.value.field) == (remarks, "visits_reason")


@given(values(Standard), values(Implementation), st.dictionaries(st.text(), values(frozenset[ServiceObject])))
def test_whatever_is_written_gets_remarks_and_no_traceback(
    standard: Standard, offer: Implementation, themes_for: dict[str, frozenset[ServiceObject]]
) -> None:
    remarks = (*check(standard=standard, themes_for=themes_for), *check(standard=standard, implementation=offer))

    assert all(remark.path and remark.sentence.endswith("。") for remark in remarks)
