"""What does the page of materials show? What is wanted, what is there of it, and what may take its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tongban.casework import drafts, evidence, promising, words
from tongban.casework.applying.said import name_of, taken_over
from tongban.casework.evidence import Source
from tongban.casework.filling import Filling, Wanted
from tongban.casework.forms.apply import MaterialsForm
from tongban.casework.prereview.following import Advice
from tongban.casework.recognising import Offer
from tongban.catalogue import labels
from tongban.domain.catalogue import SubjectRole
from tongban.domain.events import Answer as Answered
from tongban.domain.events import LapseConsequence
from tongban.domain.evidence import NO_RULE, TOO_MANY, Question
from tongban.domain.evidence import basis as basis_of
from tongban.domain.materials import Basis
from tongban.domain.regions import province_of
from tongban.web.values import Answer


@dataclass(frozen=True, slots=True)
class Recognised:
    """A certificate of another region in words; `asks`: it is used only when the holder says so."""

    name: str
    region: str
    counts: bool
    taken: bool
    asks: bool
    basis: str
    rule: str
    rule_href: str
    message: str
    """Why it does not count."""
    href: str
    """Where its holder opens it."""
    facts: list[Answer]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A region that could be asked for what takes the place of a material; `told` says what it answered."""

    choice: str
    name: str
    region: str
    basis: str
    rule: str
    rule_href: str
    waits: bool
    told: str


@dataclass(frozen=True, slots=True)
class Row:
    """One material on the page of materials."""

    code: str
    """Where it stands (`materials.place`)."""
    name: str
    serves: list[str]
    certificate: bool
    source: str
    """Where it comes from when a registry or the wallet supplies it; empty otherwise."""
    upload: dict[str, Any] | None
    offered: bool
    field: BoundField
    note: str
    remark: Advice | None
    """What a pre-review said of it."""
    deferrable: bool
    committable: bool
    promised: str
    """What the draft says in place of handing it in; empty: nothing."""
    carried: str
    """From which application the upload was taken over; empty: from none, or it was confirmed since."""
    recognised: Recognised | None
    """A certificate of another region that was judged for it."""
    elsewhere: list[Elsewhere]


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    rows: list[Row]
    missing: int


def groups(one: Filling, form: MaterialsForm, advice: Mapping[str, Advice]) -> list[Group]:
    """Return the materials in three groups: supplied by sharing, to be uploaded, certificates from outside."""
    sources: dict[str, list[Elsewhere]] = {}
    for source in evidence.sources(one):
        sources.setdefault(source.place, []).append(_elsewhere(source))
    rows = {
        each.place: _row(one, each, form, advice.get(each.code), sources.get(each.place, [])) for each in one.wanted
    }
    given = [each for each in one.wanted if each.found and not each.uploaded and not each.committed]
    needed = [each for each in one.wanted if not (each.certificate or each.subject) and each not in given]
    own = [each for each in one.wanted if each.subject and each not in given]
    outside = [each for each in one.wanted if each.certificate and each not in given]
    named = [
        (_("需要您上传"), needed),
        (_("各人的材料"), own),
        (_("需要您已有的证照"), outside),
        (_("已由共享数据提供，不用再交"), given),
    ]
    return [
        Group(
            name, [rows[each.place] for each in wanted], sum(each.found is None and not each.later for each in wanted)
        )
        for name, wanted in named
        if wanted
    ]


def _elsewhere(source: Source) -> Elsewhere:
    rule, question = source.rule, source.question
    return Elsewhere(
        choice=f"{rule.code}@{source.region}",
        name=words.spoken(source.certificate.name, source.certificate.name_en),
        region=labels.province(source.region),
        basis=basis_of(rule),
        rule=rule.code,
        rule_href=reverse("catalogue:recognition_rule", args=[rule.code]),
        waits=source.waits,
        told=_answered(question) if question and not source.waits else "",
    )


def _answered(question: Question) -> str:
    match question.answer:
        case None:
            return _("一天之内没有答复，可以再问一次。")
        case Answered.FOUND:
            return _("答复：查到了，已放进“我的证照”，但现在不能代替这份材料。")
        case Answered.NONE:
            return _("答复：没有查到您的这种证照。")
    reasons = {NO_RULE: _("对方没有查到可以依据的互认规则"), TOO_MANY: _("今天询问的次数已到上限")}
    return _("答复：没有提供。{reason}").format(reason=reasons.get(question.reason, question.reason))


def _row(one: Filling, wanted: Wanted, form: MaterialsForm, remark: Advice | None, elsewhere: list[Elsewhere]) -> Row:
    return Row(
        code=wanted.place,
        name=name_of(one, wanted),
        serves=[words.matter(one.catalogue, matter) for matter in wanted.matters],
        certificate=wanted.certificate,
        source=source_of(wanted),
        upload=_upload(one, wanted.place),
        offered=wanted.offered,
        field=form[wanted.place],
        note=_note(one, wanted),
        remark=remark,
        deferrable=wanted.deferrable and not wanted.found,
        committable=wanted.committable and not wanted.found,
        promised=promised_of(wanted),
        carried=taken_over(one) if wanted.carried else "",
        recognised=_recognised(wanted),
        elsewhere=elsewhere,
    )


