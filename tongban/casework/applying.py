"""What do the pages of applying show? Tasks, answers, materials and the plan in words, from one `Filling`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.forms import BoundField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tongban.casework import credits, drafts, evidence, promising, qualifying, words
from tongban.casework.evidence import Source
from tongban.casework.filling import Filling, Sheet, Wanted
from tongban.casework.forms.apply import MaterialsForm
from tongban.casework.prereview.following import Advice
from tongban.casework.recognising import Offer
from tongban.catalogue import labels, selfcheck
from tongban.domain import masks
from tongban.domain.catalogue import Catalogue, DataElement, SubjectRole
from tongban.domain.events import Answer as Answered
from tongban.domain.events import LapseConsequence, Target, TargetKind
from tongban.domain.evidence import NO_RULE, TOO_MANY, Question
from tongban.domain.evidence import basis as basis_of
from tongban.domain.identifiers import DocumentType
from tongban.domain.materials import Basis, SupplySource
from tongban.domain.plan import Plan
from tongban.domain.regions import province_of
from tongban.domain.roster import MOST, BadLines
from tongban.registries import taxes
from tongban.web.values import Answer, Figure, Link, Task

FEW = 5


def to_prepare(catalogue: Catalogue, planned: Plan) -> list[str]:
    """Name what the applicant brings himself."""
    return [words.material(catalogue, ask.material) for ask in planned.asks if not ask.retrievable]


def shared(catalogue: Catalogue, planned: Plan) -> list[str]:
    """Name what registries can supply."""
    return [words.material(catalogue, ask.material) for ask in planned.asks if ask.retrievable]


# --- the task list ----------------------------------------------------------------------------------------------------


def tasks(one: Filling, advice: Sequence[Advice] = ()) -> list[Task]:
    """Return the task list; what a pre-review remarked and is not mended yet stands at its task."""
    to_mend = {each.target for each in advice if not each.mended}
    sheets = [
        _advised(_topic(one, sheet), sum(Target(TargetKind.ELEMENT, each.code) in to_mend for each in sheet.elements))
        for sheet in one.sheets
    ]
    materials = _advised(_materials(one), sum(target.kind is TargetKind.MATERIAL for target in to_mend))
    situation = [_situation(one)] if one.bundle.questions else []
    people = [_people(one)] if one.roster else []
    return [*situation, *sheets, *people, materials, _check(one)]


def _advised(task: Task, remarks: int) -> Task:
    if not remarks:
        return task
    hint = _("预审意见 {count} 条").format(count=remarks)
    return replace(task, hint=f"{task.hint} · {hint}", tone="attention")


def _situation(one: Filling) -> Task:
    figures = one.planned.figures
    hint = _("{matters} 个事项，{materials} 份材料").format(
        matters=figures.matters, materials=figures.materials_asked_without_sharing
    )
    state, tone = (_("已完成"), "good") if one.answered else (_("已预选，请核对"), "active")
    return Task(_("办理情形"), state, _at(one, "questions"), hint, tone)


def _topic(one: Filling, sheet: Sheet) -> Task:
    name = words.spoken(sheet.topic.name, sheet.topic.name_en)
    href = _at(one, "form", sheet.topic.code)
    hint = words.listed([words.element(element) for element in sheet.elements[:4]])
    if len(sheet.elements) > 4:
        hint = _("{elements}等 {count} 项").format(elements=hint, count=len(sheet.elements))
    if any(element.code in one.draft.carried for element in sheet.elements):
        return Task(name, _carried_state(sheet), href, _taken_over(one), "attention")
    if not sheet.missing:
        return Task(name, _("已完成"), href, hint, "good")
    if sheet.begun:
        return Task(name, _("还缺 {count} 项").format(count=len(sheet.missing)), href, hint, "active")
    return Task(name, _("未开始"), href, hint)


def _carried_state(sheet: Sheet) -> str:
    if sheet.missing:
        return _("还缺 {count} 项").format(count=len(sheet.missing))
    return _("请核对")


def _taken_over(one: Filling) -> str:
    return _("沿用自 {number}").format(number=one.draft.carried_from)


def _people(one: Filling) -> Task:
    hint = _("从表格导入，每人一个办件，一次最多 {most} 人").format(most=MOST)
    if one.nobody_named:
        return Task(_("人员名单"), _("未开始"), _at(one, "people"), hint)
    return Task(_("人员名单"), _("已列入 {count} 人").format(count=len(one.people)), _at(one, "people"), hint, "good")


def _materials(one: Filling) -> Task:
    missing, asked = len(one.missing_materials), len(one.wanted)
    shared = sum(each.found is not None and not _uploaded(each) for each in one.wanted)
    hint = _("共 {asked} 份，其中 {shared} 份已由共享数据提供").format(asked=asked, shared=shared)
    if not missing and any(each.carried for each in one.wanted):
        return Task(_("申请材料"), _("请核对"), _at(one, "materials"), _taken_over(one), "attention")
    if not missing:
        return Task(_("申请材料"), _("已备齐"), _at(one, "materials"), hint, "good")
    begun = any(_uploaded(each) for each in one.wanted)
    return Task(
        _("申请材料"),
        _("还缺 {count} 份").format(count=missing),
        _at(one, "materials"),
        hint,
        "active" if begun else "",
    )


def _check(one: Filling) -> Task:
    if one.complete:
        return Task(_("核对并提交"), _("可以提交"), _at(one, "check"), tone="active")
    return Task(_("核对并提交"), _("尚不能提交"), _at(one, "check"), _("完成以上各项后即可提交"), "quiet")


def after(one: Filling, topic: str) -> str:
    """Return the address after a page of the form: the next page, then the materials."""
    codes = [sheet.topic.code for sheet in one.sheets]
    rest = codes[codes.index(topic) + 1 :]
    if rest:
        return _at(one, "form", rest[0])
    return _at(one, "people") if one.roster else _at(one, "materials")


def after_files(request: HttpRequest, draft: str) -> str:
    """Return where to go after files were kept: on, when asked to, else back to the place on the page."""
    if "next" in request.POST:
        return reverse("casework:check", args=[draft])
    chosen = (request.POST.get(name) for name in ("remove", "keep", "defer", "commit", "unpromise", "use", "unuse"))
    kept = next(filter(None, chosen), "") or next(iter(request.FILES), "")
    return reverse("casework:materials", args=[draft]) + (f"#material-{kept}" if kept.isidentifier() else "")


# --- the plan ---------------------------------------------------------------------------------------------------------


def figures(planned: Plan) -> list[Figure]:
    """Return what one application saves; days only where all promises are in working days."""
    counted = planned.figures
    shown = [
        Figure(
            _("逐项申请要交的材料"),
            str(counted.materials_one_by_one),
            _("份"),
            _("每个事项各自要求的材料份数之和。"),
        ),
        Figure(
            _("一次申请要交的材料"),
            str(counted.materials_asked_without_sharing),
            _("份"),
            _("相同的材料只要一次。"),
            _("少交 {count} 份重复材料").format(count=counted.repeats_saved),
        ),
        Figure(
            _("需要您准备的材料"),
            str(counted.materials_asked_with_sharing),
            _("份"),
            _("再减去登记库可以提供的材料；以实际查到的为准。"),
            _("{count} 份可由登记库提供").format(
                count=counted.materials_asked_without_sharing - counted.materials_asked_with_sharing
            ),
        ),
    ]
    if counted.parallel_working_days is None:
        return shown
    return [
        *shown,
        Figure(
            _("逐项办理"),
            str(counted.serial_working_days),
            _("个工作日"),
            _("各事项承诺时限之和：办完一项再办下一项。"),
        ),
        Figure(
            _("审核也等证照"),
            str(counted.certificate_chain_days),
            _("个工作日"),
            _("假如拿到所需证照才开始审核，最长的一串事项的承诺时限之和。"),
        ),
        Figure(
            _("同时审核"),
            str(counted.parallel_working_days),
            _("个工作日"),
            _("从受理到最后一个决定：各岗位都用满承诺时限，证照发出当日，等它的决定即生效。"),
        ),
    ]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One case of the plan in words: what its decision waits for."""

    index: int
    matter: str
    category: str
    department: str
    limit: str
    awaits: str


