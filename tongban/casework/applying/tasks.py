"""What is still to be done? The task list, and where one goes after a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.casework import words
from tongban.casework.applying.said import at, taken_over
from tongban.casework.filling import Filling, Sheet
from tongban.casework.prereview.following import Advice
from tongban.domain.events import Target, TargetKind
from tongban.domain.roster import MOST
from tongban.web.values import Task


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
    return Task(_("办理情形"), state, at(one, "questions"), hint, tone)


def _topic(one: Filling, sheet: Sheet) -> Task:
    name = words.spoken(sheet.topic.name, sheet.topic.name_en)
    href = at(one, "form", sheet.topic.code)
    hint = words.listed([words.element(element) for element in sheet.elements[:4]])
    if len(sheet.elements) > 4:
        hint = _("{elements}等 {count} 项").format(elements=hint, count=len(sheet.elements))
    if any(element.code in one.draft.carried for element in sheet.elements):
        return Task(name, _carried_state(sheet), href, taken_over(one), "attention")
    if not sheet.missing:
        return Task(name, _("已完成"), href, hint, "good")
    if sheet.begun:
        return Task(name, _("还缺 {count} 项").format(count=len(sheet.missing)), href, hint, "active")
    return Task(name, _("未开始"), href, hint)


def _carried_state(sheet: Sheet) -> str:
    if sheet.missing:
        return _("还缺 {count} 项").format(count=len(sheet.missing))
    return _("请核对")


def _people(one: Filling) -> Task:
    hint = _("从表格导入，每人一个办件，一次最多 {most} 人").format(most=MOST)
    if one.nobody_named:
        return Task(_("人员名单"), _("未开始"), at(one, "people"), hint)
    return Task(_("人员名单"), _("已列入 {count} 人").format(count=len(one.people)), at(one, "people"), hint, "good")


def _materials(one: Filling) -> Task:
    missing, asked = len(one.missing_materials), len(one.wanted)
    shared = sum(each.found is not None and not each.uploaded for each in one.wanted)
    hint = _("共 {asked} 份，其中 {shared} 份已由共享数据提供").format(asked=asked, shared=shared)
    if not missing and any(each.carried for each in one.wanted):
        return Task(_("申请材料"), _("请核对"), at(one, "materials"), taken_over(one), "attention")
    if not missing:
        return Task(_("申请材料"), _("已备齐"), at(one, "materials"), hint, "good")
    begun = any(each.uploaded for each in one.wanted)
    return Task(
        _("申请材料"),
        _("还缺 {count} 份").format(count=missing),
        at(one, "materials"),
        hint,
        "active" if begun else "",
    )


def _check(one: Filling) -> Task:
    if one.complete:
        return Task(_("核对并提交"), _("可以提交"), at(one, "check"), tone="active")
    return Task(_("核对并提交"), _("尚不能提交"), at(one, "check"), _("完成以上各项后即可提交"), "quiet")


def after(one: Filling, topic: str) -> str:
    """Return the address after a page of the form: the next page, then the materials."""
    codes = [sheet.topic.code for sheet in one.sheets]
    rest = codes[codes.index(topic) + 1 :]
    if rest:
        return at(one, "form", rest[0])
    return at(one, "people") if one.roster else at(one, "materials")


def after_files(request: HttpRequest, draft: str) -> str:
    """Return where to go after files were kept: on, when asked to, else back to the place on the page."""
    if "next" in request.POST:
        return reverse("casework:check", args=[draft])
    chosen = (request.POST.get(name) for name in ("remove", "keep", "defer", "commit", "unpromise", "use", "unuse"))
    kept = next(filter(None, chosen), "") or next(iter(request.FILES), "")
    return reverse("casework:materials", args=[draft]) + (f"#material-{kept}" if kept.isidentifier() else "")