def _recognised(wanted: Wanted) -> Recognised | None:
    offer = wanted.recognised
    if offer is None:
        return None
    certificate, rule = offer.certificate, offer.judgement.rule
    code = rule.code if rule else ""
    return Recognised(
        name=words.spoken(certificate.type_name, certificate.type_name_en),
        region=labels.province(province_of(certificate.region)),
        counts=offer.counts,
        taken=wanted.found is not None and wanted.found.offer is not None,
        asks=offer.basis is Basis.CONSENT,
        basis=_why(offer),
        rule=code,
        rule_href=reverse("catalogue:recognition_rule", args=[code]) if code else "",
        message=words.spoken(offer.judgement.message, offer.judgement.message_en),
        href=reverse("certificates:certificate", args=[certificate.identifier]) if offer.own else "",
        facts=_content(offer),
    )


def _why(offer: Offer) -> str:
    if offer.basis is Basis.DUTY:
        return _("依法不再要求您提交；您也可以改为自己上传。")
    return _("使用前要您同意；不同意的，请自己上传。")


def _content(offer: Offer) -> list[Answer]:
    """Return what a certificate says; of one that another holds only what anybody may know."""
    one = offer.certificate
    last = _("长期") if one.last_day is None else date_format(one.last_day)
    said = [
        Answer(_("签发机关"), one.issuer_name),
        Answer(_("签发日期"), date_format(one.issued_on)),
        Answer(_("有效期至"), last),
    ]
    if not offer.own or offer.verdict is None or offer.verdict.certificate is None:
        return said
    content = offer.verdict.certificate
    lines = [Answer(label, value) for _code, label, value in content.content]
    return [Answer(_("持证主体"), content.holder_name), *lines, *said, Answer(_("电子证照标识"), one.identifier)]


def promised_of(wanted: Wanted) -> str:
    if wanted.later:
        return _("以后补交")
    return _("签署承诺代替") if wanted.committed else ""


def _upload(one: Filling, code: str) -> dict[str, Any] | None:
    kept = one.draft.uploads.get(code)
    return None if kept is None else kept | {"name": drafts.file_name(one.draft, code)}


def source_of(wanted: Wanted) -> str:
    if wanted.found is None or wanted.uploaded or wanted.committed:
        return ""
    evidence, offer = wanted.found.evidence, wanted.found.offer
    if offer is not None:
        return _("{region}签发的《{name}》，按互认规则 {rule}").format(
            region=labels.province(province_of(offer.certificate.region)),
            name=words.spoken(offer.certificate.type_name, offer.certificate.type_name_en),
            rule=wanted.found.supply.rule,
        )
    if evidence is None:
        return _("您的电子证照 {number}").format(number=wanted.found.supply.reference)
    return _("{registry}，{day} 签发").format(registry=evidence.registry, day=date_format(evidence.issued_on))


def _note(one: Filling, wanted: Wanted) -> str:
    """Say why a material that a registry could supply is asked all the same."""
    if wanted.found or wanted.recognised or not wanted.retrievable:
        return ""
    if wanted.about is SubjectRole.HOLDER:
        return _("登记库中没有查到您的这份材料，请上传。")
    unnamed = next(
        (
            element
            for element in one.catalogue.elements.values()
            if element.identifies is wanted.about and not one.values.get(element.code)
        ),
        None,
    )
    if unnamed:
        return _("填写“{element}”后，系统会先到登记库查找；查到就不用上传。").format(element=words.element(unnamed))
    return _("登记库中没有查到这份材料，请上传。")


@dataclass(frozen=True, slots=True)
class Way:
    """A matter that may be decided on the spot upon a commitment, and whether the draft chooses that."""

    matter: str
    name: str
    chosen: bool


def ways(one: Filling) -> list[Way]:
    open_to = promising.by_choice(one.planned, one.catalogue)
    chosen = {each.matter for each in one.promised.committed if each.on_the_spot}
    return [
        Way(case.matter, words.matter(one.catalogue, case.matter), case.matter in chosen)
        for case in one.planned.cases
        if case.matter in open_to
    ]


def deadline(one: Filling) -> str:
    """Say by when a deferred material follows, and what if it does not, by the region's rule."""
    rules = promising.rules_of(one.planned, one.catalogue)
    ends = {
        LapseConsequence.DEEMED_WITHDRAWN: _("视为撤回申请"),
        LapseConsequence.ACCEPTANCE_REVOKED: _("撤销受理"),
    }
    return _(
        "容缺的材料在受理后 %(limit)s内补交；法定时限较短的，期限提前，给审查留出时间。逾期没有补交，%(end)s。"
    ) % {
        "limit": words.limit(rules.deferral),
        "end": ends[rules.deferral_consequence],
    }
