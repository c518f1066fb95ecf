"""The checker of others passes our OFD, and fails every copy in which one byte of one part differs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.external import EXTERNAL
from tests.paper.sheets import ofd
from tongban.paper.ofd import container, sealing

CHECKER = EXTERNAL / "tools" / "ofd_check.py"


def passes(file: Path) -> bool:
    done = subprocess.run([sys.executable, str(CHECKER), str(file)], capture_output=True, text=True, timeout=60)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode == 0


def test_it_passes_as_it_was_sealed_and_fails_with_one_byte_changed(tmp_path: Path) -> None:
    whole, file = ofd(tmp_path), tmp_path / "certificate.ofd"
    file.write_bytes(whole)
    assert passes(file)

    for name, part in container.unpack(whole).items():
        changed = part[:-9] + bytes([part[-9] ^ 1]) + part[-8:]
        file.write_bytes(container.pack(container.unpack(whole) | {name: changed}))
        with pytest.raises(sealing.NotOpened):
            sealing.open_up(file.read_bytes())
        # Seal.esl repeats what the signature holds; the checker reads the seal there.
        assert passes(file) is name.endswith("Seal.esl"), name
