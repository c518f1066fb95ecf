"""Does a machine that cannot sign by its profile say so before it starts?"""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from tongban.crypto import selftest
from tongban.crypto.unavailable import Unavailable


def test_a_machine_that_signs_passes_its_checks() -> None:
    call_command("check")


def test_a_machine_without_sm2_is_told_so_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(algorithm: object) -> None:
        raise Unavailable("本机的 libcrypto 不支持 SM2。请安装支持 SM2 的 OpenSSL，或设置 TONGBAN_CRYPTO=intl。")

    monkeypatch.setattr(selftest, "run", lacking)

    with pytest.raises(SystemCheckError, match="不支持 SM2"):
        call_command("check")
