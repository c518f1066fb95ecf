"""The command makes the folder it fills, for its owner alone, and no other command does."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

START = [sys.executable, "-c", "from tongban.project.cli import main; main()"]


def run(var: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_")}
    return subprocess.run(
        [*START, *words],
        env=environment | {"TONGBAN_VAR": str(var)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_migrate_makes_the_folder_for_its_owner_alone(tmp_path: Path) -> None:
    var = tmp_path / "a" / "var"

    done = run(var, "migrate", "--verbosity", "0")

    assert (done.returncode, done.stderr) == (0, "")
    assert (var / "tongban.sqlite3").exists()
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (var, var / "tongban.sqlite3")]
    assert modes == [0o700, 0o600]


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    done = run(tmp_path / "file" / "var", "migrate")

    assert done.returncode == 1
    assert done.stderr == (
        f"不能建立目录 {tmp_path}/file/var（Not a directory）。请检查 TONGBAN_VAR 和上级目录的权限。\n"
    )


def test_a_command_that_fills_nothing_makes_nothing(tmp_path: Path) -> None:
    done = run(tmp_path / "var", "verify", str(tmp_path / "absent"))

    assert done.returncode == 2
    assert not (tmp_path / "var").exists()


def test_the_demo_is_loaded_in_demo_mode_only(tmp_path: Path) -> None:
    done = run(tmp_path, "demo", "load")

    assert done.returncode == 1
    assert "演示数据未装载：本节点不在演示模式" in done.stderr
