"""What must stand before Django reads its settings, and what must not be missing when the run ends?

A run of the tests owns everything it writes: settings of the developer's shell are put aside, files go to a temporary
folder, databases to a store of the run (`TONGBAN_TEST_DATABASE`: sqlite, the default, or postgres). With `--complete`
a skip, an expected failure, a deselected test, an absent folder of outside material or an empty run is a failure.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest

from tests import stores

ROOT = Path(__file__).parent.parent
EXTERNAL = Path(os.environ.get("TONGBAN_SHARED") or ROOT.parent / "shared").resolve() / "external"
KEPT = {"TONGBAN_TEST_DATABASE", "TONGBAN_BROWSER", "TONGBAN_SHARED"}

folder = pytest.StashKey[Path]()
store = pytest.StashKey[stores.Store]()
left_out = pytest.StashKey["Counter[str]"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--complete", action="store_true", help="fail when any test is left out")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    """Prepare the environment; as a wrapper it comes before pytest-django, which reads the settings here."""
    for name in [name for name in os.environ if name.startswith("TONGBAN_") and name not in KEPT]:
        del os.environ[name]
    # Tests start hundreds of processes: compiling every module anew would cost each of them as much as all else.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    early_config.stash[left_out] = Counter()
    early_config.stash[folder] = Path(tempfile.mkdtemp(prefix="tongban-tests-"))
    early_config.stash[store] = stores.start(os.environ.get("TONGBAN_TEST_DATABASE", "sqlite"))
    (early_config.stash[folder] / "static").mkdir()
    os.environ["TONGBAN_VAR"] = str(early_config.stash[folder])
    os.environ["TONGBAN_DATABASE_URL"] = early_config.stash[store].url("ordinary")
    os.environ["TONGBAN_SECRET_KEY"] = "only-for-tests-" + "0123456789abcdef" * 3
    try:
        return (yield)
    except BaseException:
        pytest_unconfigure(early_config)
        raise


def pytest_unconfigure(config: pytest.Config) -> None:
    if store in config.stash:
        config.stash[store].stop()
        shutil.rmtree(config.stash[folder])
        del config.stash[store]


def pytest_report_header(config: pytest.Config) -> list[str]:
    outside = str(EXTERNAL) if EXTERNAL.is_dir() else f"{EXTERNAL} is absent, what needs it is not collected"
    return [f"database: {config.stash[store].name}", f"outside material: {outside}"]


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    if items:
        items[0].config.stash[left_out]["deselected"] += len(items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if hasattr(report, "wasxfail"):
        item.config.stash[left_out]["expected to fail"] += 1
    elif report.skipped:
        item.config.stash[left_out]["skipped"] += 1
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped:
        collector.config.stash[left_out]["skipped"] += 1
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if not session.config.getoption("complete"):
        return
    if not EXTERNAL.is_dir():
        session.config.stash[left_out]["folder of outside material absent"] += 1
    if session.testscollected == 0:
        session.config.stash[left_out]["empty run"] += 1
    if session.config.stash[left_out] and session.exitstatus in {
        pytest.ExitCode.OK,
        pytest.ExitCode.NO_TESTS_COLLECTED,
    }:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.getoption("complete") and config.stash[left_out]:
        reasons = ", ".join(f"{reason}: {count}" for reason, count in config.stash[left_out].items())
        terminalreporter.write_line(f"The run is not complete ({reasons}).", red=True)
