"""What may happen while a case is reviewed, beside opinions and the conclusion?

Special procedures stop the clock, only those that art. 45 names, and the time they need is told in writing. One
extension, approved by the head before the limit expires, its reason told. A look at the place takes two officers, and
several cases may be looked at in one visit. Third parties whose interests are touched are told and heard. A hearing is
offered, asked for within five working days, and held within twenty.

Source: Administrative Licensing Law, arts. 34 (3), 36, 42, 45, 46, 47.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from tongban.domain import times
from tongban.domain.acts import AlreadyGiven, NotNow, ReasonMissing, open_case, under_review
from tongban.domain.application import UNDER_REVIEW, Application, Case, fold
from tongban.domain.catalogue import MatterType
from tongban.domain.clock import Unit, day_of, due_on
from tongban.domain.departments import LONGEST_EXTENSION_DAYS, Department, longest_extension
from tongban.domain.events import (
    Event,
    HearingHeld,
    HearingOffered,
    HearingRequested,
    InterestedTold,
    LimitExtended,
    Procedure,
    ProcedureBegun,
    ProcedureEnded,
    Side,
    SiteChecked,
    StatementMade,
)
from tongban.domain.heard import HEARING_REQUEST_DAYS
from tongban.domain.refused import Refused
from tongban.domain.rules import RegionRules
from tongban.domain.sealed import Sealed
from tongban.domain.workdays import Calendar

EXCLUDED_TIME_ARTICLE = "行政许可法第四十五条"
EXTENSION_ARTICLE = "行政许可法第四十二条"
HEARING_HOLD_DAYS = 20
OFFICERS = 2
LONGEST_PROCEDURE_DAYS = 365
MOST_STATEMENTS = 20
"""So often each side states its case in one procedure: everybody who opens the case reads all of it."""

NAMES = {
    Procedure.HEARING: "听证",
    Procedure.TENDER: "招标",
    Procedure.AUCTION: "拍卖",
    Procedure.INSPECTION: "检验",
    Procedure.TEST: "检测",
    Procedure.QUARANTINE: "检疫",
    Procedure.APPRAISAL: "鉴定",
    Procedure.EXPERT_REVIEW: "专家评审",
}


class TimeNotTold(Refused):
    """A special procedure whose notice does not tell how long it takes."""

    code = "time_not_told"


class ExtensionRefused(Refused):
    """An extension that the law does not allow."""

    code = "extension_refused"


class TooFewOfficers(Refused):
    """A look at the place by fewer than two officers."""

    code = "too_few_officers"


# --- time -------------------------------------------------------------------------------------------------------------


def begin(
    application: Application,
    index: int,
    *,
    kind: Procedure,
    expected_days: int,
    by: str,
    calendar: Calendar,
    at: datetime,
) -> tuple[Event, ...]:
    """Begin a special procedure; both limits stop. `expected_days` (working days) is what the notice tells.

    Raises NotNow, AlreadyGiven.
    """
    case = under_review(application, index, "启动特别程序")
    if kind is Procedure.HEARING:
        raise NotNow("不能启动：听证须先告知并由申请人或利害关系人提出。请使用听证告知。")
    if not 1 <= expected_days <= LONGEST_PROCEDURE_DAYS:
        raise TimeNotTold(
            f"不能启动：须书面告知所需时间。请填写 1 至 {LONGEST_PROCEDURE_DAYS} 个工作日。", field="expected_days"
        )
    return (_begun(application, case, kind, expected_days, by=by, calendar=calendar, at=at),)


def _begun(
    application: Application,
    case: Case,
    kind: Procedure,
    expected_days: int,
    *,
    by: str,
    calendar: Calendar,
    at: datetime,
) -> ProcedureBegun:
    if any(entry.kind is kind and entry.resumed_on is None for entry in case.ledger.procedures):
        raise AlreadyGiven(f"第 {case.index} 个办件的{NAMES[kind]}正在进行。请先结束这一次，再启动。")
    until = due_on(start=day_of(at), days=expected_days, unit=Unit.WORKING, calendar=calendar, provisional=True)
    bare = ProcedureBegun(
        case=case.index,
        kind=kind,
        name=NAMES[kind],
        article=EXCLUDED_TIME_ARTICLE,
        expected_days=expected_days,
        began_on=day_of(at),
        until_on=until.day,
        due=times.days(application, case, calendar=calendar),
        by=by,
        at=at,
    )
    after = fold((bare,), onto=application)
    return replace(bare, due=times.days(after, after.case(case.index), calendar=calendar))


def end(
    application: Application,
    index: int,
    *,
    kind: Procedure,
    result: Sealed | None,
    by: str,
    calendar: Calendar,
    at: datetime,
) -> tuple[Event, ...]:
    """End a special procedure; limits run again from today. Raises NotNow."""
    case = open_case(application, index, "结束特别程序")
    if kind is Procedure.HEARING:
        raise NotNow("不能结束：听证以听证笔录结束。请记录听证。")
    return (_ended(application, case, kind, result, by=by, calendar=calendar, at=at),)


def _ended(
    application: Application,
    case: Case,
    kind: Procedure,
    result: Sealed | None,
    *,
    by: str,
    calendar: Calendar,
    at: datetime,
) -> ProcedureEnded:
    if not any(entry.kind is kind and entry.resumed_on is None for entry in case.ledger.procedures):
        raise NotNow(f"不能结束：第 {case.index} 个办件没有正在进行的{NAMES[kind]}。请核对办件编号。")
    due = times.days(application, case, calendar=calendar)
    bare = ProcedureEnded(case.index, kind, day_of(at), result, due, by, at)
    after = fold((bare,), onto=application)
    due = times.days(after, after.case(case.index), calendar=calendar)
    return ProcedureEnded(case.index, kind, day_of(at), result, due, by, at)


def extend(
    application: Application,
    index: int,
    *,
    days: int,
    approver: str,
    reason: Sealed | None,
    departments: Collection[Department] = (),
    by: str,
    calendar: Calendar,
    at: datetime,
) -> tuple[Event, ...]:
    """Lengthen a limit once, before it expires, with the head's approval. Raises ExtensionRefused, ReasonMissing.

    `departments`: the body and those that handle the matter with it. The head of the body approves; more than ten days
    only the head of the government whose departments they all are.
    """
    case = _accepted(application, index, "延长期限")
    longest = longest_extension(case.statutory, departments)
    if case.matter_type is not MatterType.LICENCE:
        raise ExtensionRefused(f"未延长：第 {index} 个办件不是行政许可，法律没有规定可以延长期限。请按期办结。")
    if case.ledger.extension is not None:
        raise ExtensionRefused("未延长：期限只能延长一次，该办件已经延长过。请按现有期限作出决定。")
    if case.statutory_due_on is not None and day_of(at) > case.statutory_due_on:
        raise ExtensionRefused(
            f"未延长：法定期限已于 {case.statutory_due_on.isoformat()} 届满，延长须在届满前批准。请尽快作出决定。"
        )
    if case.statutory.unit is not Unit.WORKING:
        raise ExtensionRefused(f"未延长：第 {index} 个办件的时限由特别法规定，不适用行政许可法的延长。请按期办结。")
    if not 1 <= days <= longest:
        raise ExtensionRefused(f"未延长：最多可以延长 {longest} 日，不能是 {days} 日。请改正天数。", field="days")
    if not approver.strip():
        whose = "本级人民政府负责人" if days > LONGEST_EXTENSION_DAYS else "本机关负责人"
        raise ExtensionRefused(f"未延长：须经{whose}批准。请填写批准人。", field="approver")
    if reason is None:
        raise ReasonMissing("未延长：须将延长期限的理由告知申请人。请填写理由。", field="reason")
    due = times.days(application, case, calendar=calendar)
    bare = LimitExtended(index, days, day_of(at), approver.strip(), reason, EXTENSION_ARTICLE, due, by, at)
    after = fold((bare,), onto=application)
    due = times.days(after, after.case(index), calendar=calendar)
    return (LimitExtended(index, days, day_of(at), approver.strip(), reason, EXTENSION_ARTICLE, due, by, at),)


# --- looking and listening --------------------------------------------------------------------------------------------


def check_site(
    application: Application,
    chosen: Sequence[int],
    *,
    officers: Sequence[str],
    passed: bool,
    record: Sealed,
    by: str,
    at: datetime,
) -> tuple[Event, ...]:
    """Record a look at the place, for one case or several at once (joint inspection). Raises TooFewOfficers, NotNow."""
    present = tuple(dict.fromkeys(officer for officer in officers if officer))
    if len(present) < OFFICERS:
        raise TooFewOfficers("未记录：现场核查应当由两名以上工作人员进行。请填写全部核查人员。", field="officers")
    cases = tuple(dict.fromkeys(chosen))
    if not cases:
        raise NotNow("未记录：没有选择办件。请选择本次核查的办件。", field="cases")
    for index in cases:
        under_review(application, index, "记录现场核查")
    return (SiteChecked(cases, present, passed, record, by, at),)


def tell_interested(
    application: Application,
    index: int,
    *,
    party: Sealed,
    rules: RegionRules,
    calendar: Calendar,
    by: str,
    at: datetime,
) -> tuple[Event, ...]:
    """Tell a third party whose interests the decision touches, who may state its case by a day."""
    under_review(application, index, "告知利害关系人")
    due = due_on(
        start=day_of(at), days=rules.statement.days, unit=rules.statement.unit, calendar=calendar, provisional=True
    )
    return (InterestedTold(index, party, due.day, by, at),)


def state(
    application: Application, index: int, *, side: Side, text: Sealed, by: str, at: datetime
) -> tuple[Event, ...]:
    """Take down what the applicant or a third party has to say. Raises NotNow."""
    case = application.case(index)
    if side is Side.INTERESTED and not case.proceedings.interested:
        raise NotNow(f"未记录：第 {index} 个办件没有告知过利害关系人。请先告知。")
    if not case.may_state:
        raise NotNow(f"未记录：第 {index} 个办件现在不能陈述申辩。已经作出决定的，可以申请行政复议或者提起行政诉讼。")
    noticed_at = case.proceedings.commitment.noticed_at if case.revoking and case.proceedings.commitment else None
    before = [
        one for one in case.proceedings.statements if one.side is side and (not noticed_at or one.at >= noticed_at)
    ]
    if len(before) >= MOST_STATEMENTS:
        raise NotNow(
            f"未记录：第 {index} 个办件已经记录了 {MOST_STATEMENTS} 次陈述。"
            "请把要补充的内容写成书面意见，交给办理岗位。"
        )
    return (StatementMade(index, side, text, by, at),)


def offer_hearing(
    application: Application, index: int, *, calendar: Calendar, by: str, at: datetime
) -> tuple[Event, ...]:
    """Tell applicant and third parties of their right to a hearing; it is asked for within five working days."""
    case = under_review(application, index, "告知听证")
    if case.proceedings.hearing is not None:
        raise AlreadyGiven(f"第 {index} 个办件已经告知听证权利。请等申请期限届满，或者记录听证。")
    due = due_on(start=day_of(at), days=HEARING_REQUEST_DAYS, unit=Unit.WORKING, calendar=calendar, provisional=True)
    return (HearingOffered(index, due.day, by, at),)


def request_hearing(
    application: Application,
    index: int,
    *,
    side: Side,
    calendar: Calendar,
    by: str,
    at: datetime,
    arrived_on: date | None = None,
) -> tuple[Event, ...]:
    """Ask for a hearing in time; while it is prepared and held no limit runs. Raises NotNow, AlreadyGiven.

    `arrived_on` is the day on which a request that was made at another node is here: the days to hold it begin then.
    """
    case = application.case(index)
    hearing = case.proceedings.hearing
    if hearing is None:
        raise NotNow(f"未受理听证申请：第 {index} 个办件没有告知听证权利。")
    if hearing.requested_by is not None:
        raise AlreadyGiven(f"第 {index} 个办件的听证已经申请过，无需再次申请。")
    if side is Side.INTERESTED and not case.revoking and not case.proceedings.interested:
        raise NotNow(f"未受理听证申请：第 {index} 个办件没有告知过利害关系人。请先告知。")
    if day_of(at) > hearing.request_due_on:
        raise NotNow(f"未受理听证申请：申请听证的期限 {hearing.request_due_on.isoformat()} 已过。")
    if case.ended and not case.revoking:
        raise NotNow(f"未受理听证申请：第 {index} 个办件已经办结。")
    begins = arrived_on or day_of(at)
    due = due_on(start=begins, days=HEARING_HOLD_DAYS, unit=Unit.WORKING, calendar=calendar, provisional=True)
    requested = HearingRequested(index, side, due.day, by, at)
    if case.ended:
        return (requested,)
    begun = _begun(application, case, Procedure.HEARING, HEARING_HOLD_DAYS, by=by, calendar=calendar, at=at)
    return (requested, replace(begun, until_on=due.day))


def hold_hearing(
    application: Application, index: int, *, record: Sealed, by: str, calendar: Calendar, at: datetime
) -> tuple[Event, ...]:
    """Record the hearing; limits run again. Raises NotNow, AlreadyGiven."""
    case = application.case(index)
    hearing = case.proceedings.hearing
    if hearing is None or hearing.requested_by is None:
        raise NotNow(f"未记录听证：第 {index} 个办件没有人申请听证。")
    if hearing.held_at is not None:
        raise AlreadyGiven(f"第 {index} 个办件的听证已经记录。请根据笔录作出决定。")
    if case.ended and not case.revoking:
        raise NotNow(f"未记录听证：第 {index} 个办件已经办结，无需再举行听证。")
    held = HearingHeld(index, record, by, at)
    if case.ended:
        return (held,)
    return (held, _ended(application, case, Procedure.HEARING, record, by=by, calendar=calendar, at=at))


def _accepted(application: Application, index: int, act: str) -> Case:
    case = open_case(application, index, act)
    if case.state not in UNDER_REVIEW:
        raise NotNow(f"不能{act}：第 {index} 个办件尚未受理。请等受理后再办理。")
    return case