def waits(one: Filling) -> list[Waiting]:
    return [
        Waiting(
            index=case.index,
            matter=words.of_person(words.matter(one.catalogue, case.matter), _called(one).get(case.subject, "")),
            category=_category(one, case.category),
            department=case.deciding_desk,
            limit=words.limit(case.promised),
            awaits=words.listed(
                [
                    _("《{certificate}》").format(
                        certificate=words.certificate(one.catalogue, one.planned.cases[index - 1].yields)
                    )
                    for index in case.awaits
                ]
            ),
        )
        for case in one.planned.cases
    ]


def _called(one: Filling) -> dict[str, str]:
    return {each.id: each.name for each in one.people}


def _category(one: Filling, name: str) -> str:
    return next((words.spoken(each.name, each.name_en) for each in one.bundle.categories if each.name == name), name)


@dataclass(frozen=True, slots=True)
class AskedOnce:
    material: str
    serves: list[str]
    retrievable: bool


def asked_once(one: Filling) -> list[AskedOnce]:
    """Return what is asked once; what each person gives stands there once for all."""
    kinds = {ask.material: ask for ask in one.planned.asks}
    return [
        AskedOnce(
            words.of_person(words.material(one.catalogue, ask.material), _("每人一份") if ask.subject else ""),
            [words.matter(one.catalogue, matter) for matter in ask.matters],
            ask.retrievable,
        )
        for ask in kinds.values()
    ]


