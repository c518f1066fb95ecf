"""`tongban plan` derives a plan from data files, without a database."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

FIGURES = {
    "matters": 17,
    "categories": 9,
    "materials_one_by_one": 61,
    "materials_asked_without_sharing": 33,
    "materials_asked_with_sharing": 26,
    "repeats_saved": 28,
    "serial_working_days": 80,
    "parallel_working_days": 10,
    "certificate_chain_days": 30,
}


def plan(*words: str) -> str:
    out = StringIO()
    call_command("plan", *words, stdout=out)
    return out.getvalue()


def as_json(*words: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(plan(*words, "--json"))
    return answer


def bundle_file(folder: Path, *, days: int = 5, needs: tuple[str, ...] = ("C_1",)) -> Path:
    item = {"category": "类", "office": "岗", "statutory_days": 5, "statutory_days_unit": "工作日", "materials": ["M"]}
    document = {
        "title": "两件事",
        "materials": {"M": {"name": "材料"}},
        "certificates": {"C_1": {"name": "甲证"}, "C_2": {"name": "乙证"}},
        "items": [
            item
            | {"id": "A", "name": "甲", "promised_days": days, "statutory_days": 20, "yields": "C_1"}
            | {"requires_certificates": ["C_2"] if "circle" in needs else []},
            item | {"id": "B", "name": "乙", "promised_days": 5, "yields": "C_2", "requires_certificates": ["C_1"]},
        ],
    }
    file = folder / "bundle.json"
    file.write_text(json.dumps(document))
    return file


def test_the_maritime_plan_holds_the_figures_of_the_mission() -> None:
    answer = as_json("maritime")

    assert {name: answer[name] for name in FIGURES} == FIGURES
    assert answer["critical_path"] == ["HS-12", "HS-13", "HS-15"]
    assert (answer["feasible"], answer["late"]) == (True, [])
    assert answer["stages"] == [[case["matter"] for case in answer["cases"]]]


def test_a_case_of_the_plan_says_who_decides_and_what_it_waits_for() -> None:
    case = as_json("maritime")["cases"][12]

    assert case == {
        "index": 13,
        "matter": "HS-13",
        "name": "船舶安全管理证书（SMC）审核发证",
        "category": "安全营运和防污染管理体系证书",
        "deciding_desk": "体系审核岗",
        "opinion_desks": ["船舶监督岗", "法规审核岗"],
        "awaits": ["HS-03", "HS-12"],
        "needs": [],
        "yields": "C_SMC",
        "promised": {"days": 10, "unit": "working", "start": "acceptance"},
        "statutory": {"days": 20, "unit": "working", "start": "acceptance"},
    }


def test_answers_from_a_file_choose_the_matters(tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_text('{"mortgage": "no", "navigation": "coastal"}')

    answer = as_json("maritime", "--answers", str(file))

    assert answer["matters"] == 12
    assert {"HS-04", "HS-11", "HS-14", "HS-15", "HS-16"}.isdisjoint(case["matter"] for case in answer["cases"])


def test_the_limits_can_be_proved_on_the_calendar() -> None:
    assert as_json("maritime", "--on", "2026-03-02")["feasible"] is True


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError, match="没有“2026-02-30”这一天"):
        plan("maritime", "--on", "2026-02-30")


def test_the_story_is_told_readably() -> None:
    lines = plan("maritime").splitlines()

    assert lines[0] == "海事静态业务集成办理（第 1 版）"
    assert "  这艘船从何而来？ 购置或受让" in lines
    assert "办件 17 个：" in lines
    assert "    2  HS-02  船舶所有权登记（船舶登记岗，承诺 3 个工作日，自收到申请起）" in lines
    assert "       等待：船舶名称核定" in lines
    assert lines[-4:] == [
        "材料：逐项申请 61 份，一次申请 33 份（少交 28 份），有数据共享 26 份",
        "时限：一项接一项 80 个工作日，审核也等证照 30 个，同时审核 10 个",
        "最长的一串证照：公司符合证明（DOC）审核发证 → 船舶安全管理证书（SMC）审核发证 → 船舶连续概要记录签发",
        "每一项都能在自己的时限内作出决定。",
    ]


def test_any_bundle_file_is_planned(tmp_path: Path) -> None:
    answer = as_json("--bundle", str(bundle_file(tmp_path)))

    assert (answer["matters"], answer["certificate_chain_days"], answer["feasible"]) == (2, 10, True)


def test_what_cannot_be_decided_in_time_is_named_with_its_stages(tmp_path: Path) -> None:
    file = str(bundle_file(tmp_path, days=9))

    answer, lines = as_json("--bundle", file), plan("--bundle", file).splitlines()

    assert answer["late"] == [{"matter": "B", "awaited": "A", "own": 5, "comes": 9}]
    assert answer["stages"] == [["A"], ["B"]]
    assert lines[-3:] == [
        "来不及：“乙”要等“甲”的证照，到时已超过自己的时限。",
        "可以分批提交，第 1 批：甲",
        "可以分批提交，第 2 批：乙",
    ]


def test_a_circle_is_refused_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="A → B → A"):
        plan("--bundle", str(bundle_file(tmp_path, needs=("circle",))))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"moon": "full"}', "问题“moon”不属于"),
        ('{"mortgage": "perhaps"}', "没有“perhaps”这个选项"),
        ('{"mortgage": 1}', "问题和选项都是文字"),
        ("[]", "应为一个 JSON 对象"),
        ("{", "不是 JSON"),
    ],
)
def test_answers_that_make_no_sense_are_refused(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "answers.json"
    file.write_text(text)

    with pytest.raises(CommandError, match=sentence):
        plan("maritime", "--answers", str(file))


def test_files_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"回答文件 none\.json 打不开"):
        plan("maritime", "--answers", str(tmp_path / "none.json"))
    with pytest.raises(CommandError, match="没有名为“moon”的目录数据"):
        plan("moon")


def test_every_bad_row_of_a_bundle_is_named(tmp_path: Path) -> None:
    file, errors = tmp_path / "bundle.json", StringIO()
    file.write_text('{"materials": {}, "items": [{}]}')

    with pytest.raises(CommandError, match="有 6 处不合要求"):
        call_command("plan", "--bundle", str(file), stderr=errors)

    assert len(errors.getvalue().splitlines()) == 6
