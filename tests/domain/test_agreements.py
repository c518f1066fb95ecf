"""What rests on an agreement stops with it; a joint meeting's undertakings are done once."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import date

import pytest

from tests.domain.regions_together import AGREEMENT, AT, BUREAUS
from tongban.domain import agreements, meetings
from tongban.domain.agreements import AgreementIsOver, InvalidAgreement
from tongban.domain.joint import Annex, Party, Undertaking
from tongban.domain.meetings import InvalidMeeting, Meeting, NothingToClose

DAY = date(2026, 9, 1)


def ended(*, ended_on=DAY, reason="由新协议替代。", today=date(2026, 3, 2), agreement=AGREEMENT):
    return agreements.end(agreement, ended_on=ended_on, reason=reason, at=AT, today=today)


def test_what_was_recorded_is_what_is_folded():
    assert agreements.fold([agreements.record(AGREEMENT, at=AT)]) == AGREEMENT
    assert agreements.fold([agreements.record(AGREEMENT, at=AT), ended()]) == replace(
        AGREEMENT, ended_on=DAY, ended_because="由新协议替代。"
    )


@pytest.mark.parametrize(
    ("today", "holds"),
    [(date(2026, 2, 28), False), (date(2026, 3, 1), True), (date(2031, 2, 28), True), (date(2031, 3, 1), False)],
)
def test_an_agreement_holds_from_its_first_day_until_its_last(today, holds):
    assert agreements.standing(AGREEMENT, today=today).holds is holds


def test_an_ended_agreement_holds_until_the_day_and_says_why():
    agreement = agreements.apply(AGREEMENT, ended())

    before, after = (agreements.standing(agreement, today=day) for day in (date(2026, 8, 31), DAY))

    assert (before.holds, after.holds, agreement.last) == (True, False, DAY)
    assert after.sentence == ("协议《京津冀政务服务合作框架协议》（JJJ-2026-01）已于 2026-09-01 终止：由新协议替代。")


def test_what_rests_on_no_agreement_is_refused():
    with pytest.raises(AgreementIsOver):
        agreements.demand(None, today=DAY)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": "京津冀/1"}, "number"),
        ({"title": " "}, "title"),
        ({"parties": BUREAUS[:1]}, "parties"),
        ({"parties": (*BUREAUS, BUREAUS[0])}, "parties"),
        ({"parties": (*BUREAUS[:2], Party("130000", "11130000MA0TB1276P", "河北"))}, "parties"),
        ({"from_on": date(2026, 2, 1)}, "from_on"),
        ({"until_on": date(2026, 3, 1)}, "until_on"),
        ({"annexes": (Annex("清单", "abc"),)}, "annexes"),
    ],
)
def test_an_agreement_that_contradicts_itself_is_refused(changes, field):
    with pytest.raises(InvalidAgreement) as refused:
        agreements.record(replace(AGREEMENT, **changes), at=AT)

    assert refused.value.field == field


@pytest.mark.parametrize(
    "act",
    [
        {"reason": " "},
        {"ended_on": date(2026, 3, 1)},
        {"ended_on": date(2031, 3, 1)},
        {"agreement": replace(AGREEMENT, ended_on=DAY)},
    ],
)
def test_an_agreement_ends_once_with_a_reason_and_not_backwards(act):
    with pytest.raises(InvalidAgreement):
        ended(**act)


@pytest.mark.parametrize("today", [date(2026, 2, 1), date(2031, 2, 28), date(2031, 3, 1)])
@pytest.mark.parametrize("over", [None, DAY])
def test_what_may_be_ended_today_is_what_ending_it_today_does_not_refuse(over, today):
    agreement = replace(AGREEMENT, ended_on=over)
    refusal = nullcontext() if agreement.may_end(today) else pytest.raises(InvalidAgreement)

    with refusal:
        ended(agreement=agreement, ended_on=today, today=today)


# --- Joint meetings ---------------------------------------------------------------------------------------------------

HELD = Meeting(
    id="JJJ-LX-2026-01",
    title="第一次联席会议",
    held_on=date(2026, 3, 2),
    agreement=AGREEMENT.number,
    attendees=BUREAUS,
    agenda=("审议事项清单",),
    minutes="一致同意。",
    undertakings=(
        Undertaking("完成会签", BUREAUS[0], date(2026, 3, 20)),
        Undertaking("开通互认", BUREAUS[2], date(2026, 6, 30)),
    ),
)
MEETING = meetings.apply(None, meetings.record(HELD, at=AT))


def test_an_undertaking_is_overdue_after_its_day_until_it_is_done():
    done = meetings.apply(MEETING, meetings.close(MEETING, number=1, outcome="已完成", at=AT))

    assert MEETING.overdue(today=date(2026, 3, 20)) == ()
    assert MEETING.overdue(today=date(2026, 3, 21)) == (1,)
    assert done.overdue(today=date(2026, 7, 1)) == (2,)


def test_an_undertaking_is_done_once_and_says_how():
    done = meetings.apply(MEETING, meetings.close(MEETING, number=2, outcome="已开通", at=AT))

    for number in (0, 2, 3):
        with pytest.raises(NothingToClose):
            meetings.close(done, number=number, outcome="又一次", at=AT)
    with pytest.raises(InvalidMeeting):
        meetings.close(done, number=1, outcome=" ", at=AT)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": "一/二"}, "meeting"),
        ({"title": ""}, "title"),
        ({"agenda": ()}, "agenda"),
        ({"minutes": " "}, "minutes"),
        ({"attendees": BUREAUS[:1]}, "attendees"),
        ({"attendees": BUREAUS[:2]}, "undertakings"),
        ({"held_on": date(2026, 4, 1)}, "undertakings"),
    ],
)
def test_a_meeting_that_lacks_something_is_refused(changes, field):
    with pytest.raises(InvalidMeeting) as refused:
        meetings.record(replace(HELD, **changes), at=AT)

    assert refused.value.field == field
