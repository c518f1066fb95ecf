"""The standards' own examples of SM2, SM3 and SM4, and the signatures that must be refused."""

import json

import pytest

from tests.external import EXTERNAL
from tongban.crypto import signature_der, sm2, sm3, sm4

VECTORS = json.loads((EXTERNAL / "sm" / "vectors.json").read_text())


@pytest.mark.parametrize("vector", VECTORS["sm3"], ids=lambda vector: vector["source"])
def test_sm3_gives_the_digest_of_the_standard(vector):
    assert sm3.digest(bytes.fromhex(vector["msg_hex"])).hex() == vector["digest"]


def test_sm4_gives_the_blocks_of_the_standard():
    once, million = VECTORS["sm4"]
    key, text = bytes.fromhex(once["key"]), bytes.fromhex(once["plain"])

    assert sm4.block(key=key, plaintext=text).hex() == once["cipher"]

    # The library keeps one cipher through the million rounds; the product never chains single blocks.
    encryptor = sm4.Cipher(sm4.SM4(key), sm4.modes.ECB()).encryptor()
    for _ in range(1_000_000):
        text = encryptor.update(text)
    assert text.hex() == million["cipher"]


@pytest.mark.parametrize("vector", VECTORS["sm2_sign"], ids=lambda vector: vector["source"])
def test_sm2_verifies_the_signature_of_the_standard(vector):
    public, message = bytes.fromhex(vector["pub"]), vector["msg"].encode()
    signature = signature_der.encode(int(vector["r"], 16), int(vector["s"], 16))

    assert sm2.public_of(bytes.fromhex(vector["d"])) == public
    assert sm2.verify(public, message, signature, vector["id"]) is True
    assert sm2.verify(public, message, signature, vector["id"].encode()) is True


@pytest.mark.parametrize(
    "vector", VECTORS["sm2_refuse"], ids=[f"{n}-{v['why']}" for n, v in enumerate(VECTORS["sm2_refuse"])]
)
def test_sm2_refuses_the_signature(vector):
    given = [bytes.fromhex(vector[name]) for name in ("pub", "msg_hex", "sig_der", "id_hex")]

    assert sm2.verify(*given) is vector["valid"]


@pytest.mark.parametrize("vector", VECTORS["sm2_bad_public_keys"], ids=lambda vector: vector.get("why", "key"))
def test_sm2_refuses_the_public_key(vector):
    good = VECTORS["sm2_sign"][0]
    signature = signature_der.encode(int(good["r"], 16), int(good["s"], 16))

    assert sm2.verify(bytes.fromhex(vector["pub"]), good["msg"].encode(), signature, good["id"]) is False
