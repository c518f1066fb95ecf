"""Reading documents as tests do: their code, headings, links and runnable examples."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.plugin import ROOT

FENCE = re.compile(r"^ *```([^\n`]*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    kind: str
    """What stands behind the fence: `python`, `console run` …"""

    code: str


def tracked(*patterns: str) -> list[Path]:
    """Files of the project, those about to be added included."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for line in listed.stdout.splitlines() if (path := ROOT / line).is_file()]


def documents() -> list[Path]:
    return tracked("*.md")


def blocks(path: Path) -> list[Block]:
    return [Block(kind.strip(), code) for kind, code in FENCE.findall(path.read_text(encoding="utf-8"))]


def code(path: Path) -> list[str]:
    """All code of a document: lines of its blocks and spans of its prose."""
    prose = FENCE.sub("", path.read_text(encoding="utf-8"))
    lines = [line for block in blocks(path) for line in block.code.splitlines()]
    return lines + re.findall(r"`([^`\n]+)`", prose)


def headings(path: Path) -> list[int]:
    """Levels of the headings, in order."""
    return [
        len(marks) for marks in re.findall(r"^(#+) ", FENCE.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    ]


def links(path: Path) -> list[str]:
    """Links and pictures that point to files of the project."""
    found = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", FENCE.sub("", path.read_text(encoding="utf-8")))
    return [link for link in found if not re.match(r"[a-z]+:", link)]
