"""What stands in the files of the project."""

from __future__ import annotations

import re

from tests.house.documents import tracked
from tests.plugin import ROOT

FOLDER_OF_ONE_MACHINE = re.compile(rb"(?<![\w.])/(work|tmp|farm|root)/")


def test_no_file_names_a_folder_of_one_machine() -> None:
    files = [path for path in tracked() if path.suffix != ".lock" and "vendor" not in path.parts]

    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        if b"\0" not in (content := path.read_bytes())
        for number, line in enumerate(content.splitlines(), 1)
        if FOLDER_OF_ONE_MACHINE.search(line)
    ]

    assert len(files) > 0
    assert found == []