def stages(one: Filling) -> list[list[str]]:
    """Return the stages by name where not everything can be handed in together; else nothing."""
    if one.planned.feasible:
        return []
    return [[words.matter(one.catalogue, matter) for matter in stage] for stage in one.planned.stages]


def late(one: Filling) -> list[str]:
    return [
        _("“{matter}”要等“{awaited}”的证照，到时已超过自身时限。").format(
            matter=words.matter(one.catalogue, each.matter), awaited=words.matter(one.catalogue, each.awaited)
        )
        for each in one.planned.late
    ]


# --- the conditions ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of the acceptance conditions of one matter."""

    matter: str
    outcome: selfcheck.Outcome
    conditions: list[qualifying.Told]


def judgeable(one: Filling) -> bool:
    return qualifying.judgeable(one.catalogue, [case.matter for case in one.planned.cases])


def conditions(one: Filling) -> list[Judged]:
    """Return what is said of the conditions of every matter, as the form stands."""
    told = []
    for matter in dict.fromkeys(case.matter for case in one.planned.cases):
        found = qualifying.judged(one.catalogue, matter, one.values)
        said = qualifying.told(one.catalogue, found, one.values, recorded=one.recorded)
        told.append(Judged(words.matter(one.catalogue, matter), selfcheck.outcome(found), said))
    return told


def moves(one: Filling) -> list[credits.Moved]:
    """Return the relocations of the holder where its tax record tells anything here."""
    return credits.moves(taxes.standing(number=one.holder.number)) if one.recorded else []


# --- the form ---------------------------------------------------------------------------------------------------------


def known(one: Filling, sheet: Sheet, advice: Mapping[str, Advice]) -> list[Answer]:
    """Return what the page need not ask, because it is known of the holder."""
    return [
        Answer(
            words.element(element), words.value(element, one.known[element.code]), source=_known(one, element, advice)
        )
        for element in sheet.elements
        if element.code in one.known
    ]


def _known(one: Filling, element: DataElement, advice: Mapping[str, Advice]) -> str:
    source, remark = told_by(one, element), advice.get(element.code)
    return source if remark is None else _("{source}。预审意见：{words}").format(source=source, words=remark.words)


def told_by(one: Filling, element: DataElement) -> str:
    """Say who tells what need not be filled in."""
    return _("来自您的登记身份") if element.code in one.of_holder else _("来自税收征管库，如有误请向主管税务机关更正")


# --- materials --------------------------------------------------------------------------------------------------------


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
    given = [each for each in one.wanted if each.found and not _uploaded(each) and not _is_committed(each)]
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
        source=_source(wanted),
        upload=_upload(one, wanted.place),
        offered=wanted.offered,
        field=form[wanted.place],
        note=_note(one, wanted),
        remark=remark,
        deferrable=wanted.deferrable and not wanted.found,
        committable=wanted.committable and not wanted.found,
        promised=_promised(wanted),
        carried=_taken_over(one) if wanted.carried else "",
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


