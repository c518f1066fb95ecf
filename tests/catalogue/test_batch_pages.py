"""The public pages of batches, agreements and meetings tell who signed what, and what is missing or changed."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.catalogue.regions_sign import (
    BEIJING,
    CODE,
    HEBEI,
    MATTERS,
    NOW,
    REGIONS,
    TIANJIN,
    TODAY,
    bodies,
    operation,
    past_the_trigger_of,
    plan,
    propose,
    sign,
    sign_all,
    sign_off,
    who,
)
from tongban.catalogue import actions, joint, models
from tongban.domain.joint import Undertaking
from tongban.domain.meetings import Meeting
from tongban.web import clock

pytestmark = pytest.mark.django_db

ADDRESS = f"/batches/{CODE}/"


@pytest.fixture(autouse=True)
def ready(two_standards: None) -> None:
    """Everything that a batch rests on."""


def text(address: str, *, status: int = 200) -> str:
    answer = Client().get(address)
    assert answer.status_code == status
    main = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
    assert main is not None
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main[0])))


def test_a_draft_names_what_it_would_list() -> None:
    actions.draft_batch(operation=operation(), actor=who("shenyue"), code=CODE, draft=plan(), now=NOW)

    page = text(ADDRESS)

    assert "草稿 还没有提请各地签署，不施行。" in page
    assert "拟列入的标准 事项 TB-001 TB-001 事项 TB-002 TB-002" in page
    assert "拟施行日期 2026年4月1日" in page


def test_two_of_three_say_who_is_missing() -> None:
    digest = propose()
    sign_all(digest, [HEBEI, BEIJING])

    page = text(ADDRESS)

    assert "签署中 各地签署齐全之前，这些标准不施行。 缺少天津市的签署。" in page
    assert "天津市 尚未签署 天津市政务服务办公室 主管部门会签 0 / 2" in page
    assert "河北省 已签署，核验相符 河北省数据和政务服务局， 2026年3月2日 09:00" in page
    assert digest in page


def test_three_of_three_show_number_day_digests_and_keys() -> None:
    digest = propose()
    sign_all(digest)

    page = text(ADDRESS)

    assert "施行中 各地签署了同一内容，现在按这些标准办理。" in page
    assert "联合文号 同标〔2026〕TB-2026-01号 施行日期 2026年4月1日 签署地区 北京市、天津市、河北省" in page
    assert "适用区域 中国（河北）自由贸易试验区曹妃甸片区 服务对象 不限" in page
    (act,) = joint.read_batch(CODE).acts
    for signature in act.signatures:
        assert f"密钥 {signature.key} 算法 SM2-SM3 公钥 {signature.public_key}" in page
        assert signature.value in page
    for one in act.content.standards:
        assert f"事项 {one.matter} {one.matter} 1 {one.digest} 内容未变" in page


def test_a_changed_byte_is_told_and_nothing_is_in_force() -> None:
    sign_all(propose())
    row = models.BatchAct.objects.get()
    row.body["content"]["standards"][1]["digest"] = "0" * 64
    past_the_trigger_of("catalogue_batchact")
    row.save()

    page = text(ADDRESS)

    assert "签署与内容不符 现在的内容不是各地签署的内容，这些标准不施行。" in page
    assert "批次的内容与签署的摘要不符。 事项 TB-002 的标准内容被改动。" in page
    assert "内容被改动" in page


def test_an_ended_agreement_stops_the_batch_on_its_pages() -> None:
    sign_all(propose())
    actions.end_agreement(
        operation=operation(),
        actor=who("shenyue"),
        number="JJJ-2026-01",
        ended_on=TODAY,
        reason="由新协议替代",
        now=NOW,
    )

    assert "随协议停止 所依据的协议已经失效，这些标准不再施行。" in text(ADDRESS)
    agreement = text("/agreements/JJJ-2026-01/")
    assert "不在有效期 自 2026年3月2日 起终止：由新协议替代" in agreement
    assert "协议不在有效期，依据它的批次、跨省通办清单和延伸服务都不施行。" in agreement
    assert "不在有效期" in text("/agreements/")


def test_an_agreement_shows_its_parties_annexes_what_rests_on_it_and_its_meetings() -> None:
    sign_all(propose())
    bureaus = tuple(bodies("bureau")[region] for region in REGIONS)
    meeting = Meeting(
        id="JJJ-LX-2026-01",
        title="第一次联席会议",
        held_on=TODAY,
        agreement="JJJ-2026-01",
        attendees=bureaus,
        agenda=("审议事项清单",),
        minutes="一致同意。",
        undertakings=(Undertaking("完成会签", bureaus[1], TODAY), Undertaking("开通互认", bureaus[0], TODAY)),
    )
    actions.record_meeting(operation=operation(), actor=who("shenyue"), meeting=meeting, now=NOW)
    actions.close_action(
        operation=operation(), actor=who("tianwenjing"), meeting=meeting.id, number=1, outcome="已完成", now=NOW
    )

    page, held = text("/agreements/JJJ-2026-01/"), text("/meetings/JJJ-LX-2026-01/")

    assert "签订各方 北京市政务服务和数据管理局 北京市 天津市政务服务办公室 天津市" in page
    assert f"合作事项清单 {'0' * 64}" in page
    assert f"第一批“同事同标”事项 {CODE} 施行中 同标〔2026〕TB-2026-01号" in page
    for shown in (page, held):
        assert "完成会签 天津市政务服务办公室 2026年3月2日 已办结 已完成" in shown
        assert "开通互认 北京市政务服务和数据管理局 2026年3月2日 逾期未办" in shown
    assert "议程 审议事项清单 纪要 一致同意。" in held


def test_what_is_not_there_is_said() -> None:
    for address in ("/batches/TB-2020-01/", "/agreements/JJJ-2020-01/", "/meetings/JJJ-2020-01/"):
        assert "没有编号为" in text(address, status=404)
    assert "还没有批次" in text("/batches/")


def test_a_recalled_proposal_says_why() -> None:
    propose()
    actions.recall_proposal(operation=operation(), actor=who("shenyue"), code=CODE, reason="名称已修改", now=NOW)

    page = text(ADDRESS)

    assert "草稿" in page
    assert "联合印发 已撤回提请" in page
    assert "名称已修改" in page


@pytest.mark.parametrize("matters", [MATTERS[:1], MATTERS])
def test_pages_cost_the_same_whatever_they_list(matters: tuple[str, ...]) -> None:
    for place, matter in enumerate(matters):
        code = f"TB-2026-0{place}"
        digest = propose(code=code, matters=(matter,))
        for region in REGIONS:
            sign_off(region, digest, code=code)
        sign(TIANJIN, digest, code=code)
    clock.today()

    counted = []
    for address in ("/batches/", "/batches/TB-2026-00/", "/agreements/JJJ-2026-01/"):
        with CaptureQueriesContext(connection) as captured:
            assert Client().get(address).status_code == 200
        counted.append(len(captured))

    # Batches, acts, agreements, standards, keys, nodes; then standards, keys, nodes and names once more for the acts
    # of one, and the recognition rules that rest on an agreement.
    assert counted == [6, 10, 12]
