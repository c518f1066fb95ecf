"""Which documents does an act call for, and what does each kind say?

Every kind is composed once, from the acts that call for it, on applications of the kernel's tests.
"""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.domain.applications import CALENDAR, NINE, RULES, accept, accepted, handed_in, submitted, taken_in
from tests.domain.strategies import Spec, build
from tongban.domain import intake
from tongban.domain.application import Application, fold
from tongban.domain.catalogue import MatterType, SourceKind
from tongban.domain.documents import content as kernel
from tongban.domain.documents import texts
from tongban.domain.documents.content import DocumentContent, Issuer
from tongban.domain.documents.delivery import NotToSignFor, deliver, deliver_letter
from tongban.domain.documents.kinds import DocumentKind
from tongban.domain.documents.occasions import CalledFor, called_for, occasions
from tongban.domain.documents.texts.facts import Facts
from tongban.domain.events import (
    SYSTEM,
    AcceptanceRefused,
    ApprovalRevoked,
    CaseAccepted,
    CaseDecided,
    CaseLapsed,
    CasesTakenOver,
    CertificateIssued,
    CommitmentKind,
    CommitmentMade,
    ConsentDeemed,
    CorrectionAsked,
    Days,
    DecisionSigned,
    DeliveryMeans,
    Demand,
    DemandKind,
    DocumentIssued,
    DocumentsDelivered,
    Event,
    HearingOffered,
    InterestedTold,
    LapseCause,
    LapseConsequence,
    LimitExtended,
    OrderedToCorrect,
    Outcome,
    Procedure,
    ProcedureBegun,
    RefusalGround,
    RevocationNoticed,
    Side,
    StatementMade,
)
from tongban.domain.offers import ReceiptCounts
from tongban.domain.sealed import Sealed

ONE, OTHER = Issuer("body-one", "甲局", "甲局", "甲"), Issuer("body-two", "乙局", "乙局", "乙")
HALL = Issuer("hall:hall", "示例大厅", "示例大厅", "厅")
DUE = date(2026, 3, 30)
DAYS = Days(None, DUE, DUE, False, "test")
"""What stands in a seal of these tests is its ciphertext."""


class Opened(dict[Sealed, str]):
    def __missing__(self, sealed: Sealed) -> str:
        return sealed.ciphertext


def sealed(text: str) -> Sealed:
    return Sealed("org:holder", text)


SPECS = (
    Spec("A", materials=("M1", "M2"), elements=("name",)),
    Spec("B", materials=("M1",)),
    Spec("C", needs=("A",)),
)
CATALOGUE = build(SPECS)[0]


def composed(application: Application, *act: Event, issuers: dict[int, Issuer] | None = None) -> list[DocumentContent]:
    """Return what the documents say that an act calls for."""
    after = fold(act, onto=application)
    by = {case.index: ONE for case in after.cases} | (issuers or {})
    return [_composed(after, called) for called in called_for(after, act, issuers=by, hall=HALL)]


def _composed(application: Application, called: CalledFor, hall: str = "示例大厅") -> DocumentContent:
    facts = Facts(
        called=called,
        application=application,
        catalogue=CATALOGUE,
        query_code="ABCD1234",
        hall=hall,
        names={"org:holder": "示例公司", "org:right": "该管局", "account:1": "张三", "org:11130209MB0000001A": "甲局"},
        opened=Opened(),
    )
    return texts.compose(facts, number=f"{called.issuer.abbreviation}{called.kind.word}字〔2026〕1号")


def one(application: Application, *act: Event) -> DocumentContent:
    (content,) = composed(application, *act)
    return content


def all_of(content: DocumentContent) -> str:
    rows = ["".join(row) for row in content.table.rows] if content.table else []
    return "".join([*content.opening, *rows, *content.closing, *content.reasons, *content.remedy])


# --- which ------------------------------------------------------------------------------------------------------------


def test_one_document_for_each_act_kind_and_body() -> None:
    application = handed_in(SPECS)
    act = accept(application)

    together = composed(application, *act)
    apart = composed(application, *act, issuers={2: OTHER})

    assert [(content.body, content.cases) for content in together] == [("甲局", (1, 2, 3))]
    assert [(content.body, content.cases, content.number) for content in apart] == [
        ("甲局", (1, 3), "甲受字〔2026〕1号"),
        ("乙局", (2,), "乙受字〔2026〕1号"),
    ]


