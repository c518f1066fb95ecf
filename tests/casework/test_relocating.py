"""A company moves to another province: its rating, history, open matters and retained tax go along, once."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from django.core.management import call_command
from pytest_django import Settings

from tests.casework.conftest import DAY, read
from tongban.casework import actions, drafts, filling, storage
from tongban.casework.actions.changes import NotInTheForm
from tongban.certificates import queries as wallet
from tongban.domain import certificate as kernel
from tongban.domain import conditions
from tongban.domain.application import CaseState
from tongban.domain.certificate import Related, Relation, Status
from tongban.domain.conditions import Eligibility
from tongban.domain.events import RetainedTaxRefunded, TaxRecordCarried
from tongban.domain.relocation import Level, NotMovable, OpenMatter, Rating, standing
from tongban.journal import queries as journal
from tongban.project.moving import BEIJING, MOVES, REFUND, TIANJIN, Moving
from tongban.project.walk import at, who
from tongban.registries import taxes

NUMBER = "91110108MA0TB40479"
NEW = "91120116MA0TB6069N"


def company(username: str = "liangyu", number: str = NUMBER) -> Moving:
    return Moving(username, f"org:{number}", DAY, "test", lambda sentence: None)


@pytest.fixture
def one(moving: None) -> Moving:
    return company()


@pytest.fixture
def taken_in(one: Moving) -> str:
    application = one.hand_in()
    one.accept(application)
    return application


def content(identifier: str) -> dict[str, str]:
    found = kernel.open_up(wallet.read(identifier=identifier))[0]
    return {code: value for code, _, value in found.content}


def eligible(one: Moving) -> tuple[Eligibility, dict[str, str]]:
    """Whether the company may ask for its refund in Tianjin, as its form stands."""
    draft = one.refund_draft()
    actor = who(one.username, acting_for=one.party, today=DAY)
    assert actor.party is not None
    filled = filling.read(draft, holder=actor.party, now=at(DAY, 16))
    judged = conditions.evaluate(
        filled.catalogue.standards[REFUND].conditions, filled.values, filled.catalogue.elements
    )
    return conditions.verdict(judged), {each.condition.text: each.verdict.value for each in judged}


def test_both_tax_authorities_decide_one_application_and_the_record_is_carried_over(one: Moving, taken_in: str) -> None:
    before = taxes.standing(number=NUMBER)

    one.conclude(taken_in, 1)
    between = taxes.records(number=NUMBER)
    one.conclude(taken_in, 2, hour=15)

    left, reached = taxes.records(number=NUMBER)
    found = read(taken_in)
    assert between == (before,)
    assert [case.body[:4] for case in found.cases] == ["1111", "1112"]
    assert found.closed_at is not None
    assert (reached.region, reached.ratings, reached.open, reached.retained) == (
        TIANJIN,
        before.ratings,
        before.open,
        before.retained,
    )
    assert (left.region, left.ratings, left.open, left.retained.fen) == (BEIJING, before.ratings, (), 0)
    assert reached.moves[-1].confirmation == found.case(1).certificate


def test_the_new_certificate_is_tianjins_and_says_what_beijing_rated(one: Moving, taken_in: str) -> None:
    one.conclude(taken_in, 1)
    one.conclude(taken_in, 2, hour=15)

    issued = wallet.find(identifier=read(taken_in).case(2).certificate)
    said = content(issued.identifier)

    assert (issued.issuer_name, issued.region) == ("国家税务总局天津市税务局", TIANJIN)
    assert (said["credit_level"], said["credit_year"], said["new_taxpayer"]) == ("A 级", "2025 年", "否")
    assert said["credit_history"] == "2021 年 B 级；2022 年 B 级；2023 年 A 级；2024 年 A 级；2025 年 A 级"


def test_the_new_rating_follows_the_old_one_which_is_struck_off(one: Moving, taken_in: str) -> None:
    rated = taxes.standing(number=NUMBER).rating
    assert rated is not None
    before = wallet.find(identifier=rated.certificate)
    one.conclude(taken_in, 1)
    one.conclude(taken_in, 2, hour=15)

    after = wallet.find(identifier=read(taken_in).case(2).certificate)

    assert (before.issuer_name, before.status) == ("国家税务总局北京市税务局", Status.IN_FORCE)
    assert after.related == Related(before.identifier, Relation.TRANSFER)
    assert wallet.find(identifier=before.identifier).status is Status.CANCELLED
    assert journal.soundness().replay_ok


def test_a_conclusion_signed_early_carries_the_record_when_the_other_region_lets_go(one: Moving, taken_in: str) -> None:
    one.conclude(taken_in, 2, hour=11)

    assert read(taken_in).case(2).state is CaseState.CONCLUDED
    assert taxes.standing(number=NUMBER).region == BEIJING

    one.conclude(taken_in, 1)

    carried = [each.event for each in journal.entries(storage.stream_of(taken_in))][-2]
    assert taxes.standing(number=NUMBER).region == TIANJIN
    assert isinstance(carried, TaxRecordCarried)
    assert (carried.left, carried.reached) == (BEIJING, TIANJIN)


def test_a_company_is_not_let_go_while_something_must_be_settled_first(one: Moving, taken_in: str) -> None:
    record = taxes.standing(number=NUMBER)
    arrears = OpenMatter("BJ-QS-1", "ARREARS", DAY, BEIJING)
    taxes.EmbeddedTaxRegistry().keep(
        number=NUMBER, records=[replace(record, open=(*record.open, arrears))], seen=[record], now=at(DAY, 11)
    )

    with pytest.raises(NotMovable, match="还有 1 项须先办结的涉税事项：欠缴税款（BJ-QS-1）"):
        one.conclude(taken_in, 1)

    assert read(taken_in).case(1).state is CaseState.ACCEPTED
    assert taxes.standing(number=NUMBER).region == BEIJING


def test_what_changed_in_the_record_since_is_not_certified_as_it_was(one: Moving, taken_in: str) -> None:
    taxes.rate(number=NUMBER, rating=Rating(2026, Level.C, BEIJING), now=at(DAY, 11))

    with pytest.raises(taxes.RecordMoved, match="在提交申请之后有变化"):
        one.conclude(taken_in, 1)


def test_a_company_leaves_only_from_where_it_is(one: Moving) -> None:
    first, second = one.hand_in(), replace(one, tag="again").hand_in()
    for application in (first, second):
        one.accept(application)
    one.conclude(first, 1)
    one.conclude(first, 2, hour=15)

    with pytest.raises(NotMovable, match="现在不在所申请的迁出地"):
        one.conclude(second, 1, hour=16)

    assert len(taxes.records(number=NUMBER)) == 2


def test_what_the_record_tells_is_not_asked_and_cannot_be_told_otherwise(one: Moving) -> None:
    draft = one.draft()
    drafts.fill(draft, {"credit_level": "D", "retained_tax": "1.00"}, today=DAY, now=at(DAY, 9))
    application = one._submit(draft, "move")

    with pytest.raises(NotInTheForm):
        actions.change(
            operation="change",
            actor=who(one.username, acting_for=one.party, today=DAY),
            application=application,
            values={"credit_level": "B"},
            now=at(DAY, 10),
        )
    one.accept(application)
    one.conclude(application, 1)
    assert content(read(application).case(1).certificate)["credit_level"] == "A 级"


def test_who_moved_with_an_a_qualifies_for_the_refund_at_once_and_a_new_enterprise_does_not(one: Moving) -> None:
    application = one.hand_in()
    one.accept(application)
    one.conclude(application, 1)
    one.conclude(application, 2, hour=15)

    moved, _ = eligible(one)
    young, why = eligible(company("fangyuan", NEW))

    assert moved is Eligibility.ELIGIBLE
    assert young is Eligibility.NOT_ELIGIBLE
    assert why == {
        "纳税信用等级为 A 级或者 B 级": "false",
        "不属于新办企业，或者首次登记已满两年": "false",
        "期末留抵税额大于零": "true",
        "申请退税前 36 个月未发生骗取退税、虚开发票情形": "true",
    }
    refund = read(one.refund())
    assert refund.region == TIANJIN
    assert refund.case(1).state is CaseState.ACCEPTED


def test_what_was_refunded_does_not_go_along_again(one: Moving) -> None:
    one.move()
    retained = taxes.standing(number=NUMBER).retained
    application, again = one.refund(), one.refund()

    for each, hour in ((application, 18), (application, 18)):
        one.conclude(each, 1, hour=hour)
    with pytest.raises(taxes.RecordMoved, match=f"申请退还 {retained} 元，而税务档案现在的留抵税额是 0.00 元"):
        one.conclude(again, 1, hour=18)

    assert retained.fen > 0
    assert [record.retained.fen for record in taxes.records(number=NUMBER)] == [0, 0]
    assert read(application).case(1).state is CaseState.DECIDED
    assert read(again).case(1).state is CaseState.ACCEPTED
    told = [entry.event for entry in journal.entries(storage.stream_of(application))]
    assert [event.region for event in told if isinstance(event, RetainedTaxRefunded)] == [TIANJIN]
    assert journal.soundness().replay_ok


def test_the_record_stands_once_whatever_is_tried(one: Moving, taken_in: str) -> None:
    whole = taxes.standing(number=NUMBER).retained

    for index, hour in ((2, 11), (1, 12)):
        one.conclude(taken_in, index, hour=hour)
        one.conclude(taken_in, index, hour=hour)

    records = taxes.records(number=NUMBER)
    assert sum(record.retained.fen for record in records) == whole.fen
    assert standing(records) == records[1]


def test_the_company_of_the_demo_moves_on_command(
    one: Moving, afternoon: Callable[[datetime], None], settings: Settings
) -> None:
    settings.DEMO = True
    told = io.StringIO()

    call_command("demo_move", stdout=told)

    assert "从北京迁到天津" in told.getvalue()
    assert "受理条件全部符合" in told.getvalue()
    assert taxes.standing(number=MOVES[1].removeprefix("org:")).region == TIANJIN
