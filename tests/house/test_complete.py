"""A complete run leaves nothing out: each way of leaving a test out is noticed, and makes it fail."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugin import ROOT

PASSES = """
def test_passes(): pass
"""
LEFT_OUT = """
import pytest

@pytest.mark.skip
def test_skipped(): pass
def test_skipped_within(): pytest.skip("now")
@pytest.mark.xfail
def test_fails(): assert 0
@pytest.mark.xfail
def test_passes_although_expected_to_fail(): pass
def test_deselected(): pass
"""
EMPTY = """
import pytest
pytest.skip("all", allow_module_level=True)
"""


@pytest.mark.parametrize(
    ("content", "outside", "code", "said"),
    [
        pytest.param(PASSES, True, 0, "", id="whole"),
        pytest.param(LEFT_OUT, True, 1, "(deselected: 1, skipped: 2, expected to fail: 2)", id="left out"),
        pytest.param(EMPTY, False, 1, "(skipped: 1, folder of outside material absent: 1, empty run: 1)", id="empty"),
    ],
)
def test_a_complete_run_fails_when_a_test_is_left_out(
    tmp_path: Path, content: str, outside: bool, code: int, said: str
) -> None:
    (tmp_path / "test_one.py").write_text(content, encoding="utf-8")
    if outside:
        (tmp_path / "external").mkdir()
    command = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "--complete", "-k", "not test_deselected"]
    environment = os.environ | {
        "TONGBAN_SHARED": str(tmp_path),
        "TONGBAN_TEST_DATABASE": "sqlite",
        "PYTEST_ADDOPTS": "",
    }

    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", str(tmp_path)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == code, done.stdout + done.stderr
    assert ("The run is not complete" in done.stdout) == (said != "")
    assert said in done.stdout