def test_what_calls_for_nothing_gives_nothing() -> None:
    application = accepted(SPECS)

    assert composed(application, CertificateIssued(1, "1.2.156", "digest", NINE)) == []


def test_approvals_and_denials_of_one_act_are_documents_of_their_own() -> None:
    application = accepted(SPECS)
    signed = [_signed(1, Outcome.APPROVED), _signed(2, Outcome.DENIED)]
    act = (*signed, _decided(1, Outcome.APPROVED), _decided(2, Outcome.DENIED))

    assert [(content.kind, content.cases) for content in composed(application, *act)] == [
        (DocumentKind.APPROVAL, (1,)),
        (DocumentKind.DENIAL, (2,)),
    ]


def _signed(case: int, outcome: Outcome) -> Event:
    reason = sealed("材料不实。") if outcome is Outcome.DENIED else None
    return DecisionSigned(case, "决定岗", outcome, "account:2", reason, None, (), (), "s", "k", NINE)


def _decided(case: int, outcome: Outcome, by: str = "account:2") -> Event:
    return CaseDecided(case, outcome, by, by, NINE)


# --- what each says ---------------------------------------------------------------------------------------------------


def test_a_receipt_is_not_acceptance_and_names_number_and_code() -> None:
    event = submitted(SPECS)
    application = handed_in(SPECS)
    (called,) = called_for(application, [event], issuers=dict.fromkeys((1, 2, 3), ONE), hall=HALL)

    content = _composed(application, called)

    said = all_of(content)
    assert (content.kind, content.body, content.cases) == (DocumentKind.RECEIPT, "示例大厅", (1, 2, 3))
    for words in ("不是受理决定", event.number, "查询码：ABCD1234", "收到材料2份", "甲局", "2026年3月9日"):
        assert words in said
    assert content.articles == ()


@pytest.mark.parametrize(
    ("counts", "arrived", "told"),
    [
        (ReceiptCounts.AT_INTAKE, True, "从异地大厅代收之日即2026年3月2日起算"),
        (ReceiptCounts.AT_INTAKE, False, "从异地大厅代收之日即2026年3月2日起算"),
        (ReceiptCounts.AT_ARRIVAL, True, "从主管部门收到转交之日起算；主管部门已于2026年3月2日收到"),
        (ReceiptCounts.AT_ARRIVAL, False, "从主管部门收到转交之日起算。"),
    ],
)
def test_the_receipt_of_another_hall_says_to_whom_it_went_and_from_when_receipt_counts(counts, arrived, told) -> None:
    event = submitted(SPECS)
    before = fold((event, taken_in(counts)))
    later = () if arrived else [case.index for case in before.cases]
    received = intake.receive(before, rules=RULES, calendar=CALENDAR, at=NINE, later=later)
    application = fold(received, onto=before)
    hall = Issuer("hall:far-hall", "异地大厅", "异地大厅")
    (called,) = called_for(application, [event], issuers={}, hall=hall)

    said = all_of(_composed(application, called, hall="异地大厅"))

    for words in (
        "本凭证不是受理凭证",
        "只核对申请人的身份和材料的形式",
        "已经代收，转交下列主管部门办理",
        "甲局",
        told,
    ):
        assert words in said


