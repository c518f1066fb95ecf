"""What do the pages of casework call things, and in what words does a case stand?

Names come in the reader's language where the catalogue has it. Waiting says what for; a denial says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tongban.casework import adapters, lamps, promising
from tongban.casework.lamps import Lit
from tongban.domain.application import Application, Case, CaseState, IssuedDocument
from tongban.domain.catalogue import Bundle, Catalogue, DataElement, Source, SourceKind, SubjectRole
from tongban.domain.clock import Limit, Unit
from tongban.domain.custody import Custody
from tongban.domain.documents.kinds import DocumentKind
from tongban.domain.events import AskedAct, DocumentIssued, IntakeCheck, LapseCause, ReturnCause
from tongban.domain.materials import Basis, SupplySource
from tongban.domain.plan import Plan
from tongban.domain.workdays import Calendar
from tongban.people.models import Hall

Names = Mapping[str, str]
"""Ids of accounts, persons and bodies to what they are called."""

ROLES = {
    SubjectRole.HOLDER: lazy("申请人"),
    SubjectRole.SHIP: lazy("船舶"),
    SubjectRole.COUNTERPARTY: lazy("共同申请人"),
    SubjectRole.PERSON: lazy("人员"),
    SubjectRole.VOYAGE: lazy("航次"),
}
SOURCES = {
    SupplySource.UPLOAD: lazy("申请人上传"),
    SupplySource.REGISTRY: lazy("登记库提供"),
    SupplySource.CERTIFICATE: lazy("已有电子证照"),
    SupplySource.COMMITMENT: lazy("告知承诺"),
}
BASES = {
    Basis.GIVEN: lazy("为本次申请提交"),
    Basis.DUTY: lazy("政务数据共享，依法不再要求提交"),
    Basis.CONSENT: lazy("经持有人同意使用"),
    Basis.COMMITMENT: lazy("以签名的承诺代替证明"),
}
CHECKS = {
    IntakeCheck.IDENTITY: lazy("人证一致"),
    IntakeCheck.AUTHORITY: lazy("代理权限"),
    IntakeCheck.FORM: lazy("填报完整"),
    IntakeCheck.LIST: lazy("材料齐全"),
    IntakeCheck.COPIES: lazy("扫描件"),
}
"""What a clerk checks at his window."""

ASKED = {
    AskedAct.ANSWER: lazy("补正"),
    AskedAct.WITHDRAW: lazy("撤回申请"),
    AskedAct.URGE: lazy("催办"),
    AskedAct.RATE: lazy("评价"),
    AskedAct.SUPPLY: lazy("容缺材料"),
    AskedAct.CHANGE: lazy("填报内容更改"),
    AskedAct.TAKE_BACK: lazy("承诺撤回申请"),
    AskedAct.REPLACE: lazy("证照替代材料"),
    AskedAct.WAIT: lazy("一并受理的请求"),
    AskedAct.STATE: lazy("陈述申辩"),
    AskedAct.REQUEST_HEARING: lazy("听证申请"),
    AskedAct.ASK_REPAIR: lazy("信用修复申请"),
}
"""What an applicant does where he applied, and another node decides."""

DOCUMENTS = {
    DocumentKind.RECEIPT: lazy("收件凭证"),
    DocumentKind.ACCEPTANCE: lazy("受理通知书"),
    DocumentKind.REFUSAL: lazy("不予受理决定书"),
    DocumentKind.CORRECTION: lazy("补正告知书"),
    DocumentKind.PROCEDURE: lazy("特别程序告知书"),
    DocumentKind.EXTENSION: lazy("延期告知书"),
    DocumentKind.HEARING: lazy("听证告知书"),
    DocumentKind.APPROVAL: lazy("准予决定书"),
    DocumentKind.DENIAL: lazy("不予批准决定书"),
    DocumentKind.LAPSE: lazy("终止办理告知书"),
    DocumentKind.ORDER: lazy("责令限期整改通知书"),
    DocumentKind.REVOCATION_NOTICE: lazy("撤销事先告知书"),
    DocumentKind.REVOCATION: lazy("撤销决定书"),
    DocumentKind.COMMITMENT: lazy("告知承诺书"),
    DocumentKind.STATEMENT: lazy("陈述申辩记录"),
    DocumentKind.DELIVERY: lazy("送达回证"),
    DocumentKind.LETTER: lazy("利害关系人告知书"),
    DocumentKind.LETTER_DELIVERY: lazy("利害关系人送达回证"),
    DocumentKind.THIRD_STATEMENT: lazy("利害关系人陈述记录"),
}


def spoken(chinese: str, english: str) -> str:
    return english if english and (get_language() or "").startswith("en") else chinese


def deferral() -> str:
    """Return the words of a promise to follow later; what is signed is the Chinese text."""
    return spoken(promising.DEFERRAL_TEXT, promising.DEFERRAL_TEXT_EN)


def commitment() -> str:
    """Return the words of a commitment; what is signed is the Chinese text."""
    return spoken(promising.COMMITMENT_TEXT, promising.COMMITMENT_TEXT_EN)


def bundle(one: Bundle) -> str:
    return spoken(one.name, one.name_en)


def matter(catalogue: Catalogue, code: str) -> str:
    standard = catalogue.standards[code]
    return spoken(standard.name, standard.name_en)


def case(catalogue: Catalogue, one: Case, called: Names) -> str:
    """Return what a case is called: its matter, with the person on the roster that it is about.

    `called` names people as the reader may know them: in clear, or masked.
    """
    return of_person(matter(catalogue, one.matter), called.get(one.subject, "") if one.subject else "")


def of_person(name: str, person: str) -> str:
    """Return a name with the person whose own the thing is; without one as it is."""
    return _("{name}（{person}）").format(name=name, person=person) if person else name


def certificate(catalogue: Catalogue, code: str) -> str:
    kind = catalogue.certificate_types[code]
    return spoken(kind.name, kind.name_en)


def material(catalogue: Catalogue, code: str) -> str:
    """Return the name of a material, or of the certificate that stands in its place."""
    if code not in catalogue.materials:
        return certificate(catalogue, code)
    one = catalogue.materials[code]
    return spoken(one.name, one.name_en)


def hall(one: Hall | None) -> str:
    return spoken(one.name, one.name_en) if one else ""


def document(one: IssuedDocument | DocumentIssued) -> str:
    """Return what a document is called: its own title, in English its kind."""
    return document_kind(one.kind, one.title)


def document_kind(kind: DocumentKind, title: str) -> str:
    return spoken(title, str(DOCUMENTS[kind]))


def element(one: DataElement) -> str:
    return spoken(one.name, one.name_en)


def value(one: DataElement, text: str) -> str:
    """Return a value as people read it: the name of a choice, a number with its unit."""
    if one.choices:
        chinese, english = dict(one.choices), dict(one.choices_en)
        return spoken(chinese.get(text, text), english.get(text, ""))
    return f"{text} {one.unit}" if text and one.unit else text


def limit(one: Limit) -> str:
    words = _("{days} 个工作日") if one.unit is Unit.WORKING else _("{days} 日")
    return words.format(days=one.days)


def cited(source: Source) -> str:
    """Return the article or standard, or that the demo composed it."""
    return source.reference if source.kind is SourceKind.CITED else _("示例")


def listed(words: list[str]) -> str:
    return _("、").join(words)


def missing_mandate(catalogue: Catalogue, planned: Plan, mandated: frozenset[str] | None) -> str:
    """Name the planned matters that the reader's mandate does not cover; empty when it covers all."""
    if mandated is None:
        return ""
    return listed([matter(catalogue, case.matter) for case in planned.cases if case.matter not in mandated])


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands: a word with its tone, a sentence, and the lamp with its words."""

    word: str
    tone: str
    sentence: str
    lamp: Lit


def standing(
    application: Application, case: Case, catalogue: Catalogue, names: Names, *, calendar: Calendar, today: date
) -> Standing:
    """Say where a case stands, and where it is handled if not here."""
    found = _standing(application, case, catalogue, names, calendar=calendar, today=today)
    return replace(found, sentence=f"{found.sentence}{_elsewhere(case)}")


def _standing(
    application: Application, case: Case, catalogue: Catalogue, names: Names, *, calendar: Calendar, today: date
) -> Standing:
    lit = lamps.of_case(case, today=today, calendar=calendar)
    if case.holding is not None and case.holding.custody is Custody.SENT:
        node = adapters.called(case.holding.peer)
        return Standing(_("移交中"), "", _("已移交{node}，等待其签收。").format(node=node), lit)
    match case.state:
        case CaseState.SUBMITTED if not case.confirmed:
            return Standing(_("等待确认"), "attention", _unconfirmed(case, names), lit)
        case CaseState.SUBMITTED:
            return Standing(_("等待受理"), "", _("已收件，等待受理。"), lit)
        case CaseState.CORRECTING:
            return Standing(_("等待补正"), "attention", _correcting(application, case), lit)
        case CaseState.ACCEPTED:
            word = _("重新审核") if case.returned else _("审核中")
            sentence = _under_review(case, names) + _barren(application, case, catalogue)
            sentence += "" if case.confirmed else _unconfirmed(case, names)
            return Standing(word, "active", sentence, lit)
        case CaseState.CONCLUDED:
            awaited = [f"《{certificate(catalogue, one.yields)}》" for one in application.waits_for(case) if one.yields]
            sentence = _("结论已签署，等待{certificates}。").format(certificates="".join(awaited))
            return Standing(_("等待证照"), "active", sentence, lit)
        case CaseState.DECIDED if case.revoked:
            sentence = _("批准已撤销。不服的，可以依法申请行政复议或者提起行政诉讼。")
            return Standing(_("批准已撤销"), "bad", sentence, lit)
        case CaseState.DECIDED:
            return _decided(case, catalogue, lit)
        case CaseState.REFUSED:
            return Standing(_("不予受理"), "bad", _refused(case), lit)
        case CaseState.WITHDRAWN:
            return Standing(_("已撤回"), "", _("申请人已撤回。"), lit)
        case CaseState.LAPSED:
            return Standing(_("已终止"), "bad", LAPSES[case.lapse.cause] if case.lapse else "", lit)


def forwarded(done: Mapping[str, Any]) -> str:
    """Say that what was done went on to another node; empty where it did not."""
    if not done.get("to"):
        return ""
    node = listed([adapters.called(node) for node in done["to"].split(",")])
    return _("已转交{node}办理，结果会出现在办理经过中。").format(node=node)


def _elsewhere(case: Case) -> str:
    if case.holding is None or case.holding.custody is not Custody.ELSEWHERE:
        return ""
    return _("（由{node}办理）").format(node=adapters.called(case.holding.peer))


def _correcting(application: Application, case: Case) -> str:
    notice = application.notice_of(case.index)
    assert notice is not None  # else there is nothing to correct
    if not notice.asks_of(case.index):
        return _("本项不用补正，等待其他办件补正或者共同申请人确认。")
    due = date_format(notice.answer_due_on)
    return _("已一次性告知需要补正的内容，等待申请人在 {day} 前补正。").format(day=due)


def _refused(case: Case) -> str:
    """With the right body where there is one, and with the remedies: Administrative Licensing Law, arts. 32, 38."""
    sentence = _("已作出不予受理的决定。不服的，可以依法申请行政复议或者提起行政诉讼。")
    refusal = case.proceedings.refusal
    if refusal is not None and refusal.right_body:
        return _("不属于本机关职权范围，请向{body}申请。").format(body=refusal.right_body) + sentence
    return sentence


LAPSES = {
    LapseCause.CORRECTION: lazy("逾期没有补正，视为撤回。"),
    LapseCause.DEFERRAL: lazy("容缺的材料逾期没有补交，办件终止。"),
    LapseCause.CONFIRMATION: lazy("共同申请人逾期没有确认，视为撤回。"),
}


def _unconfirmed(case: Case, names: Names) -> str:
    waiting = [names.get(one.party, str(ROLES[one.role])) for one in case.confirmations if one.at is None]
    return _("等待{parties}登录确认并签名。").format(parties=listed(waiting))


def _under_review(case: Case, names: Names) -> str:
    who = names.get(f"org:{case.body}", "") + case.deciding_desk
    if case.returned is ReturnCause.AWAITED_DENIED:
        return _("{who}正在重新审核：所等待的证照未获批准。").format(who=who)
    if case.returned is ReturnCause.AWAITED_ENDED:
        return _("{who}正在重新审核：所等待的证照不会签发。").format(who=who)
    if case.returned is ReturnCause.CONTENT_CHANGED:
        return _("{who}正在重新审核：所等待的证照内容有变化。").format(who=who)
    if case.returned is ReturnCause.EVIDENCE_DOUBTED:
        return _("{who}正在重新审核：所依据的证照有变化。").format(who=who)
    lasting = case.ledger.lasting
    if lasting is not None:
        return _("{who}正在审核，{procedure}期间不计入时限。").format(who=who, procedure=lamps.PROCEDURES[lasting.kind])
    if case.asked_opinions:
        desks = listed(list(case.asked_opinions))
        return _("{who}正在审核，同时征求{desks}的意见。").format(who=who, desks=desks)
    return _("{who}正在审核。").format(who=who)


def _barren(application: Application, case: Case, catalogue: Catalogue) -> str:
    """Say which awaited certificates will not come."""
    gone = [one.yields for one in application.waits_for(case) if one.barren]
    named = "".join(f"《{certificate(catalogue, code)}》" for code in gone)
    return _("所需的{certificates}不会签发。").format(certificates=named) if gone else ""


def _decided(case: Case, catalogue: Catalogue, lit: Lit) -> Standing:
    if case.denied:  # with the remedies: Administrative Licensing Law, art. 38
        sentence = _("已作出不予批准的决定。不服的，可以依法申请行政复议或者提起行政诉讼。")
        return Standing(_("不予批准"), "bad", sentence, lit)
    if not case.yields:
        return Standing(_("已批准"), "good", _("已批准。"), lit)
    sentence = _("已批准，《{certificate}》已签发。").format(certificate=certificate(catalogue, case.yields))
    return Standing(_("已批准"), "good", sentence, lit)
