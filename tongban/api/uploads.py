"""How is one file taken from a request? By multipart, by PUT as well as by POST, never more than a file may have.

Django reads uploads of POST only, hence the few lines here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from tongban.api.problems import ContentTooLarge, Invalid, MediaTypeNotSupported

FIELD = "file"
FRAME_BYTES = 64 * 1024
"""What a multipart frame may add to its file."""

BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FIELD],
                    "properties": {FIELD: {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


@contextmanager
def one_file(
    request: HttpRequest, *, most_bytes: int, handler: FileUploadHandler | None = None
) -> Iterator[UploadedFile]:
    """Give the file of a multipart request. Raises MediaTypeNotSupported, ContentTooLarge, Invalid."""
    if request.content_type != "multipart/form-data":
        raise MediaTypeNotSupported("未办理：文件应以 multipart/form-data 上传。请改正 Content-Type。")
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > most_bytes + FRAME_BYTES:
        raise ContentTooLarge(f"未上传：文件超过 {most_bytes // 1024 // 1024} MB。请压缩或分开后再上传。", field=FIELD)
    if handler is not None:
        request.upload_handlers = [handler]
    _, files = request.parse_file_upload(request.META, request)
    try:
        if FIELD not in files:
            raise Invalid([{"field": FIELD, "code": "missing", "detail": "缺少文件，请以 file 为名上传。"}])
        yield files[FIELD]
    finally:
        for _, many in files.lists():
            for file in many:
                file.close()
