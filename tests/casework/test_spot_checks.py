"""Decisions on the spot are sampled when a month is over: draw, list, check, and what follows from a wrong one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.casework.conftest import DAY, read
from tests.casework.pages import text
from tests.casework.test_statements import ACTION, at_most, warm
from tongban.casework import actions, draws, models, queries
from tongban.casework.actions import spot_checks
from tongban.domain import draw
from tongban.domain import spot_checks as kernel
from tongban.domain.acts import SameEyes
from tongban.domain.application import Case
from tongban.domain.events import FollowUp, SupervisionRule
from tongban.journal import outbox
from tongban.journal import queries as journal
from tongban.keys import actions as keys
from tongban.people.models import Account
from tongban.people.permissions import NotAllowed
from tongban.project import walk
from tongban.project.walk import at, who
from tongban.web import clock

__all__ = ["warm"]

FILING = "HS-06"
SUPERVISOR = "hanlei"
MONTH, OVER, LATE = "2026-03", date(2026, 4, 1), date(2026, 4, 24)


@pytest.fixture
def filed(house: walk.Walk, accepted: str) -> str:
    """A filing decided on the spot on 2 March."""
    house.conclude_one(accepted, index_of(accepted), day=DAY)
    assert case(accepted).approved
    return accepted


@pytest.fixture
def drawn(filed: str) -> str:
    """March is over, a checkpoint is signed, and the watcher has drawn."""
    keys.checkpoint(now=at(OVER, 0, 1))
    assert spot_checks.draw_months(now=at(OVER, 9)) == 1
    outbox.run(clock=lambda: at(OVER, 9))
    return filed


def index_of(application: str) -> int:
    return next(one.index for one in read(application).cases if one.matter == FILING)


def case(application: str) -> Case:
    return read(application).case(index_of(application))


def check(application: str, *, by: str = SUPERVISOR, day: date = OVER, **changes: Any) -> Any:
    asked: dict[str, Any] = {"right": True, "follow_up": None, "finding": "核对了备案材料"} | changes
    return actions.check(
        operation=f"check/{by}/{asked['right']}",
        actor=who(by, today=day),
        application=application,
        case=index_of(application),
        now=at(day, 10),
        **asked,
    )


def draw_month(*, by: str = SUPERVISOR, operation: str = "month", now: datetime | None = None, **changes: str) -> Any:
    asked = {"region": "130209", "body": "", "month": MONTH} | changes
    return actions.draw_month(operation=operation, actor=who(by, today=OVER), now=now or at(OVER, 9), **asked)


def test_a_month_that_is_over_is_drawn_from_once_with_a_seed_that_nobody_chose(house: walk.Walk, filed: str) -> None:
    body = case(filed).body
    keys.checkpoint(now=at(DAY, 23))
    with pytest.raises(kernel.MonthNotOver):
        draw_month(body=body, now=at(date(2026, 3, 31), 23))
    with pytest.raises(draw.NoSeed):
        draw_month(body=body)
    assert spot_checks.draw_months(now=at(OVER, 9)) == 0
    house.conclude_one(filed, 1, day=DAY)  # something is to be signed
    keys.checkpoint(now=at(OVER, 0, 1))
    with pytest.raises(NotAllowed, match="效能监察员"):
        draw_month(body=body, by="zhaolei")
    with pytest.raises(draw.NothingToDraw, match="没有当场决定"):
        draw_month(body="11130200MA0TB0010N")

    answer = draw_month(body=body)

    held = draws.find(answer["draw"])
    number = f"{read(filed).number}-{index_of(filed):04}"
    assert (held.share, held.candidates, held.drawn, held.month) == (20, (number,), (number,), MONTH)
    assert draws.wrong_with(held) == ""
    assert draw_month(body=body) == answer
    with pytest.raises(spot_checks.AlreadyDrawn, match="只抽取一次"):
        draw_month(body=body, operation="again")
    assert spot_checks.draw_months(now=at(OVER, 9)) == 0
    assert models.DrawnMonth.objects.filter(month=MONTH).exists()
    assert journal.soundness().replay_ok


def test_the_watcher_draws_by_itself_and_a_look_costs_nothing_afterwards(drawn: str) -> None:
    assert case(drawn).proceedings.spot_check is not None
    assert [(one.case, one.check_by_on) for one in queries.spot_checks(who(SUPERVISOR, today=OVER))] == [
        (index_of(drawn), date(2026, 4, 23))
    ]
    assert [one.event for one in queries.history(read(drawn))][-1] is not None
    with at_most(1):
        assert spot_checks.draw_months(now=at(OVER, 10)) == 0


def test_whoever_decided_does_not_check_and_strangers_do_not_either(drawn: str) -> None:
    decided = case(drawn)
    assert decided.conclusion is not None
    decider = Account.objects.get(pk=decided.conclusion.by.removeprefix("account:")).username

    with pytest.raises(SameEyes, match="您不能抽查"):
        check(drawn, by=decider)
    with pytest.raises(NotAllowed, match="抽查"):
        check(drawn, by="liufang")


def test_a_wrong_decision_opens_a_supervision_case_and_stands_meanwhile(drawn: str) -> None:
    application = drawn
    asked = {"application": application, "case": index_of(application), "now": at(OVER, 10)}
    supervisor = who(SUPERVISOR, today=OVER)

    with at_most(ACTION):
        actions.check(operation="c", actor=supervisor, right=False, follow_up=FollowUp.ANNUL, finding="缺材料", **asked)

    after = case(application)
    assert after.approved
    assert [one.rule for one in after.proceedings.supervision if one.closed_at is None] == [
        SupervisionRule.SPOT_CHECK_FAILED
    ]
    assert queries.spot_checks(supervisor) == []
    assert journal.soundness().replay_ok


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: at(OVER, 10))


def sign_in(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username))
    return client


@pytest.mark.usefixtures("stands")
def test_a_supervisor_draws_on_the_page_and_everybody_may_draw_again(filed: str) -> None:
    keys.checkpoint(now=at(OVER, 0, 1))
    supervisor, address = sign_in(SUPERVISOR), reverse("casework:hold_draw")
    assert "2026-03 当场决定 1 个办件，抽查比例 20%" in text(supervisor.get(address))
    asked = {"operation": "m", "region": "130209", "body": case(filed).body, "month": MONTH}
    assert sign_in("zhaolei").post(reverse("casework:draw_month"), asked).status_code == 403

    bare = supervisor.post(reverse("casework:draw_month"), {"operation": "m"})
    held = supervisor.post(reverse("casework:draw_month"), asked)

    assert bare.headers["Location"] == address
    assert "没有等待抽取的月份" in text(supervisor.get(address))
    page = text(Client().get(held.headers["Location"]))
    assert "2026-03 的当场决定" in page
    assert "2026-03 结束后签署的第一个" in page
    assert "结果相同" in page
    assert "2026-03 的当场决定" in text(Client().get(reverse("casework:draws")))
    again = supervisor.post(reverse("casework:draw_month"), asked | {"operation": "n"})
    assert again.status_code == 409


@pytest.mark.usefixtures("stands")
def test_a_check_is_recorded_on_the_page(drawn: str) -> None:
    address = reverse("casework:spot_check", args=[read(drawn).number, index_of(drawn)])
    supervisor = sign_in(SUPERVISOR)
    assert address in supervisor.get(reverse("casework:spot_checks")).content.decode()
    assert supervisor.post(address, {"operation": "x", "found": "wrong"}).status_code == 422
    undecided = supervisor.post(address, {"operation": "x", "found": "wrong", "finding": "缺材料"})
    assert undecided.status_code == 422
    assert "必须选择怎样处理" in text(undecided)
    assert supervisor.post(address, {"operation": "x", "found": "<", "follow_up": "?"}).status_code == 422

    recorded = supervisor.post(
        address, {"operation": "x", "found": "wrong", "follow_up": "correct", "finding": "写错一字"}
    )

    assert recorded.status_code == 302
    page = text(supervisor.get(address))
    assert "有误" in page
    assert "写错一字" in page
    assert "没有等待抽查的办件" in text(supervisor.get(reverse("casework:spot_checks")))
    assert supervisor.post(address, {"operation": "y", "found": "right", "finding": "好"}).status_code == 409
    assert sign_in("liufang").get(address).status_code == 403
