"""How does an authority's key get a certificate of a licensed authority (电子认证服务机构), which readers outside know?

A request goes out, a chain comes in. The key stays in the vault and in the trust list of its region, by which we
verify; the certificate that came in goes with what is signed for others, OFD and PDF. One that comes later takes the
place of the one before, which goes on standing in the papers that were signed with it.

Source: RFC 2986 (request); RFC 5280, 6.1 (chain).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from tongban.crypto import base64url, x509
from tongban.crypto.profiles import Algorithm
from tongban.crypto.x509 import Certified, Name
from tongban.domain.refused import Refused
from tongban.keys.actions.signing import pen
from tongban.keys.models import LicensedCertificate, SigningKey
from tongban.keys.purposes import Purpose


class NotAdopted(Refused):
    """A chain that does not certify a key of this node."""

    code = "not_adopted"


def request(*, owner: str, algorithm: Algorithm, now: datetime) -> bytes:
    """Return the request (DER) for the key with which a body signs certificates now. Raises NoKey."""
    held = pen(owner=owner, purpose=Purpose.CERTIFICATE, now=now, algorithm=algorithm)
    row = SigningKey.objects.get(pk=held.key_id)
    return x509.request(Name(row.name or owner, owner), held.public_key, algorithm=algorithm, sign=held.sign)


def adopt(chain: Sequence[bytes], *, now: datetime) -> LicensedCertificate:
    """Take in a certificate with those above it (DER, from the key's to the root). Raises NotAdopted."""
    try:
        leaf, *above = map(x509.read, chain)
        _demand_whole(leaf, above, now)
    except ValueError as broken:  # also where there is no certificate at all
        raise NotAdopted(
            f"未采用证书：{_reason(broken)}请核对文件：先是机关的证书，依次到电子认证机构的根证书。"
        ) from broken
    in_use = Q(retired_at=None) | Q(retired_at__gt=now)
    key = SigningKey.objects.filter(in_use, public_key=leaf.content.public_key, purpose=Purpose.CERTIFICATE).first()
    if key is None or key.owner != leaf.content.subject.number:
        raise NotAdopted(
            f"未采用证书：“{leaf.content.subject.common}”（{leaf.content.subject.number}）的证书"
            "不是本节点现用密钥的。请用 tongban keys request 重新申请，并请电子认证机构照抄申请中的主体。"
        )
    adopted, _ = LicensedCertificate.objects.get_or_create(
        key=key,
        issuer=leaf.issuer.common[:200],
        valid_from=leaf.content.valid_from,
        defaults={
            "encoded": leaf.encoded,
            "above": [base64url.encode(one.encoded) for one in above],
            "valid_until": leaf.content.valid_until,
            "adopted_at": now,
        },
    )
    return adopted


def licensed(*, key_id: str, now: datetime) -> Certified | None:
    """Return the certificate of a licensed authority that was adopted last for a key and stands now; None: none."""
    found = LicensedCertificate.objects.filter(key_id=key_id, valid_from__lte=now, valid_until__gt=now)
    row = found.order_by("-adopted_at", "-id").first()
    return x509.read(bytes(row.encoded)) if row else None


def _demand_whole(leaf: Certified, above: Sequence[Certified], now: datetime) -> None:
    """Every certificate is signed by the next, and the last by itself. Raises NotTrusted."""
    if not above or leaf.content.authority:
        raise x509.NotTrusted("缺少签发机构的证书，或第一张不是机关的证书。")
    top = above[-1]
    if top.subject_bytes != top.issuer_bytes or not top.signed_with(top.content.public_key):
        raise x509.NotTrusted(f"最后一张“{top.content.subject.common}”不是根证书。")
    if list(x509.chain(leaf, between=above[:-1], roots=[top], at=now)) != [leaf, *above]:
        raise x509.NotTrusted("证书的次序不对，或有多余的证书。")


def _reason(broken: ValueError) -> str:
    return str(broken) if isinstance(broken, x509.NotRead | x509.NotTrusted) else "文件里没有证书。"