def name_of(one: Filling, wanted: Wanted) -> str:
    """Return what a material is called, with the person whose own it is."""
    return words.of_person(words.material(one.catalogue, wanted.code), _called(one).get(wanted.subject, ""))


def _promised(wanted: Wanted) -> str:
    if wanted.later:
        return _("以后补交")
    return _("签署承诺代替") if _is_committed(wanted) else ""


def _upload(one: Filling, code: str) -> dict[str, Any] | None:
    kept = one.draft.uploads.get(code)
    return None if kept is None else kept | {"name": drafts.file_name(one.draft, code)}


def _source(wanted: Wanted) -> str:
    if wanted.found is None or _uploaded(wanted) or _is_committed(wanted):
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


def _is_committed(wanted: Wanted) -> bool:
    return wanted.found is not None and wanted.found.supply.source is SupplySource.COMMITMENT


def _uploaded(wanted: Wanted) -> bool:
    return wanted.found is not None and wanted.found.supply.source is SupplySource.UPLOAD


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


# --- check and submit -------------------------------------------------------------------------------------------------


def read_through(one: Filling) -> dict[str, Any]:
    """Return all that is read through before it is handed in: what is missing, and what stands there."""
    missing = lacking(one)
    return {
        "lacking": missing,
        "anyway": bool(missing) and one.receivable,
        "topics": answers(one),
        "materials": supplied(one),
        "matters": matters(one),
        "deadline": deadline(one),
        "promises": promises(one),
        "judged": conditions(one) if judgeable(one) else [],
        "later": bool(one.promised.later),
    }


@dataclass(frozen=True, slots=True)
class Topic:
    name: str
    answers: list[Answer]


def answers(one: Filling) -> list[Topic]:
    """Return the answers by topic, each with the address where it is changed."""
    situation = [Topic(_("办理情形"), _situation_answers(one))] if one.bundle.questions else []
    return [*situation, *(_topic_answers(one, sheet) for sheet in one.sheets), *_people_answers(one)]


def _people_answers(one: Filling) -> list[Topic]:
    if not one.people:
        return []
    page = _at(one, "people")
    answers = [Answer(row.name, row.values, page) for row in listed(one)]
    return [Topic(_("人员名单（{count} 人）").format(count=len(answers)), answers)]


@dataclass(frozen=True, slots=True)
class Listed:
    """One person on the list as its holder reads it: his number stays masked."""

    id: str
    name: str
    cells: list[tuple[str, str]]
    """What is his own, each with its heading."""
    missing: int
    """How many of his own materials are missing."""

    @property
    def values(self) -> list[str]:
        return [value for _heading, value in self.cells]


def listed(one: Filling) -> list[Listed]:
    own = [element for element in one.roster if element.names is not SubjectRole.PERSON]
    return [
        Listed(
            id=each.id,
            name=each.name,
            cells=[(words.element(one), _own_value(one, each.values.get(one.code, ""))) for one in own],
            missing=sum(wanted.subject == each.id for wanted in one.missing_materials),
        )
        for each in one.people
    ]


def _own_value(element: DataElement, text: str) -> str:
    return masks.number(DocumentType.RESIDENT_ID, text) if element.identifies else words.value(element, text)


