"""Certified on the spot: one act, by the competent body, for applicants of three regions; or nothing at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.casework.conftest import DAY, read
from tests.casework.pages import hidden, text
from tests.casework.test_apply_pages import sign_in
from tests.casework.test_statements import at_most
from tests.soundness import demand_sound
from tongban.casework import actions, queries, storage
from tongban.casework.models import Application, Draft
from tongban.casework.numbers import query_code
from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue
from tongban.catalogue.actions import refresh_daily
from tongban.certificates import queries as wallet
from tongban.certificates.models import Certificate
from tongban.crypto.profiles import Algorithm
from tongban.domain import certificate as kernel
from tongban.domain import instant, measures
from tongban.domain.application import CaseState
from tongban.domain.events import SYSTEM
from tongban.domain.plan import UnknownAnswer
from tongban.domain.records import Extract, Period, digest_of
from tongban.journal.actions import OperationReused
from tongban.journal.models import Entry
from tongban.keys import actions as keys
from tongban.keys.models import SigningKey
from tongban.keys.purposes import Purpose
from tongban.people.adapters import matter_names
from tongban.people.permissions import NotAllowed
from tongban.project import walk
from tongban.project.walk import at, who
from tongban.registries import adapters
from tongban.registries import demo as registries_demo
from tongban.registries import queries as registries
from tongban.web import clock

NOW = at(DAY, 22)
INSURED, TAXPAID, LICENCE, FUND = "TB-036", "TB-028", "TB-003", "TB-016"
CERTIFICATE = 18
"""Statements, with all that is looked up before, where one registry is asked."""
LIANGS, GAOS, CHENS = "org:91110108MA0TB40479", "org:91120116MA0TB3036L", "org:91130209MA0TB10143"


@pytest.fixture(autouse=True)
def connected(certifying: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The demo's registries answer, its bodies can sign, and the pages' clock stands at ten at night."""
    before = list(adapters._connected)
    adapters.connect(registries_demo.registries())
    monkeypatch.setattr(clock, "now", lambda: NOW)
    yield
    adapters.connect(before)


def certify(username: str, matter: str, *, acting_for: str = "", operation: str = "one", **asked: Any) -> Any:
    actor = who(username, acting_for=acting_for, today=DAY)
    given: dict[str, Any] = {"answers": {}, "place": ""} | asked
    return actions.certify(operation=operation, actor=actor, matter=matter, now=NOW, **given)


def content(answer: Any) -> dict[str, str]:
    """What the certificate says, by data element."""
    found = kernel.open_up(wallet.read(identifier=answer["certificate"]))[0]
    return {code: value for code, _, value in found.content}


# --- What happens -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("username", "matter", "acting_for", "issuer", "region"),
    [
        ("liangyu", INSURED, "", "北京市人力资源和社会保障局", "110000"),
        ("gaojianming", INSURED, "", "天津市人力资源和社会保障局", "120000"),
        ("chenhaisheng", INSURED, "", "河北省人力资源和社会保障厅", "130000"),
        ("maqiang", INSURED, "", "北京市通州区行政审批局", "110112"),
        ("liangyu", TAXPAID, LIANGS, "国家税务总局北京市税务局", "110000"),
        ("gaojianming", TAXPAID, GAOS, "国家税务总局天津市税务局", "120000"),
        ("linxiao", TAXPAID, CHENS, "国家税务总局河北省税务局", "130000"),
        ("chenhaisheng", TAXPAID, "", "国家税务总局河北省税务局", "130000"),
        ("liangyu", LICENCE, LIANGS, "北京市市场监督管理局", "110000"),
        ("gaojianming", LICENCE, GAOS, "天津市市场监督管理委员会", "120000"),
        ("chenhaisheng", LICENCE, CHENS, "河北省市场监督管理局", "130000"),
        ("liangyu", FUND, "", "北京市住房和城乡建设委员会", "110000"),
        ("gaojianming", FUND, "", "天津市住房和城乡建设委员会", "120000"),
        ("chenhaisheng", FUND, "", "河北省住房和城乡建设厅", "130000"),
        ("maqiang", FUND, "", "北京市通州区行政审批局", "110112"),
    ],
)
def test_the_body_of_the_place_of_the_record_certifies_it(
    username: str, matter: str, acting_for: str, issuer: str, region: str
) -> None:
    answer = certify(username, matter, acting_for=acting_for)

    line = wallet.find(identifier=answer["certificate"])
    assert (line.issuer_name, line.region, line.issued_on) == (issuer, region, DAY)
    verdict = wallet.verify(wallet.read(identifier=line.identifier), now=NOW, today=DAY)
    assert verdict.valid, verdict.message
    found = read(answer["application"])
    assert (found.region, found.number, found.holder) == (region, answer["number"], line.holder)
    assert [case.body for case in found.cases] == [line.issuer]


