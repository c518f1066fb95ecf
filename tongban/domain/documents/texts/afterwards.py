"""What do the documents around a commitment say: the commitment, the order to correct, notice and revocation?

Revocation is never automatic: an order, a notice with the right to speak and to a hearing, a written decision with
reasons and remedy.

Source: Administrative Licensing Law, arts. 7, 47, 69; Administrative Reconsideration Law, art. 20; Administrative
Litigation Law, arts. 44, 46.
"""

from __future__ import annotations

from tongban.domain.catalogue import Source, SourceKind
from tongban.domain.clock import day_of
from tongban.domain.documents.content import day
from tongban.domain.documents.texts.facts import REMEDY_ARTICLES, Facts, Text, cited, remedy
from tongban.domain.events import CommitmentKind


def commitment(facts: Facts) -> Text:
    """What the applicant promised, and what follows if it is not so."""
    made = [facts.application.case(index).proceedings.commitment for index in facts.called.cases]
    replaced = dict.fromkeys(
        code for one in made if one is not None and one.kind is CommitmentKind.PROOF for code in one.materials
    )
    named = "、".join(facts.catalogue.materials[code].name for code in replaced)
    proofs = [f"以承诺代替的证明材料：{named}。"] if named else []
    return Text(
        "告知承诺书",
        opening=(
            f"{facts.holder}于{facts.submitted}申请{facts.matters()}，选择告知承诺方式，并以电子签名承诺：",
            "一、已经知晓所告知的条件、标准、要求和不实承诺的法律责任；",
            "二、已经符合所告知的条件、标准和要求，所填报和提交的内容真实；",
            "三、接受核查；承诺不实或者没有履行的，承担相应的法律责任。",
        ),
        table=facts.rows() if len(facts.cases) > 1 else None,
        closing=(*proofs, "作出决定以前可以撤回承诺，改按一般程序办理。"),
        articles=(Source(SourceKind.COMPOSED),),
    )


def order(facts: Facts) -> Text:
    """An order to correct by a day."""
    return Text(
        "责令限期整改通知书",
        opening=(
            f"经核查，{facts.you}在{facts.matters()}中所作的承诺与实际情况不符或者没有履行。"
            f"现责令于{day(facts.event.due_on)}前改正，并向本机关报告。",
            "逾期没有改正的，本机关将依法启动撤销程序。",
        ),
        reasons=_reasons(facts),
        articles=(Source(SourceKind.COMPOSED),),
    )


def revocation_notice(facts: Facts) -> Text:
    """What is to be revoked and why, and until when the holder may speak."""
    due = day(facts.event.statement_due_on)
    closing = [f"{facts.you}有权陈述和申辩，请于{due}前提出；逾期没有提出的，视为放弃。"]
    if facts.event.hearing:
        closing.append(f"{facts.you}有权要求听证，请于{due}前提出。组织听证的费用由本机关承担。")
    return Text(
        "撤销事先告知书",
        opening=(f"本机关拟撤销对{facts.you}申请的{facts.matters()}作出的准予决定，现将理由和权利告知如下。",),
        closing=tuple(closing),
        reasons=_reasons(facts),
        articles=facts.licensing("第七条、第六十九条"),
    )


def revocation(facts: Facts) -> Text:
    """The approval revoked, with reasons and remedy."""
    return Text(
        "撤销决定书",
        opening=(
            f"本机关对{facts.you}申请的{facts.matters()}作出的准予决定，自{day(day_of(facts.at))}起予以撤销；"
            "所发的电子证照同时失效。",
        ),
        table=facts.rows(("电子证照标识", (case.certificate or "—" for case in facts.cases)), widths=(3, 4)),
        reasons=_reasons(facts),
        remedy=remedy(facts, "本决定"),
        articles=(*(cited(event.article) for event in facts.events), *REMEDY_ARTICLES),
    )


def _reasons(facts: Facts) -> tuple[str, ...]:
    return tuple(
        facts.about(facts.application.case(event.case), "".join(facts.words(event.reason))) for event in facts.events
    )
