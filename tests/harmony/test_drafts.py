"""A steward drafts what is his region's own; the page tells what is wrong with it, and publishing waits for that."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.harmony import world
from tests.harmony.conftest import signed_in
from tests.harmony.pages import sent, texts
from tongban.catalogue import models, storage
from tongban.domain.catalogue import Condition, Implementation, Requirement, Source, SourceKind, Standard
from tongban.domain.clock import Limit, Unit
from tongban.web import clock

ONE = reverse("harmony:standard", args=["TB-001"])
BEGIN = reverse("harmony:begin", args=["TB-001"])


def begin(client: Client, **named: str) -> str:
    """Begin a draft and return the address of its page."""
    answer = client.post(BEGIN, named)
    assert answer.status_code == 302
    return str(answer.url)


def of(page: str, name: str) -> str:
    return reverse(f"harmony:{name}", args=[page.rstrip("/").rsplit("/", 1)[-1]])


def write(client: Client, page: str, act: str = "save", **changes: Any) -> Any:
    """Send the form of a draft as it stands, with these changes."""
    return client.post(page, sent(client.get(page), page) | {"act": act} | changes)


def publish(client: Client, page: str, **more: str) -> Any:
    preview = of(page, "preview")
    return client.post(preview, sent(client.get(preview), preview) | more)


def implementation(body: str) -> Implementation:
    return next(each for each in storage.implementations_in_force(["TB-001"])["TB-001"] if each.body == body)


def notices(response: HttpResponse) -> list[str]:
    return texts(response, ".tb-notice")


# --- Writing ----------------------------------------------------------------------------------------------------------


def test_a_form_sent_as_it_stands_changes_nothing(beijing: Client) -> None:
    page = begin(beijing, body=world.BEIJING)

    assert write(beijing, page).status_code == 302

    preview = beijing.get(of(page, "preview"))
    assert texts(preview, "del") + texts(preview, "ins") == []
    assert publish(beijing, page).status_code == 302
    assert models.Implementation.objects.filter(by=world.BEIJING).count() == 1


def test_what_is_written_is_published_as_the_next_version(beijing: Client) -> None:
    page = begin(beijing, body=world.BEIJING)
    write(
        beijing,
        page,
        act="preview",
        **{
            "own-visits": "1",
            "own-visits_reason": "核对原件",
            "own-fee": "10.50",
            "own-fee_article": "价格法第四十七条",
            "own-online_payment": "on",
            "own-channels": ["window"],
            "own-consulting_phone": "010-12345",
        },
    )

    answer = beijing.get(publish(beijing, page).url)

    assert notices(answer)[0] == "已发布新版本，即日生效。"
    offer = implementation(world.BEIJING)
    assert (offer.version, offer.visits, offer.visits_reason, offer.fee_cents) == (2, 1, "核对原件", 1050)
    assert offer.fee_source == Source(SourceKind.CITED, "价格法第四十七条")
    assert [each.value for each in offer.channels] == ["window"]
    assert offer.stated == world.STANDARD.terms
    assert not models.Draft.objects.exists()


def test_rows_are_added_changed_and_struck_out(beijing: Client) -> None:
    page = begin(beijing)

    write(
        beijing,
        page,
        **{
            "conditions-1-text": "有营业场所和仓库",
            "conditions-2-text": "没有未履行的处罚",
            "conditions-2-article": "药品管理法第一百一十五条",
            "materials-0-DELETE": "on",
            "materials-1-copies": "1",
            "materials-2-material": "M-EXTRA 无违法记录证明",
            "materials-2-commitment": "on",
            "materials-2-article": "药品管理法第五十二条",
        },
    )

    content = models.Draft.objects.get().body["content"]
    standard = storage.from_plain(content, Standard)
    assert standard.conditions == (
        world.STANDARD.conditions[0],
        Condition("有营业场所和仓库", world.ARTICLE),
        Condition("没有未履行的处罚", Source(SourceKind.CITED, "药品管理法第一百一十五条")),
    )
    assert standard.requirements == (
        replace(world.STANDARD.requirements[1], copies=1),
        Requirement("M-EXTRA", source=Source(SourceKind.CITED, "药品管理法第五十二条"), commitment=True),
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"conditions-0-expression": "pharmacist >= 1"}, "pharmacist"),
        ({"conditions-0-expression": "pharmacists >="}, "表达式"),
        ({"conditions-0-text": ""}, "请填写此项。"),
        ({"materials-0-material": "M-NONE 没有的材料"}, "材料目录中没有这一项。请输入名称中的字，从列表中选择。"),
        ({"materials-0-copies": "many"}, "整数"),
        ({"terms-statutory_days": "99999"}, "3650"),
        ({"materials-0-when": '[["question"'}, "页面内容不完整。请刷新页面后重新填写。"),
        ({"own-level": "9"}, "9"),
        ({"conditions-TOTAL_FORMS": "5000"}, "100"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_is_saved(
    beijing: Client, changes: dict[str, str], sentence: str
) -> None:
    page = begin(beijing, body=world.BEIJING)
    before = models.Draft.objects.values().get()

    answer = write(beijing, page, **changes)

    assert answer.status_code == 422
    assert [sentence in text for text in texts(answer, ".tb-error-summary li")] == [True]
    assert models.Draft.objects.values().get() == before


def test_checks_follow_what_stands_in_the_form_and_save_nothing(beijing: Client) -> None:
    page = begin(beijing, body=world.BEIJING)
    form = sent(beijing.get(page), page)
    before = models.Draft.objects.values().get()

    told = beijing.post(of(page, "checks"), form | {"own-visits": "2", "terms-promised_days": "12"})
    unreadable = beijing.post(of(page, "checks"), form | {"conditions-0-expression": "1 +"})

    assert [item.split("。")[0] for item in texts(told, "li")] == [
        "须改正 到现场的原因 须到现场 2 次，但没有写原因",
        "不符 时限 › 承诺时限 › 日数 承诺时限与标准不同："
        "标准为“10 个工作日（自受理起）”，此处为“12 个工作日（自受理起）”",
    ]
    assert len(texts(unreadable, "li")) == 1
    assert models.Draft.objects.values().get() == before


# --- Publishing -------------------------------------------------------------------------------------------------------


def test_a_contradiction_is_refused_even_when_the_page_is_forged(beijing: Client) -> None:
    page = begin(beijing, body=world.BEIJING)
    form = sent(beijing.get(of(page, "preview")), of(page, "preview"))
    write(beijing, page, **{"own-visits": "2"})
    form["seen"] = models.Draft.objects.get().updated_at.isoformat()

    answer = beijing.post(of(page, "preview"), form)

    assert answer.status_code == 422
    assert "未发布：内容前后矛盾。须到现场 2 次，但没有写原因。请写明必须到现场的原因。" in notices(answer)
    assert implementation(world.BEIJING).version == 1


def test_a_joint_standard_is_proposed_and_stays_out_of_force(beijing: Client) -> None:
    page = begin(beijing)
    write(beijing, page, **{"terms-promised_days": "8"})

    preview = beijing.get(of(page, "preview"))
    answer = beijing.get(publish(beijing, page).url)

    assert notices(preview)[1:] == [
        "这些机构现行的实施清单将与新标准不一致：北京市药品监督管理局、天津市药品监督管理局、河北省药品监督管理局。"
        "新标准生效前请各地同步修改。"
    ]
    assert notices(answer) == ["标准修订已提出，尚未生效。请列入批次，由三地签署。"]
    standing = storage.standards_in_force(["TB-001"], today=clock.today())["TB-001"]
    assert (standing.version, standing.promised) == (1, Limit(10, Unit.WORKING))
    assert models.Standard.objects.get(version=2).body["promised"]["days"] == 8


def test_a_second_click_publishes_once(beijing: Client) -> None:
    page = begin(beijing, body=world.BEIJING)
    write(beijing, page, **{"own-hours": "九点到十七点"})
    preview = of(page, "preview")
    form = sent(beijing.get(preview), preview)

    first, second = beijing.post(preview, form), beijing.post(preview, form)

    assert (first.status_code, first.url) == (second.status_code, second.url) == (302, ONE)
    assert models.Implementation.objects.filter(by=world.BEIJING).count() == 2


def test_a_second_save_of_the_same_words_is_no_conflict(beijing: Client) -> None:
    page = begin(beijing, body=world.BEIJING)
    form = sent(beijing.get(page), page) | {"own-hours": "九点到十七点"}

    assert [beijing.post(page, form).status_code for _ in range(2)] == [302, 302]


def test_two_stewards_of_a_region_do_not_overwrite_each_other(beijing: Client) -> None:
    colleague = signed_in("gaoxiaodong")
    page = begin(beijing, body=world.BEIJING)
    form = sent(colleague.get(page), page)
    write(beijing, page, **{"own-hours": "九点到十七点"})

    answer = colleague.post(page, form | {"own-hours": "全天"})

    assert answer.status_code == 409
    assert notices(answer) == ["未保存：这份草稿刚才在别处改过。请刷新页面，核对后再修改。"]
    assert models.Draft.objects.get().body["content"]["contact"]["hours"] == "九点到十七点"


def test_a_draft_whose_base_moved_is_told_and_published_only_after_a_look(beijing: Client) -> None:
    page = begin(beijing, body=world.BEIJING)
    write(beijing, page, **{"own-hours": "九点到十七点"})
    form = sent(beijing.get(of(page, "preview")), of(page, "preview"))
    world.put(implementations=(world.offer(world.BEIJING, "110000", visits=1, visits_reason="核对原件"),))

    refused = beijing.post(of(page, "preview"), form)

    assert refused.status_code == 409
    assert notices(refused) == ["未发布：这份草稿以第 1 版为底，现在已是第 2 版。请核对两版的差异，再以新版为底。"]
    renew = of(page, "renew")
    renewed = beijing.get(beijing.post(renew, sent(refused, renew)).url)
    assert texts(renewed, "ins") == ["九点到十七点"]
    assert publish(beijing, page).status_code == 302
    offer = implementation(world.BEIJING)
    assert (offer.version, offer.visits, offer.contact.hours) == (3, 1, "九点到十七点")


def test_a_draft_that_follows_an_ended_version_of_the_standard_is_told(beijing: Client) -> None:
    page = begin(beijing, body=world.BEIJING)
    world.put(standards=(replace(world.STANDARD, name="药品零售许可"),))
    world.schedule([("TB-001", 2)])

    answer = beijing.get(page)

    assert notices(answer) == [
        "草稿开始之后，底稿有了变化 草稿所依的是标准第 1 版，现在生效的是第 2 版。请对照新标准核对。 查看变化"
    ]


def test_a_draft_is_discarded(beijing: Client) -> None:
    page = begin(beijing, body=world.BEIJING)

    answer = beijing.post(of(page, "discard"))

    assert answer.url == ONE
    assert beijing.get(page).status_code == 404


def test_a_draft_stands_on_the_list_of_its_region_only(beijing: Client, tianjin: Client) -> None:
    begin(beijing, body=world.BEIJING)

    lists = [texts(each.get(reverse("harmony:todo")), "tbody tr") for each in (beijing, tianjin)]

    assert [len(rows) for rows in lists] == [1, 0]
    assert lists[0][0].startswith("药品零售企业经营许可 我的草稿 北京市药品监督管理局 草稿 顾明远 保存于")


def test_an_implementation_follows_the_standard_in_force_and_not_a_proposed_one(beijing: Client) -> None:
    world.put(standards=(replace(world.STANDARD, name="药品零售许可"),))
    page = begin(beijing, body=world.BEIJING)
    write(beijing, page, **{"own-hours": "九点到十七点"})

    publish(beijing, page)

    assert (implementation(world.BEIJING).version, implementation(world.BEIJING).standard_version) == (2, 1)


# --- Departing from a joint standard in force -------------------------------------------------------------------------

LAW = "《药品管理法》第五十二条（2026年3月1日起施行）"


def departing(client: Client) -> str:
    """Draft a name that the joint standard does not have."""
    page = begin(client, body=world.BEIJING)
    write(client, page, **{"terms-name": "药店许可"})
    return page


def test_a_departing_draft_is_refused_and_both_ways_are_offered(beijing: Client) -> None:
    page = departing(beijing)
    preview = beijing.get(of(page, "preview"))

    refused = beijing.post(of(page, "preview"), sent(beijing.get(of(page, "preview")), of(page, "preview")))

    assert texts(preview, ".tb-harmony-ways h3") == ["提出修订标准", "法律变化优先"]
    assert refused.status_code == 409
    assert notices(refused)[0].startswith("未发布：事项 TB-001“药品零售企业经营许可”与施行中的共同标准不符：")
    assert texts(refused, ".tb-harmony-ways h3") == ["提出修订标准", "法律变化优先"]
    assert implementation(world.BEIJING).version == 1


def test_a_departing_draft_becomes_a_proposal_to_amend(beijing: Client) -> None:
    page = departing(beijing)

    proposal = beijing.post(of(page, "amend")).url
    answer = beijing.get(publish(beijing, proposal).url)

    assert "标准修订已提出，尚未生效。请列入批次，由三地签署。" in notices(answer)
    proposed = storage.read_standard(models.Standard.objects.get(version=2))
    assert proposed == replace(world.STANDARD, name="药店许可", version=2)
    assert [row.by for row in models.Draft.objects.all()] == [world.BEIJING]


def test_a_change_of_law_overrides_and_every_steward_sees_the_departure(beijing: Client, tianjin: Client) -> None:
    page = departing(beijing)

    answer = beijing.get(publish(beijing, page, change_of_law=LAW).url)

    assert notices(answer)[0] == "已发布。这份清单因法律变化偏离共同标准，三地事项管理员都能看到这项偏离。"
    rows = texts(tianjin.get(reverse("harmony:todo"), {"kind": "departure"}), "tbody tr")
    assert rows == [f"药品零售企业经营许可 因法律变化的偏离 北京市药品监督管理局 偏离标准 依据：{LAW}"]
    assert [LAW in notice for notice in notices(tianjin.get(ONE))] == [True]


def test_a_change_of_law_without_its_article_is_refused(beijing: Client) -> None:
    page = departing(beijing)

    answer = publish(beijing, page, change_of_law="领导要求")

    assert answer.status_code == 409
    assert notices(answer)[0].startswith("未发布：法律变化须写明法律名称和条款")
    assert sent(answer, of(page, "preview"))["change_of_law"] == ["领导要求"]
    assert not models.Departure.objects.exists()


@pytest.mark.parametrize(
    "hostile", [{"operation": ""}, {"operation": "x\0"}, {"matter": "a/b"}, {"change_of_law": f"{LAW}\0"}]
)
def test_a_forged_act_is_refused_on_its_page(beijing: Client, hostile: dict[str, str]) -> None:
    page = departing(beijing)

    answer = publish(beijing, page, **hostile)

    assert answer.status_code == 422
    assert notices(answer)[0] == "未发布：页面不完整，或条款过长、有无法识别的字符。请刷新页面后重试。"
    assert implementation(world.BEIJING).version == 1


# --- One's own region only --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["draft", "preview", "checks", "amend", "renew", "discard"])
def test_a_steward_of_another_region_is_refused_at_every_door(beijing: Client, tianjin: Client, act: str) -> None:
    page = begin(beijing, body=world.BEIJING)
    form = sent(beijing.get(page), page) | sent(beijing.get(of(page, "preview")), of(page, "preview"))

    answers = [tianjin.post(of(page, act), form | {"own-hours": "全天"})]
    answers += [tianjin.get(of(page, act))] if act in ("draft", "preview") else []

    assert {answer.status_code for answer in answers} == {403}
    assert models.Draft.objects.get().body["content"]["contact"]["hours"] == ""
    assert implementation(world.BEIJING).version == 1


def test_nobody_begins_a_draft_for_a_body_of_another_region(tianjin: Client) -> None:
    refused = tianjin.post(BEGIN, {"body": world.BEIJING})
    forged = tianjin.post(BEGIN, {"body": world.BEIJING, "region": "120000"})

    assert (refused.status_code, forged.status_code) == (403, 403)
    assert not models.Draft.objects.exists()


def test_a_body_that_does_not_offer_the_matter_yet_begins_with_the_words_of_the_standard(beijing: Client) -> None:
    bureau = "11110000MA0TB1014N"
    page = begin(beijing, body=bureau)
    write(beijing, page, **{"own-deciding_desk": "审批岗", "own-level": "2"})

    answer = beijing.get(publish(beijing, page).url)

    assert "已发布新版本，即日生效。" in notices(answer)
    offer = implementation(bureau)
    assert (offer.version, offer.region, offer.stated) == (1, "110000", world.STANDARD.terms)
    assert beijing.post(BEGIN, {"body": "11110000MA0TB0000X"}).status_code == 409


def test_the_page_offers_editing_only_in_ones_own_region(tianjin: Client) -> None:
    page = tianjin.get(ONE)

    assert texts(page, "tbody .tb-link-button") == ["编辑 天津市药品监督管理局"]


def test_a_standard_that_a_region_keeps_alone_is_edited_there_only(beijing: Client, tianjin: Client) -> None:
    own = replace(world.STANDARD, matter="BJ-001", owner="110000")
    world.put(standards=(own,))
    begins = reverse("harmony:begin", args=["BJ-001"])

    assert tianjin.post(begins).status_code == 403
    page = beijing.post(begins).url
    write(beijing, page, **{"terms-promised_days": "5"})
    answer = beijing.get(publish(beijing, page).url)

    assert notices(answer) == ["已发布新版本，即日生效。"]
    assert storage.standards_in_force(["BJ-001"], today=clock.today())["BJ-001"].promised == Limit(5, Unit.WORKING)


def test_a_draft_stays_about_what_it_is_about(beijing: Client) -> None:
    page = begin(beijing, body=world.BEIJING)

    write(beijing, page, matter="TB-999", region="120000", body=world.TIANJIN)

    content = models.Draft.objects.get().body["content"]
    assert (content["matter"], content["region"], content["body"]) == ("TB-001", "110000", world.BEIJING)


@pytest.mark.parametrize("seen", ["", "yesterday", "2026-03-02T09:00:00", "x" * 10_000])
def test_a_page_that_does_not_say_what_it_showed_is_refused(beijing: Client, seen: str) -> None:
    page = begin(beijing, body=world.BEIJING)

    assert write(beijing, page, seen=seen).status_code == 409
    assert publish(beijing, page, seen=seen).status_code == 409
    assert implementation(world.BEIJING).version == 1


def test_what_is_not_there_cannot_be_begun_or_opened(beijing: Client) -> None:
    assert beijing.post(reverse("harmony:begin", args=["NO"])).status_code == 409
    assert beijing.get(reverse("harmony:draft", args=[999])).status_code == 404
