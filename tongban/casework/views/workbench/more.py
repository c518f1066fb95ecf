"""What else may a reviewer do with a case (更多办理)? Each act has one small form, folded away until it is wanted.

The table `ACTS` says for each act when it is offered, with which form, which action does it and what is answered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from tongban.casework import actions
from tongban.casework.actions.procedures import desks_of
from tongban.casework.forms.procedures import (
    BeginForm,
    DoubtForm,
    EndForm,
    ExtendForm,
    InterestedForm,
    LetterForm,
    RecordForm,
    SendBackForm,
    SiteForm,
    StatementForm,
)
from tongban.casework.forms.workbench import ActForm
from tongban.casework.views.workbench.sheet import Sheet
from tongban.domain.application import UNDER_REVIEW, CaseState
from tongban.domain.catalogue import MatterType
from tongban.domain.clock import Unit
from tongban.domain.events import DeliveryMeans, Procedure
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.permissions import may_conduct, may_look


@dataclass(frozen=True, slots=True)
class Act:
    """`offered` says whether the state of the case has room for it; the action refuses what it must."""

    title: Promise
    submit: Promise
    done: Promise
    offered: Callable[[Sheet], bool]
    form: Callable[[Sheet], Callable[..., ActForm]]
    do: Callable[..., Any]
    given: Callable[[dict[str, Any]], dict[str, Any]] = dict
    about_case: bool = True


@dataclass(frozen=True, slots=True)
class Offered:
    """One folded form of the page; `open` where it came back refused."""

    name: str
    title: str
    submit: str
    form: ActForm
    open: bool = False

    @property
    def fields(self) -> list[Any]:
        return list(self.form.visible_fields())


def _accepted(sheet: Sheet) -> bool:
    return sheet.case.state is CaseState.ACCEPTED


def _extendable(sheet: Sheet) -> bool:
    case = sheet.case
    return (
        case.state in UNDER_REVIEW
        and case.matter_type is MatterType.LICENCE
        and case.statutory.unit is Unit.WORKING
        and case.ledger.extension is None
        and (case.statutory_due_on is None or sheet.today <= case.statutory_due_on)
    )


def _given(sheet: Sheet) -> list[str]:
    return [opinion.desk for opinion in sheet.case.opinions if opinion.verdict is not None]


def _lasting(sheet: Sheet) -> list[Procedure]:
    """The special procedures that last now and end by themselves; a hearing ends with its record."""
    entries = sheet.case.ledger.procedures
    return [one.kind for one in entries if one.resumed_on is None and one.kind is not Procedure.HEARING]


def _told(sheet: Sheet) -> bool:
    return _accepted(sheet) and bool(sheet.case.proceedings.interested)


def _letters(sheet: Sheet) -> list[str]:
    """The letters to third parties that have not reached them yet."""
    return [one.number for one in sheet.found.letters(sheet.case) if one.delivered_at is None]


def _may_be_asked(sheet: Sheet) -> bool:
    """Whether a third party may still ask for the hearing."""
    return _told(sheet) and sheet.case.may_ask_for_hearing(sheet.today)


def _to_hold(sheet: Sheet) -> bool:
    hearing = sheet.case.proceedings.hearing
    return sheet.case.state in UNDER_REVIEW and hearing is not None and hearing.outstanding


def _site_form(sheet: Sheet) -> Callable[..., ActForm]:
    def form(*args: Any, **kwargs: Any) -> ActForm:
        same = [case for case in sheet.found.cases if case.state is CaseState.ACCEPTED and case.body == sheet.case.body]
        officers = people.officers_of(departments={sheet.case.body}, today=sheet.today)
        return SiteForm(
            *args,
            cases=[(case.index, sheet.numbered(case.index)) for case in same],
            officers=[(one.account, one.name) for one in officers],
            **kwargs,
        )

    return form


def _plain(form: type[ActForm]) -> Callable[[Sheet], Callable[..., ActForm]]:
    return lambda sheet: form


def _with(form: Callable[..., ActForm], **given: Callable[[Sheet], Any]) -> Callable[[Sheet], Callable[..., ActForm]]:
    def made(sheet: Sheet) -> Callable[..., ActForm]:
        own = {name: value(sheet) for name, value in given.items()}
        return lambda *args, **kwargs: form(*args, **own, **kwargs)

    return made


ACTS = {
    "send_back": Act(
        lazy("退回岗位重新提出意见，或收回待生效的结论"),
        lazy("退回"),
        lazy("已退回，只影响本办件。"),
        lambda sheet: (
            sheet.case.state in UNDER_REVIEW and (bool(_given(sheet)) or sheet.case.state is CaseState.CONCLUDED)
        ),
        _with(SendBackForm, given=_given),
        actions.send_back,
        lambda said: {"desks": said.get("desks", []), "reason": said["reason"]},
    ),
    "stand_by": Act(
        lazy("核实有变化的证照，继续采信或者维持决定"),
        lazy("记录核实结果"),
        lazy("核实结果已记录。"),
        lambda sheet: bool(sheet.doubts),
        _with(DoubtForm, doubted=lambda sheet: [one.certificate for one in sheet.doubts]),
        actions.stand_by,
    ),
    "begin": Act(
        lazy("启动特别程序"),
        lazy("启动并告知申请人"),
        lazy("特别程序已启动，时限停止计算。"),
        _accepted,
        _plain(BeginForm),
        actions.begin_procedure,
        lambda said: said | {"kind": Procedure(said["kind"])},
    ),
    "end": Act(
        lazy("结束特别程序"),
        lazy("结束"),
        lazy("特别程序已结束，时限继续计算。"),
        lambda sheet: bool(_lasting(sheet)),
        _with(EndForm, lasting=_lasting),
        actions.end_procedure,
        lambda said: said | {"kind": Procedure(said["kind"])},
    ),
    "extend": Act(
        lazy("延长期限"),
        lazy("记录延长"),
        lazy("期限已延长，理由已告知申请人。"),
        _extendable,
        _plain(ExtendForm),
        actions.extend_limit,
    ),
    "site": Act(
        lazy("记录现场核查"),
        lazy("记录核查"),
        lazy("现场核查已记录。"),
        _accepted,
        _site_form,
        actions.check_site,
        lambda said: said | {"cases": [int(index) for index in said["cases"]], "passed": said["passed"] == "yes"},
        about_case=False,
    ),
    "interested": Act(
        lazy("告知利害关系人"),
        lazy("告知"),
        lazy("已告知利害关系人，告知书随后出现在文书列表中，送达后请记录。"),
        _accepted,
        _plain(InterestedForm),
        actions.tell_interested,
    ),
    "letter": Act(
        lazy("记录利害关系人告知书的送达"),
        lazy("记录送达"),
        lazy("送达已记录，送达回证随后出现在文书列表中。"),
        lambda sheet: bool(_letters(sheet)),
        _with(LetterForm, letters=_letters),
        actions.deliver_letter,
        lambda said: said | {"means": DeliveryMeans(said["means"])},
    ),
    "statement": Act(
        lazy("记录利害关系人的陈述"),
        lazy("记录陈述"),
        lazy("利害关系人的陈述已记录。"),
        _told,
        _plain(StatementForm),
        actions.record_statement,
    ),
    "hearing": Act(
        lazy("告知听证权利"),
        lazy("告知听证权利"),
        lazy("已告知听证权利。"),
        lambda sheet: _accepted(sheet) and sheet.case.proceedings.hearing is None,
        _plain(ActForm),
        actions.offer_hearing,
    ),
    "hearing_request": Act(
        lazy("利害关系人申请听证"),
        lazy("记录申请"),
        lazy("听证申请已记录，时限停止计算。"),
        _may_be_asked,
        _plain(ActForm),
        actions.record_hearing_request,
    ),
    "hearing_record": Act(
        lazy("记录听证"),
        lazy("记录听证"),
        lazy("听证已记录，时限继续计算。"),
        _to_hold,
        _plain(RecordForm),
        actions.hold_hearing,
    ),
}
"""By the name under which a page sends them, in the order in which they are offered."""


def may(sheet: Sheet, actor: Actor, name: str) -> bool:
    """Whether the page offers an act: the actor's desk does it, and the case has room for it."""
    case = sheet.case
    if name == "site":
        allowed = may_look(actor, department=case.body, desks=desks_of(case))
    else:
        allowed = may_conduct(actor, department=case.body, desk=case.deciding_desk)
    return allowed and ACTS[name].offered(sheet)


