"""Is a batch in force today, and if not, why not?

A batch is in force when every region has signed the same digest, the stored standards still give the digests that were
signed, the day has come and the agreement holds (design, invariants 10 and 15). Nothing here trusts what was written
down about it: digests are computed anew and every signature is verified. Whatever is amiss is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tongban.domain import agreements
from tongban.domain.agreements import Agreement
from tongban.domain.batch import Act, Batch, Held, Verify, digest
from tongban.domain.joint import ActKind


class Life(StrEnum):
    """Where a batch stands."""

    DRAFT = "draft"  # 草稿
    PROPOSED = "proposed"  # 签署中
    SIGNED = "signed"  # 已签署，待施行
    IN_FORCE = "in_force"  # 施行中
    STOPPED = "stopped"  # 随协议停止
    BROKEN = "broken"  # 签署与内容不符
    WITHDRAWN = "withdrawn"  # 已撤回


class FlawKind(StrEnum):
    """What keeps an act out of force."""

    CONTENT_CHANGED = "content_changed"
    STANDARD_MISSING = "standard_missing"
    STANDARD_CHANGED = "standard_changed"
    OTHER_DIGEST = "other_digest"
    BAD_SIGNATURE = "bad_signature"
    SIGNATURE_MISSING = "signature_missing"
    DEPARTMENT_MISSING = "department_missing"


WAITING = frozenset({FlawKind.SIGNATURE_MISSING, FlawKind.DEPARTMENT_MISSING})
"""What time may still bring; everything else is wrong."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """`about` is a matter, a region or a department, as the kind tells; empty for the content itself."""

    kind: FlawKind
    about: str
    sentence: str


@dataclass(frozen=True, slots=True)
class State:
    life: Life
    sentence: str
    act: Act | None
    """The act that counts, or that would: in force, broken, stopped, waiting for its day, or being signed."""
    flaws: tuple[Flaw, ...] = ()

    @property
    def in_force(self) -> bool:
        return self.life is Life.IN_FORCE


def status(batch: Batch, *, today: date, agreement: Agreement | None, held: Held, verify: Verify) -> State:
    """Say where the batch stands today, and why."""
    act = batch.current(today=today) or batch.last
    if act is None:
        return _before(batch, held, verify)
    if act.content.kind is ActKind.WITHDRAWAL:
        return State(Life.WITHDRAWN, f"各地已共同撤回，自 {act.takes_effect_on} 起停止施行。", act)
    amiss = tuple(flaws(act, held=held, verify=verify))
    if amiss:
        return State(Life.BROKEN, f"未生效：{amiss[0].sentence}", act, amiss)
    resting = agreements.standing(agreement, today=today)
    if not resting.holds:
        return State(Life.STOPPED, f"已停止：{resting.sentence}", act)
    if batch.current(today=today) is None:
        return State(Life.SIGNED, f"各地均已签署，自 {act.takes_effect_on} 起施行。", act)
    return State(Life.IN_FORCE, f"各地均已签署同一内容，自 {act.takes_effect_on} 起施行。", act)


def _before(batch: Batch, held: Held, verify: Verify) -> State:
    act = batch.open
    if act is None:
        return State(Life.DRAFT, "未生效：尚未提请各地签署。", None)
    found = tuple(flaws(act, held=held, verify=verify))
    wrong = [flaw for flaw in found if flaw.kind not in WAITING]
    if wrong:
        return State(Life.BROKEN, f"未生效：{wrong[0].sentence}", act, found)
    waiting = len(act.unsigned())
    return State(Life.PROPOSED, f"未生效：还差 {waiting} 个地区的签署。", act, found)


def flaws(act: Act, *, held: Held, verify: Verify) -> Iterator[Flaw]:
    """Yield what is amiss or missing, the content first, then region by region."""
    yield from _of_content(act, held)
    for region in act.content.regions:
        for department in act.not_signed_off(region):
            yield Flaw(FlawKind.DEPARTMENT_MISSING, department.body, f"{department.name}没有会签。")
        signature = act.signature(region)
        if signature is None:
            yield Flaw(FlawKind.SIGNATURE_MISSING, region, f"地区 {region} 没有签署。")
        elif signature.digest != act.digest:
            yield Flaw(FlawKind.OTHER_DIGEST, region, f"地区 {region} 签署的是另一内容的摘要。")
        elif not verify(signature):
            yield Flaw(FlawKind.BAD_SIGNATURE, region, f"地区 {region} 的签名核验不符。")


def _of_content(act: Act, held: Held) -> Iterator[Flaw]:
    if digest(act.content) != act.digest:
        yield Flaw(FlawKind.CONTENT_CHANGED, "", "批次的内容与签署时的摘要不符。")
    for one in act.content.standards:
        found = held.get((one.matter, one.version))
        if found is None:
            yield Flaw(FlawKind.STANDARD_MISSING, one.matter, f"事项 {one.matter} 第 {one.version} 版标准不存在。")
        elif found != one.digest:
            yield Flaw(
                FlawKind.STANDARD_CHANGED, one.matter, f"事项 {one.matter} 第 {one.version} 版标准的内容被改动。"
            )