EXPECTED: list[tuple[DocumentKind, tuple[Event, ...], str, tuple[str, ...], tuple[str, ...]]] = [
    (
        DocumentKind.CORRECTION,
        (
            CorrectionAsked(
                1,
                (
                    Demand(1, DemandKind.MATERIAL, "M1", sealed("缺页。")),
                    Demand(1, DemandKind.ELEMENT, "name"),
                    Demand(3, DemandKind.AWAITED, "1"),
                    Demand(2, DemandKind.CONFIRMATION, "counterparty"),
                ),
                DUE,
                "account:2",
                NINE,
            ),
        ),
        "补正告知书",
        ("材料：材料M1缺页。", "填报：name", "先补正“事项A”", "共同申请人签名", "2026年3月30日前补正"),
        ("第三十二条第一款第四项、第五项",),
    ),
    (
        DocumentKind.REFUSAL,
        (
            AcceptanceRefused(1, RefusalGround.NOT_COMPETENT, sealed("船籍港在外地。"), "right", "account:2", NINE),
            AcceptanceRefused(2, RefusalGround.INCOMPLETE, None, "", "account:2", NINE),
        ),
        "不予受理决定书",
        ("1.“事项A”：该事项依法不属于本机关职权范围。船籍港在外地。请向该管局提出申请。", "六十日内", "六个月内"),
        ("第三十二条第一款第二项、第二款", "行政复议法", "行政诉讼法"),
    ),
    (
        DocumentKind.LAPSE,
        (
            CaseLapsed(1, LapseCause.CORRECTION, LapseConsequence.DEEMED_WITHDRAWN, "", "", NINE),
            CaseLapsed(2, LapseCause.DEFERRAL, LapseConsequence.ACCEPTANCE_REVOKED, "M1", "某条例第一条", NINE),
        ),
        "终止办理告知书",
        ("补正期限届满，没有补正，视为撤回申请", "到期没有提交，受理予以撤销", "可以重新提出申请", "行政复议"),
        ("某条例第一条", "行政复议法"),
    ),
    (
        DocumentKind.COMMITMENT,
        (CommitmentMade(1, CommitmentKind.PROOF, ("M1", "M2"), "account:1", "s", "k", NINE),),
        "告知承诺书",
        ("示例公司于2026年3月2日申请“事项A”", "以承诺代替的证明材料：材料M1、材料M2", "可以撤回承诺"),
        (),
    ),
    (
        DocumentKind.STATEMENT,
        (StatementMade(1, Side.APPLICANT, sealed("已经改正。"), "account:1", NINE),),
        "陈述申辩记录",
        ("申请人于2026年3月2日陈述申辩：已经改正。",),
        ("第三十六条",),
    ),
    (
        DocumentKind.THIRD_STATEMENT,
        (StatementMade(1, Side.INTERESTED, sealed("影响采光。\n请听证。"), "account:1", NINE),),
        "陈述申辩记录",
        ("利害关系人于2026年3月2日陈述申辩：影响采光。请听证。",),
        ("第三十六条",),
    ),
    (
        DocumentKind.HEARING,
        (HearingOffered(1, date(2026, 3, 9), "account:2", NINE),),
        "听证告知书",
        ("你单位有权要求听证", "2026年3月9日前提出", "费用由本机关承担"),
        ("第四十七条",),
    ),
]


@pytest.mark.parametrize(("kind", "act", "title", "words", "articles"), EXPECTED, ids=lambda value: str(value)[:20])
def test_a_notice_says_what_the_act_did(
    kind: DocumentKind, act: tuple[Event, ...], title: str, words: tuple[str, ...], articles: tuple[str, ...]
) -> None:
    application = fold(act, onto=handed_in(SPECS) if "陈述" not in title else accepted(SPECS))
    (called,) = called_for(application, act, issuers=dict.fromkeys((1, 2, 3), ONE), hall=HALL)

    content = _composed(application, called)

    assert (content.kind, content.title) == (kind, title)
    assert [each for each in words if each not in all_of(content)] == []
    assert [each for each in articles if each not in kernel.basis(content.articles)] == []


