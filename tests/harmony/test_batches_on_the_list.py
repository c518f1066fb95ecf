"""A batch stands on the list of whoever has to sign it off or to sign it, and of nobody else."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.catalogue import regions_sign as signing
from tests.harmony.conftest import signed_in
from tests.harmony.pages import texts

TODO = reverse("harmony:todo")
TITLE = "第一批“同事同标”事项"


def rows(username: str, kind: str) -> list[str]:
    return texts(signed_in(username).get(TODO, {"kind": kind}), "tbody tr")


@pytest.fixture
def proposed(two_standards: None) -> str:
    return signing.propose()


def test_first_the_departments_then_the_bureau_are_asked(proposed: str) -> None:
    off, bureau = "gaoxiaodong", "gumingyuan"
    first = [rows(off, "batch"), rows(bureau, "batch")]

    signing.sign_off(signing.BEIJING, proposed)
    second = [rows(off, "batch"), rows(bureau, "batch")]
    signing.sign(signing.BEIJING, proposed)
    third = [rows(off, "batch"), rows(bureau, "batch")]

    assert first == [
        [f"{TITLE} 待签批次 北京 待签 2 个部门等您会签"],
        [f"{TITLE} 待签批次 北京 等待会签 等 2 个部门会签后由您签署"],
    ]
    assert second == [[], [f"{TITLE} 待签批次 北京 待签 各部门已会签，等您代表本地区签署"]]
    assert third == [[], []]


def test_what_is_being_signed_waits_for_no_batch(two_standards: None) -> None:
    before = len(rows("shenyue", "proposal"))

    signing.propose()

    assert (before, len(rows("shenyue", "proposal"))) == (2, 0)
