"""What a document says is so: its commands exist, its links lead somewhere, its examples run, its tables are whole."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.house.documents import Block, blocks, code, documents, headings, links
from tests.own_database import TONGBAN
from tests.plugin import ROOT

CHINESE, ENGLISH = ROOT / "README.zh-CN.md", ROOT / "README.md"
EXAMPLES = [
    pytest.param(block, id=f"{path.relative_to(ROOT)}-{number}")
    for path in documents()
    for number, block in enumerate(blocks(path), 1)
    if block.kind == "console run"
]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_both_readmes_have_the_same_sections_and_the_same_commands() -> None:
    assert headings(CHINESE) == headings(ENGLISH)
    assert [block.code for block in blocks(CHINESE)] == [block.code for block in blocks(ENGLISH)]


@pytest.mark.parametrize("readme", [CHINESE, ENGLISH], ids=name)
def test_the_map_in_the_readme_names_every_room(readme: Path) -> None:
    rooms = {path.parent.name for path in ROOT.glob("tongban/*/__init__.py")}

    named = re.findall(r"^\| +`(\w+)` +\|", readme.read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(named) == sorted(rooms)


@pytest.mark.parametrize("path", documents(), ids=name)
def test_every_make_target_in_a_document_exists(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    named = {word for line in code(path) for word in re.findall(r"(?:^|[\s$;&])make ([a-z][a-z-]*)", line)}

    assert named - targets == set()


@pytest.mark.parametrize("path", documents(), ids=name)
def test_every_tongban_command_in_a_document_exists(path: Path) -> None:
    commands = set(get_commands())

    named = [
        (first, second)
        for line in code(path)
        for first, second in re.findall(r"(?:^|[\s$;&/])tongban ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?", line)
    ]

    unknown = [
        (first, second)
        for first, second in named
        if f"{first}_{second}".replace("-", "_") not in commands and first.replace("-", "_") not in commands
    ]
    assert unknown == []


@pytest.mark.parametrize("path", documents(), ids=name)
def test_every_link_of_a_document_leads_to_a_file(path: Path) -> None:
    assert [link for link in links(path) if not (path.parent / link).exists()] == []


def test_the_table_of_settings_names_each_setting_once() -> None:
    settings = (ROOT / "tongban/project/settings.py").read_text(encoding="utf-8")
    read = {f"TONGBAN_{name}" for name in re.findall(r'\b(?:text|flag|words)\("([A-Z_]+)"', settings)}

    described = re.findall(r"^\| `(TONGBAN_\w+)`", (ROOT / "docs/operate.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(described) == sorted(read)


@pytest.mark.parametrize("block", EXAMPLES)
def test_an_example_marked_as_runnable_prints_what_it_shows(block: Block, tmp_path: Path) -> None:
    environment = os.environ | {
        "PATH": f"{TONGBAN.parent}:{os.environ['PATH']}",
        "TONGBAN_VAR": str(tmp_path),
        "TONGBAN_DATABASE_URL": f"sqlite:///{tmp_path}/example.sqlite3",
    }
    shown = re.split(r"^\$ ", block.code, flags=re.MULTILINE)[1:]

    printed = []
    for command in (example.split("\n", 1)[0] for example in shown):
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        printed.append(f"{command}\n{done.stdout}")

    assert printed == shown
