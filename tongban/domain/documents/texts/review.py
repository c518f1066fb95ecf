"""What do the documents of a review say: special procedure, extension, hearing, statement, decision?

Time that does not count and an extension are told with their reason. A denial gives its reasons and the remedy; what
silence consented to names the article that says so.

Source: Administrative Licensing Law, arts. 36, 38, 42, 45, 47, 50; State Council provisions on online government
services (国务院关于在线政务服务的若干规定), art. 10; Administrative Reconsideration Law, art. 20; Administrative
Litigation Law, arts. 44, 46.
"""

from __future__ import annotations

from tongban.domain.application import Case
from tongban.domain.catalogue import Source
from tongban.domain.clock import day_of
from tongban.domain.documents.content import day
from tongban.domain.documents.texts.facts import REMEDY_ARTICLES, Facts, Text, by_day, cited, remedy
from tongban.domain.events import SYSTEM, ConsentDeemed, Side

_ELECTRONIC = "《国务院关于在线政务服务的若干规定》第十条"
_SIDES = {Side.APPLICANT: "申请人", Side.INTERESTED: "利害关系人"}


def procedure(facts: Facts) -> Text:
    """A special procedure, and the time it needs."""
    event, case = facts.event, facts.cases[0]
    return Text(
        "特别程序告知书",
        opening=(
            f"{facts.you}申请的{facts.matters()}，本机关已于{_accepted(case)}受理。办理中依法需要{event.name}，"
            f"自{day(event.began_on)}起进行，预计需要{event.expected_days}个工作日。",
            "上述时间不计入办理期限，结束之日起期限继续计算。",
        ),
        table=facts.rows() if len(facts.cases) > 1 else None,
        articles=_articles(facts),
    )


def extension(facts: Facts) -> Text:
    """The one extension, with its reason."""
    event, case = facts.event, facts.cases[0]
    return Text(
        "延期告知书",
        opening=(
            f"{facts.you}申请的{facts.matters()}，本机关已于{_accepted(case)}受理。因不能在期限内作出决定，"
            f"经负责人于{day(event.approved_on)}批准，办理期限延长{event.days}个工作日，"
            f"延长后的办结日为{by_day(event.due.statutory_due_on, provisional=event.due.provisional)}。",
        ),
        reasons=_reasons(facts),
        articles=_articles(facts),
    )


def hearing(facts: Facts) -> Text:
    """The right to a hearing, to be asked for by a day."""
    return Text(
        "听证告知书",
        opening=(
            f"{facts.you}申请的{facts.matters()}直接涉及申请人与他人之间的重大利益关系。"
            f"作出决定以前，{facts.you}有权要求听证。",
            f"要求听证的，请于{day(facts.event.request_due_on)}前提出；逾期没有提出的，不再组织听证。"
            "组织听证的费用由本机关承担。",
        ),
        articles=facts.licensing("第四十七条"),
    )


def letter(facts: Facts) -> Text:
    """A third party is told that a decision touches its interests, and by when it may state its case."""
    event = facts.event
    # A person who applies is not named to strangers.
    applicant = facts.holder if facts.application.holder.startswith("org:") else "自然人申请人"
    return Text(
        "利害关系人告知书",
        opening=(
            f"{applicant}申请的{facts.matters()}，本机关正在审查，该事项直接关系你（你单位）的重大利益。",
            f"你（你单位）有权陈述和申辩，请于{day(event.statement_due_on)}前向本机关提出；逾期没有提出的，视为没有意见。",
        ),
        closing=("陈述和申辩可以书面提出，也可以到本机关当面提出，由本机关记录。",),
        articles=facts.licensing("第三十六条"),
        addressee="，".join(facts.words(event.party)),
    )


def statement(facts: Facts) -> Text:
    """What the applicant or a third party said, taken down."""
    told = [
        said
        for event in facts.events
        for said in (f"{_SIDES[event.side]}于{day(day_of(event.at))}陈述申辩：", *facts.words(event.text))
    ]
    return Text(
        "陈述申辩记录",
        opening=(f"关于{facts.matters()}的陈述申辩，本机关记录如下：", *told),
        closing=("本机关已听取上述意见，并在作出决定时一并考虑。",),
        articles=facts.licensing("第三十六条"),
    )


def approval(facts: Facts) -> Text:
    """Cases approved, with the certificates they yield."""
    granted = "准予行政许可" if facts.licences else "准予办理"
    issued = [case.certificate for case in facts.cases]
    closing = []
    consents = [one for one in facts.called.act if isinstance(one, ConsentDeemed) and one.case in facts.called.cases]
    because = "本机关在期限内没有作出决定，依法视为准予" if consents else "经审查，符合法定条件、标准"
    articles = [*(cited(one.article) for one in consents)] or [*facts.licensing("第三十八条第一款")]
    if any(issued):
        closing.append("上列电子证照已经签发，与纸质证照具有同等法律效力，可以在“我的证照”中查看、下载和出示。")
        articles.append(cited(_ELECTRONIC))
    if facts.event.by == SYSTEM:
        closing.append("本决定由系统依照规则自动作出。")
    return Text(
        f"{granted}决定书",
        opening=(f"{facts.you}于{facts.submitted}提出的{facts.matters()}申请，{because}，决定{granted}。",),
        table=facts.rows(("电子证照标识", (number or "—" for number in issued)), widths=(3, 4))
        if any(issued)
        else facts.rows(),
        closing=tuple(closing),
        articles=tuple(articles),
    )


def denial(facts: Facts) -> Text:
    """Cases denied, with the reasons and the remedy."""
    denied = "不予行政许可" if facts.licences else "不予批准"
    reasons = [
        facts.about(case, "".join(facts.words(case.conclusion.reason)))
        for case in facts.cases
        if case.conclusion is not None and case.conclusion.reason
    ]
    return Text(
        f"{denied}决定书",
        opening=(f"{facts.you}于{facts.submitted}提出的{facts.matters()}申请，经审查，决定{denied}。",),
        table=facts.rows() if len(facts.cases) > 1 else None,
        reasons=tuple(reasons),
        remedy=remedy(facts, "本决定"),
        articles=(*facts.licensing("第三十八条第二款"), *REMEDY_ARTICLES),
    )


def _accepted(case: Case) -> str:
    assert case.accepted_on is not None  # only what is accepted is reviewed
    return day(case.accepted_on)


def _reasons(facts: Facts) -> tuple[str, ...]:
    return tuple(
        facts.about(facts.application.case(event.case), "".join(facts.words(event.reason))) for event in facts.events
    )


def _articles(facts: Facts) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(cited(event.article) for event in facts.events))
