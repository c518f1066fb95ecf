"""Agreements and joint meetings are records: who speaks for a party writes them, once, and they are journalled."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.catalogue.regions_sign import BEIJING, HEBEI, LATER, NOW, REGIONS, TODAY, agreement, bodies, operation, who
from tests.soundness import demand_sound
from tongban.catalogue import actions, joint, models
from tongban.domain.agreements import InvalidAgreement
from tongban.domain.joint import Undertaking
from tongban.domain.meetings import InvalidMeeting, Meeting, NothingToClose
from tongban.journal import queries as journal
from tongban.journal.actions import NoSuchStream
from tongban.people.permissions import NotAllowed

BUREAUS = tuple(bodies("bureau")[region] for region in REGIONS)
TRANSPORT = bodies("transport")[HEBEI]
MEETING = Meeting(
    id="JJJ-LX-2026-01",
    title="第一次联席会议",
    held_on=TODAY,
    agreement="JJJ-2026-01",
    attendees=(*BUREAUS, TRANSPORT),
    agenda=("审议事项清单",),
    minutes="一致同意。",
    undertakings=(Undertaking("完成会签", TRANSPORT, LATER), Undertaking("开通互认", BUREAUS[0], LATER)),
)


@pytest.fixture(autouse=True)
def recorded(demo_people: None) -> None:
    record()


def record(username: str = "shenyue", **changes: object) -> None:
    actions.record_agreement(operation=operation(), actor=who(username), agreement=agreement(**changes), now=NOW)


def end(username: str = "shenyue", number: str = "JJJ-2026-01") -> None:
    actions.end_agreement(
        operation=operation(), actor=who(username), number=number, ended_on=LATER, reason="由新协议替代。", now=NOW
    )


def meet(username: str = "shenyue", **changes: object) -> None:
    meeting = replace(MEETING, **changes)
    actions.record_meeting(operation=operation(), actor=who(username), meeting=meeting, now=NOW)


def close(username: str, number: int = 1) -> None:
    actions.close_action(
        operation=operation(), actor=who(username), meeting=MEETING.id, number=number, outcome="已完成", now=NOW
    )


def test_what_was_recorded_reads_back_equal() -> None:
    assert joint.read_agreement("JJJ-2026-01") == agreement()
    demand_sound()


def test_an_agreement_is_recorded_once_by_one_of_its_parties() -> None:
    with pytest.raises(InvalidAgreement, match="已有协议"):
        record(title="另一份")
    with pytest.raises(NotAllowed):
        record("xujing", number="JJJ-2026-02")
    with pytest.raises(NotAllowed):
        record("tianwenjing", number="JJJ-2026-02", parties=(BUREAUS[0], BUREAUS[2]))


def test_an_agreement_is_ended_by_one_of_its_parties() -> None:
    with pytest.raises(NotAllowed):
        end("jialixin")
    with pytest.raises(NoSuchStream):
        end(number="JJJ-2020-01")

    end("gumingyuan")

    assert joint.read_agreement("JJJ-2026-01").ended_on == LATER
    assert models.Agreement.objects.get().last_on == LATER
    demand_sound()


def test_a_meeting_is_recorded_once_by_somebody_who_attended_under_an_agreement() -> None:
    with pytest.raises(NotAllowed):
        meet("xujing")
    with pytest.raises(InvalidMeeting, match="没有编号为"):
        meet(agreement="JJJ-2020-01")

    meet("jialixin")

    with pytest.raises(InvalidMeeting, match="已有会议"):
        meet()
    assert [one.title for one in joint.read_meetings("JJJ-2026-01")] == ["第一次联席会议"]
    demand_sound()


def test_an_undertaking_is_closed_by_its_owner() -> None:
    meet()
    for username in ("shenyue", "gumingyuan"):
        with pytest.raises(NotAllowed):
            close(username)

    close("jialixin")

    with pytest.raises(NothingToClose):
        close("jialixin")
    (meeting,) = joint.read_meetings()
    assert [done and done.outcome for done in meeting.done] == ["已完成", None]
    demand_sound()


def test_a_row_changed_behind_the_journal_is_noticed() -> None:
    models.Agreement.objects.update(title="改过的标题")

    faults = journal.soundness().replay_faults

    assert [fault.stream for fault in faults] == ["agreement/JJJ-2026-01"]


def test_a_party_of_the_agreement_is_found_by_its_region() -> None:
    assert joint.read_agreement("JJJ-2026-01").party(BEIJING) == BUREAUS[0]