def test_the_certificate_says_what_the_registry_holds_over_the_months_asked_for() -> None:
    answer = certify("liangyu", INSURED, answers={"period": "last_year"})

    assert content(answer) == {
        "insured_place": "北京市海淀区",
        "insured_employer": "北京澄海示例科技有限公司",
        "insured_kinds": "企业职工基本养老保险、失业保险、工伤保险",
        "record_span": "2025-01 至 2025-12",
        "insured_months": "12 月",
        "contribution_base": "15600.00 元",
        "contribution_months": "140 月",
    }


def test_one_act_tells_a_whole_life_and_the_rest_of_it_is_the_systems() -> None:
    answer = certify("liangyu", INSURED)

    found = read(answer["application"])
    (case,) = found.cases
    assert (case.state, case.approved, case.accepted_by) == (CaseState.DECIDED, True, SYSTEM)
    assert case.certificate == answer["certificate"]
    assert found.closed_at == found.submitted_at == NOW
    entries = queries.history(found)
    applicant = who("liangyu", today=DAY).id
    told = [(type(entry.event).__name__, entry.actor) for entry in entries]
    assert told == [
        ("ApplicationSubmitted", applicant),
        ("CasesReceived", applicant),
        ("CaseAccepted", SYSTEM),
        ("CaseDecided", SYSTEM),
        ("CertificateIssued", SYSTEM),
        ("ApplicationClosed", SYSTEM),
    ]
    assert {entry.at for entry in entries} == {NOW}


def test_rows_equal_replay_and_the_journal_shows_nobody() -> None:
    certify("liangyu", INSURED)
    certify("gaojianming", TAXPAID, acting_for=GAOS, operation="two")

    demand_sound()
    written = str(list(Entry.objects.filter(stream_id__startswith="application/").values_list("body", flat=True)))
    assert [secret for secret in ("梁宇", "110108198604123027", "15600", "澄海", "26580") if secret in written] == []


def test_the_record_is_named_as_the_source() -> None:
    found = read(certify("liangyu", INSURED)["application"])

    assert [(one.material, one.source, one.reference, one.basis) for one in found.supplies] == [
        ("C_INSURED", "registry", "SI-110108-000127", "duty")
    ]


def test_a_repeat_gets_the_first_answer_without_asking_anybody() -> None:
    first = certify("liangyu", INSURED)
    adapters.connect([])

    assert certify("liangyu", INSURED) == first
    assert Certificate.objects.count() == 1
    with pytest.raises(OperationReused):
        certify("liangyu", INSURED, answers={"period": "whole"})
    with pytest.raises(OperationReused):
        certify("liangyu", TAXPAID)


def test_asking_again_on_the_same_day_gives_the_certificate_that_is_there() -> None:
    first = certify("liangyu", INSURED)

    assert certify("liangyu", INSURED, operation="two") == first
    other = certify("liangyu", INSURED, operation="three", answers={"period": "last_year"})
    assert other["certificate"] != first["certificate"]
    assert Certificate.objects.count() == 2


def test_a_mandate_can_name_what_is_asked_for_by_itself() -> None:
    refresh_daily(now=NOW)

    codes = [one.code for one in matter_names()]

    assert {INSURED, TAXPAID, "HS-01"} <= set(codes)
    assert codes.index("HS-17") < codes.index(INSURED)
    assert len(codes) == len(set(codes))


