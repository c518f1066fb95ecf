"""What does the page of a guide show (办事指南)? Plain values for the components of the page shell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongban.catalogue import calendars, labels, words
from tongban.catalogue.code_tables import Named
from tongban.catalogue.queries import Guide
from tongban.catalogue.recognised import Spared
from tongban.domain import conformance, jurisdiction, lists
from tongban.domain.catalogue import (
    Bundle,
    CertificateType,
    DataElement,
    Implementation,
    Jurisdiction,
    Material,
    Requirement,
    Source,
    SpecialProcedure,
    SubjectRole,
)
from tongban.domain.clock import Limit
from tongban.domain.codes import Channel, HandlingScope, MaterialKind, Necessity
from tongban.domain.conformance import Aspect
from tongban.domain.offers import Offer, Reform
from tongban.domain.regions import UnknownDivision, province_of
from tongban.web.values import Answer, Mark, MarkState

Titles = Mapping[str, Named]
"""Agreements by number, or batches by code."""

BodyNames = Mapping[str, str]
"""Names of bodies in the reader's language, by unified social credit code."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A material as a guide lists it; `blank` is where its blank form is, `notes` what spares or delays it."""

    material: Material
    requirement: Requirement
    when: str
    form: str
    channel: str
    blank: str
    notes: tuple[str, ...]
    recognised: tuple[Spared, ...] = ()
    """Certificates of other regions that take its place here (互认)."""


@dataclass(frozen=True, slots=True)
class Body:
    """One who offers the matter, in the switch of a guide."""

    place: str
    name: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class HandedIn:
    """Where else a matter can be handed in, and from when receipt counts there."""

    sentence: str
    mode: str
    explained: str
    receipt: str
    agreement: str
    agreement_number: str
    from_on: date
    source: Source


@dataclass(frozen=True, slots=True)
class Hall:
    """An extended hall that serves the matters of the region."""

    name: str
    place: str
    from_on: date
    source: Source


@dataclass(frozen=True, slots=True)
class Span:
    """One version of the standard and the days on which it counts."""

    version: int
    batch: str
    code: str
    from_on: date
    until_on: date | None
    current: bool


def summary(guide: Guide, *, hall: str, body: str) -> list[Answer]:
    """How long, how much, where, what to bring."""
    standard, offer = guide.standard, guide.implementation
    return [
        Answer(_("承诺多久办完"), _("%(limit)s，%(start)s") % _limit(offer.promised)),
        Answer(_("法定时限"), _("%(limit)s，%(start)s") % _limit(standard.statutory)),
        Answer(_("收多少钱"), words.fee(offer.fee_cents)),
        Answer(_("在哪里办"), _where(offer)),
        Answer(_("受理大厅"), hall),
        Answer(_("带什么"), _bring(guide)),
        Answer(_("谁来决定"), body),
    ]


def _limit(value: Limit) -> dict[str, str]:
    return {"limit": words.limit(value), "start": words.start(value)}


def _where(offer: Implementation) -> str:
    if offer.visits:
        return ngettext("到现场 %(visits)d 次", "到现场 %(visits)d 次", offer.visits) % {"visits": offer.visits}
    if lists.ONLINE_CHANNELS.isdisjoint(offer.channels) and Channel.POST in offer.channels:
        return _("快递办理，不用到现场")
    return _("网上办理，不用到现场")


def _bring(guide: Guide) -> str:
    if not guide.standard.requirements:
        return _("不用交材料")
    asked = {each.material for each in guide.standard.requirements}
    spared = sum(guide.materials[code].retrievable for code in asked)
    bring = _("%(count)d 份材料") % {"count": len(guide.standard.requirements)}
    return bring + _("，其中 %(spared)d 份可由数据共享取得") % {"spared": spared} if spared else bring


def codes(guide: Guide) -> list[Answer]:
    found = [
        Answer(_("事项编号"), guide.standard.matter),
        Answer(_("基本编码"), guide.standard.basic_code),
        Answer(_("实施编码"), guide.implementation.implementation_code),
        Answer(_("标准版本"), _("第 %(version)d 版") % {"version": guide.standard.version}),
    ]
    return [each for each in found if each.value]


# --- Materials --------------------------------------------------------------------------------------------------------


def asked(guide: Guide, bundle: Bundle | None, spared: Mapping[str, tuple[Spared, ...]]) -> list[Asked]:
    """`spared`: by material the certificates of other regions that take its place."""
    return [_asked(guide, each, bundle, spared.get(each.material, ())) for each in guide.standard.requirements]


