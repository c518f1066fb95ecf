"""A self-check asks what can still change the outcome, keeps nothing, and never turns anybody away for not knowing."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.catalogue.test_publish import put, standard
from tongban.catalogue import fields, models, selfcheck
from tongban.catalogue.queries import NotInCatalogue
from tongban.domain.catalogue import Condition, DataElement, ElementKind, Source, SourceKind

pytestmark = pytest.mark.django_db

CITED = Source(SourceKind.CITED, "《示例条例》第五条")
YES_NO = (("yes", "是"), ("no", "否"))
ELEMENTS = (
    DataElement("premises", "是否有固定场所", "Fixed premises?", ElementKind.CHOICE, topic="place", choices=YES_NO),
    DataElement("area", "场所面积", "Area", ElementKind.DECIMAL, topic="place", unit="平方米", example="120"),
    DataElement("staff", "从业人数", "Staff", ElementKind.INTEGER, topic="people", unit="人"),
    DataElement("founded", "成立日期", "Founded on", ElementKind.DAY, topic="people"),
)
CONDITIONS = (
    Condition("有固定场所，面积不少于 50 平方米", CITED, expression="premises == 'yes' && area >= 50"),
    Condition("从业人员 3 人以上，或者成立满一年", CITED, expression='staff >= 3 || founded <= date("2025-11-23")'),
)
BY_HEART = Condition("信誉良好", Source(SourceKind.COMPOSED))
ADDRESS = "/matters/X-1/check/"
FIRST = {"asked": ["premises", "area"], "answer-premises": "yes", "answer-area": "50"}
KNOWN = {"answer-premises": "yes", "answer-area": "50"}


def offer(*conditions: Condition) -> None:
    put(standards=(standard(name="示例许可", conditions=conditions),), elements=ELEMENTS)


def text(answer: Any) -> str:
    inner = re.sub(r"(?s)<script.*?</script>", "", answer.content.decode())
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", inner)))


def asked(answer: Any) -> list[str]:
    return re.findall(r'name="asked" value="(\w+)"', answer.content.decode())


def carried(answer: Any) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(answer-\w+)" value="([^"]*)"', answer.content.decode()))


def test_one_topic_is_asked_at_a_time_and_only_what_is_needed(client: Client) -> None:
    offer(*CONDITIONS)

    first = client.get(ADDRESS)
    second = client.post(ADDRESS, FIRST)
    third = client.post(ADDRESS, KNOWN | {"asked": ["staff"], "answer-staff": "2"})

    assert asked(first) == ["premises", "area"]
    assert (asked(second), carried(second)) == (["staff"], KNOWN)
    assert (asked(third), carried(third)) == (["founded"], KNOWN | {"answer-staff": "2"})


def test_when_all_conditions_hold_each_is_told_with_its_article(client: Client) -> None:
    offer(*CONDITIONS)

    answer = client.post(ADDRESS, KNOWN | {"asked": ["staff"], "answer-staff": "3"})
    told = text(answer)

    assert "按您填写的内容，各项条件都符合" in told
    assert (
        "符合 有固定场所，面积不少于 50 平方米 根据您填写的内容判断：是否有固定场所、场所面积。 《示例条例》第五条"
        in told
    )
    assert asked(answer) == []
    assert "50 平方米" in told
    assert "founded" not in answer.content.decode()


def test_one_condition_that_fails_ends_the_questions(client: Client) -> None:
    offer(*CONDITIONS)

    told = text(client.post(ADDRESS, FIRST | {"answer-premises": "no"}))

    assert "按您填写的内容，有条件不符合" in told
    assert "不符合 有固定场所，面积不少于 50 平方米" in told
    assert "待确认 从业人员 3 人以上，或者成立满一年 还不知道：从业人数、成立日期。" in told


def test_who_does_not_know_is_sent_to_the_window_and_not_away(client: Client) -> None:
    offer(*CONDITIONS)

    unsure = client.post(ADDRESS, FIRST | {"answer-premises": selfcheck.UNSURE, "answer-area": ""})
    last = client.post(ADDRESS, {"answer-premises": "", "answer-area": "", "asked": ["staff"], "answer-staff": "5"})

    assert asked(unsure) == ["staff"]
    assert "还需要到窗口确认" in text(last)
    assert "这不表示您不能办理，请到窗口咨询" in text(last)
    assert "不符合" not in text(last)
    assert "符合 从业人员 3 人以上" in text(last)


def test_a_condition_in_words_only_is_left_to_people(client: Client) -> None:
    offer(BY_HEART)

    told = text(client.get(ADDRESS))

    assert "还需要到窗口确认" in told
    assert "待确认 信誉良好 这一条由工作人员判断。 示例" in told


def test_a_value_that_is_none_is_told_at_its_field_and_nothing_is_lost(client: Client) -> None:
    offer(*CONDITIONS)

    answer = client.post(ADDRESS, FIRST | {"answer-area": "大"})

    assert answer.status_code == 422
    assert "“场所面积”填写有误：应为数字，如 12.5，请只填数字和小数点。" in text(answer)
    assert asked(answer) == ["premises", "area"]
    assert re.search(r'value="yes"[^>]* checked', answer.content.decode())


def test_an_answer_can_be_changed_and_the_outcome_with_it(client: Client) -> None:
    offer(*CONDITIONS)
    answers = KNOWN | {"answer-staff": "3"}

    changing = client.post(ADDRESS, answers | {"change": "staff"})
    changed = client.post(ADDRESS, carried(changing) | {"asked": asked(changing), "answer-staff": "1"})

    assert (asked(changing), carried(changing)) == (["staff"], KNOWN)
    assert 'name="answer-staff" value="3"' in changing.content.decode()
    assert asked(changed) == ["founded"]


def test_what_is_sent_along_but_could_not_be_filled_in_is_asked_again(client: Client) -> None:
    offer(*CONDITIONS)

    answer = client.post(
        ADDRESS,
        {
            "answer-premises": "maybe",
            "answer-area": "<script>",
            "answer-staff": "\0",
            "answer-nosuch": "1",
            "asked": ["nosuch"],
            "change": "nosuch",
        },
    )

    assert answer.status_code == 200
    assert (asked(answer), carried(answer)) == (["premises", "area"], {})


def test_a_condition_whose_data_elements_are_gone_is_left_to_people(client: Client) -> None:
    offer(*CONDITIONS)
    models.Element.objects.filter(code="staff").delete()

    one = selfcheck.of("X-1", today=date(2026, 11, 23))

    assert [each.expression != "" for each in one.conditions] == [True, False]
    assert asked(client.get(ADDRESS)) == ["premises", "area"]


def test_a_matter_that_is_not_there_is_said_so(client: Client) -> None:
    with pytest.raises(NotInCatalogue):
        selfcheck.of("X-9", today=date(2026, 11, 23))

    assert client.get("/matters/X-9/check/").status_code == 404


def test_nothing_is_stored_and_two_statements_are_enough(client: Client) -> None:
    offer(*CONDITIONS, BY_HEART)

    for posted in ({}, FIRST, KNOWN | {"asked": ["staff"], "answer-staff": "3"}):
        with CaptureQueriesContext(connection) as statements:
            answer = client.post(ADDRESS, posted)

        assert [one["sql"].split()[0] for one in statements] == ["SELECT", "SELECT"]
        assert "no-store" in answer["Cache-Control"]
        assert "sessionid" not in answer.cookies


def test_there_is_something_to_ask_only_where_a_condition_has_an_expression() -> None:
    assert [selfcheck.offered(standard(conditions=each)) for each in (CONDITIONS, (BY_HEART,), ())] == [
        True,
        False,
        False,
    ]


def test_a_field_has_the_keyboard_of_its_kind_and_the_words_of_its_reader() -> None:
    made = {one.code: fields.of(one, required=one.required, missing="请填写。") for one in ELEMENTS}

    assert {code: field.label for code, field in made.items()} == {
        "premises": "是否有固定场所",
        "area": "场所面积（平方米）",
        "staff": "从业人数（人）",
        "founded": "成立日期",
    }
    assert made["area"].help_text == "例如：120"
    assert [made[code].widget.attrs.get("inputmode") for code in ("area", "staff")] == ["decimal", "numeric"]
    assert made["founded"].widget.input_type == "date"
    assert made["staff"].error_messages["required"] == "请填写。"
    assert [fields.shown(ELEMENTS[0], "yes"), fields.shown(ELEMENTS[1], "50"), fields.shown(ELEMENTS[1], "")] == [
        "是",
        "50 平方米",
        "",
    ]