REVIEWED: list[tuple[DocumentKind, tuple[Event, ...], tuple[str, ...], tuple[str, ...]]] = [
    (
        DocumentKind.ACCEPTANCE,
        (),
        ("属于本机关职权范围，申请材料齐全、符合法定形式，自2026年3月2日起予以受理", "2事项B"),
        ("第三十二条第一款第五项、第二款",),
    ),
    (
        DocumentKind.PROCEDURE,
        (
            ProcedureBegun(
                1,
                Procedure.TEST,
                "检测",
                "《某法》第一条",
                15,
                date(2026, 3, 4),
                date(2026, 3, 25),
                DAYS,
                "account:2",
                NINE,
            ),
        ),
        ("已于2026年3月2日受理", "依法需要检测，自2026年3月4日起进行，预计需要15个工作日", "不计入办理期限"),
        ("《某法》第一条",),
    ),
    (
        DocumentKind.EXTENSION,
        (
            LimitExtended(
                1, 10, date(2026, 3, 20), "account:3", sealed("须外地取证。"), "《某法》第二条", DAYS, "account:2", NINE
            ),
        ),
        ("经负责人于2026年3月20日批准，办理期限延长10个工作日", "办结日为2026年3月30日", "须外地取证。"),
        ("《某法》第二条",),
    ),
    (
        DocumentKind.LETTER,
        (InterestedTold(1, sealed("养殖户 李某"), DUE, "account:2", NINE),),
        ("示例公司申请的“事项A”", "有权陈述和申辩，请于2026年3月30日前向本机关提出"),
        ("第三十六条",),
    ),
    (
        DocumentKind.ORDER,
        (OrderedToCorrect(1, DUE, sealed("器材没有配备。"), "account:2", NINE),),
        ("责令于2026年3月30日前改正", "器材没有配备。"),
        (),
    ),
    (
        DocumentKind.REVOCATION_NOTICE,
        (RevocationNoticed(1, sealed("仍没有配备。"), DUE, True, "account:2", NINE),),
        ("拟撤销", "有权陈述和申辩，请于2026年3月30日前提出", "有权要求听证", "仍没有配备。"),
        ("第七条、第六十九条",),
    ),
    (
        DocumentKind.REVOCATION,
        (ApprovalRevoked(1, sealed("理由不成立。"), "《某法》第三条", "account:2", "s", "k", NINE),),
        ("自2026年3月2日起予以撤销", "理由不成立。", "六十日内", "六个月内"),
        ("《某法》第三条", "行政诉讼法"),
    ),
]


@pytest.mark.parametrize(("kind", "act", "words", "articles"), REVIEWED, ids=lambda value: str(value)[:20])
def test_a_document_of_an_accepted_case_says_what_the_act_did(
    kind: DocumentKind, act: tuple[Event, ...], words: tuple[str, ...], articles: tuple[str, ...]
) -> None:
    application = accepted(SPECS)
    because = act or accept(handed_in(SPECS))
    (called,) = called_for(application, because, issuers=dict.fromkeys((1, 2, 3), ONE), hall=HALL)

    content = _composed(application, called)

    assert content.kind is kind
    assert [each for each in words if each not in all_of(content)] == []
    assert [each for each in articles if each not in kernel.basis(content.articles)] == []


def test_an_approval_names_the_certificates_and_a_denial_reasons_and_remedy() -> None:
    application = accepted(SPECS)
    granted = one(
        application,
        _signed(1, Outcome.APPROVED),
        _decided(1, Outcome.APPROVED),
        CertificateIssued(1, "1.2.9", "d", NINE),
    )
    denied = one(application, _signed(2, Outcome.DENIED), _decided(2, Outcome.DENIED))

    assert (granted.title, granted.reasons, granted.remedy) == ("准予行政许可决定书", (), ())
    assert granted.table is not None and granted.table.rows == (("1", "事项A", "1.2.9"),)
    assert (denied.title, denied.reasons) == ("不予行政许可决定书", ("材料不实。",))
    assert "六十日内依法申请行政复议" in "".join(denied.remedy)
    assert "第三十八条第二款" in kernel.basis(denied.articles)


def test_a_department_that_stayed_silent_has_accepted_from_the_day_of_receipt() -> None:
    silent = CaseAccepted(1, SYSTEM, NINE, DUE, DUE, False, "test")

    content = one(handed_in(SPECS), silent)

    assert "没有告知补正，依法自收到申请材料之日即2026年3月2日起受理" in all_of(content)
    assert "第三十二条第一款第四项" in kernel.basis(content.articles)


def test_what_is_decided_in_the_very_act_gets_its_decision_and_nothing_on_the_way() -> None:
    act = (submitted(SPECS[:1]), *accept(handed_in(SPECS[:1])), _decided(1, Outcome.APPROVED, by=SYSTEM))
    after = fold(act[1:], onto=handed_in(SPECS[:1]))
    found = called_for(after, act, issuers={1: ONE}, hall=HALL)

    (content,) = [_composed(after, called) for called in found]

    assert content.kind is DocumentKind.APPROVAL
    assert "由系统依照规则自动作出" in all_of(content)


