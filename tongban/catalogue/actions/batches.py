"""What is done to batches: draft, put to the regions, sign off, sign, widen, amend, withdraw, recall.

The signature that completes an act puts its standards in force, or ends them, in the same transaction: the batch's
stream is locked first, then the catalogue's. A case begun before keeps its version, because its bundle names it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from tongban.catalogue import here, joint, models, storage
from tongban.catalogue.actions.completing import complete, done, lock_catalogue
from tongban.catalogue.actions.elsewhere import demand_free, demand_led_here, demand_recallable, demand_unpromised
from tongban.catalogue.actions.signatures import sign_for
from tongban.domain import agreements
from tongban.domain.batch import Batch, Draft, acts, signing
from tongban.domain.batch.acts import InvalidBatch
from tongban.domain.events import BatchCompleted, BatchProposed
from tongban.domain.joint import Listed, Scope
from tongban.journal.actions import Answer, LockedStream, NoSuchStream, Operation, action, lock
from tongban.keys.purposes import Purpose
from tongban.people.actor import Actor
from tongban.people.permissions import may


@action
def draft_batch(*, operation: Operation, actor: Actor, code: str, draft: Draft, now: datetime) -> Answer:
    """Write a batch's draft, or write it anew. Raises NotAllowed, NotNow, InvalidBatch."""
    # No stream is made for what is no code, and no database keeps its name.
    acts.demand_code(code)
    stream = lock(joint.BATCH + code, operation, create=True)
    before = joint.read_batch(code)
    for regions in (draft.regions, before.draft.regions if before else draft.regions):
        may(actor, "propose_batch", regions=regions)
    demand_led_here(code)
    event = acts.draft(before, code=code, draft=draft, at=now)
    return done(stream, before, [event], now, {"batch": code})


@action
def propose_batch(*, operation: Operation, actor: Actor, code: str, now: datetime) -> Answer:
    """Put a drafted batch to its regions, with the newest versions of its standards; answers the digest to sign.

    Raises NotAllowed, NotNow, InvalidBatch, ListedElsewhere, AgreementIsOver.
    """
    stream, before = _open(code, operation)
    may(actor, "propose_batch", regions=before.draft.regions)
    demand_led_here(code)
    matters = before.draft.matters
    event = acts.issue(
        before,
        standards=_newest(code, matters),
        departments=joint.competent(matters, before.draft.regions),
        agreement=joint.read_agreement(before.draft.agreement),
        at=now,
        today=storage.day_of(now),
    )
    return _proposed(stream, before, event, now)


@action
def widen_batch(
    *, operation: Operation, actor: Actor, code: str, scope: Scope, in_force_on: date, now: datetime
) -> Answer:
    """Propose that a batch count for more. Raises NotAllowed, NotNow, InvalidBatch, AgreementIsOver."""
    return _change(operation, actor, code, now, partial(acts.widen, scope=scope, in_force_on=in_force_on))


@action
def amend_batch(
    *, operation: Operation, actor: Actor, code: str, matters: Sequence[str], in_force_on: date, now: datetime
) -> Answer:
    """Propose the newest versions of these standards. Raises NotAllowed, NotNow, InvalidBatch, AgreementIsOver."""

    def amend(before: Batch, **shared: Any) -> BatchProposed:
        return acts.amend(before, standards=_newest(code, matters), in_force_on=in_force_on, **shared)

    return _change(operation, actor, code, now, amend)


@action
def withdraw_batch(*, operation: Operation, actor: Actor, code: str, withdrawn_on: date, now: datetime) -> Answer:
    """Propose that all take a batch back. Raises NotAllowed, NotNow, InvalidBatch, AgreementIsOver."""
    return _change(operation, actor, code, now, partial(acts.withdraw, withdrawn_on=withdrawn_on))


@action
def recall_proposal(*, operation: Operation, actor: Actor, code: str, reason: str, now: datetime) -> Answer:
    """Take back what not all have signed. Raises NotAllowed, NotNow, InvalidBatch, LedElsewhere."""
    stream, before = _open(code, operation)
    may(actor, "propose_batch", regions=before.draft.regions)
    demand_led_here(code)
    demand_recallable(before)
    event = acts.recall(before, reason=reason, at=now)
    return done(stream, before, [event], now, {"batch": code, "serial": event.serial})


