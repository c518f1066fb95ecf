"""The operator's commands about roots: list them, export them, replace them."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from asn1crypto import pem
from django.core.management import CommandError, call_command

from tongban.crypto import x509
from tongban.crypto.profiles import Algorithm
from tongban.keys import actions
from tongban.keys.purposes import Purpose
from tongban.web import clock


@pytest.fixture
def hebei(db, keys_dir, monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=1))
    return actions.ensure_certified(
        owner="11130000000000013X",
        name="河北省某厅",
        region="130000",
        region_name="河北省",
        purpose=Purpose.CERTIFICATE,
        algorithm=Algorithm.SM2SM3,
        now=now,
    )


def said(*words: str, **more: str) -> str:
    answer = StringIO()
    call_command(*words, stdout=answer, **more)
    return answer.getvalue()


def test_the_list_names_roots_and_keys_with_their_ends(hebei):
    (root,) = hebei.certificates.values_list("root_id", flat=True)

    assert said("keys_list").splitlines() == [
        f"130000  {root}  SM2-SM3  根证书  河北省  至 2036-02-28",
        f"130000  {hebei.id}  SM2-SM3  certificate  河北省某厅  至 2029-03-01",
    ]


def test_what_ends_soon_is_marked(hebei, monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=1006))

    assert [line.split()[-1] for line in said("keys_list").splitlines()] == ["2036-02-28", "即将到期"]


def test_a_root_is_exported_to_a_file(hebei, tmp_path):
    assert said("keys_export_root", "130000", to=tmp_path / "root.pem") == ""
    assert (tmp_path / "root.pem").read_text() == said("keys_export_root", "130000")
    with pytest.raises(CommandError, match="不能写"):
        said("keys_export_root", "130000", to=tmp_path / "absent" / "root.pem")


def test_the_exported_root_is_the_one_that_signs_the_list(hebei, now):
    _, _, encoded = pem.unarmor(said("keys_export_root", "130000").encode())

    assert x509.read(encoded).content.subject.common == "河北省电子证照根证书"
    assert actions.certificate_of(key_id=hebei.id, now=now)[1].encoded == encoded


def test_a_renewed_root_stands_beside_the_old_one(hebei):
    told = said("keys_renew_root", "130000")

    assert told.startswith("已更换：河北省新的 SM2-SM3 根证书是 k-")
    assert said("keys_export_root", "130000").count("BEGIN CERTIFICATE") == 2
    assert [line.split()[-1] for line in said("keys_list").splitlines()].count("已停用") == 1


@pytest.mark.parametrize("words", [("keys_export_root", "120000"), ("keys_renew_root", "120000")])
def test_a_region_without_a_root_is_told_what_to_do(hebei, words):
    with pytest.raises(CommandError, match="请先为该地区的签发机关建立密钥"):
        said(*words)


def test_another_algorithm_has_a_root_of_its_own(hebei):
    with pytest.raises(CommandError, match="还没有 ES256 根证书"):
        said("keys_renew_root", "130000", algorithm="ES256")
