"""What may be put to the regions: a batch to be issued, widened, amended or withdrawn?

Everything an act says is checked before anybody signs: its regions are parties of an agreement that holds, each has
competent departments, there is a scope, and the day does not lie in the past, after the agreement, or before the act
it follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from tongban.domain import agreements
from tongban.domain.agreements import Agreement
from tongban.domain.batch import Batch, Draft, NotNow, digest
from tongban.domain.clock import BEIJING_TIME
from tongban.domain.events import BatchDrafted, BatchProposed, ProposalRecalled
from tongban.domain.joint import ActKind, Content, Listed, Party, Scope
from tongban.domain.refused import Refused

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")


class InvalidBatch(Refused):
    """A batch, or an act of one, that cannot be put to the regions as it is."""

    code = "invalid_batch"


def demand_code(code: str) -> None:
    """Refuse what is no code of a batch. Raises InvalidBatch."""
    if not CODE.fullmatch(code):
        raise InvalidBatch(
            f"批次“{code[:40]}”未保存：编号只用字母、数字和连字符，最多 40 个字符。请改正编号。", field="code"
        )


def draft(batch: Batch | None, *, code: str, draft: Draft, at: datetime) -> BatchDrafted:
    """Write a draft, or write it anew. Raises NotNow, InvalidBatch."""
    demand_code(code)
    if batch is not None and (batch.open or batch.last):
        raise NotNow(f"批次 {code} 未保存：它已经提请签署，内容不能再改。请先撤回提请，或提出修订。")
    return BatchDrafted(
        code,
        draft.title,
        draft.title_en,
        draft.matters,
        draft.regions,
        draft.scope,
        draft.agreement,
        draft.in_force_on,
        at,
    )


def issue(
    batch: Batch,
    *,
    standards: Iterable[Listed],
    departments: Iterable[Party],
    agreement: Agreement | None,
    at: datetime,
    today: date,
) -> BatchProposed:
    """Put a drafted batch to its regions, with these versions of its standards. Raises NotNow, InvalidBatch."""
    if batch.last is not None:
        raise NotNow(f"批次 {batch.code} 未提请：它已经联合印发。请改为提出扩大范围、修订或撤回。")
    plan = batch.draft
    content = Content(
        batch.code,
        len(batch.acts) + 1,
        ActKind.ISSUE,
        plan.title,
        plan.title_en,
        tuple(sorted(standards, key=lambda one: one.matter)),
        tuple(sorted(plan.regions)),
        plan.scope,
        plan.agreement,
        plan.in_force_on,
    )
    return _propose(batch, content, departments, agreement, at=at, today=today)


def widen(
    batch: Batch,
    *,
    scope: Scope,
    in_force_on: date,
    departments: Iterable[Party],
    agreement: Agreement | None,
    at: datetime,
    today: date,
) -> BatchProposed:
    """Propose that the batch count for more places or more subjects. Raises NotNow, InvalidBatch."""
    before = _issued(batch)
    if scope == before.scope or not _contains(scope, before.scope):
        raise InvalidBatch(
            f"批次 {batch.code} 未提请：扩大后的范围没有包括原来的全部范围，或与原来相同。请在原范围之上增加。",
            field="scope",
        )
    content = replace(before, serial=len(batch.acts) + 1, kind=ActKind.WIDENING, scope=scope, in_force_on=in_force_on)
    return _propose(batch, content, departments, agreement, at=at, today=today)


def amend(
    batch: Batch,
    *,
    standards: Iterable[Listed],
    in_force_on: date,
    departments: Iterable[Party],
    agreement: Agreement | None,
    at: datetime,
    today: date,
) -> BatchProposed:
    """Propose new versions of standards of the batch. Raises NotNow, InvalidBatch."""
    before = _issued(batch)
    listed = {one.matter: one for one in before.standards}
    new = {one.matter: one for one in standards}
    for matter in new.keys() - listed.keys():
        raise InvalidBatch(f"批次 {batch.code} 未提请：事项 {matter} 不在这个批次里。请另列批次。", field="standards")
    if not any(listed[matter].digest != one.digest for matter, one in new.items()):
        raise InvalidBatch(
            f"批次 {batch.code} 未提请：没有一项标准与现行版本不同。请先提出标准的新版本。", field="standards"
        )
    content = replace(
        before,
        serial=len(batch.acts) + 1,
        kind=ActKind.AMENDMENT,
        standards=tuple((listed | new)[matter] for matter in sorted(listed)),
        in_force_on=in_force_on,
    )
    return _propose(batch, content, departments, agreement, at=at, today=today)


def withdraw(
    batch: Batch,
    *,
    withdrawn_on: date,
    departments: Iterable[Party],
    agreement: Agreement | None,
    at: datetime,
    today: date,
) -> BatchProposed:
    """Propose that the batch be taken back by all. Raises NotNow, InvalidBatch."""
    content = replace(_issued(batch), serial=len(batch.acts) + 1, kind=ActKind.WITHDRAWAL, in_force_on=withdrawn_on)
    return _propose(batch, content, departments, agreement, at=at, today=today)


def learn(
    batch: Batch | None,
    *,
    content: Content,
    said: str,
    departments: Iterable[Party],
    agreement: Agreement | None,
    at: datetime,
) -> tuple[BatchDrafted | BatchProposed, ...]:
    """An act was put to the regions elsewhere, with its content whole; `said` is the digest that they are to sign.

    It is checked as it was there, on that day; an agreement that was ended since stops it, and is no ground to refuse.
    Raises NotNow, InvalidBatch, AgreementIsOver.
    """
    demand_code(content.batch)
    drafted = None if batch is not None else _drafted(content, at)
    before = batch or Batch(content.batch, _plan(content))
    if content.serial != len(before.acts) + 1 or (batch is not None and not batch.acts):
        raise NotNow(f"批次 {content.batch} 未接收：本节点已有同一编号的另一个批次。请对方换一个编号。")
    if digest(content) != said:
        raise InvalidBatch(f"批次 {content.batch} 未接收：内容与摘要不符。请对方核对后重发。")
    if (content.kind is ActKind.ISSUE) != (before.last is None):
        raise NotNow(f"批次 {content.batch} 未接收：联合印发只有一次，此后才有扩大、修订和撤回。")
    resting = replace(agreement, ended_on=None, ended_because="") if agreement is not None else None
    proposed = _propose(before, content, departments, resting, at=at, today=at.astimezone(BEIJING_TIME).date())
    return (proposed,) if drafted is None else (drafted, proposed)


def _plan(content: Content) -> Draft:
    return Draft(
        content.title,
        content.title_en,
        tuple(one.matter for one in content.standards),
        content.regions,
        content.scope,
        content.agreement,
        content.in_force_on,
    )


def _drafted(content: Content, at: datetime) -> BatchDrafted:
    return draft(None, code=content.batch, draft=_plan(content), at=at)


def recall(batch: Batch, *, reason: str, at: datetime) -> ProposalRecalled:
    """Take back what not all have signed yet. Raises NotNow, InvalidBatch."""
    act = batch.demand_open()
    if not reason.strip():
        raise InvalidBatch(f"批次 {batch.code} 的提请未撤回：没有写明原因。请填写原因。", field="reason")
    return ProposalRecalled(act.content.serial, reason, at)


def _issued(batch: Batch) -> Content:
    if batch.last is None:
        raise NotNow(f"批次 {batch.code} 未提请：它还没有联合印发。请先完成全部签署。")
    if batch.last.content.kind is ActKind.WITHDRAWAL:
        raise NotNow(f"批次 {batch.code} 未提请：它已由各地共同撤回。请另列批次。")
    return batch.last.content


def _propose(
    batch: Batch,
    content: Content,
    departments: Iterable[Party],
    agreement: Agreement | None,
    *,
    at: datetime,
    today: date,
) -> BatchProposed:
    if batch.open is not None:
        raise NotNow(f"批次 {batch.code} 未提请：上一项提请还在签署。请等签署完毕，或先将其撤回。")
    competent = tuple(sorted(set(departments), key=lambda one: (one.region, one.body)))
    _check(batch, content, competent, agreements.demand(agreement, today=today), today)
    return BatchProposed(content, digest(content), competent, at)


def _check(batch: Batch, content: Content, departments: tuple[Party, ...], agreement: Agreement, today: date) -> None:
    _demand(bool(content.title.strip()), batch, "缺少标题", "title")
    _demand(bool(content.standards), batch, "没有列入任何标准", "matters")
    matters = [one.matter for one in content.standards]
    _demand(len(set(matters)) == len(matters), batch, "同一事项列了两次", "matters")
    _demand(len(set(content.regions)) == len(content.regions), batch, "同一地区列了两次", "regions")
    _demand(len(content.regions) > 1, batch, "至少要有两个地区签署", "regions")
    _demand(bool(content.scope.divisions or content.scope.zones), batch, "没有写明适用的区域", "scope")
    for region in content.regions:
        outside = f"地区 {region} 不是协议 {agreement.number} 的一方"
        _demand(agreement.party(region) is not None, batch, outside, "regions")
        _demand(any(one.region == region for one in departments), batch, f"地区 {region} 没有主管部门", "regions")
    _demand(content.in_force_on >= today, batch, "施行日早于今天，标准不能溯及既往", "in_force_on")
    too_late = f"协议 {agreement.number} 在施行日之前已经失效"
    _demand(agreement.last is None or content.in_force_on < agreement.last, batch, too_late, "in_force_on")
    before = batch.last.takes_effect_on if batch.last else None
    too_early = f"施行日早于上一次签署的施行日 {before}"
    _demand(before is None or content.in_force_on >= before, batch, too_early, "in_force_on")


def _demand(right: bool, batch: Batch, what: str, field: str) -> None:
    if not right:
        raise InvalidBatch(f"批次 {batch.code} 未提请：{what}。请改正后再提请。", field=field)


def _contains(outer: Scope, inner: Scope) -> bool:
    """Nobody named means everybody, so naming some is narrower."""
    everybody = not outer.subjects
    return (
        set(outer.divisions) >= set(inner.divisions)
        and set(outer.zones) >= set(inner.zones)
        and (everybody or (bool(inner.subjects) and set(outer.subjects) >= set(inner.subjects)))
    )
