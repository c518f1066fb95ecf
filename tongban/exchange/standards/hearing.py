"""What does a node do with what another tells of its catalogue? It keeps a copy, where the other may say so.

The same actions as of its own people do so, with the peer as who acts: the steward of the regions it speaks for. What
is this node's own to say nobody tells it.

Source: design, invariants 9 to 11; `docs/exchange.md` has the bodies.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from tongban.catalogue import actions, copies, here, joint
from tongban.catalogue.actions import ToldOtherwise, TooEarly
from tongban.catalogue.copies import DESCRIPTIONS, KINDS, Copy, Kind
from tongban.domain.agreements import Agreement
from tongban.domain.batch import Signature
from tongban.domain.envelope import Message, Refusal
from tongban.domain.joint import Content, Party, RecognitionRule
from tongban.domain.meetings import Meeting
from tongban.domain.refused import Refused
from tongban.domain.regions import province_of
from tongban.domain.workdays import Notice
from tongban.exchange import peers, storage
from tongban.exchange.inbox import Handler
from tongban.exchange.models import Peer, Written
from tongban.exchange.standards import types, waiting
from tongban.exchange.standards.reading import NotReadable, Told, told
from tongban.keys.purposes import Purpose
from tongban.people import actor as people
from tongban.people import places
from tongban.people.actor import Actor
from tongban.people.places import PlainDepartment, PlainHall

Hear = Callable[[Told, Peer], None]
REFUSAL_CODE = re.compile(r"[a-z_]{1,60}")
MOST_WORDS = 500


class NotYours(Refused):
    """Something that the sender does not speak for."""

    code = "not_yours"


def handler(hear: Hear, *members: str) -> Handler:
    """Return what reads a message strictly and hears it; one that comes before that on which it rests waits."""

    def handle(message: Message, body: Any, now: datetime) -> None:
        one = told(message, body, now, *members)
        try:
            hear(one, Peer.objects.get(pk=message.source))
        except TooEarly:
            waiting.keep(message, body, now=now)
        else:
            if message.type in types.APART:
                waiting.wake(now=now)

    return handle


# --- who says so ------------------------------------------------------------------------------------------------------


def demand_speaks_for(peer: Peer, region: str) -> None:
    """Refuse what is not the peer's to say. Raises NotYours."""
    if here.speaks_for(region) or not peers.speaks_for(peer, region):
        raise NotYours(f"未接收：地区 {region} 不由节点 {peer.name} 负责。请由负责该地区的节点发送。")


def demand_party(peer: Peer, parties: Iterable[Party]) -> list[Party]:
    """Return those of these authorities that the peer speaks for. Raises NotYours where there is none."""
    own = [one for one in parties if peers.speaks_for(peer, one.region) and not here.speaks_for(one.region)]
    if not own:
        raise NotYours(f"未接收：节点 {peer.name} 不代表参加的任何一个单位。请由参加单位所在地区的节点发送。")
    return own


def acting(peer: Peer, *regions: str, parties: Iterable[Party] = ()) -> Actor:
    """Return the peer as who acts: for its regions, for these divisions in them, and for these authorities."""
    own = {(region, "") for region in (*peers.regions(peer), *regions) if peers.speaks_for(peer, region)}
    return people.node(peer.name, speaks_for=sorted(own | {(one.region, one.body) for one in parties}))


# --- what each publishes ----------------------------------------------------------------------------------------------


def hear_copy(name: str, one: Told, peer: Peer) -> None:
    """Keep a version of something."""
    kind = KINDS[name]
    version, says = one.number("version"), one.body["says"]
    value = one.plain("says", partial(_read, kind, version=version))
    region = kind.region(value)
    if region:
        demand_speaks_for(peer, region)
    copy = Copy(
        name,
        value,
        version,
        _digest(one, says),
        one.at(),
        one.digest("follows") if "follows" in one.body else "",
        one.text("departs_by") if "departs_by" in one.body else "",
    )
    actions.keep_copy(operation=one.operation, actor=acting(peer), copy=copy, now=one.now)


def _read(kind: Kind, says: Any, *, version: int) -> Any:
    value = kind.read(says, version)
    if kind.written(value) != says:
        raise ValueError("not its own written form")
    return value


def _digest(one: Told, says: Any) -> str:
    """The digest that the sender names is that of what he says. Raises NotReadable."""
    digest = one.digest("digest")
    if copies.digest_of(says) != digest:
        raise NotReadable("未接收：内容与摘要不符。请对方核对后重发。")
    return digest


def hear_description(name: str, one: Told, peer: Peer) -> None:
    """Keep what a material, a certificate type or a data element is, where it is unknown."""
    value = one.value("says", DESCRIPTIONS[name][1])
    actions.keep_description(operation=one.operation, actor=acting(peer), kind=name, value=value, now=one.now)


def hear_calendar(one: Told, peer: Peer) -> None:
    """Take in the holiday notice of a year that is unknown here."""
    notice = one.value("notice", Notice)
    actions.take_calendar(operation=one.operation, actor=acting(peer), notice=notice, now=one.now)


