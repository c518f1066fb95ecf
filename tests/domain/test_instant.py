"""What may be certified on the spot, and what a registry must say for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.worlds import tongbiao
from tongban.domain import instant
from tongban.domain.catalogue import Catalogue, Condition, Regime, Requirement, Source, SourceKind
from tongban.domain.records import Extract, digest_of

JOINT = tongbiao()
STANDARDS = {each.matter: each for each in JOINT.standards}
TODAY = date(2026, 3, 2)
LICENCE = STANDARDS["TB-003"]
CATALOGUE = Catalogue(STANDARDS, {}, {}, {}, {each.code: each for each in JOINT.elements})
OWN = {"applicant_name": "北京澄海示例科技有限公司", "applicant_number": "91110108MA0TB40479"}
CONTENT = {
    "legal_person": "梁宇",
    "company_status": "normal",
    "company_kind": "有限责任公司",
    "registered_capital": "500",
    "established_on": "2018-03-15",
    "seat_address": "北京市海淀区示例路 8 号",
    "registration_authority": "北京市海淀区市场监督管理局（示例）",
}


def extract(**changes: Any) -> Extract:
    content = {code: text for code, text in (CONTENT | changes).items() if text is not None}
    return Extract("C_ELICENCE", OWN["applicant_number"], "登记库", "110108", "1", content, digest_of(content))


def values(**changes: Any) -> dict[str, str]:
    return instant.values(CATALOGUE, LICENCE, OWN, extract(**changes), today=TODAY)


def test_four_joint_matters_are_certified_on_the_spot() -> None:
    assert [each.matter for each in JOINT.standards if instant.certified(each)] == [
        "TB-003",
        "TB-016",
        "TB-028",
        "TB-036",
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"regime": Regime.LICENCE},
        {"yields": "", "document": "电子营业执照"},
        {"requirements": (Requirement("T_ID"),)},
        {"needs": ("C_BUSINESS",)},
    ],
)
def test_what_asks_for_more_than_a_registry_holds_is_not(changes: dict[str, Any]) -> None:
    other = replace(LICENCE, **changes)

    assert not instant.certified(other)
    instant.demand_ordinary(other)
    with pytest.raises(instant.NotOnTheSpot, match="不能当场出具"):
        instant.demand_certified(other)


def test_nobody_fills_in_a_form_for_what_is_certified() -> None:
    instant.demand_certified(LICENCE)
    with pytest.raises(instant.OnTheSpot, match="请在办事指南中选择“立即办理”"):
        instant.demand_ordinary(LICENCE)


@pytest.mark.parametrize(
    ("matter", "person", "sentence"),
    [("TB-003", True, "只向单位出具"), ("TB-036", False, "只向个人出具"), ("TB-028", True, ""), ("TB-028", False, "")],
)
def test_a_matter_serves_whom_its_standard_names(matter: str, person: bool, sentence: str) -> None:
    if not sentence:
        instant.demand_served(STANDARDS[matter], person=person)
        return
    with pytest.raises(instant.NotServed, match=sentence):
        instant.demand_served(STANDARDS[matter], person=person)


@pytest.mark.parametrize(
    ("answers", "text"),
    [({}, None), ({"period": "whole"}, None), ({"period": "last_12"}, "2025-03 至 2026-02")],
)
def test_the_months_follow_from_the_answer(answers: dict[str, str], text: str | None) -> None:
    found = instant.period(answers, today=TODAY)

    assert (found and found.text) == text


def test_all_values_are_the_holders_own_or_the_registrys() -> None:
    assert values() == {code: (OWN | CONTENT)[code] for code in LICENCE.elements}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"legal_person": None}, "缺少“法定代表人（负责人）”"),
        ({"legal_person": " "}, "缺少“法定代表人（负责人）”"),
        ({"telephone": "010"}, "多出“telephone”"),
        ({"applicant_name": "别的公司"}, "多出“applicant_name”"),
        ({"company_status": "fine"}, "“登记状态”不合规范"),
        ({"established_on": "2018-02-30"}, "“成立日期”不合规范"),
        ({"registered_capital": "五百"}, "“注册资本”不合规范"),
        ({"seat_address": "路" * 201}, "“住所（经营、项目场所）地址”不合规范"),
    ],
)
def test_a_half_answer_certifies_nothing(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(instant.Unfit, match=sentence):
        values(**changes)


def test_a_record_that_fails_a_condition_is_refused_with_its_reason() -> None:
    with pytest.raises(instant.ConditionFails) as refused:
        instant.demand_met(CATALOGUE, LICENCE, values(company_status="revoked"), registry="北京市市场主体登记库")

    assert str(refused.value) == (
        "未出具：要求“企业已登记且状态正常”，而北京市市场主体登记库登记的“登记状态”是“吊销”。"
        "登记有误的，请先向登记部门更正；对此有疑问的，请到综合窗口咨询。"
    )


def test_a_condition_for_people_to_judge_is_left_to_people() -> None:
    cited = Source(SourceKind.CITED, "《市场主体登记管理条例》第二十二条")
    standard = replace(LICENCE, conditions=(Condition("确有需要", cited),))

    with pytest.raises(
        instant.ConditionFails, match=r"“确有需要”（《市场主体登记管理条例》第二十二条），.*工作人员核对"
    ):
        instant.demand_met(CATALOGUE, standard, values(), registry="登记库")


def test_a_record_that_meets_the_conditions_passes() -> None:
    instant.demand_met(CATALOGUE, LICENCE, values(), registry="登记库")
