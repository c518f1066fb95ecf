"""A supervisor follows what is overdue, sees to whom its days are charged, and closes it with what he found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.casework.conftest import DAY, read
from tests.casework.pages import statements, text
from tests.casework.test_more_pages import applicant, sheet, sign_in
from tongban.casework import actions
from tongban.casework.actions import watch
from tongban.casework.models import Case
from tongban.domain.events import SupervisionRule
from tongban.people import actions as people
from tongban.people.actor import SYSTEM
from tongban.people.models import Account
from tongban.people.roles import Role
from tongban.project import walk
from tongban.project.walk import HOLDER, at, who
from tongban.web import clock

LATE = date(2026, 4, 10)
"""After the statutory limit of every case handed in on 2 March."""
LIST = reverse("casework:supervision")
RULE = SupervisionRule.DECISION_OVERDUE


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    return lambda day: monkeypatch.setattr(clock, "now", lambda: at(day, 16))


@pytest.fixture
def late(accepted: str, today: Callable[[date], None]) -> str:
    """An accepted application of which every case has passed its limits."""
    watch.fall_due(now=at(LATE, 1))
    today(LATE)
    return accepted


def page(application: str, case: int = 3) -> str:
    return reverse("casework:supervised", args=[read(application).number, case])


def close(client: Client, application: str, *, rule: str = RULE, **changes: str) -> Any:
    given = {f"{rule}-operation": "close/3", f"{rule}-finding": "人手不足，已增派人员。"} | changes
    return client.post(page(application), {"rule": rule, **given}, follow=True)


def findings(application: str) -> list[bool]:
    return [one.closed_at is not None for one in read(application).case(3).proceedings.supervision]


def test_the_list_names_what_is_late_and_charges_each_desk(client: Client, late: str) -> None:
    words = text(sign_in(client, "hanlei").get(LIST))

    assert "共 17 个办件逾期未办，先收件的在前。" in words
    assert "船舶国籍登记（国籍证书核发）" in words
    assert "逾期没有作出决定 曹妃甸海事局船舶监督岗 · 4月10日 起" in words
    assert "曹妃甸海事局船舶监督岗 超承诺 25 个工作日，超法定 8 个工作日" in words
    # HS-02 promises three working days, while the law gives seven natural ones: units never mix.
    assert "曹妃甸海事局船舶登记岗 超承诺 25 个工作日，超法定 32 个自然日" in words
    assert "曹妃甸海事局船舶登记岗 超承诺 95 个工作日，超法定 29 个工作日、64 个自然日" in words.split("各岗位合计")[-1]


def test_nothing_stands_on_the_list_of_another_region(client: Client, late: str) -> None:
    account = Account.objects.get(username="hanlei")
    other = people.open_account(
        actor=SYSTEM, username="tianjin", password=None, person="", name="天津监察员", now=at(DAY, 8)
    )
    people.appoint(
        operation="duty/tianjin",
        actor=SYSTEM,
        account=f"account:{other.pk}",
        role=Role.SUPERVISOR,
        region="120000",
        valid_from=date(2026, 1, 1),
        now=at(DAY, 8),
    )
    assert account.pk != other.pk

    words = text(sign_in(client, "tianjin").get(LIST))
    answer = client.get(page(late))

    assert "没有未办结的效能监察" in words
    assert answer.status_code == 403


def test_only_supervisors_open_the_list(client: Client, late: str) -> None:
    assert sign_in(client, "zhaolei").get(LIST).status_code == 403
    assert client.get(page(late)).status_code == 403


def test_a_supervision_case_is_closed_with_what_was_found_and_the_desk_reads_it(client: Client, late: str) -> None:
    sign_in(client, "hanlei")
    assert "逾期没有作出决定" in text(client.get(page(late)))

    answer = close(client, late)

    assert answer.status_code == 200
    assert "效能监察已办结。" in text(answer)
    assert "人手不足，已增派人员。" in text(answer)
    assert findings(late) == [True]
    assert "共 16 个办件逾期未办" in text(client.get(LIST))
    desk = text(sign_in(client, "zhaolei").get(sheet(late)))
    assert "人手不足，已增派人员。" in desk
    assert "已转效能监察 逾期" not in desk
    told = text(applicant(client).get(reverse("casework:application", args=[read(late).number])))
    assert "人手不足" not in told


def test_closing_without_words_or_with_too_many_is_refused_at_the_field(client: Client, late: str) -> None:
    sign_in(client, "hanlei")

    for finding in ("", "   ", "长" * 2001):
        answer = close(client, late, **{f"{RULE}-finding": finding})
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.content.decode()

    assert findings(late) == [False]


def test_a_stale_page_is_refused_with_a_sentence_and_a_repeat_has_one_effect(client: Client, late: str) -> None:
    sign_in(client, "hanlei")
    first, again = close(client, late), close(client, late)
    stale = close(client, late, **{f"{RULE}-operation": "close/again"})
    foreign = close(client, late, rule="nonsense")

    assert (first.status_code, again.status_code) == (200, 200)
    assert stale.status_code == 409
    assert "没有这一项未办结的效能监察" in text(stale)
    assert foreign.status_code == 200
    assert findings(late) == [True]


def test_a_page_without_its_operation_changes_nothing(client: Client, late: str) -> None:
    answer = close(sign_in(client, "hanlei"), late, **{f"{RULE}-operation": ""})

    assert answer.status_code == 422
    assert "未提交：页面不完整" in text(answer)
    assert findings(late) == [False]


def test_the_sheet_of_a_case_says_that_it_is_supervised_and_leads_the_supervisor_there(
    client: Client, late: str
) -> None:
    desk = sign_in(client, "zhaolei").get(sheet(late))
    supervisor = sign_in(client, "hanlei").get(sheet(late))

    assert "已转效能监察 逾期没有作出决定，责任岗位：船舶监督岗" in text(desk)
    assert page(late) not in desk.content.decode()
    assert page(late) in supervisor.content.decode()


def test_the_list_costs_the_same_for_one_application_and_for_three(client: Client, house: walk.Walk, late: str) -> None:
    sign_in(client, "hanlei")

    one = statements(client, LIST)
    for tag in ("more", "most"):
        more = walk.Walk(house.catalogue, house.bundle, DAY, tag, lambda sentence: None)
        application = more.submit()
        more.confirm(application)
        more.accept(application)
    watch.fall_due(now=at(LATE, 2))

    assert Case.objects.filter(supervised__gt=0).count() == 51
    assert statements(client, LIST) == one


# --- urging -----------------------------------------------------------------------------------------------------------


def urge(application: str, day: date, case: int = 3) -> None:
    agent = who("linxiao", acting_for=HOLDER, today=day)
    actions.urge(operation=f"urge/{day}/{case}", actor=agent, application=application, case=case, now=at(day, 11))


def test_urging_is_seen_on_the_sheet_and_on_the_list_of_whoever_has_the_case(
    client: Client, accepted: str, today: Callable[[date], None]
) -> None:
    urge(accepted, date(2026, 3, 3))
    today(date(2026, 3, 3))
    sign_in(client, "zhaolei")
    assert "申请人于 2026年3月3日 11:00 催办。" in text(client.get(sheet(accepted)))

    urge(accepted, date(2026, 3, 6))
    today(date(2026, 3, 6))

    assert "申请人已催办 2 次，最近一次在 2026年3月6日 11:00。" in text(client.get(sheet(accepted)))
    assert "催办" not in text(client.get(sheet(accepted, 2))).split("经过")[0]
    words = text(sign_in(client, "chenbin").get(reverse("casework:tasks")))
    assert words.count("催办 2 次，最近 3月6日") == 1


def test_urging_before_acceptance_is_seen_on_the_list_of_the_hall(
    client: Client, confirmed: str, today: Callable[[date], None]
) -> None:
    urge(confirmed, date(2026, 3, 3))
    urge(confirmed, date(2026, 3, 3), case=1)
    today(date(2026, 3, 3))

    assert "催办 2 次，最近 3月3日" in text(sign_in(client, "liufang").get(reverse("casework:intake")))


def test_the_pages_speak_english(client: Client, late: str) -> None:
    urge(late, LATE)
    sign_in(client, "hanlei")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    assert "25 working days beyond the promise, 8 working days beyond the statutory limit" in text(client.get(LIST))
    assert "What you found and what is to be done" in text(client.get(page(late)))
