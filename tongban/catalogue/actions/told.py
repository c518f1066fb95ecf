"""What is done with what other nodes say of batches: an act put to the regions, signed off, signed, taken back.

Each region signs on the node that speaks for it, with a key that is nowhere else. Here nothing is believed: digests are
computed from the bytes held here, and a signature counts by the key that its region publishes. What is told again
changes nothing; what comes before that on which it rests is `TooEarly`, and may be told again.

Whoever tells an act for the first time leads the batch (`elsewhere`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tongban.catalogue import here, joint
from tongban.catalogue.actions.completing import complete, done, lock_catalogue
from tongban.domain.batch import Act, Batch, Signature, acts, signing
from tongban.domain.batch.acts import InvalidBatch
from tongban.domain.events import BatchCompleted
from tongban.domain.joint import Content, Party
from tongban.domain.refused import Refused
from tongban.journal.actions import Answer, LockedStream, Operation, action, lock
from tongban.people.actor import NODE, Actor
from tongban.people.permissions import may


class TooEarly(Exception):
    """What rests on something that is not here yet."""


class ToldOtherwise(Refused):
    """Something that is known here already, with another content."""

    code = "told_otherwise"


@action
def take_proposal(
    *,
    operation: Operation,
    actor: Actor,
    content: Content,
    digest: str,
    departments: Sequence[Party],
    at: datetime,
    now: datetime,
) -> Answer:
    """Write down what another node put to the regions. Raises TooEarly, ToldOtherwise, what `acts.learn` raises."""
    acts.demand_code(content.batch)
    stream = lock(joint.BATCH + content.batch, operation, create=True)
    may(actor, "propose_batch", regions=content.regions)
    before = joint.read_batch(content.batch)
    answer: Answer = {"batch": content.batch, "serial": content.serial}
    known = _act(before, content.serial)
    if known is not None:
        if (known.content, known.digest) != (content, digest):
            raise ToldOtherwise(
                f"批次 {content.batch} 未接收：本节点已有第 {content.serial} 次提请，内容不同。请双方核对。"
            )
        return done(stream, before, [], now, answer)
    if before is not None:
        _demand_leads(actor, content.batch)
    if (before.open if before else None) is not None or content.serial > len(before.acts if before else ()) + 1:
        raise TooEarly(content.batch)
    agreement = joint.read_agreement(content.agreement)
    _demand_held(content)
    _demand_all_departments(content, departments)
    if agreement is None:
        raise TooEarly(content.agreement)
    events = acts.learn(before, content=content, said=digest, departments=departments, agreement=agreement, at=at)
    return done(stream, before, events, now, answer)


@action
def take_sign_off(
    *,
    operation: Operation,
    actor: Actor,
    code: str,
    serial: int,
    region: str,
    departments: Sequence[str],
    digest: str,
    at: datetime,
    now: datetime,
) -> Answer:
    """Write down that departments signed off elsewhere. Raises TooEarly, what `signing.sign_off` raises."""
    stream, before, act = _known(operation, code, serial)
    may(actor, "keep_standards", region=region)
    answer: Answer = {"batch": code, "serial": serial}
    signed = {one.department for one in act.sign_offs if one.region == region}
    new = [body for body in departments if body not in signed]
    if departments and not new and act.digest == digest:
        return done(stream, before, [], now, answer)
    signing.demand_serial(before, serial)
    event = signing.sign_off(before, region=region, departments=new, digest=digest, at=at)
    return done(stream, before, [event], now, answer)


@action
def take_signature(
    *, operation: Operation, actor: Actor, code: str, serial: int, signature: Signature, now: datetime
) -> Answer:
    """Write down a signature that was made elsewhere; the last completes the act here as it does there.

    Raises TooEarly, what `signing.learn` raises.
    """
    stream, before, act = _known(operation, code, serial)
    may(actor, "keep_standards", region=signature.region)
    answer: Answer = {"batch": code, "serial": serial}
    if act.signature(signature.region) == signature:
        return done(stream, before, [], now, answer)
    last = act.unsigned() == (signature.region,)
    catalogue = lock_catalogue(act, by=signature.region) if last else None
    agreement = joint.read_agreement(act.content.agreement)
    events = signing.learn(
        before,
        serial=serial,
        signature=signature,
        bureau=agreement.party(signature.region) if agreement else None,
        held=joint.held(act.content.standards),
        verify=joint.verifier(),
    )
    completed = events[-1]
    if catalogue is not None and isinstance(completed, BatchCompleted):
        complete(catalogue, before, completed, agreement, now)
    return done(stream, before, events, now, answer)


@action
def take_recall(
    *, operation: Operation, actor: Actor, code: str, serial: int, reason: str, at: datetime, now: datetime
) -> Answer:
    """Write down that the node that leads a batch took an act back. Raises TooEarly, LedByAnother, NotNow."""
    stream, before, act = _known(operation, code, serial)
    may(actor, "propose_batch", regions=act.content.regions)
    _demand_leads(actor, code)
    answer: Answer = {"batch": code, "serial": serial}
    if act.recalled == reason:
        return done(stream, before, [], now, answer)
    signing.demand_serial(before, serial)
    return done(stream, before, [acts.recall(before, reason=reason, at=at)], now, answer)


class LedByAnother(Refused):
    """An act of a batch that the node which tells it does not lead."""

    code = "led_by_another"


def _known(operation: Operation, code: str, serial: int) -> tuple[LockedStream, Batch, Act]:
    """Raises TooEarly."""
    acts.demand_code(code)
    stream = lock(joint.BATCH + code, operation, create=True)
    before = joint.read_batch(code)
    act = _act(before, serial)
    if before is None or act is None:
        raise TooEarly(code)
    return stream, before, act


def _act(batch: Batch | None, serial: int) -> Act | None:
    return batch.acts[serial - 1] if batch is not None and 0 < serial <= len(batch.acts) else None


def _demand_leads(actor: Actor, code: str) -> None:
    if NODE + joint.led_by(code) != actor.id:
        raise LedByAnother(f"批次 {code} 未接收：提请和撤回由牵头的节点发出，{actor.name}不是。请由牵头的节点办理。")


def _demand_held(content: Content) -> None:
    """Refuse standards that say something else here; one that is not here yet may still come. Raises TooEarly."""
    held = joint.held(content.standards)
    for one in content.standards:
        found = held.get((one.matter, one.version))
        if found is not None and found != one.digest:
            raise InvalidBatch(
                f"批次 {content.batch} 未接收：事项 {one.matter} 第 {one.version} 版标准在本节点是另一内容。"
                "请另提一版标准后重新提请。",
                field="standards",
            )
    if len(held) < len(content.standards):
        raise TooEarly(content.batch)


def _demand_all_departments(content: Content, departments: Sequence[Party]) -> None:
    """No department of this node's regions is passed over: here it is known who is competent."""
    own = [region for region in content.regions if here.speaks_for(region)]
    named = {(one.region, one.body) for one in departments}
    for one in joint.competent([each.matter for each in content.standards], own):
        if (one.region, one.body) not in named:
            raise InvalidBatch(
                f"批次 {content.batch} 未接收：应当会签的部门中没有{one.name}。请核对各地的实施清单后重新提请。",
                field="departments",
            )
