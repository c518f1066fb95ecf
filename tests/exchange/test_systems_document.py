"""What `docs/systems.md` tells the supplier of a department's system is what this node does."""

from __future__ import annotations

import re

from tests.exchange import departmental
from tests.plugin import ROOT
from tongban.domain import answers, systems
from tongban.domain.events import SystemState
from tongban.domain.systems import DifferenceKind
from tongban.exchange.systems import comparing, describing, http, working
from tongban.files import actions as files

DOCUMENT = (ROOT / "docs/systems.md").read_text(encoding="utf-8")


def first_cells(heading: str, number: int = 0) -> list[str]:
    """Return what stands in backticks in the first column of a table under a heading."""
    table = re.findall(r"(?:^\|.*\n)+", DOCUMENT.split(f"## {heading}\n", 1)[1], re.MULTILINE)[number]
    return [word for line in table.splitlines()[2:] for word in re.findall(r"`([^`]+)`", line.split("|")[1])]


def test_every_state_is_told() -> None:
    assert sorted(first_cells("The states")) == sorted(SystemState)


def test_every_difference_is_told() -> None:
    assert sorted(first_cells("Comparing")) == sorted(DifferenceKind)


def test_every_reason_of_the_kernel_is_told() -> None:
    own = {one.code for one in vars(systems).values() if isinstance(one, type) and issubclass(one, systems.Refused)}

    assert own - {systems.Refused.code} <= set(first_cells("What cannot be taken over"))


def test_the_forms_are_those_of_the_simulated_system() -> None:
    named = set(first_cells("What is signed", 1))
    source = (ROOT / "tests/exchange/departmental.py").read_text(encoding="utf-8")

    assert named == {"type", *answers.Said.__slots__}
    assert {answers.ANSWER, answers.ACKNOWLEDGEMENT, answers.LIST, describing.TYPE} <= set(
        re.findall(r"tongban-system-[a-z]+/1", DOCUMENT)
    )
    assert source.count("tongban-system-") >= 3
    assert departmental.Pen().id.startswith("k-")


def test_the_numbers_are_those_of_the_code() -> None:
    assert f"doubles from {working.FIRST_WAIT.seconds} seconds" in DOCUMENT
    assert f"at most {working.LONGEST_WAIT.seconds // 60} minutes" in DOCUMENT
    assert f"every {working.FETCH_EVERY.seconds} seconds" in DOCUMENT
    assert (comparing.EVERY.days, comparing.AFTER_FAILURE.seconds, comparing.KEPT_IN_LIST.days) == (1, 3600, 40)
    assert f"{http.ANSWER_WITHIN_SECONDS:.0f} seconds, {http.LARGEST_ANSWER_BYTES >> 20} MB" in DOCUMENT
    assert f"{working.PIECE_BYTES >> 10} KB, {files.MAX_BYTES >> 20} MB" in DOCUMENT
    assert f"({systems.LEEWAY.seconds // 60} minutes are forgiven)" in DOCUMENT
    assert f"at most {answers.MOST_LISTED:,}" in DOCUMENT
