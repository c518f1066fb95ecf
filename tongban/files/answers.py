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
    return HttpResponse(
        data,
        content_type=blob.media_type,
        headers={
            "Content-Disposition": str(
                content_disposition_header(True, clean_name(with_extension(name, Kind(blob.media_type))))
            ),
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        },
    )
