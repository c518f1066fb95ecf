"""A request goes out, a chain comes in: an authority of OpenSSL certifies our keys, and nothing else is adopted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from asn1crypto import pem
from django.core.management import CommandError, call_command

from tests.keys.licensed import Licensed
from tongban.crypto import x509
from tongban.crypto.profiles import Algorithm
from tongban.keys import actions
from tongban.keys.models import LicensedCertificate
from tongban.keys.purposes import Purpose

BODY, NAME = "11110000000000001A", "北京市某委"


@pytest.fixture
def now() -> datetime:
    """OpenSSL certifies from the machine's own instant on."""
    return datetime.now(UTC) + timedelta(minutes=5)


@pytest.fixture(params=list(Algorithm))
def algorithm(request) -> Algorithm:
    return request.param


@pytest.fixture
def key(db, keys_dir, now, algorithm, monkeypatch):
    monkeypatch.setattr("tongban.web.clock.now", lambda: now)
    return actions.ensure_certified(
        owner=BODY,
        name=NAME,
        region="110000",
        region_name="北京市",
        purpose=Purpose.CERTIFICATE,
        algorithm=algorithm,
        now=now - timedelta(days=1),
    )


@pytest.fixture
def authority(algorithm, tmp_path) -> Licensed:
    return Licensed(algorithm, tmp_path / "authority")


def asked(algorithm: Algorithm) -> str:
    said = StringIO()
    call_command("keys_request", BODY, "--algorithm", algorithm.value, stdout=said)
    return said.getvalue()


def adopt(chain: str, folder: Path) -> str:
    file, said = folder / "chain.pem", StringIO()
    file.write_text(chain)
    call_command("keys_adopt", str(file), stdout=said)
    return said.getvalue()


def test_what_a_licensed_authority_certifies_is_adopted(key, authority, algorithm, tmp_path, now):
    said = adopt(authority.certify(asked(algorithm)), tmp_path)

    found = actions.licensed(key_id=key.id, now=now)
    assert found is not None
    assert (found.content.subject, found.content.public_key) == (x509.Name(NAME, BODY), bytes(key.public_key))
    assert found.issuer.common == "某电子认证机构"
    assert said.startswith(f"已采用：{NAME}的密钥 {key.id} 由“某电子认证机构”认证")
    assert len(LicensedCertificate.objects.get().above) == 2


def test_adopting_twice_changes_nothing_and_the_newest_counts(key, authority, algorithm, tmp_path, now):
    chain = authority.certify(asked(algorithm), days=10)
    adopt(chain, tmp_path)
    adopt(chain, tmp_path)
    LicensedCertificate.objects.update(adopted_at=now - timedelta(days=1), issuer="前一个机构")
    adopt(authority.certify(asked(algorithm), days=20), tmp_path)

    found = actions.licensed(key_id=key.id, now=now)
    assert LicensedCertificate.objects.count() == 2
    assert found is not None and found.issuer.common == "某电子认证机构"
    assert actions.licensed(key_id=key.id, now=now + timedelta(days=30)) is None


def test_a_certificate_of_another_key_is_refused(key, authority, algorithm, tmp_path, now):
    chain = authority.certify(asked(algorithm))
    actions.retire(key=key, now=now)

    with pytest.raises(CommandError, match="不是本节点现用密钥的"):
        adopt(chain, tmp_path)
    assert not LicensedCertificate.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda leaf, middle, root: "", "文件里没有证书"),
        (lambda leaf, middle, root: leaf, "缺少签发机构的证书"),
        (lambda leaf, middle, root: leaf + middle, "不是根证书"),
        (lambda leaf, middle, root: leaf + root, "没有找到签发"),
        (lambda leaf, middle, root: middle + root, "第一张不是机关的证书"),
        (lambda leaf, middle, root: leaf + middle + middle + root, "多余的证书"),
        (
            lambda leaf, middle, root: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" + root,
            "不是 X.509",
        ),
    ],
    ids=["nothing", "alone", "no root", "a gap", "an authority", "twice", "noise"],
)
@pytest.mark.parametrize("algorithm", [Algorithm.SM2SM3], indirect=False)
def test_a_chain_that_is_not_whole_is_refused(key, authority, algorithm, tmp_path, change, sentence):
    whole = authority.certify(asked(algorithm)).split("-----BEGIN")[1:]

    with pytest.raises(CommandError, match=sentence):
        adopt(change(*(f"-----BEGIN{one}" for one in whole)), tmp_path)
    assert not LicensedCertificate.objects.exists()


def test_without_a_key_there_is_nothing_to_certify(db, keys_dir, algorithm):
    with pytest.raises(CommandError, match="没有可用的签名密钥"):
        asked(algorithm)


def test_a_file_that_is_not_there_is_told(db, tmp_path):
    with pytest.raises(CommandError, match="读不到文件"):
        call_command("keys_adopt", str(tmp_path / "absent.pem"))


def test_the_request_is_signed_with_the_key_it_names(key, algorithm):
    _, _, encoded = pem.unarmor(asked(algorithm).encode())

    assert bytes(key.public_key) in encoded