def hear_department(one: Told, peer: Peer) -> None:
    """Know a department of the peer's regions as it is called there now, with its desks."""
    department = one.value("department", PlainDepartment)
    demand_speaks_for(peer, department.region)
    places.keep_department(department, speaks_for=partial(peers.speaks_for, peer))


def hear_hall(one: Told, peer: Peer) -> None:
    """Know a hall of the peer's regions as it is called there now, with its windows."""
    hall = one.value("hall", PlainHall)
    demand_speaks_for(peer, hall.region)
    places.keep_hall(hall, speaks_for=partial(peers.speaks_for, peer))


# --- agreements, meetings, recognition --------------------------------------------------------------------------------


def hear_agreement(one: Told, peer: Peer) -> None:
    agreement = one.value("agreement", Agreement)
    own = demand_party(peer, agreement.parties)
    if agreement.ended_on is not None or agreement.ended_because:
        raise NotReadable("未接收：协议的终止另行告知。请对方核对程序版本。")
    known = joint.read_agreement(agreement.number)
    if known is None:
        actor = acting(peer, parties=own)
        actions.record_agreement(operation=one.operation, actor=actor, agreement=agreement, now=one.now, at=one.at())
    elif replace(known, ended_on=None, ended_because="") != agreement:
        raise ToldOtherwise(f"协议 {agreement.number} 未接收：本节点已有同一编号的另一协议。请双方核对。")


def hear_agreement_end(one: Told, peer: Peer) -> None:
    """An end that says no more than is known, or a later day than that, has no effect."""
    number, ended_on, reason = one.text("agreement"), one.day("ended_on"), one.text("reason")
    known = joint.read_agreement(number)
    if known is None:
        raise TooEarly(number)
    own = demand_party(peer, known.parties)
    if known.ended_on is not None and (ended_on, reason) >= (known.ended_on, known.ended_because):
        return
    actions.end_agreement(
        operation=one.operation,
        actor=acting(peer, parties=own),
        number=number,
        ended_on=ended_on,
        reason=reason,
        now=one.now,
        at=one.at(),
    )


def hear_meeting(one: Told, peer: Peer) -> None:
    meeting = one.value("meeting", Meeting)
    own = demand_party(peer, meeting.attendees)
    if meeting.done:
        raise NotReadable("未接收：议定事项的落实另行告知。请对方核对程序版本。")
    known = joint.read_meeting(meeting.id)
    if known is None:
        if meeting.agreement and joint.read_agreement(meeting.agreement) is None:
            raise TooEarly(meeting.agreement)
        actor = acting(peer, parties=own)
        actions.record_meeting(operation=one.operation, actor=actor, meeting=meeting, now=one.now, at=one.at())
    elif replace(known, done=()) != meeting:
        raise ToldOtherwise(f"会议 {meeting.id} 未接收：本节点已有同一编号的另一会议。请双方核对。")


def hear_undertaking(one: Told, peer: Peer) -> None:
    """What a meeting gave an authority of the peer's regions to do is done."""
    id, number, outcome = one.text("meeting"), one.number("number"), one.text("outcome")
    known = joint.read_meeting(id)
    if known is None:
        raise TooEarly(id)
    owners = [known.undertakings[number - 1].owner] if number <= len(known.undertakings) else []
    own = demand_party(peer, owners)
    done = known.done[number - 1]
    if done is None or done.outcome != outcome:
        actions.close_action(
            operation=one.operation,
            actor=acting(peer, parties=own),
            meeting=id,
            number=number,
            outcome=outcome,
            now=one.now,
            at=one.at(),
        )


def hear_recognition(one: Told, peer: Peer) -> None:
    """A rule counts by the signature of the region in which certificates of others are to count."""
    rule, signature = one.value("rule", RecognitionRule), one.value("signature", Signature)
    demand_speaks_for(peer, rule.counts_in)
    if signature.region != province_of(rule.counts_in):
        raise NotYours(f"未接收：互认规则 {rule.code} 应由认可地区签署。请由该地区的节点发送。")
    one.past(signature.at)
    if joint.read_agreement(rule.agreement) is None:
        raise TooEarly(rule.agreement)
    demand_key_known(one, peer, signature, Purpose.RECOGNITION)
    actor = acting(peer, rule.counts_in)
    actions.take_recognition(operation=one.operation, actor=actor, rule=rule, signature=signature, now=one.now)


def hear_recognition_end(one: Told, peer: Peer) -> None:
    code, ended_on, reason = one.text("recognition"), one.day("ended_on"), one.text("reason")
    known = joint.read_recognition(code)
    if known is None:
        raise TooEarly(code)
    demand_speaks_for(peer, known.rule.counts_in)
    if (known.ended_on, known.ended_because) != (ended_on, reason):
        bureau = Party(known.signature.region, known.signature.body, "")
        actions.end_recognition(
            operation=one.operation,
            actor=acting(peer, parties=[bureau]),
            code=code,
            ended_on=ended_on,
            reason=reason,
            now=one.now,
            at=one.at(),
        )


# --- batches ----------------------------------------------------------------------------------------------------------


