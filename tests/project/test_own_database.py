"""What tests get: a database that is rolled back, or one of their own that everybody sees, and a process as before."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from tests.own_database import OwnDatabase
from tongban.catalogue import calendars
from tongban.domain.workdays import Notice
from tongban.registries import adapters, demo

COUNT = "from django.contrib.auth.models import Group; print(Group.objects.count())"


@pytest.mark.django_db
@pytest.mark.parametrize("attempt", [1, 2])
def test_what_an_ordinary_test_writes_is_rolled_back(attempt: int) -> None:
    assert Group.objects.count() == 0

    Group.objects.create(name="一次")

    assert Group.objects.count() == 1


@pytest.mark.parametrize("attempt", [1, 2])
def test_what_a_test_leaves_in_the_memory_of_the_process_is_undone(attempt: int) -> None:
    assert (adapters._connected, calendars._published) == ([], [()])

    adapters.connect(demo.registries())
    festivals = frozenset(day for day in calendars.festivals() if day.year == 2027)
    calendars.take([Notice(2027, rest=festivals, make_up=frozenset())])


@pytest.mark.parametrize("attempt", [1, 2])
def test_threads_and_other_processes_see_what_a_test_commits_in_its_own_database(
    own_database: OwnDatabase, attempt: int
) -> None:
    assert Group.objects.count() == 0

    names = own_database.together(*[lambda i=i: Group.objects.create(name=f"第{i}个").name for i in range(17)])
    process = own_database.command("shell", "--verbosity", "0", "--command", COUNT)

    assert names == [f"第{i}个" for i in range(17)]
    assert process.communicate(timeout=60)[0] == "17\n"


def test_an_exception_in_one_of_the_threads_is_its_answer(own_database: OwnDatabase) -> None:
    answers = own_database.together(lambda: 1 // 1, lambda: 1 // 0)

    assert answers[0] == 1
    assert isinstance(answers[1], ZeroDivisionError)
