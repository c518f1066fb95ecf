"""How is a stranger's file taken in for verification? In memory, and no more of it than a certificate may have.

Nothing of it touches the disk; what is beyond the limit is read and forgotten, so that the verdict can say “too large”.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from tongban.certificates.verifying import LARGEST_BYTES


class CappedUpload(FileUploadHandler):
    """Keep the first bytes of each file, one more than the limit."""

    largest = LARGEST_BYTES

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept = bytearray()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.kept += raw_data[: self.largest + 1 - len(self.kept)]

    def file_complete(self, file_size: int) -> UploadedFile:
        return InMemoryUploadedFile(
            file=BytesIO(bytes(self.kept)),
            field_name=self.field_name,
            name=self.file_name or "",
            content_type=self.content_type,
            size=len(self.kept),
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
