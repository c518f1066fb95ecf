"""What was taken from others is what its list says, and carries its licence."""

from __future__ import annotations

import base64
import hashlib

import pytest

from tests.plugin import ROOT

FOLDERS = ["tongban/web/static/web/vendor", "tongban/paper/vendor", "tests/vendor/axe", "tests/vendor/ofdjs"]
TAKEN = {".js", ".woff"}


@pytest.mark.parametrize("name", FOLDERS)
def test_every_vendored_file_has_its_digest_and_its_licence(name: str) -> None:
    folder = ROOT / name
    lines = (folder / "sha384.txt").read_text(encoding="utf-8").splitlines()[1:]
    listed = {name: digest for name, _version, _licence, digest in (line.split() for line in lines)}

    present = {
        path.relative_to(folder).as_posix(): "sha384-"
        + base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()
        for path in folder.rglob("*")
        if path.suffix in TAKEN
    }

    assert present == listed
    assert all((folder / name).with_name("LICENSE").is_file() for name in listed)
