"""A region's root and a body's certificate under it, for the tests of what is signed on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tongban.crypto import profiles, x509
from tongban.crypto.profiles import Algorithm

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
ROOT = x509.Name("河北省电子证照根证书", "130000")
BODY = x509.Name("曹妃甸海事局", "11130200MA0TB0011Q")


@dataclass(frozen=True)
class Signer:
    """A key with its certificate (DER)."""

    algorithm: Algorithm
    private: bytes
    public: bytes
    certificate: bytes

    def sign(self, message: bytes) -> bytes:
        return profiles.sign(self.algorithm, self.private, message)


def pair(algorithm: Algorithm) -> tuple[Signer, Signer]:
    """Return the root and the body under it."""
    root, body = profiles.generate(algorithm), profiles.generate(algorithm)

    def certified(subject: x509.Name, public: bytes, *, authority: bool) -> bytes:
        content = x509.Content(subject, public, algorithm, NOW, NOW + timedelta(days=365), authority)
        return x509.issue(
            content,
            serial=1 if authority else 2,
            issuer=ROOT,
            issuer_key=root[1],
            algorithm=algorithm,
            sign=lambda it: profiles.sign(algorithm, root[0], it),
        )

    return (
        Signer(algorithm, *root, certified(ROOT, root[1], authority=True)),
        Signer(algorithm, *body, certified(BODY, body[1], authority=False)),
    )
