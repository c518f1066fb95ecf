"""The public list of recognition rules narrows, tells one rule whole, and can be taken home."""

from __future__ import annotations

import io
import json

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.casework.pages import statements, text
from tests.catalogue.regions_sign import NOW, operation, who
from tests.catalogue.test_pages import english
from tongban.catalogue import actions, joint
from tongban.domain.batch import Signature
from tongban.domain.codec import from_plain
from tongban.domain.recognition import Recognition
from tongban.keys.purposes import Purpose

pytestmark = pytest.mark.usefixtures("recognised")
LIST = "/recognition/"


def end(code: str) -> None:
    today = NOW.date()
    actions.end_recognition(
        operation=operation(), actor=who("gumingyuan"), code=code, ended_on=today, reason="由新清单替代。", now=NOW
    )


def test_the_list_tells_direction_effect_and_ground(client: Client) -> None:
    shown = text(client.get(LIST))

    total = len(joint.read_recognitions())
    assert f"共 {total} 条规则" in shown
    assert "天津、河北 → 北京" in shown
    assert "津冀办理结果在北京市直接认可的政务服务事项清单 京津冀政务服务合作框架协议 示例" in shown
    assert "机动车行驶证（单位车辆） 第 5 项 天津、河北 → 北京 作为材料 机动车行驶证" in shown
    assert "京津冀公安“同事同标”九项事项结果互认清单" in shown
    assert "示例" in shown


def test_the_list_narrows_by_direction_effect_and_field(client: Client) -> None:
    beijing = {one.rule.code for one in joint.read_recognitions() if one.rule.counts_in == "110000"}

    assert f"共 {len(beijing)} 条规则" in text(client.get(f"{LIST}?direction=120000-110000"))
    assert "共 0 条规则" in text(client.get(f"{LIST}?direction=120000-110000&document=x"))
    licences = [one for one in joint.read_recognitions() if one.rule.effect == "licence"]
    assert f"共 {len(licences)} 条规则" in text(client.get(f"{LIST}?effect=licence"))


def test_the_list_costs_a_constant_number_of_statements(client: Client) -> None:
    assert statements(client, LIST) == statements(client, f"{LIST}?effect=licence") == 5


def test_a_rule_tells_who_signed_and_when_it_ended(client: Client) -> None:
    end("BJ-RK-11-05")

    shown = text(client.get(f"{LIST}rules/BJ-RK-11-05/"))

    assert "已终止" in shown
    assert "自 2026年3月2日 起终止：由新清单替代。" in shown
    assert "11110000MA0TB1014N" in shown
    assert client.get(f"{LIST}rules/BJ-RK-99-99/").status_code == 404


def test_the_pages_speak_english(client: Client) -> None:
    shown = text(english(client).get(f"{LIST}rules/BJ-RK-11-13/"))

    assert "With effect after reporting in" in shown
    assert "Carry on road transport in Beijing without a new licence" in shown


def test_whoever_has_the_file_can_verify_every_rule(client: Client) -> None:
    written = json.loads(client.get(f"{LIST}rules.json").content)

    verify = joint.verifier(Purpose.RECOGNITION)
    read = [from_plain(plain, Recognition) for plain in written["rules"]]
    assert read == joint.read_recognitions()
    assert all(isinstance(one.signature, Signature) and verify(one.signature) for one in read)


def test_the_table_holds_what_the_list_shows(client: Client) -> None:
    content = client.get(f"{LIST}rules.xlsx?effect=licence").content

    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    licences = [one.rule.code for one in joint.read_recognitions() if one.rule.effect == "licence"]
    assert [row[0] for row in rows[1:]] == licences


def test_the_guide_marks_what_is_recognised_where_it_is(client: Client) -> None:
    beijing = text(client.get("/matters/TB-010/?by=11110000MA0TB1030C"))
    tianjin = text(client.get("/matters/TB-010/?by=11120000MA0TB1161C"))

    assert "有天津、河北签发的《道路运输经营许可证》的不用交" in beijing
    assert "的不用交" not in tianjin
    assert "这里签发的，在其他地区按这些规则算数：" in text(client.get("/matters/TB-075/?by=11120000MA0TB1161C"))


def test_an_agreement_tells_of_the_rules_that_rest_on_it(client: Client) -> None:
    total = len(joint.read_recognitions())

    assert f"互认规则 {total} 条" in text(client.get("/agreements/JJJ-2022-01/"))
