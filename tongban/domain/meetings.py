"""What did a joint meeting settle, and who still has something to do?

A joint meeting (联席会议) has an agenda, minutes and undertakings (议定事项): each has an owner and a day, and is done
once. What is not done by its day is overdue.

Source: 京津冀自贸试验区联席会议机制 (2021), as the mission names it; the fields are composed for this project.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from tongban.domain.agreements import NUMBER
from tongban.domain.events import Event, MeetingRecorded, UndertakingDone
from tongban.domain.joint import Party, Undertaking
from tongban.domain.refused import Refused


class InvalidMeeting(Refused):
    """A meeting that cannot be recorded as it is."""

    code = "invalid_meeting"


class NothingToClose(Refused):
    """An undertaking that is not there or is done already."""

    code = "nothing_to_close"


@dataclass(frozen=True, slots=True)
class Done:
    outcome: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Meeting:
    """`done` has one place for each undertaking, None until it is done; none at all before it is recorded."""

    id: str
    title: str
    held_on: date
    agreement: str
    attendees: tuple[Party, ...]
    agenda: tuple[str, ...]
    minutes: str
    undertakings: tuple[Undertaking, ...]
    done: tuple[Done | None, ...] = ()

    def overdue(self, *, today: date) -> tuple[int, ...]:
        """Return the numbers of what is not done and should be."""
        return tuple(
            number
            for number, (one, done) in enumerate(zip(self.undertakings, self.done, strict=True), start=1)
            if done is None and one.due_on < today
        )


def record(meeting: Meeting, *, at: datetime) -> MeetingRecorded:
    """Return what recording it means. Raises InvalidMeeting."""
    _demand(bool(NUMBER.fullmatch(meeting.id)), "编号只用字母、数字和连字符，最多 60 个字符", "meeting")
    _demand(bool(meeting.title.strip()), "缺少标题", "title")
    _demand(bool(meeting.agenda), "缺少议程", "agenda")
    _demand(bool(meeting.minutes.strip()), "缺少纪要", "minutes")
    _demand(len({party.region for party in meeting.attendees}) > 1, "至少要有两个地区参加", "attendees")
    attending = {party.body for party in meeting.attendees}
    for one in meeting.undertakings:
        _demand(one.owner.body in attending, f"承办“{one.text}”的{one.owner.name}没有参加会议", "undertakings")
        _demand(one.due_on >= meeting.held_on, f"“{one.text}”的期限早于会议日期", "undertakings")
    return MeetingRecorded(
        meeting.id,
        meeting.title,
        meeting.held_on,
        meeting.agreement,
        meeting.attendees,
        meeting.agenda,
        meeting.minutes,
        meeting.undertakings,
        at,
    )


def close(meeting: Meeting, *, number: int, outcome: str, at: datetime) -> UndertakingDone:
    """Return what it means that an undertaking is done. Raises NothingToClose, InvalidMeeting."""
    if not 1 <= number <= len(meeting.undertakings):
        raise NothingToClose(f"未办结：会议“{meeting.title}”没有第 {number} 项议定事项。请核对序号。")
    if meeting.done[number - 1] is not None:
        raise NothingToClose(f"未办结：第 {number} 项议定事项已经办结，无需再办。")
    if not outcome.strip():
        raise InvalidMeeting("未办结：没有写明落实情况。请填写落实情况。", field="outcome")
    return UndertakingDone(number, outcome, at)


def apply(meeting: Meeting | None, event: Event) -> Meeting:
    """Return the meeting after the event; None before it was recorded."""
    match meeting, event:
        case None, MeetingRecorded():
            return Meeting(
                event.meeting,
                event.title,
                event.held_on,
                event.agreement,
                event.attendees,
                event.agenda,
                event.minutes,
                event.undertakings,
                (None,) * len(event.undertakings),
            )
        case Meeting(), UndertakingDone():
            done = list(meeting.done)
            done[event.number - 1] = Done(event.outcome, event.at)
            return replace(meeting, done=tuple(done))
    raise ValueError(f"{type(event).__name__} does not belong to the stream of a meeting")


def fold(events: Iterable[Event]) -> Meeting | None:
    meeting = None
    for event in events:
        meeting = apply(meeting, event)
    return meeting


def _demand(right: bool, what: str, field: str) -> None:
    if not right:
        raise InvalidMeeting(f"会议未记录：{what}。请补正后再记录。", field=field)
