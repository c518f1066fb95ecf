"""What is done to recognition rules: the region in which certificates are to count records a rule, and ends it.

Whoever does so speaks for the bureau that is that region's party of the agreement; the rule is signed with the region's
key. A rule ends with its agreement too, without an act of its own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from tongban.catalogue import here, joint, models, storage
from tongban.catalogue.actions.signatures import sign_for
from tongban.catalogue.actions.told import ToldOtherwise
from tongban.domain import recognition
from tongban.domain.batch import Signature
from tongban.domain.joint import RecognitionRule
from tongban.domain.recognition import InvalidRecognition
from tongban.domain.regions import province_of
from tongban.journal.actions import Answer, NoSuchStream, Operation, action, append, lock
from tongban.keys.purposes import Purpose
from tongban.people.actor import Actor
from tongban.people.permissions import may


@action
def record_recognition(*, operation: Operation, actor: Actor, rule: RecognitionRule, now: datetime) -> Answer:
    """Sign a rule and write it down; answers its code and the key.

    Raises NotAllowed, InvalidRecognition, AgreementIsOver.
    """
    # No stream is made for what is no code, and no database keeps its name.
    recognition.demand_code(rule.code)
    stream = lock(joint.RECOGNITION + rule.code, operation, create=True)
    today, agreement = storage.day_of(now), joint.read_agreement(rule.agreement)
    party = recognition.demand_recordable(rule, agreement=agreement, today=today).party(province_of(rule.counts_in))
    assert party is not None  # that the region is a party was demanded
    may(actor, "speak_for", bodies=[(party.region, party.body)])
    if joint.read_recognition(rule.code) is not None:
        raise InvalidRecognition(f"互认规则未记录：编号 {rule.code} 已有规则。请核对编号。", field="code")
    _demand_known(rule)
    digest = recognition.digest(rule)
    signature = sign_for(party.region, party.body, party.name, digest=digest, purpose=Purpose.RECOGNITION, now=now)
    event = recognition.record(
        rule,
        signature=signature,
        agreement=agreement,
        verify=joint.verifier(Purpose.RECOGNITION),
        today=today,
    )
    joint.write_recognition(recognition.apply(None, event))
    answer: Answer = {"recognition": rule.code, "key": signature.key}
    append(stream, [event], at=now, answer=answer)
    return answer


@action
def take_recognition(
    *, operation: Operation, actor: Actor, rule: RecognitionRule, signature: Signature, now: datetime
) -> Answer:
    """Write down a rule that the bureau of another node's region signed there; it counts by that region's key.

    An agreement that was ended since stops the rule, and is no ground to refuse it. Raises NotAllowed, ToldOtherwise,
    InvalidRecognition, AgreementIsOver, BadSignature.
    """
    recognition.demand_code(rule.code)
    stream = lock(joint.RECOGNITION + rule.code, operation, create=True)
    may(actor, "keep_standards", region=rule.counts_in)
    answer: Answer = {"recognition": rule.code}
    known = joint.read_recognition(rule.code)
    if known is not None:
        if (known.rule, known.signature) != (rule, signature):
            raise ToldOtherwise(f"互认规则 {rule.code} 未接收：本节点已有同一编号的另一规则。请对方换一个编号。")
        append(stream, [], at=now, answer=answer)
        return answer
    _demand_known(rule)
    agreement = joint.read_agreement(rule.agreement)
    event = recognition.record(
        rule,
        signature=signature,
        agreement=replace(agreement, ended_on=None, ended_because="") if agreement else None,
        verify=joint.verifier(Purpose.RECOGNITION),
        today=storage.day_of(signature.at),
    )
    joint.write_recognition(recognition.apply(None, event))
    append(stream, [event], at=now, answer=answer)
    return answer


@action
def end_recognition(
    *,
    operation: Operation,
    actor: Actor,
    code: str,
    ended_on: date,
    reason: str,
    now: datetime,
    at: datetime | None = None,
) -> Answer:
    """End a rule on a day; `at` is when another node did. Raises NotAllowed, NoSuchStream, InvalidRecognition."""
    stream = lock(joint.RECOGNITION + code, operation)
    before = joint.read_recognition(code)
    if before is None:
        raise NoSuchStream("未终止：没有这个编号的互认规则。请核对编号。")
    may(actor, "speak_for", bodies=[(before.signature.region, before.signature.body)])
    here.demand([before.signature.region] if at is None else [])
    event = recognition.end(before, ended_on=ended_on, reason=reason, at=at or now, today=storage.day_of(at or now))
    joint.write_recognition(recognition.apply(before, event))
    answer: Answer = {"recognition": code}
    append(stream, [event], at=now, answer=answer)
    return answer


def _demand_known(rule: RecognitionRule) -> None:
    """Refuse what the catalogue does not know. Raises InvalidRecognition."""
    for model, named, field in (
        (models.CertificateType, (rule.certificate,), "certificate"),
        (models.Material, rule.materials, "materials"),
        (models.Matter, rule.matters, "matters"),
    ):
        known = set(model._default_manager.filter(pk__in=named).values_list("pk", flat=True))
        if strange := [code for code in named if code not in known]:
            raise InvalidRecognition(f"互认规则未记录：目录中没有 {'、'.join(strange)}。请核对代码。", field=field)