def _asked(guide: Guide, each: Requirement, bundle: Bundle | None, recognised: tuple[Spared, ...]) -> Asked:
    material = guide.materials[each.material]
    copies = ngettext("%(count)d 份", "%(count)d 份", each.copies) % {"count": each.copies}
    blank = is_blank(material)
    return Asked(
        material=material,
        requirement=each,
        when=words.when(each.when, bundle) if bundle else words.when_asked(each.when, guide.standard.questions),
        form=_("%(form)s，%(copies)s") % {"form": labels.FORMS[each.form], "copies": copies},
        channel=str(labels.SOURCES[each.channel]),
        blank=reverse("catalogue:blank", args=[guide.standard.matter, material.code]) if blank else "",
        notes=tuple(_notes(each)),
        recognised=recognised,
    )


def is_blank(material: Material) -> bool:
    """Whether the material is a form that the applicant fills in."""
    return material.kind == MaterialKind.FORM


def _notes(each: Requirement) -> list[str]:
    notes = []
    if each.necessity is Necessity.DEFERRABLE:
        notes.append(_("可容缺后补"))
    if each.necessity is Necessity.OPTIONAL:
        notes.append(_("非必要"))
    if each.commitment:
        notes.append(_("可承诺代替"))
    return notes


# --- How it is handled ------------------------------------------------------------------------------------------------


def handling(guide: Guide) -> list[Answer]:
    """Whom it serves, by which ways, on which devices, and what else makes it easy."""
    offer, standard = guide.implementation, guide.standard
    found = [
        Answer(_("服务对象"), labels.joined(standard.serves, labels.SERVED)),
        Answer(_("怎样申请"), labels.joined(offer.channels, labels.CHANNELS)),
        Answer(_("自助设备"), labels.joined(offer.devices, labels.DEVICES)),
        Answer(_("通办范围"), "" if offer.scope is HandlingScope.NONE else str(labels.SCOPES[offer.scope])),
        Answer(_("为什么要到现场"), offer.visits_reason),
        Answer(_("数量限制"), standard.quantity_limit),
        Answer(_("法定中介服务"), standard.intermediary),
        Answer(_("还可以"), _also(offer)),
    ]
    return [each for each in found if each.value]


def _also(offer: Implementation) -> str:
    ways = ((offer.reservation, _("预约办理")), (offer.online_payment, _("网上支付")), (offer.express, _("结果寄送")))
    return _("、").join(way for there, way in ways if there)


def procedure(each: SpecialProcedure) -> str:
    if each.days is None:
        return _("%(name)s：所需时间不计入时限") % {"name": each.name}
    return _("%(name)s：不超过 %(days)d 日，不计入时限") % {"name": each.name, "days": each.days}


def contact(guide: Guide) -> list[Answer]:
    known = guide.implementation.contact
    found = [
        Answer(_("地址"), known.address),
        Answer(_("办公时间"), known.hours),
        Answer(_("咨询电话"), known.consulting_phone),
        Answer(_("投诉电话"), known.complaint_phone),
        Answer(_("网上办理地址"), known.online_address),
    ]
    return [each for each in found if each.value]


def _asked_in_order(offer: Implementation) -> str:
    """Name the desks whose opinion is asked: side by side, or round after round."""
    steps = offer.opinion_steps or (1,) * len(offer.opinion_desks)
    rounds = [
        _("、").join(desk for desk, own in zip(offer.opinion_desks, steps, strict=True) if own == step)
        for step in sorted(set(steps))
    ]
    return _("，然后").join(rounds)


def decided(guide: Guide, *, body: str, names: BodyNames) -> list[Answer]:
    """Who decides, in whose name, by which delegation."""
    offer = guide.implementation
    facts = [Answer(_("决定部门"), body), Answer(_("决定岗位"), offer.deciding_desk)]
    if offer.opinion_desks:
        facts.append(Answer(_("征求意见的岗位"), _asked_in_order(offer)))
    facts.append(Answer(_("行使层级"), str(labels.LEVELS[offer.level])))
    facts.append(Answer(_("主体性质"), str(labels.NATURES[offer.nature])))
    if offer.entrusted_by:
        facts.append(Answer(_("由谁委托或者授权"), names.get(offer.entrusted_by, offer.entrusted_by)))
    if offer.partners:
        facts.append(Answer(_("共同实施部门"), _("、").join(names.get(each, each) for each in offer.partners)))
    if offer.jurisdiction is not Jurisdiction.ANYWHERE:
        facts.append(Answer(_("由哪里的部门办"), str(labels.JURISDICTIONS[offer.jurisdiction])))
    if (delegation := guide.delegation) is not None:
        facts += [
            Answer(_("来自"), delegation.origin),
            Answer(_("方式"), delegation.kind),
            Answer(_("由谁交出"), delegation.from_body),
            Answer(_("依据文件"), delegation.document),
            Answer(_("以谁的名义"), delegation.in_whose_name),
            Answer(_("盖谁的章"), delegation.seal_of),
        ]
    return facts


