"""What an applicant says of how his case was handled stands on his page and before the supervisors of the region."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.casework.before_acceptance import act
from tests.casework.conftest import read
from tests.casework.pages import text
from tests.casework.test_apply_pages import sign_in
from tests.casework.test_correction_pages import page
from tongban.casework.models import Case

pytestmark = pytest.mark.usefixtures("afternoon")


@pytest.fixture
def withdrawn(submitted: str) -> str:
    """An application whose first case its applicant has withdrawn."""
    act("withdraw", submitted, cases=(1,), reason="")
    return submitted


def rate(client: Client, application: str, index: int = 1, **said: str) -> str:
    given = {"operation": "r", "level": "5", "words": "等了很久。"} | said
    return text(client.post(page("rate", application, index), given, follow=True))


def test_a_case_that_has_ended_is_rated_once_on_its_page(withdrawn: str) -> None:
    applicant = sign_in(Client())
    before = text(applicant.get(reverse("casework:application", args=[read(withdrawn).number])))

    said, again = rate(applicant, withdrawn), rate(applicant, withdrawn, operation="s")

    assert before.count("提交评价") == 1
    assert "已记下您的评价，谢谢。" in said
    assert "您的评价：非常不满意 等了很久。" in said
    assert "提交评价" not in said
    assert "每个渠道评价一次" in again
    assert Case.objects.get(application_id=withdrawn, index=1).rated == 5


@pytest.mark.parametrize(
    ("index", "said", "words"),
    [
        (1, {"level": ""}, "没有选择评价等级"),
        (1, {"level": "6"}, "没有这个评价等级"),
        (1, {"level": "1; DROP"}, "没有这个评价等级"),
        (1, {"words": "长" * 501}, "最多 500 个字"),
        (2, {}, "还没有办结"),
    ],
)
def test_what_is_no_rating_is_told_and_not_kept(withdrawn: str, index: int, said: dict[str, str], words: str) -> None:
    assert words in rate(sign_in(Client()), withdrawn, index, **said)

    assert Case.objects.filter(rated__gt=0).count() == 0


def test_nobody_rates_for_another(withdrawn: str) -> None:
    other = sign_in(Client(), "chenbin", "")

    assert other.post(page("rate", withdrawn, 1), {"operation": "r", "level": "1"}).status_code == 404


def test_supervisors_read_who_was_not_satisfied(withdrawn: str) -> None:
    rate(sign_in(Client()), withdrawn)
    supervisor = sign_in(Client(), "hanlei", "")

    shown = text(supervisor.get(reverse("casework:supervision")))

    assert "不满意的评价" in shown
    assert "非常不满意 等了很久。" in shown