@action
def sign_off(
    *,
    operation: Operation,
    actor: Actor,
    code: str,
    region: str,
    departments: Sequence[str],
    digest: str,
    now: datetime,
) -> Answer:
    """Sign off for departments of a region (会签), who name the digest they saw.

    Raises NotAllowed, NotNow, NotARegion, DigestMismatch, AlreadySigned.
    """
    stream, before = _open(code, operation)
    may(actor, "sign_off", region=region, departments=departments)
    here.demand([region])
    event = signing.sign_off(before, region=region, departments=departments, digest=digest, at=now)
    answer = {"batch": code, "serial": event.serial, "departments": list(event.departments)}
    return done(stream, before, [event], now, answer)


@action
def sign_batch(*, operation: Operation, actor: Actor, code: str, region: str, digest: str, now: datetime) -> Answer:
    """Sign for the bureau of a region (签署), which names the digest it saw; the last signature completes the act.

    Answers {"batch", "serial", "key", "number", "takes_effect_on"}; the last two are empty until all have signed.
    Raises NotAllowed, NotNow, NotARegion, DigestMismatch, DepartmentsMissing, AlreadySigned, AgreementIsOver,
    ListedElsewhere.
    """
    stream, before = _open(code, operation)
    act = before.demand_open()
    last, alone = act.unsigned() == (region,), all(map(here.speaks_for, act.content.regions))
    catalogue = None if alone and not last else lock_catalogue(act, by=region)
    # Read under the catalogue's lock: whoever ends the agreement holds it.
    today, agreement = storage.day_of(now), joint.read_agreement(act.content.agreement)
    party = agreements.demand(agreement, today=today).party(region)
    body = party.body if party else ""
    may(actor, "sign_batch", region=region, body=body)
    if not alone:
        # The others complete it without asking again.
        demand_free(act.content, on=max(act.content.in_force_on, today))
        demand_unpromised(act.content)
    signing.demand_ready(before, region=region, body=body, digest=digest, agreement=agreement, today=today)
    signature = sign_for(region, body, party.name if party else "", digest=digest, purpose=Purpose.BATCH, now=now)
    events = signing.sign(
        before,
        signature=signature,
        agreement=agreement,
        held=joint.held(act.content.standards),
        verify=joint.verifier(),
        today=today,
    )
    answer = {"batch": code, "serial": act.content.serial, "key": signature.key, "number": "", "takes_effect_on": ""}
    completed = events[-1]
    if catalogue is not None and isinstance(completed, BatchCompleted):
        demand_free(act.content, on=completed.takes_effect_on)
        answer |= {"number": completed.number, "takes_effect_on": completed.takes_effect_on.isoformat()}
        complete(catalogue, before, completed, agreement, now)
    return done(stream, before, events, now, answer)


# --- Beats that the actions share -------------------------------------------------------------------------------------


def _open(code: str, operation: Operation) -> tuple[LockedStream, Batch]:
    stream = lock(joint.BATCH + code, operation)
    before = joint.read_batch(code)
    if before is None:
        raise NoSuchStream("未办理：没有这个编号的批次。请核对编号。")
    return stream, before


def _change(
    operation: Operation, actor: Actor, code: str, now: datetime, propose: Callable[..., BatchProposed]
) -> Answer:
    stream, before = _open(code, operation)
    may(actor, "propose_batch", regions=before.draft.regions)
    demand_led_here(code)
    matters = [one.matter for one in before.last.content.standards] if before.last else []
    event = propose(
        before,
        departments=joint.competent(matters, before.draft.regions),
        agreement=joint.read_agreement(before.draft.agreement),
        at=now,
        today=storage.day_of(now),
    )
    return _proposed(stream, before, event, now)


def _proposed(stream: LockedStream, before: Batch, event: BatchProposed, now: datetime) -> Answer:
    demand_free(event.content, on=event.content.in_force_on)
    answer = {"batch": before.code, "serial": event.content.serial, "digest": event.digest}
    return done(stream, before, [event], now, answer)


def _newest(code: str, matters: Sequence[str]) -> list[Listed]:
    """Return the newest version of each of these joint standards. Raises InvalidBatch."""
    known = storage.latest(models.Standard, "matter_id", among=matters)
    owners = storage.owners(matters)
    for matter in matters:
        if (matter,) not in known:
            raise InvalidBatch(f"批次 {code} 未提请：事项 {matter} 没有标准。请先提出它的标准。", field="matters")
        if owners[matter]:
            raise InvalidBatch(
                f"批次 {code} 未提请：事项 {matter} 的标准由一个地区单独维护，不是共同标准。请从批次中去掉。",
                field="matters",
            )
    return [Listed(matter, known[(matter,)].version, known[(matter,)].digest) for matter in matters]