def test_what_silence_consented_to_names_the_article() -> None:
    consent = ConsentDeemed(1, "《某条例》第五条", NINE)

    content = one(accepted(SPECS), consent, _decided(1, Outcome.APPROVED, by=SYSTEM))

    assert "在期限内没有作出决定，依法视为准予，决定准予行政许可" in all_of(content)
    assert kernel.basis(content.articles).startswith("《某条例》第五条")


def test_a_day_beyond_the_calendar_says_that_it_is_provisional() -> None:
    content = one(handed_in(SPECS), CaseAccepted(1, "account:2", NINE, DUE, DUE, True, "test"))

    assert "2026年3月30日（暂计）" in all_of(content)
    assert "放假安排公布以后重新计算" in all_of(content)


def test_what_the_law_of_licences_does_not_cover_cites_nothing() -> None:
    application = accepted(SPECS)
    other = dataclasses.replace(application.case(1), matter_type=MatterType.CONFIRMATION)
    changed = dataclasses.replace(application, cases=(other, *application.cases[1:]))
    act = accept(handed_in(SPECS))
    (all_three,) = called_for(changed, act, issuers=dict.fromkeys((1, 2, 3), ONE), hall=HALL)
    (alone,) = called_for(changed, act[:1], issuers={1: ONE}, hall=HALL)

    mixed, none = _composed(changed, all_three), _composed(changed, alone)

    assert kernel.basis(mixed.articles).endswith("（其中的行政许可事项）；办理依据为示例，未引用法律条文")
    assert [source.kind for source in none.articles] == [SourceKind.COMPOSED]


# --- delivered --------------------------------------------------------------------------------------------------------


def _issued(kind: DocumentKind, number: str, body: str = ONE.code) -> DocumentIssued:
    return DocumentIssued(
        kind, kind.label, number, body, (1,), 9, date(2026, 3, 2), sealed("content"), "digest", "s", "k", NINE
    )


def test_the_proof_of_delivery_lists_what_was_signed_for() -> None:
    application = fold(
        [
            _issued(DocumentKind.APPROVAL, "甲准字〔2026〕1号"),
            _issued(DocumentKind.RECEIPT, "厅收字〔2026〕1号", HALL.code),
        ],
        onto=accepted(SPECS),
    )
    at = datetime(2026, 3, 3, 2, 5, tzinfo=UTC)
    act = deliver(application, ["甲准字〔2026〕1号"], means=DeliveryMeans.ELECTRONIC, by="account:1", at=at)

    content = one(application, *act)

    assert content.table is not None
    assert content.table.rows == (
        ("受送达人", "示例公司"),
        ("送达文书", "《准予决定书》（甲准字〔2026〕1号）"),
        ("送达方式", "电子送达：受送达人登录平台签收"),
        ("签收人", "张三"),
        ("送达时间", "2026年3月3日10:05"),
    )


@pytest.mark.parametrize("numbers", [[], ["厅收字〔2026〕1号"], ["甲准字〔2026〕9号"], ["甲准字〔2026〕1号"] * 2])
def test_only_what_waits_for_a_signature_is_signed_for_and_once(numbers: list[str]) -> None:
    application = fold(
        [_issued(DocumentKind.APPROVAL, "甲准字〔2026〕1号"), _issued(DocumentKind.RECEIPT, "厅收字〔2026〕1号")],
        onto=accepted(SPECS),
    )

    def sign(onto: Application) -> tuple[Event, ...]:
        return deliver(onto, numbers, means=DeliveryMeans.POST, by="account:1", at=NINE)

    if numbers and numbers[0] == "甲准字〔2026〕1号":
        signed = sign(application)
        assert signed == (DocumentsDelivered(("甲准字〔2026〕1号",), DeliveryMeans.POST, "account:1", NINE),)
        application = fold(signed, onto=application)
    with pytest.raises(NotToSignFor, match="未签收"):
        sign(application)


