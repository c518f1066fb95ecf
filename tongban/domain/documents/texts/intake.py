"""What do the documents before and at acceptance say: receipt, correction notice, refusal, acceptance, lapse?

A receipt is not acceptance, and says so; that of a hall of another region (异地代收) says too to whom the application
went and from when receipt counts. A correction notice names everything at once, each demand with what it points at.
Refusal and lapse tell the remedy.

Source: Administrative Licensing Law, art. 32; Administrative Reconsideration Law (行政复议法), art. 20; Administrative
Litigation Law (行政诉讼法), arts. 44, 46.
"""

from __future__ import annotations

from tongban.domain.application import Case
from tongban.domain.catalogue import Source
from tongban.domain.clock import day_of
from tongban.domain.documents.content import Table, day
from tongban.domain.documents.texts.facts import REMEDY_ARTICLES, Facts, Text, by_day, cited, remedy
from tongban.domain.events import SYSTEM, Demand, DemandKind, LapseCause, LapseConsequence, RefusalGround
from tongban.domain.materials import SupplySource
from tongban.domain.offers import ReceiptCounts

_GROUNDS = {
    RefusalGround.NOT_NEEDED: "该事项依法不需要办理。",
    RefusalGround.NOT_COMPETENT: "该事项依法不属于本机关职权范围。",
    RefusalGround.INCOMPLETE: "经一次性告知补正，提交的材料仍不齐全或者不符合法定形式。",
}
_REFUSED_BY = {
    RefusalGround.NOT_NEEDED: "第三十二条第一款第一项",
    RefusalGround.NOT_COMPETENT: "第三十二条第一款第二项",
    RefusalGround.INCOMPLETE: "第三十二条第一款第四项、第五项",
}
_LAPSED = {
    LapseCause.CORRECTION: "补正期限届满，没有补正",
    LapseCause.DEFERRAL: "容缺受理时承诺后补的材料到期没有提交",
    LapseCause.CONFIRMATION: "共同申请人到期没有确认",
}
_FOLLOWS = {
    LapseConsequence.DEEMED_WITHDRAWN: "视为撤回申请",
    LapseConsequence.ACCEPTANCE_REVOKED: "受理予以撤销",
}


def receipt(facts: Facts) -> Text:
    """A receipt of what was handed in."""
    supplies = facts.application.supplies
    shared = sum(supply.source is not SupplySource.UPLOAD for supply in supplies)
    materials = f"收到材料{len(supplies)}份" + (f"，其中{shared}份由数据共享提供，没有要求提交。" if shared else "。")
    closing = [
        materials,
        *_forwarded(facts),
        f"申请编号：{facts.application.number}　查询码：{facts.query_code}",
        "凭申请编号和查询码，不登录也可以查询进度。",
    ]
    if any(case.received_on is None for case in facts.cases):
        closing.append("须由共同申请人签名的事项，自其签名之日起视为收到。")
    return Text(
        "收件凭证",
        opening=_taken_in_elsewhere(facts) if facts.application.from_elsewhere else _taken_in(facts),
        table=facts.rows(
            ("主管部门", (facts.names.get(f"org:{case.body}", case.body) for case in facts.cases)),
            ("答复期限", (by_day(case.answer_due_on, provisional=case.provisional) for case in facts.cases)),
        ),
        closing=tuple(closing),
    )


def _taken_in(facts: Facts) -> tuple[str, ...]:
    return (
        f"{facts.you}于{facts.submitted}提出的{facts.matters()}申请，{facts.hall}已经收到，特此出具凭证。",
        "本凭证只证明收到申请，不是受理决定。是否受理，由主管部门依法决定，另行书面告知。",
    )


def _taken_in_elsewhere(facts: Facts) -> tuple[str, ...]:
    return (
        f"{facts.you}于{facts.submitted}提出的{facts.matters()}申请，{facts.hall}已经代收，转交下列主管部门办理，"
        "特此出具凭证。",
        f"本凭证不是受理凭证。{facts.hall}只核对申请人的身份和材料的形式；是否受理，由主管部门依法决定，另行书面告知。",
    )


def _forwarded(facts: Facts) -> list[str]:
    """Say from when receipt counts, where another hall took it in than the competent one (异地代收)."""
    intake = facts.application.intake
    if intake is None or not facts.application.from_elsewhere:
        return []
    if intake.receipt_counts is ReceiptCounts.AT_INTAKE:
        return [f"收到申请之日，从{facts.hall}代收之日即{day(day_of(intake.at))}起算。"]
    arrived = {case.received_on for case in facts.cases if case.received_on}
    told = f"；主管部门已于{day(min(arrived))}收到" if arrived else ""
    return [f"收到申请之日，从主管部门收到转交之日起算{told}。"]


