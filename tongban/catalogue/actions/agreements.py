"""What is done to agreements and joint meetings: record them, end an agreement, close what a meeting settled.

Whoever does so speaks for one of the authorities concerned. With an agreement end the standards of every batch that
rests on it, in the same transaction. `at` is when another node did so, which tells of it now.
"""

from __future__ import annotations

from datetime import date, datetime

from tongban.catalogue import entries, joint, standing, storage
from tongban.domain import agreements, meetings
from tongban.domain.agreements import Agreement, InvalidAgreement
from tongban.domain.batch import Batch
from tongban.domain.events import StandardEnded
from tongban.domain.joint import ActKind, Party
from tongban.domain.meetings import InvalidMeeting, Meeting
from tongban.journal.actions import Answer, NoSuchStream, Operation, action, append, lock
from tongban.people.actor import SYSTEM, Actor
from tongban.people.permissions import may


@action
def record_agreement(
    *, operation: Operation, actor: Actor, agreement: Agreement, now: datetime, at: datetime | None = None
) -> Answer:
    """Write an agreement down; answers its number. Raises NotAllowed, InvalidAgreement."""
    # No stream is made for what is no number, and no database keeps its name.
    event = agreements.record(agreement, at=at or now)
    stream = lock(joint.AGREEMENT + agreement.number, operation, create=True)
    may(actor, "speak_for", bodies=_bodies(agreement.parties))
    if joint.read_agreement(agreement.number) is not None:
        raise InvalidAgreement(f"协议未记录：编号 {agreement.number} 已有协议。请核对编号。", field="number")
    joint.write_agreement(agreements.apply(None, event))
    _list_offers(agreement.number, now)
    answer: Answer = {"agreement": agreement.number}
    append(stream, [event], at=now, answer=answer)
    return answer


@action
def end_agreement(
    *,
    operation: Operation,
    actor: Actor,
    number: str,
    ended_on: date,
    reason: str,
    now: datetime,
    at: datetime | None = None,
) -> Answer:
    """End an agreement, and the standards that rest on it; answers how many. Raises NotAllowed, InvalidAgreement."""
    stream = lock(joint.AGREEMENT + number, operation)
    before = joint.read_agreement(number)
    if before is None:
        raise NoSuchStream("未终止：没有这个编号的协议。请核对编号。")
    may(actor, "speak_for", bodies=_bodies(before.parties))
    if at is None:
        event = agreements.end(before, ended_on=ended_on, reason=reason, at=now, today=storage.day_of(now))
    else:
        event = agreements.end_earlier(before, ended_on=ended_on, reason=reason, at=at, today=storage.day_of(at))
    joint.write_agreement(agreements.apply(before, event))
    ended = _end_standards(number, ended_on, now)
    answer: Answer = {"agreement": number, "standards": ended}
    append(stream, [event], at=now, answer=answer)
    return answer


def _end_standards(number: str, ended_on: date, now: datetime) -> int:
    """Whoever completes a batch waits for the catalogue's lock too, and then finds the agreement ended."""
    catalogue = lock(storage.STREAM, Operation(f"agreement/{number}/ended/{ended_on}", SYSTEM.id, ""), create=True)
    events: list[StandardEnded] = []
    for one in joint.resting_on(number):
        events += storage.end(_put_in_force(one), batch=one.code, until_on=ended_on, at=now)
    append(catalogue, events, at=now, answer={})
    ended = {event.matter for event in events}
    entries.write(ended | standing.offered_under(number), today=storage.day_of(now))
    return len(ended)


def _list_offers(number: str, now: datetime) -> None:
    """Offers that were published before their agreement count from now on."""
    waiting = standing.offered_under(number)
    if waiting:
        catalogue = lock(storage.STREAM, Operation(f"agreement/{number}/recorded", SYSTEM.id, ""), create=True)
        append(catalogue, [], at=now, answer={})
        entries.write(waiting, today=storage.day_of(now))


def _put_in_force(batch: Batch) -> list[tuple[str, int]]:
    """Return every version that acts of the batch ever put in force."""
    acts = [act for act in batch.completed if act.content.kind is not ActKind.WITHDRAWAL]
    return sorted({(one.matter, one.version) for act in acts for one in act.content.standards})


@action
def record_meeting(
    *, operation: Operation, actor: Actor, meeting: Meeting, now: datetime, at: datetime | None = None
) -> Answer:
    """Write a joint meeting down; answers its id. Raises NotAllowed, InvalidMeeting."""
    event = meetings.record(meeting, at=at or now)
    stream = lock(joint.MEETING + meeting.id, operation, create=True)
    may(actor, "speak_for", bodies=_bodies(meeting.attendees))
    if joint.read_meeting(meeting.id) is not None:
        raise InvalidMeeting(f"会议未记录：编号 {meeting.id} 已有会议。请核对编号。", field="meeting")
    if meeting.agreement and joint.read_agreement(meeting.agreement) is None:
        raise InvalidMeeting(f"会议未记录：没有编号为 {meeting.agreement} 的协议。请先记录协议。", field="agreement")
    joint.write_meeting(meetings.apply(None, event))
    answer: Answer = {"meeting": meeting.id}
    append(stream, [event], at=now, answer=answer)
    return answer


@action
def close_action(
    *,
    operation: Operation,
    actor: Actor,
    meeting: str,
    number: int,
    outcome: str,
    now: datetime,
    at: datetime | None = None,
) -> Answer:
    """Say that what a meeting gave somebody to do is done. Raises NotAllowed, NothingToClose, InvalidMeeting."""
    stream = lock(joint.MEETING + meeting, operation)
    before = joint.read_meeting(meeting)
    if before is None:
        raise NoSuchStream("未办结：没有这个编号的会议。请核对编号。")
    event = meetings.close(before, number=number, outcome=outcome, at=at or now)
    may(actor, "speak_for", bodies=_bodies((before.undertakings[number - 1].owner,)))
    joint.write_meeting(meetings.apply(before, event))
    answer: Answer = {"meeting": meeting, "number": number}
    append(stream, [event], at=now, answer=answer)
    return answer


def _bodies(parties: tuple[Party, ...]) -> list[tuple[str, str]]:
    return [(party.region, party.body) for party in parties]