def hear_proposal(one: Told, peer: Peer) -> None:
    """What a node that leads a batch puts to the regions, its own among them."""
    content = one.value("content", Content)
    if not any(peers.speaks_for(peer, region) and not here.speaks_for(region) for region in content.regions):
        raise NotYours(f"未接收：节点 {peer.name} 不代表批次 {content.batch} 的签署地区。请由签署地区的节点提请。")
    actions.take_proposal(
        operation=one.operation,
        actor=acting(peer),
        content=content,
        digest=one.digest("digest"),
        departments=one.value("departments", tuple[Party, ...]),
        at=one.at(),
        now=one.now,
    )


def hear_sign_off(one: Told, peer: Peer) -> None:
    """Departments of the peer's region have signed off."""
    region = one.text("region")
    demand_speaks_for(peer, region)
    actions.take_sign_off(
        operation=one.operation,
        actor=acting(peer, region),
        code=one.text("batch"),
        serial=one.number("serial"),
        region=region,
        departments=one.value("departments", tuple[str, ...]),
        digest=one.digest("digest"),
        at=one.at(),
        now=one.now,
    )


def hear_signature(one: Told, peer: Peer) -> None:
    """The bureau of the peer's region has signed, with a key that its trust list names."""
    signature = one.value("signature", Signature)
    demand_speaks_for(peer, signature.region)
    one.past(signature.at)
    demand_key_known(one, peer, signature, Purpose.BATCH)
    actions.take_signature(
        operation=one.operation,
        actor=acting(peer, signature.region),
        code=one.text("batch"),
        serial=one.number("serial"),
        signature=signature,
        now=one.now,
    )


def hear_recall(one: Told, peer: Peer) -> None:
    """The node that leads a batch takes an act back."""
    actions.take_recall(
        operation=one.operation,
        actor=acting(peer),
        code=one.text("batch"),
        serial=one.number("serial"),
        reason=one.text("reason"),
        at=one.at(),
        now=one.now,
    )


def hear_refused(one: Told, peer: Peer) -> None:
    """What this node told, and what waited there, was refused in the end: it stands as refused here too."""
    about = {"sequence": one.number("sequence"), "digest": one.digest("digest")}
    code, words = one.plain("code", _refusal_code), one.plain("words", _refusal_words)
    row = Written.objects.filter(peer=peer, type__startswith=types.PREFIX, **about).first()
    if row is None:
        raise NotYours(f"未接收：本节点没有向{peer.name}告知过这一条。请对方核对。")
    if not row.refused_code:
        storage.note_refusals(peer.name, [Refusal(row.sequence, code, words)])


def _refusal_code(said: Any) -> str:
    if not isinstance(said, str) or not REFUSAL_CODE.fullmatch(said):
        raise ValueError(said)
    return said


def _refusal_words(said: Any) -> str:
    if not isinstance(said, str) or not 0 < len(said) <= MOST_WORDS or not said.isprintable():
        raise ValueError(said)
    return said


def demand_key_known(one: Told, peer: Peer, signature: Signature, purpose: Purpose) -> None:
    """Wait for the list that names a key: it may be younger than this node's copy of the peer's list.

    A list that was read after the message arrived has the last word. Raises TooEarly, ListTooOld.
    """
    if signature.key in peers.keys_for_regions(purpose):
        return
    stored_at = waiting.stored_at(one.message)
    if stored_at is None:
        raise TooEarly(signature.key)
    if peer.trusted_at is None or peer.trusted_at <= stored_at:
        raise waiting.ListTooOld(f"签署所用的密钥 {signature.key} 不在已知的信任列表中。")


# --- what is heard ----------------------------------------------------------------------------------------------------

VERSION = ("version", "digest", "at", "says")

HANDLERS: Mapping[str, Handler] = {
    **{types.of(name): handler(partial(hear_copy, name), *VERSION) for name in KINDS},
    types.of("implementation"): handler(partial(hear_copy, "implementation"), *VERSION, "follows", "departs_by"),
    **{types.of(name): handler(partial(hear_description, name), "says") for name in DESCRIPTIONS},
    types.of("calendar"): handler(hear_calendar, "notice"),
    types.of("department"): handler(hear_department, "department"),
    types.of("hall"): handler(hear_hall, "hall"),
    types.of("agreement"): handler(hear_agreement, "agreement", "at"),
    types.of("agreement_end"): handler(hear_agreement_end, "agreement", "ended_on", "reason", "at"),
    types.of("meeting"): handler(hear_meeting, "meeting", "at"),
    types.of("undertaking"): handler(hear_undertaking, "meeting", "number", "outcome", "at"),
    types.of("recognition"): handler(hear_recognition, "rule", "signature"),
    types.of("recognition_end"): handler(hear_recognition_end, "recognition", "ended_on", "reason", "at"),
    types.of("proposal"): handler(hear_proposal, "content", "digest", "departments", "at"),
    types.of("sign_off"): handler(hear_sign_off, "batch", "serial", "region", "departments", "digest", "at"),
    types.of("signature"): handler(hear_signature, "batch", "serial", "signature"),
    types.of("recall"): handler(hear_recall, "batch", "serial", "reason", "at"),
    types.of("refused"): handler(hear_refused, "sequence", "digest", "code", "words"),
}