def test_what_was_ended_or_is_of_yesterday_is_issued_anew() -> None:
    first = certify("liangyu", INSURED)
    Certificate.objects.update(status=kernel.Status.CANCELLED, ended_on=NOW.date())

    second = certify("liangyu", INSURED, operation="two")
    assert second["certificate"] != first["certificate"]

    tomorrow = NOW + timedelta(days=1)
    actor = who("liangyu", today=tomorrow.date())
    third = actions.certify(operation="three", actor=actor, matter=INSURED, answers={}, place="", now=tomorrow)
    assert third["certificate"] != second["certificate"]


def test_what_the_registry_says_anew_is_certified_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    first = certify("liangyu", INSURED)
    ask = registries.extract

    def grown(**asked: Any) -> Extract:
        found = ask(**asked)
        content = dict(found.content) | {"contribution_base": "16000"}
        return replace(found, content=content, digest=digest_of(content))

    monkeypatch.setattr(registries, "extract", grown)

    assert certify("liangyu", INSURED, operation="two")["certificate"] != first["certificate"]


def test_who_was_insured_in_two_places_chooses() -> None:
    whole = {"period": "whole"}
    with pytest.raises(
        registries.SeveralRecords, match="北京市社会保险登记库（演示）、天津市社会保险登记库（演示）都有您的记录"
    ):
        certify("maqiang", INSURED, answers=whole)

    answer = certify("maqiang", INSURED, answers=whole, place="120000")

    assert wallet.find(identifier=answer["certificate"]).issuer_name == "天津市人力资源和社会保障局"
    assert content(answer)["record_span"] == "2012-08 至 2021-05"


# --- What is refused, and leaves nothing ------------------------------------------------------------------------------


def changed(**changes: Any) -> Callable[..., Extract]:
    """A registry that tells other content than it should."""
    facts = {
        "company_status": "normal",
        "company_kind": "有限责任公司",
        "legal_person": "梁宇",
        "registered_capital": "500",
        "established_on": "2018-03-15",
        "seat_address": "北京市海淀区示例路 8 号",
        "registration_authority": "示例",
    }
    told = {code: value for code, value in (facts | changes).items() if value is not None}

    def extract(*, kind: str, number: str, period: Period | None, today: date, seconds: float) -> Extract:
        return Extract(kind, number, "登记库", "110108", "1", told, digest_of(told))

    return extract


class Own:
    name, name_en, region, kinds = "登记库", "", "110000", frozenset({"C_ELICENCE"})

    def __init__(self, extract: Callable[..., Extract | None]) -> None:
        self.extract = extract


def silent(**asked: Any) -> Extract:
    raise TimeoutError


@pytest.mark.parametrize(
    ("extract", "refusal", "sentence"),
    [
        (silent, registries.RegistrySilent, "登记库没有及时答复。没有留下任何办理记录"),
        (lambda **asked: None, registries.NoRecord, "已查询登记库，没有查到您的记录"),
        (changed(company_status="revoked"), instant.ConditionFails, "登记的“登记状态”是“吊销”"),
        (changed(legal_person=None), instant.Unfit, "缺少“法定代表人（负责人）”"),
        (changed(unknown="x"), instant.Unfit, "多出“unknown”"),
        (changed(established_on="2018"), instant.Unfit, "“成立日期”不合规范"),
    ],
)
def test_a_registry_that_does_not_help_leaves_nothing(
    extract: Callable[..., Extract | None], refusal: type[Exception], sentence: str
) -> None:
    adapters.connect([Own(extract)])
    entries = Entry.objects.count()

    with pytest.raises(refusal, match=sentence):
        certify("liangyu", LICENCE, acting_for=LIANGS)

    assert (Application.objects.count(), Certificate.objects.count(), Draft.objects.count()) == (0, 0, 0)
    assert Entry.objects.count() == entries


