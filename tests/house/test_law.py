"""Every row of docs/law.md leads to a module and to a test that exist."""

import re

import pytest

from tests.plugin import ROOT

LAW = (ROOT / "docs" / "law.md").read_text(encoding="utf-8")
ROWS = [line for line in LAW.splitlines() if line.startswith("| ") and "`" in line]


@pytest.mark.parametrize("row", ROWS)
def test_a_rule_has_a_module_and_a_test(row: str) -> None:
    named = re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", row)
    modules = [path for path, _ in named if path.startswith("tongban/")]
    tests = [(path, function) for path, function in named if path.startswith("tests/")]

    missing = [path for path, _ in named if not (ROOT / path).is_file()]
    unknown = [
        function
        for path, function in tests
        if function and f"def {function}(" not in (ROOT / path).read_text(encoding="utf-8")
    ]

    assert modules and tests
    assert (missing, unknown) == ([], [])
