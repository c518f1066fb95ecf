"""How does a file reach a browser? As an attachment that is neither interpreted, framed nor kept by anybody between."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from tongban.files.actions import clean_name, open_file
from tongban.files.kinds import Kind, with_extension
from tongban.files.models import Blob


def serve(*, party: str, digest: str, name: str) -> HttpResponse:
    """Answer with the file; a name without the extension of its kind gets it.

    Who may read it is the caller's question. Raises NoFile, Altered, Erased.
    """
    data = open_file(party=party, digest=digest)
    blob = Blob.objects.get(party=party, digest=digest)
    return attachment(data, kind=Kind(blob.media_type), name=name)


def attachment(data: bytes, *, kind: Kind, name: str) -> HttpResponse:
    """Answer with bytes that lie in no file, in the same way."""
    return HttpResponse(
        data,
        content_type=kind.value,
        headers={
            "Content-Disposition": str(content_disposition_header(True, clean_name(with_extension(name, kind)))),
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        },
    )