def validity(kind: CertificateType) -> str:
    if kind.valid_months is None:
        return _("长期有效")
    if kind.valid_months % 12:
        months = kind.valid_months
        return ngettext("有效 %(months)d 个月", "有效 %(months)d 个月", months) % {"months": months}
    years = kind.valid_months // 12
    return ngettext("有效 %(years)d 年", "有效 %(years)d 年", years) % {"years": years}


def held_by(kind: CertificateType) -> str:
    match kind.to:
        case SubjectRole.COUNTERPARTY:
            return _("发给共同申请人")
        case SubjectRole.PERSON:
            return _("发给本人")
    return _("发给申请人")


def recognised(guide: Guide) -> str:
    """Say where the result counts beside where it is issued; empty where nothing is agreed."""
    if len(guide.standard.recognised_in) < 2:
        return ""
    places = _("、").join(labels.province(each) for each in guide.standard.recognised_in)
    return _("在%(places)s互认。") % {"places": places}


# --- The same everywhere? ---------------------------------------------------------------------------------------------


def marks(guide: Guide, elements: Mapping[str, DataElement]) -> list[Mark]:
    """Return the five marks of the chosen implementation; none for a standard that one region keeps alone."""
    if guide.standard.owner:
        return []
    stated = conformance.effective(guide.implementation, guide.standard)
    held = conformance.marks(conformance.compare(guide.standard.terms, stated, elements=elements))
    return [
        Mark(str(labels.ASPECTS[aspect]), MarkState(held[aspect].value), str(labels.MARKS[held[aspect]]))
        for aspect in Aspect
    ]


# --- Who offers it, and where it can be handed in ---------------------------------------------------------------------


def bodies(guide: Guide, names: BodyNames) -> list[Body]:
    return [
        Body(
            place=labels.place(jurisdiction.territory_of(each)),
            name=names.get(each.body, each.body),
            href=f"?by={each.body}",
            current=each == guide.implementation,
        )
        for each in guide.implementations
    ]


def places() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what a reader may choose as his place: counties and functional zones, by province."""
    table = calendars.divisions()
    groups = [
        (
            labels.province(province),
            [(code, table.full_name(code)) for code in sorted(table.rows) if province_of(code) == province],
        )
        for province in labels.PROVINCES
    ]
    return [*groups, (_("功能区"), [(zone.code, zone.name) for zone in calendars.zones()])]


def competent(guide: Guide, place: str) -> tuple[Implementation | None, str]:
    """Return who is competent for a place, or why nobody is: the refusal of the rule."""
    zones = {zone.code: zone for zone in calendars.zones()}
    try:
        found = jurisdiction.competent(guide.implementations, place=place, divisions=calendars.divisions(), zones=zones)
    except (jurisdiction.NotCompetent, jurisdiction.UnclearCompetence, UnknownDivision) as refused:
        return None, str(refused)
    return found, ""


def handed_in(guide: Guide, agreements: Titles) -> list[HandedIn]:
    """Where the matters of the chosen province can be handed in beside there."""
    province = province_of(guide.implementation.region)
    return [_handed_in(each, agreements) for each in guide.offers if each.province == province]


def _handed_in(each: Offer, agreements: Titles) -> HandedIn:
    halls = _("、").join(labels.province(region) for region in each.to)
    return HandedIn(
        sentence=_("%(to)s的大厅也收%(province)s的这一事项")
        % {"to": halls, "province": labels.province(each.province)},
        mode=str(labels.MODES[each.mode]),
        explained=str(labels.MODES_EXPLAINED[each.mode]),
        receipt=str(labels.RECEIPTS[each.receipt_counts]),
        agreement=words.told(agreements[each.agreement], "name"),
        agreement_number=each.agreement,
        from_on=each.from_on,
        source=each.source,
    )


def halls(guide: Guide) -> list[Hall]:
    """Return the extended halls that serve the chosen body's matters: those of its region, at its level."""
    offer = guide.implementation
    return [
        Hall(words.told(each, "hall_name"), labels.place(each.hall_region), each.from_on, each.source)
        for each in guide.extensions
        if each.region == offer.region and offer.level in each.levels
    ]


def reform(guide: Guide, *, today: date) -> Reform | None:
    region = guide.implementation.region
    table = calendars.divisions()
    regions = (region, *(table.ancestors(region) if region in table else ()))
    return lists.reform(guide.reforms, matter=guide.standard.matter, regions=regions, today=today)


def spans(guide: Guide, *, today: date, batches: Titles) -> list[Span]:
    """Return the versions that ever counted or will, the newest first, with the batch that put them in force."""
    return [
        Span(
            version=each.version,
            batch=words.told(batches[each.batch], "name") if each.batch in batches else "",
            code=each.batch,
            from_on=each.from_on,
            until_on=each.until_on,
            current=each.from_on <= today and (each.until_on is None or today < each.until_on),
        )
        for each in reversed(guide.spans)
        if each.until_on != each.from_on
    ]
