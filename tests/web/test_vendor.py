"""What was taken from others is what its list says, and carries its licence."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

import tongban.web
from tests.plugin import ROOT

FOLDERS = [Path(tongban.web.__file__).parent / "static/web/vendor", ROOT / "tests/vendor/axe"]


@pytest.mark.parametrize("folder", FOLDERS, ids=["web", "axe"])
def test_every_vendored_script_has_its_digest_and_its_licence(folder: Path) -> None:
    lines = (folder / "sha384.txt").read_text(encoding="utf-8").splitlines()[1:]
    listed = {name: digest for name, _version, _licence, digest in (line.split() for line in lines)}

    present = {
        path.relative_to(folder).as_posix(): "sha384-"
        + base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()
        for path in folder.rglob("*.js")
    }

    assert present == listed
    assert all((folder / name).with_name("LICENSE").is_file() for name in listed)