def correction(facts: Facts) -> Text:
    """All that is to be corrected, at once."""
    demands = [demand for event in facts.events for demand in event.demands if demand.case in facts.called.cases]
    rows = [
        (
            str(place),
            facts.matter(facts.application.case(demand.case)),
            _target(facts, demand),
            "；".join(facts.words(demand.text)) or "—",
        )
        for place, demand in enumerate(demands, start=1)
    ]
    return Text(
        "补正告知书",
        opening=(
            f"{facts.you}于{facts.submitted}提出的申请收悉。经审查，申请材料不齐全或者不符合法定形式，"
            f"现将需要补正的全部内容一次性告知如下：",
        ),
        table=Table(("序号", "事项", "补正内容", "说明"), tuple(rows), (0, 3, 3, 4)),
        closing=(
            f"请于{day(facts.event.answer_due_on)}前补正。按要求提交全部补正材料的，自收到之日起受理；"
            "逾期没有补正的，视为撤回申请。",
        ),
        articles=facts.licensing("第三十二条第一款第四项、第五项"),
    )


def refusal(facts: Facts) -> Text:
    """Cases that are not accepted, each with its ground."""
    reasons: list[str] = []
    articles: list[Source] = []
    for event in facts.events:
        told = [_GROUNDS[event.ground], *facts.words(event.reason)]
        if event.right_body:
            told.append(f"请向{facts.names.get(f'org:{event.right_body}', event.right_body)}提出申请。")
        reasons.append(facts.about(facts.application.case(event.case), "".join(told)))
        articles += facts.licensing(_REFUSED_BY[event.ground] + "、第二款")
    return Text(
        "不予受理决定书",
        opening=(f"{facts.you}于{facts.submitted}提出的{facts.matters()}申请收悉。经审查，决定不予受理。",),
        table=facts.rows() if len(facts.cases) > 1 else None,
        reasons=tuple(reasons),
        remedy=remedy(facts, "本决定"),
        articles=(*articles, *REMEDY_ARTICLES),
    )


def acceptance(facts: Facts) -> Text:
    """Cases that are accepted, or count as accepted because the department stayed silent."""
    silent = facts.event.by == SYSTEM
    accepted_on = facts.cases[0].accepted_on or day_of(facts.at)
    found = (
        f"本机关在法定期限内没有告知补正，依法自收到申请材料之日即{day(accepted_on)}起受理。"
        if silent
        else f"经审查，申请事项属于本机关职权范围，申请材料齐全、符合法定形式，自{day(accepted_on)}起予以受理。"
    )
    closing = [f"{_deferred(facts, case)}" for case in facts.cases if facts.application.deferred(case)]
    if facts.licences:
        closing.append("依法需要听证、检验、检测、检疫、鉴定和专家评审等的，所需时间不计入上述期限，另行书面告知。")
    if any(case.provisional for case in facts.cases):
        closing.append("标明暂计的日期在放假安排公布以后重新计算，另行告知。")
    return Text(
        "受理通知书",
        opening=(f"{facts.you}于{facts.submitted}提出的{facts.matters()}申请收悉。{found}",),
        table=facts.rows(
            ("承诺办结日", (by_day(case.promised_due_on, provisional=case.provisional) for case in facts.cases)),
            ("法定办结日", (by_day(case.statutory_due_on, provisional=case.provisional) for case in facts.cases)),
        ),
        closing=tuple(closing),
        articles=facts.licensing("第三十二条第一款第四项" if silent else "第三十二条第一款第五项、第二款"),
    )


def lapse(facts: Facts) -> Text:
    """Cases that ended because a term passed unused."""
    reasons = [
        facts.about(facts.application.case(event.case), f"{_LAPSED[event.cause]}，{_FOLLOWS[event.consequence]}。")
        for event in facts.events
    ]
    revoked = any(event.consequence is LapseConsequence.ACCEPTANCE_REVOKED for event in facts.events)
    articles: tuple[Source, ...] = tuple(cited(event.article) for event in facts.events)
    return Text(
        "终止办理告知书",
        opening=(f"{facts.you}于{facts.submitted}提出的{facts.matters()}申请，终止办理。",),
        table=facts.rows() if len(facts.cases) > 1 else None,
        closing=("仍需办理的，可以重新提出申请。",),
        reasons=tuple(reasons),
        remedy=remedy(facts, "撤销受理的决定") if revoked else (),
        articles=(*articles, *(REMEDY_ARTICLES if revoked else ())),
    )


def _deferred(facts: Facts, case: Case) -> str:
    named = "、".join(
        f"“{facts.catalogue.materials[one.material].name}”（{day(one.due_on)}前）"
        for one in facts.application.deferred(case)
        if one.due_on and one.material in facts.catalogue.materials
    )
    return f"“{facts.matter(case)}”容缺受理，请补交{named}；逾期没有补交的，终止办理。"


def _target(facts: Facts, demand: Demand) -> str:
    """Name what a demand points at, in the version the case began with."""
    match demand.kind:
        case DemandKind.MATERIAL:
            material = facts.catalogue.materials.get(demand.target)
            return f"材料：{material.name if material else demand.target}"
        case DemandKind.CONDITION:
            standard = facts.catalogue.standards[facts.application.case(demand.case).matter]
            return f"条件：{standard.conditions[int(demand.target) - 1].text}"
        case DemandKind.ELEMENT:
            return f"填报：{facts.catalogue.elements[demand.target].name}"
        case DemandKind.AWAITED:
            awaited = facts.application.case(int(demand.target))
            return f"先补正“{facts.matter(awaited)}”"
        case DemandKind.CONFIRMATION:
            return "共同申请人签名"