def test_after_a_silence_the_same_operation_may_be_tried_again() -> None:
    adapters.connect([Own(silent)])
    with pytest.raises(registries.RegistrySilent):
        certify("liangyu", LICENCE, acting_for=LIANGS)
    adapters.connect([Own(changed())])

    assert certify("liangyu", LICENCE, acting_for=LIANGS)["certificate"]


@pytest.mark.parametrize(
    ("username", "acting_for", "matter", "asked", "refusal"),
    [
        ("liangyu", "", "TB-999", {}, catalogue.NotInCatalogue),
        ("liangyu", "", "TB-038", {}, instant.NotOnTheSpot),
        ("liangyu", "", LICENCE, {}, instant.NotServed),
        ("liangyu", LIANGS, INSURED, {}, instant.NotServed),
        ("liangyu", "", INSURED, {"answers": {"period": "last_7"}}, UnknownAnswer),
        ("liangyu", "", INSURED, {"answers": {"purpose": "loan"}}, UnknownAnswer),
        ("liangyu", "", INSURED, {"place": "310000"}, registries.NotConnected),
        ("liangyu", "", INSURED, {"place": "120000"}, registries.NoRecord),
        ("wangjianguo", "", INSURED, {}, registries.NoRecord),
        ("annalarsen", "", FUND, {}, registries.NoRecord),
        ("liufang", "", INSURED, {}, NotAllowed),
        ("zhoumin", CHENS, LICENCE, {}, NotAllowed),
    ],
)
def test_what_cannot_be_asked_is_refused(
    username: str, acting_for: str, matter: str, asked: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        certify(username, matter, acting_for=acting_for, **asked)

    assert Application.objects.count() == 0


def test_a_body_without_a_key_issues_nothing_and_leaves_nothing() -> None:
    key = SigningKey.objects.get(owner="11110000MA0TB11025", purpose=Purpose.CERTIFICATE, algorithm=Algorithm.SM2SM3)
    keys.retire(key=key, now=at(DAY, 9))

    with pytest.raises(keys.NoKey, match="没有可用的签名密钥"):
        certify("liangyu", INSURED)

    assert (Application.objects.count(), Certificate.objects.count()) == (0, 0)


# --- What it costs ----------------------------------------------------------------------------------------------------


def test_a_warm_certificate_costs_a_known_number_of_statements() -> None:
    certify("liangyu", INSURED)
    actor = who("liangyu", today=DAY)

    with at_most(CERTIFICATE):
        actions.certify(operation="counted", actor=actor, matter=INSURED, answers={}, place="110000", now=NOW)


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def citizen() -> Client:
    return sign_in(Client(), "liangyu", "")


def press(client: Client, matter: str = INSURED, **chosen: str) -> Any:
    operation = hidden(client.get(f"/instant/{matter}/"), "operation")
    return client.post(f"/instant/{matter}/", {"operation": operation, "period": "last_12", "place": "all"} | chosen)


def test_the_guide_has_the_button(client: Client) -> None:
    for matter in (INSURED, TAXPAID, LICENCE, FUND):
        guide = client.get(f"/matters/{matter}/").content.decode()
        assert f'href="/instant/{matter}/"' in guide
        assert "立即办理" in guide
    adapters.connect([])
    assert "立即办理" not in client.get(f"/matters/{INSURED}/").content.decode()


def test_pressing_asks_who_is_there(client: Client) -> None:
    assert client.get(f"/instant/{INSURED}/")["Location"].startswith("/sign-in/")
    assert client.post(f"/instant/{INSURED}/")["Location"].startswith("/sign-in/")


def test_pressing_gives_a_page_with_all_one_may_do_with_the_certificate(citizen: Client) -> None:
    answer = press(citizen)

    line = wallet.find(identifier=Certificate.objects.get().identifier)
    done = citizen.get(answer["Location"])
    assert "已当场办结" in text(done)
    assert "北京市人力资源和社会保障局" in text(done)
    for address in (
        f"/certificates/{line.identifier}/",
        f"/certificates/{line.identifier}/file/",
        f"/verify/{line.identifier}/",
    ):
        assert f'href="{address}"' in done.content.decode()
        assert citizen.get(address).status_code == 200


def test_the_application_and_its_timeline_read_as_sentences(citizen: Client) -> None:
    number = press(citizen)["Location"].split("/")[3]

    page = text(citizen.get(f"/applications/{number}/"))

    assert "《社会保险个人权益记录（参保证明）》已签发。" in page
    assert "优化营商环境条例第三十六条" in page
    assert "登记库提供" in page
    assert citizen.get("/applications/").status_code == 200
    assert citizen.get("/wallet/").status_code == 200


def test_the_hall_and_the_public_see_what_they_may(citizen: Client) -> None:
    number = press(citizen)["Location"].split("/")[3]

    page = sign_in(Client(), "shilei", "").get(f"/workbench/applications/{number}/")
    looked_up = Client().post("/progress/", {"number": number, "code": query_code(number)})

    assert page.status_code == 200
    assert "梁宇" not in text(page)
    assert looked_up.status_code == 200
    assert "已批准" in text(looked_up)


def test_it_counts_in_the_figures_as_done_on_the_day() -> None:
    found = read(certify("liangyu", INSURED)["application"])
    entries = [(entry.at, entry.actor, entry.event) for entry in queries.history(found)]

    parts = measures.of_application(entries=entries, calendar=calendars.load())

    told = {code: (part.number, part.of) for code, part in parts.items()}
    assert told["matters"] == told["certificates_issued"] == (1, 1)
    assert told["within_promise"] == told["within_limit"] == told["first_attempt"] == told["online"] == (1, 1)
    assert told["working_days_taken"] == (0, 1)


def test_sending_the_same_page_twice_has_one_effect(citizen: Client) -> None:
    operation = hidden(citizen.get(f"/instant/{INSURED}/"), "operation")
    sent = {"operation": operation, "period": "last_12", "place": "all"}

    first, second = citizen.post(f"/instant/{INSURED}/", sent), citizen.post(f"/instant/{INSURED}/", sent)

    assert first["Location"] == second["Location"]
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize(
    ("username", "chosen", "sentence"),
    [
        ("liangyu", {"period": ""}, "请选择一项。"),
        ("liangyu", {"period": "last_7"}, "请从列出的选项中选择一项。"),
        ("liangyu", {"place": "310000"}, "请从列出的地区中选择一项。"),
        ("liangyu", {"place": ""}, "请选择一项。"),
        ("liangyu", {"place": "130000"}, "已查询河北省社会保险登记库（演示），没有查到您在"),
        ("liangyu", {"operation": ""}, ""),
        ("liangyu", {"operation": "x" * 65}, ""),
        ("maqiang", {"period": "whole"}, "请选择要用哪个地区的记录。"),
        ("wangjianguo", {}, "请核对登记的姓名（名称）和证件号码"),
    ],
)
def test_a_page_that_cannot_be_answered_says_why(username: str, chosen: dict[str, str], sentence: str) -> None:
    answer = press(sign_in(Client(), username, ""), **chosen)

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert Application.objects.count() == 0


@pytest.mark.parametrize("matter", ["TB-999", "TB-038", "HS-01"])
def test_other_matters_have_no_such_page(citizen: Client, matter: str) -> None:
    assert citizen.get(f"/instant/{matter}/").status_code in (404, 409)


def test_who_has_no_party_is_told_to_sign_in_otherwise() -> None:
    page = sign_in(Client(), "liufang", "").get(f"/instant/{INSURED}/")

    assert page.status_code == 200
    assert "没有关联申请人身份" in text(page)


def test_the_page_that_it_is_done_is_for_the_holder_only(citizen: Client) -> None:
    location = press(citizen)["Location"]

    assert sign_in(Client(), "gaojianming", "").get(location).status_code == 404
    assert Client().get(location)["Location"].startswith("/sign-in/")


def test_what_was_not_certified_on_the_spot_has_its_own_page(house: walk.Walk) -> None:
    submitted = house.submit()
    number = read(submitted).number
    agent = sign_in(Client())

    assert agent.get(f"/instant/done/{number}/")["Location"] == f"/applications/{number}/"
    assert storage.read(submitted) is not None
