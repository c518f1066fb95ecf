"""The pages of promises: what an applicant promises and answers for, what the desk follows, the public draw."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.casework.conftest import DAY, read
from tests.casework.pages import text
from tests.casework.test_promises import (
    AFTER_ORDER,
    AFTER_STATEMENT,
    BODY,
    OWNERSHIP,
    SUPERVISOR,
    decided,
    desk,
    drawn,
    promising,
    revoked,
)
from tongban.casework.models import Draft
from tongban.certificates import queries as certificates
from tongban.domain.certificate import Status
from tongban.journal import outbox
from tongban.journal import queries as journal
from tongban.journal.models import Read
from tongban.keys import actions as keys
from tongban.people.models import Account
from tongban.project import walk
from tongban.project.walk import AGENT, HOLDER, at, one_page_pdf
from tongban.registries.models import CreditEntry
from tongban.web import clock


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def on(now: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: now)

    on(at(DAY, 16))
    return on


def sign_in(username: str = AGENT, acting_for: str = HOLDER) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username))
    if acting_for:
        session = client.session
        session["acting_for"] = acting_for
        session.save()
    return client


def staff(username: str) -> Client:
    return sign_in(username, "")


def pdf(code: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{code}.pdf", one_page_pdf(code), content_type="application/pdf")


def test_the_page_of_materials_takes_promises_and_gives_them_back(house: walk.Walk) -> None:
    draft = house.draft()
    for code in ("M_PHOTO", "M_NOMORT"):
        draft = Draft.objects.get(pk=draft.pk)
        sign_in().post(reverse("casework:materials", args=[draft.id]), {"remove": code})
    address, applicant = reverse("casework:materials", args=[draft.id]), sign_in()
    page = text(applicant.get(address))
    assert "容缺的材料在受理后 5 个工作日内补交" in page
    assert "承诺不实或者没有履行的，将被责令限期整改" in page

    answer = applicant.post(address, {"defer": "M_PHOTO"})
    assert answer.headers["Location"] == f"{address}#material-M_PHOTO"
    applicant.post(address, {"commit": "M_NOMORT"})

    kept = Draft.objects.get(pk=draft.pk)
    assert (kept.deferred, kept.committed) == (["M_PHOTO"], ["M_NOMORT"])
    assert "材料已备齐" in text(applicant.get(address))
    applicant.post(address, {"unpromise": "M_PHOTO"})
    assert Draft.objects.get(pk=draft.pk).deferred == []


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"defer": "M_NAMES"}, "不在可容缺材料清单内"),
        ({"defer": "<script>"}, "不在可容缺材料清单内"),
        ({"commit": "M_PHOTO"}, "不能以承诺代替"),
        ({"on_the_spot": "HS-02"}, "不实行告知承诺制"),
    ],
)
def test_what_may_not_be_promised_is_refused_on_the_page(
    house: walk.Walk, asked: dict[str, str], sentence: str
) -> None:
    draft = house.draft()

    answer = sign_in().post(reverse("casework:materials", args=[draft.id]), asked)

    assert answer.status_code == 422
    assert sentence in text(answer)


def test_promises_are_read_and_signed_before_handing_in(house: walk.Walk) -> None:
    draft = promising(house)
    address, applicant = reverse("casework:check", args=[draft.id]), sign_in()
    given = {"operation": "op", "seen": str(draft.revision), "declared": "on"}

    unsigned = applicant.post(address, given)
    half = applicant.post(address, given | {"deferred": "on"})
    signed = applicant.post(address, given | {"deferred": "on", "committed": "on"})

    assert (unsigned.status_code, half.status_code, signed.status_code) == (422, 422, 302)
    assert "请先阅读承诺并勾选签署" in text(unsigned)
    assert len(read(draft.id).deferrals) == 2


@pytest.fixture
def underway(house: walk.Walk) -> str:
    application = house.hand_in(promising(house))
    house.confirm(application)
    house.accept(application)
    return application


def test_an_agent_reads_and_answers_for_the_promises_of_his_matters_only(underway: str) -> None:
    """The mandate of this agent reaches the ownership, and not the mortgage."""
    agent, number = sign_in("zhoumin"), read(underway).number
    own, other = (reverse("casework:commitment", args=[number, case]) for case in (OWNERSHIP, 4))

    assert agent.get(own).status_code == 200
    assert agent.get(other).status_code == 404
    assert agent.post(other, {"act": "state", "operation": "op", "text": "说明"}).status_code == 404
    assert sign_in().get(other).status_code == 200


def test_what_is_to_follow_is_handed_in_on_its_page(underway: str) -> None:
    applicant, number = sign_in(), read(underway).number
    page = text(applicant.get(reverse("casework:application", args=[number])))
    assert "待补交的材料" in page
    assert page.count("逾期不补交的，按本地区规定视为撤回申请或者撤销受理。 补交材料") == 2
    assert "3月5日" in page or "2026年3月5日" in page
    address = reverse("casework:supply", args=[number])

    empty = applicant.post(address, {"operation": "none"})
    assert empty.status_code == 422
    wrong = applicant.post(address, {"operation": "a", "M_PHOTO": SimpleUploadedFile("a.exe", b"MZ")})
    assert wrong.status_code == 422
    assert applicant.post(address, {"operation": "b", "M_PHOTO": pdf("M_PHOTO")}).status_code == 302

    assert [one.material for one in read(underway).deferrals if one.open] == ["M_GA"]
    assert sign_in("sunli", "org:91130200MA0TB2025C").get(address).status_code == 404


def test_a_commitment_is_taken_back_on_its_page(underway: str) -> None:
    applicant = sign_in()
    address = reverse("casework:commitment", args=[read(underway).number, OWNERSHIP])
    assert "作出决定之前可以撤回承诺" in text(applicant.get(address))

    assert applicant.post(address, {"act": "take_back", "operation": "a"}).status_code == 422
    given = {"act": "take_back", "operation": "b", "M_NOMORT": pdf("M_NOMORT")}
    assert applicant.post(address, given).status_code == 302

    assert "没有承诺" in text(applicant.get(address))


def follow(application: str, by: str, **asked: str) -> Any:
    address = reverse("casework:follow_commitment", args=[read(application).number, OWNERSHIP])
    return staff(by).post(address, {"operation": f"{asked['act']}/{by}"} | asked)


def test_the_desk_follows_a_broken_commitment_to_its_end(
    house: walk.Walk, underway: str, moment: Callable[[datetime], None]
) -> None:
    decided(house, underway)
    undrawn = follow(underway, "zhaolei", act="verify", found="broken", means="document", reason="载有抵押")
    assert undrawn.status_code == 409
    assert "请先公开抽取" in text(undrawn)
    drawn()
    assert "核查" in text(staff("zhaolei").get(reverse("casework:commitments")))

    bare = follow(underway, "zhaolei", act="verify", found="broken", means="document")
    assert bare.status_code == 422
    assert follow(underway, "zhaolei", act="verify", found="x", means="y").status_code == 422
    steps = [
        (DAY, "zhaolei", {"act": "verify", "found": "broken", "means": "document", "reason": "载有抵押"}),
        (DAY, "zhaolei", {"act": "order", "reason": "请注销抵押"}),
        (AFTER_ORDER, "zhaolei", {"act": "notice", "reason": "逾期没有整改"}),
    ]
    asked_of_him = ["", "责令整改“船舶所有权登记”", "拟撤销“船舶所有权登记”的批准"]
    own = reverse("casework:application", args=[read(underway).number])
    for (day, by, asked), title in zip(steps, asked_of_him, strict=True):
        moment(at(day, 16))
        assert follow(underway, by, **asked).status_code == 302, asked
        assert title in text(sign_in().get(own))
    mine = reverse("casework:commitment", args=[read(underway).number, OWNERSHIP])
    assert sign_in().post(mine, {"act": "state", "operation": "s", "text": ""}).status_code == 422
    assert sign_in().post(mine, {"act": "state", "operation": "s", "text": "正在办理注销"}).status_code == 302
    moment(at(AFTER_STATEMENT, 16))
    address = reverse("casework:follow_commitment", args=[read(underway).number, OWNERSHIP])
    assert "正在办理注销" in text(staff("qianying").get(address))
    assert follow(underway, "zhaolei", act="revoke", reason="承诺不实").status_code == 403
    assert follow(underway, "qianying", act="revoke", reason="承诺不实").status_code == 302
    assert follow(underway, "qianying", act="credit", item="OTHER").status_code == 422
    assert follow(underway, "qianying", act="credit", item="FALSE-COMMITMENT").status_code == 302
    assert "未修复，不能再作承诺" in text(sign_in().get(mine))
    told = text(sign_in().get(own))
    assert "批准已撤销。不服的，可以依法申请行政复议或者提起行政诉讼。" in told
    assert "已批准，《船舶所有权登记证书》已签发。" not in told
    assert follow(underway, "qianying", act="repair", reason="已经纠正").status_code == 302

    certificate = read(underway).case(OWNERSHIP).certificate
    line = certificates.find(identifier=certificate)
    assert line.status is Status.ANNULLED
    state = text(Client().get(reverse("certificates:state", args=[certificate])))
    assert "已撤销" in state


def test_strangers_do_not_follow(house: walk.Walk, underway: str) -> None:
    decided(house, underway)
    address = reverse("casework:follow_commitment", args=[read(underway).number, OWNERSHIP])

    assert staff("limei").get(address).status_code == 403
    assert sign_in().get(address).status_code == 403
    assert staff(SUPERVISOR).get(address).status_code == 200
    assert follow(underway, SUPERVISOR, act="order", reason="x").status_code == 403


def test_a_draw_is_held_and_shown_to_everybody(house: walk.Walk, underway: str) -> None:
    decided(house, underway)
    keys.checkpoint(now=at(DAY, 15, 30))
    address, supervisor = reverse("casework:hold_draw"), staff(SUPERVISOR)
    assert "1 项承诺等待抽取，抽取比例 20%" in text(supervisor.get(address))
    assert staff("zhaolei").get(address).status_code == 403

    assert supervisor.post(address, {"operation": "x", "region": "13", "body": BODY}).status_code == 403
    held = supervisor.post(address, {"operation": "d", "region": "130209", "body": BODY})
    outbox.run(clock=lambda: at(DAY, 16))

    page = text(Client().get(held.headers["Location"]))
    assert "结果相同" in page
    assert f"{read(underway).number}-0002 抽中" in page
    assert "1 个中抽中 1 个" in page
    assert held.headers["Location"] in Client().get(reverse("casework:draws")).content.decode()
    assert Client().get(reverse("casework:draw", args=["none"])).status_code == 404
    again = supervisor.post(address, {"operation": "e", "region": "130209", "body": BODY})
    assert again.status_code == 409
    assert "没有等待抽取的承诺" in text(again)


def test_what_relied_on_a_revoked_approval_says_so(house: walk.Walk, underway: str) -> None:
    decided(house, underway)
    nationality = read(underway).case(3)
    assert OWNERSHIP in nationality.awaits
    house.conclude_one(underway, 3, day=DAY)
    assert read(underway).case(3).approved
    from tests.casework.test_promises import desk  # noqa: PLC0415 - named like a fixture elsewhere
    from tongban.domain.events import Means  # noqa: PLC0415

    drawn()
    desk("verify", underway, kept=False, means=Means.DOCUMENT, findings="载有抵押")
    desk("order", underway, reason="请注销抵押")
    desk("notice_revocation", underway, day=AFTER_ORDER, reason="没有整改", hearing=False)
    desk("revoke", underway, by="qianying", day=date(2026, 3, 26), reason="承诺不实")

    page = text(staff("zhaolei").get(reverse("casework:task", args=[read(underway).number, 3])))

    assert "所依据的批准已被撤销" in page


def test_whom_an_entry_is_about_asks_for_its_repair_and_the_desk_answers(
    house: walk.Walk, underway: str, moment: Callable[[datetime], None]
) -> None:
    revoked(house, underway)
    desk("enter_credit", underway, day=AFTER_STATEMENT, item="FALSE-COMMITMENT")
    moment(at(AFTER_STATEMENT, 17))
    number = read(underway).number
    own, theirs = sign_in(), staff("qianying")
    mine = reverse("casework:my_credit")
    page = reverse("casework:commitment", args=[number, OWNERSHIP])
    followed = reverse("casework:follow_commitment", args=[number, OWNERSHIP])

    shown = text(own.get(mine))
    assert "作出不实承诺" in shown
    assert "在北京、天津、河北申请时不能作告知承诺" in shown
    refused = own.post(page, {"act": "repair", "operation": "ask-0", "ground": "CORRECTED", "reason": ""})
    assert refused.status_code == 422
    told = {"act": "repair", "operation": "ask-1", "ground": "CORRECTED", "reason": "抵押已经注销"}
    assert own.post(page, told).status_code == 302
    assert "修复申请待答复" in text(own.get(mine))

    assert "待答复的信用修复申请" in text(theirs.get(reverse("casework:commitments")))
    assert "抵押已经注销" in text(theirs.get(followed))
    theirs.post(followed, {"act": "deny", "operation": "deny-1", "reason": "证明不足"})
    assert "未修复" in text(own.get(mine))
    own.post(page, told | {"operation": "ask-2"})
    theirs.post(followed, {"act": "repair", "operation": "repair-1", "reason": "已经纠正"})

    assert "已修复" in text(own.get(mine))
    assert journal.soundness().replay_ok


def test_an_entry_of_before_cases_were_noted_is_asked_about_and_answered_too(
    house: walk.Walk, underway: str, moment: Callable[[datetime], None]
) -> None:
    revoked(house, underway)
    desk("enter_credit", underway, day=AFTER_STATEMENT, item="FALSE-COMMITMENT")
    CreditEntry.objects.update(source="", region="", stands_until=None)
    moment(at(AFTER_STATEMENT, 17))
    number = read(underway).number
    told = {"act": "repair", "operation": "ask-1", "ground": "CORRECTED", "reason": "抵押已经注销"}

    assert sign_in().post(reverse("casework:commitment", args=[number, OWNERSHIP]), told).status_code == 302

    listed = staff("qianying").get(reverse("casework:commitments"))
    assert reverse("casework:follow_commitment", args=[number, OWNERSHIP]) in listed.content.decode()


def test_staff_read_an_applicants_credit_by_duty_and_it_is_recorded(house: walk.Walk, underway: str) -> None:
    found = read(underway)
    address = reverse("casework:applicants_credit", args=[found.number, OWNERSHIP])

    assert staff("fengjing").get(address).status_code == 403
    assert "没有失信记录" in text(staff("zhaolei").get(address))

    assert Read.objects.filter(what=f"{found.number} credit").count() == 1


def test_what_is_entered_and_how_it_is_repaired_is_published(db: None) -> None:
    shown = text(Client().get(reverse("casework:credit_rules")))

    assert "作出不实承诺" in shown
    assert "24 个月" in shown
    assert "欠缴税款" in shown