def filled(sheet: Sheet, name: str, *args: Any, **kwargs: Any) -> ActForm:
    """Return the form of an act for this case."""
    return ACTS[name].form(sheet)(*args, prefix=name, **kwargs)


def offered(sheet: Sheet, actor: Actor, *, operation: str, refused: tuple[str, ActForm] | None = None) -> list[Offered]:
    """Return the acts that the page offers; the one that was refused stands open with what was filled in."""
    name_refused, form_refused = refused or ("", None)
    return [
        Offered(
            name,
            str(act.title),
            str(act.submit),
            form_refused
            if form_refused is not None and name == name_refused
            else filled(sheet, name, initial={"operation": f"{operation}/{name}"}),
            open=name == name_refused,
        )
        for name, act in ACTS.items()
        if name == name_refused or may(sheet, actor, name)
    ]


def do(sheet: Sheet, actor: Actor, name: str, form: ActForm, *, now: datetime) -> str:
    """Do the act and return what to say. Raises what the action raises."""
    act = ACTS[name]
    said = dict(form.cleaned_data)
    operation = said.pop("operation")
    about = {"case": sheet.case.index} if act.about_case else {}
    act.do(operation=operation, actor=actor, application=sheet.found.id, now=now, **about, **act.given(said))
    return str(act.done)
