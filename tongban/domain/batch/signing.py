"""Who may sign an act of a batch, over what, and what follows?

In each region every competent department signs off, then the bureau signs the digest. Both name the digest they saw,
so nobody signs what he was not shown. The last signature completes the act.

Regions may sign on nodes of their own. What completes an act, its number and its day follow from the act and its
signatures alone, so that every node that holds them says the same, in whatever order they came: the number names the
batch and the act (同标〔2026〕TB-2026-01号, 同标〔2027〕TB-2026-01之2号), year and day are those of the last signature.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from tongban.domain import agreements
from tongban.domain.agreements import Agreement, AgreementIsOver
from tongban.domain.batch import Act, Batch, Held, NotNow, Signature, Verify
from tongban.domain.batch import digest as digest_of
from tongban.domain.clock import BEIJING_TIME
from tongban.domain.events import BatchCompleted, BatchSigned, BatchSignedOff, Event
from tongban.domain.joint import Content, Party
from tongban.domain.refused import Refused


class DigestMismatch(Refused):
    """A signature, or a sign-off, under another content than the one proposed."""

    code = "digest_mismatch"


class BadSignature(Refused):
    """A signature that the key does not bear out."""

    code = "bad_signature"


class DepartmentsMissing(Refused):
    """A bureau wants to sign before its departments have."""

    code = "departments_missing"


class NotARegion(Refused):
    """A region, or an authority, that has no part in the batch."""

    code = "not_a_region"
    status = 403


class AlreadySigned(Refused):
    """A sign-off or signature given before."""

    code = "already_signed"


def sign_off(batch: Batch, *, region: str, departments: Iterable[str], digest: str, at: datetime) -> BatchSignedOff:
    """Competent departments of a region agree to what they saw. Raises NotNow, NotARegion, DigestMismatch, …"""
    act = batch.demand_open()
    _demand_region(act, region)
    _demand_digest(act, digest)
    named = tuple(sorted(set(departments)))
    competent = {one.body: one for one in act.departments_of(region)}
    for body in named or ("",):
        if body not in competent:
            raise NotARegion(
                f"未会签：部门 {body or '（未选）'} 不是批次 {batch.code} 在该地区的主管部门。请核对部门。"
            )
        if act.signed_off(competent[body]) is not None:
            raise AlreadySigned(f"未会签：{competent[body].name}已经会签过批次 {batch.code}，无需再办。")
    return BatchSignedOff(act.content.serial, region, named, digest, at)


def demand_ready(batch: Batch, *, region: str, body: str, digest: str, agreement: Agreement | None, today: date) -> Act:
    """Return the act that this bureau may sign now; asked before a key is touched.

    Raises NotNow, NotARegion, DigestMismatch, AlreadySigned, DepartmentsMissing, AgreementIsOver.
    """
    act = batch.demand_open()
    _demand_region(act, region)
    party = agreements.demand(agreement, today=today).party(region)
    if party is None or party.body != body:
        raise NotARegion(f"未签署：单位 {body} 不是协议中代表该地区的一方。请由协议中的单位签署。")
    _demand_digest(act, digest)
    _demand_some_days(act, agreement, today)
    _demand_unsigned(batch, act, party)
    return act


def sign(
    batch: Batch,
    *,
    signature: Signature,
    agreement: Agreement | None,
    held: Held,
    verify: Verify,
    today: date,
) -> tuple[Event, ...]:
    """A bureau signs; if it is the last, the act is complete and gets its joint number.

    Raises what `demand_ready` raises, and BadSignature.
    """
    act = demand_ready(
        batch,
        region=signature.region,
        body=signature.body,
        digest=signature.digest,
        agreement=agreement,
        today=today,
    )
    return _signed(act, signature, held, verify, today)


def learn(
    batch: Batch, *, serial: int, signature: Signature, bureau: Party | None, held: Held, verify: Verify
) -> tuple[Event, ...]:
    """A bureau has signed elsewhere, where it was asked whether it may; `bureau` speaks for its region.

    Whether the agreement still holds is not asked again: it held where the bureau signed, and what rests on it stops
    with it everywhere. Raises NotNow, NotARegion, DigestMismatch, AlreadySigned, DepartmentsMissing, BadSignature.
    """
    act = demand_serial(batch, serial)
    _demand_region(act, signature.region)
    if bureau is None or bureau.body != signature.body:
        raise NotARegion(f"未签署：单位 {signature.body} 不是协议中代表该地区的一方。请由协议中的单位签署。")
    _demand_digest(act, signature.digest)
    _demand_unsigned(batch, act, bureau)
    return _signed(act, signature, held, verify, _day(signature.at))


def demand_serial(batch: Batch, serial: int) -> Act:
    """Return the act that regions are signing now, if it is this one. Raises NotNow."""
    act = batch.demand_open()
    if act.content.serial != serial:
        raise NotNow(f"批次 {batch.code} 未办理：现在签署的是第 {act.content.serial} 次提请，不是第 {serial} 次。")
    return act


def joint_number(content: Content, *, signed_on: date) -> str:
    """Return the number that all signed acts of this content have."""
    again = "" if content.serial == 1 else f"之{content.serial}"
    return f"同标〔{signed_on.year}〕{content.batch}{again}号"


def _signed(act: Act, signature: Signature, held: Held, verify: Verify, today: date) -> tuple[Event, ...]:
    _demand_unchanged(act, held)
    if not verify(signature):
        raise BadSignature("未签署：签名与公钥不符。请重新签署；仍不成功时请管理员检查签名密钥。")
    signed = BatchSigned(
        act.content.serial,
        signature.region,
        signature.body,
        signature.digest,
        signature.key,
        signature.algorithm,
        signature.public_key,
        signature.value,
        signature.at,
    )
    if act.unsigned() != (signature.region,):
        return (signed,)
    last = max(one.at for one in (*act.signatures, signature))
    signed_on = max(_day(last), today)
    number = joint_number(act.content, signed_on=signed_on)
    return signed, BatchCompleted(act.content.serial, number, max(act.content.in_force_on, signed_on), last)


def _day(at: datetime) -> date:
    return at.astimezone(BEIJING_TIME).date()


def _takes_effect_on(act: Act, today: date) -> date:
    return max(act.content.in_force_on, today)


def _demand_unsigned(batch: Batch, act: Act, bureau: Party) -> None:
    """A bureau signs once, after its departments."""
    if act.signature(bureau.region) is not None:
        raise AlreadySigned(f"未签署：{bureau.name}已经签署过批次 {batch.code} 的这一内容，无需再办。")
    missing = act.not_signed_off(bureau.region)
    if missing:
        names = "、".join(one.name for one in missing[:3])
        raise DepartmentsMissing(
            f"未签署：还有 {len(missing)} 个主管部门没有会签（{names}{'等' if len(missing) > 3 else ''}）。"
            "请等各主管部门会签后再签署。"
        )


def _demand_some_days(act: Act, agreement: Agreement | None, today: date) -> None:
    """The agreement may have been ended since the proposal, on a day before the act would take effect."""
    if agreement and agreement.last and agreement.last <= _takes_effect_on(act, today):
        raise AgreementIsOver(
            f"未签署：协议 {agreement.number} 自 {agreement.last} 起失效，不晚于施行日。请撤回提请，另行签订协议。",
            field="agreement",
        )


def _demand_region(act: Act, region: str) -> None:
    if region not in act.content.regions:
        raise NotARegion(f"未签署：地区 {region} 不在批次 {act.content.batch} 的签署地区之中。请核对地区。")


def _demand_digest(act: Act, seen: str) -> None:
    if seen != act.digest or digest_of(act.content) != act.digest:
        raise DigestMismatch(
            f"未签署：您看到的内容与批次 {act.content.batch} 提请签署的内容不一致（摘要不同）。"
            "请刷新页面，核对后再签署。"
        )


def _demand_unchanged(act: Act, held: Held) -> None:
    for one in act.content.standards:
        if held.get((one.matter, one.version)) != one.digest:
            raise DigestMismatch(
                f"未签署：事项 {one.matter} 第 {one.version} 版标准的内容与提请时的摘要不符。"
                "请撤回提请，查明原因后重新提请。"
            )
