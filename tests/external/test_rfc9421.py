"""The signatures of RFC 9421, appendix B, and the very bytes that each covers."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms

from tests.external import EXTERNAL

VECTORS = json.loads((EXTERNAL / "rfc9421" / "vectors.json").read_text())
CASES = {case["title"]: case for case in VECTORS["cases"]}
ALGORITHMS = {
    "rsa-pss-sha512": algorithms.RSA_PSS_SHA512,
    "ecdsa-p256-sha256": algorithms.ECDSA_P256_SHA256,
    "hmac-sha256": algorithms.HMAC_SHA256,
    "ed25519": algorithms.ED25519,
}


@dataclass
class Said:
    """A message of the appendix as the library reads one."""

    headers: dict[str, str]
    method: str = ""
    url: str = ""
    more: dict[str, Any] = field(default_factory=dict)


class Answer(Said):
    request = None

    @property
    def status_code(self) -> int:
        return int(self.more["status"])


class Keys(HTTPSignatureKeyResolver):
    def resolve_public_key(self, key_id: str) -> Any:
        key = VECTORS["keys"][key_id]
        return base64.b64decode(key["base64"]) if key_id == "test-shared-secret" else key["pem"][0].encode()


def message(case: dict[str, Any]) -> Said:
    head, _, _ = VECTORS["messages"][case["message"]].partition("\n\n")
    first, *lines = head.splitlines()
    headers = dict(line.split(": ", 1) for line in lines)
    headers |= {"Signature-Input": case["signature_input"], "Signature": case["signature"]}
    if first.startswith("HTTP/"):
        return Answer(headers, more={"status": first.split()[1]})
    method, target, _ = first.split()
    return Said(headers, method, f"https://{headers['Host']}{target}")


class Verifier(HTTPMessageVerifier):
    """Of 2021, and with labels that tell one from the other."""

    allow_label_only_selection = True

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        assert sig_input.params["created"] == 1618884473


def test_all_six_are_here() -> None:
    assert len(CASES) == 6


@pytest.mark.parametrize("title", list(CASES))
def test_a_signature_of_the_standard_verifies_over_the_bytes_it_names(title: str) -> None:
    case = CASES[title]
    said = message(case)
    if isinstance(said, Answer):
        # The message shows another digest than the one that was signed (a slip of the draft).
        (digest,) = [line for line in case["signature_base"].splitlines() if line.startswith('"content-digest"')]
        said.headers["Content-Digest"] = digest.split(": ", 1)[1]

    (found,) = Verifier(signature_algorithm=ALGORITHMS[case["alg"]], key_resolver=Keys()).verify(said, max_age=None)

    base = "\n".join(f"{name}: {value}" for name, value in found.covered_components.items())
    assert base == case["signature_base"]
