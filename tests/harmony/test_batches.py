"""Stewards draft a batch, departments sign off, bureaus sign: pages hide what one may not, actions refuse it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests.catalogue.regions_sign import (
    BEIJING,
    CODE,
    HEBEI,
    LIMIT,
    MATTERS,
    REGIONS,
    SIGNS,
    SIGNS_OFF,
    TIANJIN,
    departments,
    publish_standards,
    standard,
)
from tests.harmony.conftest import signed_in
from tongban.catalogue import joint, storage
from tongban.web import clock

pytestmark = pytest.mark.django_db

BATCHES = "/workbench/standards/batches/"
PAGE = f"{BATCHES}{CODE}/"


@pytest.fixture(autouse=True)
def ready(two_standards: None) -> None:
    """Everything that a batch rests on."""


def text(client: Client, address: str, *, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return plain(answer.content.decode())


def plain(page: str) -> str:
    main = re.search(r"<main.*</main>", page, re.DOTALL)
    assert main is not None
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main[0])))


def given(**changes: object) -> dict[str, object]:
    first = {
        "operation": "draft",
        "code": CODE,
        "title": "第一批“同事同标”事项",
        "title_en": "First batch",
        "agreement": "JJJ-2026-01",
        "regions": REGIONS,
        "matters": MATTERS,
        "zones": ["FTZ-HB-CFD"],
        "in_force_on": clock.today().isoformat(),
    }
    return first | changes


def post(client: Client, act: str, **fields: object) -> tuple[int, str]:
    answer = client.post(f"{PAGE}{act}/", {"operation": f"{act}-{fields.get('region', '')}"} | fields)
    return answer.status_code, plain(answer.content.decode()) if answer.status_code != 302 else ""


def proposed() -> str:
    """Draft and propose by the pages; return the digest to sign."""
    client = signed_in("shenyue")
    assert client.post(f"{BATCHES}new/", given()).status_code == 302
    assert post(client, "propose") == (302, "")
    return str(joint.read_batch(CODE).demand_open().digest)


def sign_off(region: str, digest: str) -> tuple[int, str]:
    about = {"region": region, "digest": digest, "departments": departments(region)}
    return post(signed_in(SIGNS_OFF[region]), "sign-off", **about)


def sign(region: str, digest: str, *, by: str = "") -> tuple[int, str]:
    return post(signed_in(by or SIGNS[region]), "sign", region=region, digest=digest)


def in_force() -> dict[str, int]:
    return {m: one.version for m, one in storage.standards_in_force(MATTERS, today=clock.today()).items()}


def test_two_regions_of_three_do_not_put_it_in_force_and_the_third_does() -> None:
    digest = proposed()
    for region in (HEBEI, BEIJING):
        assert (sign_off(region, digest)[0], sign(region, digest)[0]) == (302, 302)
    two, page = in_force(), text(signed_in("tianwenjing"), PAGE)

    sign_off(TIANJIN, digest)
    ready = text(signed_in("tianwenjing"), PAGE)
    sign(TIANJIN, digest)

    assert two == {}
    assert "请您为天津市办理 还有 2 个主管部门没有会签；会签齐全后由您签署。" in page
    assert "以天津市政务服务办公室的密钥签署下面的内容摘要。" in ready
    assert in_force() == dict.fromkeys(MATTERS, 1)
    assert "施行中" in text(signed_in("tianwenjing"), PAGE)


def test_the_list_puts_first_what_waits_for_the_reader() -> None:
    proposed()

    assert "1 个批次等您会签或签署。" in text(signed_in("jialixin"), BATCHES)
    assert "等您签" in text(signed_in("jialixin"), BATCHES)
    assert "没有等您会签或签署的批次。" in text(signed_in("shenyue"), BATCHES)


def test_a_page_shows_only_the_forms_its_reader_may_use() -> None:
    digest = proposed()
    sign_off(HEBEI, digest)

    def forms(username: str) -> list[str]:
        page = signed_in(username).get(PAGE).content.decode()
        return re.findall(rf'action="{PAGE}([a-z-]+)/"', page)

    assert forms("shenyue") == ["sign", "recall"]
    assert forms("xujing") == ["sign-off", "recall"]
    assert forms("tianwenjing") == ["recall"]


def test_a_post_that_no_page_offered_is_refused() -> None:
    digest = proposed()
    sign_off(HEBEI, digest)

    assert sign(HEBEI, digest, by="gumingyuan")[0] == 403
    about = {"region": BEIJING, "digest": digest, "departments": departments(BEIJING)}
    assert post(signed_in("jialixin"), "sign-off", **about)[0] == 403
    assert signed_in("liufang").get(PAGE).status_code == 403
    assert joint.read_batch(CODE).demand_open().signatures == ()


def test_what_is_refused_is_said_on_the_page_and_changes_nothing() -> None:
    digest = proposed()

    early, (other, said) = sign(HEBEI, digest), sign_off(HEBEI, "0" * 64)

    assert early[0] == 409
    assert "还有 2 个主管部门没有会签（" in early[1]
    assert other == 409
    assert "您看到的内容与批次 TB-2026-01 提请签署的内容不一致（摘要不同）。" in said
    assert post(signed_in("shenyue"), "sign", region=HEBEI)[0] == 422
    act = joint.read_batch(CODE).demand_open()
    assert (act.sign_offs, act.signatures) == ((), ())


def test_sending_a_signature_twice_signs_once() -> None:
    digest = proposed()
    sign_off(HEBEI, digest)

    assert [sign(HEBEI, digest)[0], sign(HEBEI, digest)[0]] == [302, 302]
    assert len(joint.read_batch(CODE).demand_open().signatures) == 1


def test_a_draft_comes_back_with_what_is_missing() -> None:
    client = signed_in("shenyue")

    answer = client.post(f"{BATCHES}new/", given(title="", matters=[]))

    assert answer.status_code == 422
    page = plain(answer.content.decode())
    assert "请填写此项。" in page
    assert "请至少选择一项。" in page
    assert joint.read_batches() == []


def test_a_new_draft_does_not_write_over_another_and_a_draft_keeps_its_code() -> None:
    client = signed_in("shenyue")
    client.post(f"{BATCHES}new/", given())

    again = client.post(f"{BATCHES}new/", given(operation="again", title="另一批"))
    moved = client.post(f"{PAGE}draft/", given(operation="moved", code="TB-2026-02"))
    saved = client.post(f"{PAGE}draft/", given(operation="saved", title="改过的名称"))

    assert [answer.status_code for answer in (again, moved, saved)] == [422, 422, 302]
    assert [(batch.code, batch.draft.title) for batch in joint.read_batches()] == [(CODE, "改过的名称")]


def test_what_lacks_something_is_not_proposed_and_says_so() -> None:
    client = signed_in("shenyue")
    client.post(f"{BATCHES}new/", given(zones=[]))

    status, page = post(client, "propose")

    assert status == 422
    assert "没有写明适用的区域" in page


def test_an_open_proposal_can_be_recalled_with_a_reason() -> None:
    proposed()

    assert post(signed_in("gumingyuan"), "recall", reason="")[0] == 422
    assert post(signed_in("gumingyuan"), "recall", reason="名称已修改", operation="r")[0] == 302
    assert "提请签署" in text(signed_in("shenyue"), PAGE)


def test_a_batch_in_force_is_amended_widened_and_withdrawn_by_proposals() -> None:
    digest = proposed()
    for region in REGIONS:
        sign_off(region, digest)
        sign(region, digest)
    client = signed_in("shenyue")
    day = (clock.today() + timedelta(days=30)).isoformat()
    publish_standards(standard("TB-002", statutory=replace(LIMIT, days=7)))

    def recalled(act: str, **fields: object) -> str:
        assert post(client, act, **fields) == (302, "")
        kind = joint.read_batch(CODE).demand_open().content.kind
        assert post(client, "recall", reason="试提", operation=f"recall {act}")[0] == 302
        return str(kind.value)

    assert recalled("amend", matters=["TB-002"], in_force_on=day) == "amendment"
    assert recalled("widen", divisions=REGIONS, zones=["FTZ-HB-CFD"], in_force_on=day) == "widening"
    assert recalled("withdraw", withdrawn_on=day) == "withdrawal"
    assert in_force() == dict.fromkeys(MATTERS, 1)
    assert post(client, "amend", matters=["TB-001"], in_force_on=day, operation="same")[0] == 422


def test_the_page_costs_the_same_whatever_the_number_of_standards() -> None:
    client = signed_in("jialixin")
    counted = []
    for place, matters in enumerate((MATTERS[:1], MATTERS)):
        code = f"TB-2026-1{place}"
        signed_in("shenyue").post(f"{BATCHES}new/", given(code=code, matters=matters, operation=code))
        signed_in("shenyue").post(f"{BATCHES}{code}/propose/", {"operation": f"propose {code}"})
        client.get(BATCHES)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{BATCHES}{code}/").status_code == 200
        counted.append(len(captured))

    assert counted[0] == counted[1]


def test_what_another_node_leads_is_signed_here_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    proposed()
    assert "撤回提请" in text(signed_in("shenyue"), PAGE)
    monkeypatch.setattr(joint, "led_by", lambda code: "beijing")

    page = text(signed_in("shenyue"), PAGE)

    assert "由节点 beijing 牵头：提请、修订和撤回在那里办理" in page
    assert "撤回提请" not in page
    assert "请您为河北省办理" in page
    code, refused = post(signed_in("shenyue"), "recall", reason="写错了")
    assert (code, "未办理：它由节点 beijing 牵头" in refused) == (409, True)


def test_what_others_may_have_completed_is_not_offered_to_be_recalled(settings: Settings) -> None:
    digest = proposed()
    assert (sign_off(HEBEI, digest)[0], sign(HEBEI, digest)[0]) == (302, 302)
    assert "撤回提请" in text(signed_in("shenyue"), PAGE)

    settings.REGIONS = [HEBEI]

    assert "撤回提请" not in text(signed_in("shenyue"), PAGE)