def test_a_letter_reaches_a_third_party_by_hand_or_by_post_once() -> None:
    told = [InterestedTold(1, sealed(name), DUE, "account:2", NINE) for name in ("李某", "王某")]
    letters = [replace(_issued(DocumentKind.LETTER, f"甲利字〔2026〕{number}号"), act=number) for number in (2, 1)]
    application = fold([*told, *letters], onto=accepted(SPECS))
    number = "甲利字〔2026〕2号"
    at = datetime(2026, 3, 3, 2, 5, tzinfo=UTC)
    act = deliver_letter(application, 1, number, means=DeliveryMeans.POST, by="account:1", at=at)

    content = one(application, *act)

    assert (content.kind, content.addressee) == (DocumentKind.LETTER_DELIVERY, "")
    assert content.table is not None
    assert content.table.rows[:3] == (
        ("受送达人", "王某"),
        ("送达文书", f"《利害关系人告知书》（{number}）"),
        ("送达方式", "邮寄送达"),
    )
    for onto, given in ((fold(act, onto=application), number), (application, "甲利字〔2026〕9号")):
        with pytest.raises(NotToSignFor, match="未记录"):
            deliver_letter(onto, 1, given, means=DeliveryMeans.WINDOW, by="account:1", at=at)
    with pytest.raises(NotToSignFor, match="不在本平台签收"):
        deliver_letter(application, 1, number, means=DeliveryMeans.ELECTRONIC, by="account:1", at=at)
    with pytest.raises(NotToSignFor, match="未签收"):
        deliver(application, [number], means=DeliveryMeans.WINDOW, by="account:1", at=at)


def test_a_person_who_applies_is_not_named_to_strangers() -> None:
    application = replace(accepted(SPECS), holder="person:1")

    content = one(application, InterestedTold(1, sealed("李某"), DUE, "account:2", NINE))

    assert content.addressee == "李某"
    assert content.opening[0].startswith("自然人申请人申请的")


def test_every_occasion_has_a_text_and_every_kind_an_occasion() -> None:
    tried: set[Any] = {kind for kind, *_ in (*EXPECTED, *REVIEWED)}
    elsewhere = {
        DocumentKind.RECEIPT,
        DocumentKind.APPROVAL,
        DocumentKind.DENIAL,
        DocumentKind.DELIVERY,
        DocumentKind.LETTER_DELIVERY,
    }

    assert tried | elsewhere == set(DocumentKind)
    # Decisions and statements are of two kinds each; a receipt is given where it was handed in, or where it arrives.
    assert len(occasions()) == len(DocumentKind) - 2 + 1


# --- who writes -------------------------------------------------------------------------------------------------------


PROMISE = CommitmentMade(1, CommitmentKind.PROOF, ("M1",), "account:1", "s", "k", NINE)
SAID = sealed("内容")
HERE = CasesTakenOver((1, 2), "tianjin", 1, False, None, NINE)


def test_of_what_another_nodes_region_decides_nothing_is_written_here() -> None:
    application = fold((PROMISE,), onto=handed_in(SPECS))
    act = (submitted(SPECS), PROMISE)

    found = called_for(application, act, issuers={2: ONE, 3: ONE}, hall=HALL)

    assert [(one.kind, one.cases) for one in found] == [(DocumentKind.RECEIPT, (2, 3))]


def test_what_arrives_is_receipted_and_its_promise_written_down_once() -> None:
    application = fold((PROMISE,), onto=handed_in(SPECS))
    issuers = dict.fromkeys((1, 2, 3), ONE)

    found = called_for(application, (HERE,), issuers=issuers, hall=HALL)

    assert [(one.kind, one.cases) for one in found] == [
        (DocumentKind.RECEIPT, (1, 2)),
        (DocumentKind.COMMITMENT, (1,)),
    ]
    papers = [
        DocumentIssued(one.kind, "", f"{place}", one.issuer.code, one.cases, 1, NINE.date(), SAID, "", "", "", NINE)
        for place, one in enumerate(found)
    ]
    assert called_for(fold(papers, onto=application), (HERE,), issuers=issuers, hall=HALL) == ()
