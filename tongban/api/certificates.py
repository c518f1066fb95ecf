"""Certificates: the wallet, one signed file, and verification by anybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from tongban.api import uploads
from tongban.api.auth import actor_of
from tongban.api.schemas import certificates as schemas
from tongban.certificates import queries, reading
from tongban.certificates.uploads import CappedUpload
from tongban.domain import certificate as kernel
from tongban.files.actions import MAX_BYTES
from tongban.web import clock

router = Router(tags=["证照"])


@router.get("certificates", response=schemas.Certificates, summary="我的证照")
def wallet(request: HttpRequest) -> schemas.Certificates:
    """Return the certificates of the party one acts for: those that count today first."""
    party = actor_of(request).party
    held = queries.wallet(party=party.id, today=clock.today()) if party else ()
    return schemas.Certificates(certificates=[schemas.CertificateListed.model_validate(one) for one in held])


@router.get(
    "certificates/{identifier}",
    summary="签名的证照文件，逐字节如签发时",
    openapi_extra={"responses": {200: {"content": {"application/json": {"schema": {"type": "object"}}}}}},
)
def certificate(request: HttpRequest, identifier: str) -> HttpResponse:
    """Give the signed file to the holder's side; to entitled staff too, which is recorded."""
    _, document = reading.open_for(actor_of(request), identifier=identifier, now=clock.now())
    return HttpResponse(
        document,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{kernel.file_name(identifier)}"'},
    )


@router.post(
    "verifications", response=schemas.Verification, summary="核验证照文件", auth=None, openapi_extra=uploads.BODY
)
def verify(request: HttpRequest) -> schemas.Verification:
    """Judge a file by this node's trust list and register. Open to everybody; nothing of the file is kept."""
    with uploads.one_file(request, most_bytes=MAX_BYTES, handler=CappedUpload(request)) as file:
        document = file.read()
    verdict = queries.verify(document, now=clock.now(), today=clock.today())
    return schemas.Verification(
        valid=verdict.valid,
        code=verdict.code,
        message=verdict.message,
        message_en=verdict.message_en,
        status_as_of=verdict.status_as_of,
        status_stale=verdict.stale,
        status_message=verdict.state[0],
        status_message_en=verdict.state[1],
        identifier=verdict.certificate.identifier if verdict.certificate else "",
    )