def columns(one: Filling) -> list[str]:
    """Return the headings of the list, but for the name."""
    return [words.element(element) for element in one.roster if element.names is not SubjectRole.PERSON]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one row of a list, in the words of its columns."""

    row: int
    column: str
    reason: str


def faults(one: Filling, bad: BadLines) -> list[Fault]:
    names = {element.code: words.element(element) for element in one.roster}
    return [Fault(each.row, names.get(each.element, ""), each.reason) for each in bad.faults]


def _situation_answers(one: Filling) -> list[Answer]:
    given = dict(one.planned.answers)
    return [
        Answer(
            words.spoken(question.text, question.text_en),
            next(
                words.spoken(each.text, each.text_en) for each in question.choices if each.code == given[question.code]
            ),
            _at(one, "questions") + f"#id_{question.code}_0",
        )
        for question in one.bundle.questions
        if question.code in given
    ]


def _topic_answers(one: Filling, sheet: Sheet) -> Topic:
    page = _at(one, "form", sheet.topic.code)
    return Topic(
        words.spoken(sheet.topic.name, sheet.topic.name_en),
        [
            Answer(words.element(element), words.value(element, one.known[element.code]), source=told_by(one, element))
            if element.code in one.known
            else Answer(
                words.element(element),
                words.value(element, one.values.get(element.code, "")) or _("未填写"),
                f"{page}#id_{element.code}{'_0' if element.choices else ''}",
                source=_taken_over(one) if element.code in one.draft.carried else "",
            )
            for element in sheet.elements
        ],
    )


def supplied(one: Filling) -> list[Answer]:
    """Return every material with what is there of it."""
    page = _at(one, "materials")
    return [
        Answer(
            name_of(one, each),
            _supplied(one, each),
            f"{page}#material-{each.place}",
            source=_taken_over(one) if each.carried else _source(each),
        )
        for each in one.wanted
    ]


def _supplied(one: Filling, wanted: Wanted) -> str:
    if promised := _promised(wanted):
        return promised
    if wanted.found is None:
        return _("未上传")
    if _uploaded(wanted):
        return drafts.file_name(one.draft, wanted.place)
    return str(words.SOURCES[wanted.found.supply.source])


def promises(one: Filling) -> list[Answer]:
    """Return what is promised: materials that are to follow, and for each case what its commitment stands for."""
    later = [words.material(one.catalogue, each.material) for each in one.promised.later]
    told = [Answer(_("以后补交"), later)] if later else []
    for each in one.promised.committed:
        proofs = [words.material(one.catalogue, code) for code in each.materials]
        spot = [_("以告知承诺方式当场决定")] if each.on_the_spot else []
        told.append(Answer(words.matter(one.catalogue, each.matter), [*spot, *proofs]))
    return told


def matters(one: Filling) -> list[Answer]:
    """Return the matters by category, in the order of the bundle."""
    grouped: dict[str, list[str]] = {}
    for case in one.planned.cases:
        grouped.setdefault(_category(one, case.category), []).append(words.matter(one.catalogue, case.matter))
    return [
        Answer(category, [_times(names, name) for name in dict.fromkeys(names)]) for category, names in grouped.items()
    ]


def _times(names: Sequence[str], name: str) -> str:
    """Say a matter once, with for how many people it is asked."""
    count = names.count(name)
    return name if count == 1 else _("{name}（{person}）").format(name=name, person=_("{count} 人").format(count=count))


def lacking(one: Filling) -> list[Link]:
    """Return what must be done before the application can be handed in, each with its page."""
    sheets = [
        Link(
            _("{topic}：{elements}没有填写").format(
                topic=words.spoken(sheet.topic.name, sheet.topic.name_en), elements=_some(_names(sheet))
            ),
            _at(one, "form", sheet.topic.code),
        )
        for sheet in one.sheets
        if sheet.missing
    ]
    people = [Link(_("还没有人员名单"), _at(one, "people"))] if one.nobody_named else []
    return [*sheets, *people, *_lacking_materials(one)]


def _lacking_materials(one: Filling) -> list[Link]:
    """Name each missing material; where they are many, their page once."""
    missing = one.missing_materials
    page = _at(one, "materials")
    if len(missing) > FEW:
        return [Link(_("申请材料：还缺 {count} 份").format(count=len(missing)), page)]
    return [
        Link(
            _("《{material}》没有上传").format(material=name_of(one, each)),
            f"{page}#material-{each.place}",
        )
        for each in missing
    ]


def _names(sheet: Sheet) -> list[str]:
    return [words.element(element) for element in sheet.missing]


def _some(names: Sequence[str]) -> str:
    shown = words.listed(list(names[:4]))
    if len(names) <= 4:
        return shown
    return _("{elements}等 {count} 项").format(elements=shown, count=len(names))


def _at(one: Filling, page: str, *args: str) -> str:
    return reverse(f"casework:{page}", args=[one.draft.id, *args])
