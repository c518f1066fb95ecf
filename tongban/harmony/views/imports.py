"""How does a steward bring a workbook: upload, read the report, then confirm?

An upload is hostile until it is checked: it is sniffed and kept encrypted under the steward's own name, read in a
process of its own, and nothing of it is stored before he has seen what it would change. What belongs to another region
is told as a mistake, row by row; the action would refuse it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tongban.casework.forms.workbench import new_operation
from tongban.casework.views.workbench.duty import UNPROCESSABLE, put_refusal
from tongban.catalogue import models
from tongban.catalogue.exports.gathering import gather
from tongban.catalogue.exports.sheets import header
from tongban.catalogue.exports.workbook import workbook
from tongban.catalogue.imports import faults as report
from tongban.catalogue.imports import taking
from tongban.catalogue.imports.differences import Difference
from tongban.catalogue.imports.taken import Key
from tongban.catalogue.imports.taking import Examined
from tongban.catalogue.imports.workbook import SHEET_OF
from tongban.domain.refused import Refused
from tongban.domain.regions import province_of
from tongban.files import actions as files
from tongban.files.kinds import Kind
from tongban.harmony.forms.imports import TakeForm, UploadForm
from tongban.harmony.names import bodies
from tongban.harmony.views.duty import own_region, steward, trail
from tongban.people.actor import Actor
from tongban.web import clock
from tongban.web.values import Link

SHOWN = 200
"""Rows of a list on the page; the report as a file has them all."""


@steward
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take an upload in and show its report."""
    form, status = UploadForm(), 200
    if request.method == "POST":
        form, status = UploadForm(request.POST, request.FILES), UNPROCESSABLE
        if form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                stored = files.store(
                    party=actor.id, name=upload.name, stream=upload, size_hint=upload.size, now=clock.now()
                )
            except Refused as refused:
                form.add_error("file", str(refused))
            else:
                return redirect("harmony:import", digest=stored.digest)
    values = {"crumbs": _trail(), "form": form, "max_bytes": files.MAX_BYTES}
    return render(request, "harmony/imports.html", values, status=status)


@steward
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, actor: Actor, digest: str) -> HttpResponse:
    """What an upload would change, and what is wrong with it; POST takes it."""
    examined = _examined(actor, digest)
    form, status = TakeForm(initial={"operation": new_operation(clock.now())}), 200
    if request.method == "POST":
        form, status = TakeForm(request.POST), UNPROCESSABLE
        if form.is_valid():
            try:
                _take(request, actor, examined, form)
                return redirect("harmony:imports")
            except Refused as refused:
                status = put_refusal(form, refused)
    return render(request, "harmony/import.html", _shown(examined, digest, form), status=status)


@steward
@require_safe
def faults(request: HttpRequest, actor: Actor, digest: str) -> HttpResponse:
    """The whole report as a workbook."""
    return _file(report.as_workbook(_examined(actor, digest).faults), _("问题清单.xlsx"))


@steward
@require_safe
def own_workbook(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the steward's province has, as the workbook that is brought back."""
    province = province_of(own_region(actor))
    return _file(workbook(gather(province=province)), f"{_('事项标准与实施清单')}-{province}.xlsx")


def _trail(*here: Link) -> list[Link]:
    return trail(Link(_("导入与导出"), reverse("harmony:imports")), *here) if here else trail(Link(_("导入与导出")))


def _examined(actor: Actor, digest: str) -> Examined:
    data = files.open_file(party=actor.id, digest=digest)
    return taking.examine(file=_("上传的工作簿"), data=data, actor=actor, today=clock.today())


def _take(request: HttpRequest, actor: Actor, examined: Examined, form: TakeForm) -> None:
    answer = taking.take(
        operation=form.cleaned_data["operation"],
        actor=actor,
        examined=examined,
        now=clock.now(),
        take_good=form.cleaned_data["take_good"],
    )
    number = sum(answer.values())
    told = ngettext("已导入：%(number)d 个新版本。", "已导入：%(number)d 个新版本。", number) % {"number": number}
    messages.success(request, told if number else _("没有变化：目录中已是这些内容。"))


@dataclass(frozen=True, slots=True)
class Change:
    """One value that would change: on which sheet, what it is called, and in which columns it differs."""

    sheet: str
    code: str
    name: str
    columns: tuple[str, ...]
    """Empty where the value is new."""


def _changes(found: Sequence[Difference]) -> list[Change]:
    names = _names(found)
    return [
        Change(
            sheet=(sheet := SHEET_OF[each.key.kind]),
            code=" ".join(each.key.of),
            name=names[each.key],
            columns=tuple(map(partial(header, sheet), each.fields)),
        )
        for each in found
    ]


def _names(found: Iterable[Difference]) -> dict[Key, str]:
    """Return the name of each value; what has none of its own has those of its matter and its body. Two statements."""
    found = list(found)
    matters = models.Matter.objects.in_bulk({each.key.of[0] for each in found if each.key.kind in OF_MATTERS})
    names = {code: matter.name for code, matter in matters.items()}
    names |= {each.key.of[0]: each.value.name for each in found if each.key.kind == "standards"}
    offering = bodies(each.value.body for each in found if each.key.kind == "implementations")
    return {
        each.key: " · ".join(
            filter(
                None,
                (
                    getattr(each.value, "name", "") or getattr(each.value, "hall_name", ""),
                    names.get(each.key.of[0], "") if each.key.kind in OF_MATTERS else "",
                    offering.get(getattr(each.value, "body", ""), ""),
                ),
            )
        )
        for each in found
    }


OF_MATTERS = {"implementations", "offers", "reforms"}
"""What is about a matter, and has no name of its own."""


def _shown(examined: Examined, digest: str, form: TakeForm) -> dict[str, Any]:
    return {
        "crumbs": _trail(Link(_("核对导入内容"))),
        "digest": digest,
        "examined": examined,
        "faults": examined.faults[:SHOWN],
        "more_faults": len(examined.faults) > SHOWN,
        "changes": _changes(examined.changes[:SHOWN]),
        "more_changes": len(examined.changes) > SHOWN,
        "may_take": examined.whole and bool(examined.changes),
        "form": form,
    }


def _file(content: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(True, name)
    return HttpResponse(content, content_type=Kind.XLSX, headers={"Content-Disposition": str(disposition)})
