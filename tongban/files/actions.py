"""What is done with files? Taken in checked, limited and encrypted; given out only unchanged.

`store` reads at most the limit, recognises the kind by content, encrypts under the party's data key (so that erasing
the key erases the file) and writes it whole or not at all: a temporary file, flushed to disk, renamed. The row comes
last; without it a file on disk is never looked at, and storing it again replaces it.

Source: Personal Information Protection Law, arts. 47, 51; Data Security Law, art. 27.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.conf import settings

from tongban.crypto import base64url, sm3
from tongban.domain.refused import Refused
from tongban.domain.sealed import Sealed
from tongban.files.kinds import Kind, kind_of
from tongban.files.models import Blob
from tongban.keys import actions as keys
from tongban.keys.vault import Damaged

MAX_BYTES = 20 * 1024 * 1024
MAX_NAME = 120
DIGEST = re.compile(r"[0-9a-f]{64}")


class TooLarge(Refused):
    """A file above the limit."""

    code = "file_too_large"
    status = 413


class Empty(Refused):
    """A file with nothing in it."""

    code = "file_empty"


class NoFile(Refused):
    """A file that is not kept here."""

    code = "no_file"
    status = 404


class Altered(Refused):
    """What lies on disk is not what was stored."""

    code = "file_altered"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as whoever stored it keeps it in mind: digest (SM3, hexadecimal), size in bytes, kind, name."""

    digest: str
    size: int
    media_type: Kind
    name: str


def store(*, party: str, name: str, stream: BinaryIO, size_hint: int | None = None, now: datetime) -> StoredFile:
    """Check and keep one file of `party` (`person:…` or `org:…`). The same bytes again change nothing.

    Raises TooLarge, Empty, WrongKind, Damaged, Bomb.
    """
    name = clean_name(name)
    data = _read(name, stream, size_hint)
    kind = kind_of(name=name, data=data)
    digest = sm3.digest(data).hex()
    known = Blob.objects.filter(party=party, digest=digest).exists()
    if not known or not _path(party, digest).exists():
        sealed = keys.seal(person=party, plaintext=data)
        _write(_path(party, digest), base64url.decode(sealed.ciphertext))
        Blob.objects.get_or_create(
            party=party, digest=digest, defaults={"size": len(data), "media_type": kind.value, "stored_at": now}
        )
    return StoredFile(digest, len(data), kind, name)


def holds(*, party: str, digest: str) -> bool:
    """Whether a party has stored a file with this digest. One statement."""
    return bool(DIGEST.fullmatch(digest)) and Blob.objects.filter(party=party, digest=digest).exists()


def kept(*, party: str, digests: Collection[str]) -> dict[str, Blob]:
    """Return what is known of these files of a party, by digest; others are left out. One statement."""
    return {blob.digest: blob for blob in Blob.objects.filter(party=party, digest__in=set(digests))} if digests else {}


def held(digests: Collection[str]) -> set[str]:
    """Return which of these files lie here, whoever's they are. One statement."""
    return set(Blob.objects.filter(digest__in=set(digests)).values_list("digest", flat=True)) if digests else set()


def holders(*, digest: str) -> list[str]:
    """Return the parties under whose keys a file with this digest lies here, who stored it first comes first."""
    rows = Blob.objects.filter(digest=digest).order_by("stored_at", "party")
    return list(rows.values_list("party", flat=True)) if DIGEST.fullmatch(digest) else []


def open_file(*, party: str, digest: str) -> bytes:
    """Return the bytes that were stored. Raises NoFile, Altered, and Erased when the party's data key is destroyed."""
    if not DIGEST.fullmatch(digest) or not Blob.objects.filter(party=party, digest=digest).exists():
        raise NoFile("没有找到这个文件。请刷新页面，核对后再试。")
    try:
        ciphertext = _path(party, digest).read_bytes()
    except FileNotFoundError:
        raise Altered("文件打不开：存储中已没有它。请联系系统管理员从备份恢复。") from None
    try:
        data = keys.unseal(Sealed(person=party, ciphertext=base64url.encode(ciphertext)))
    except Damaged:
        data = b""
    if sm3.digest(data).hex() != digest:
        raise Altered("文件打不开：存储中的内容与上传时不一致。请联系系统管理员从备份恢复。")
    return data


def clean_name(name: str) -> str:
    """Return the last part of a name, without control characters and of bearable length; the extension stays."""
    last = PurePosixPath(name.replace("\\", "/")).name
    printable = "".join(character for character in last if character.isprintable()).strip()
    path = PurePosixPath(printable)
    return path.stem[: MAX_NAME - len(path.suffix)] + path.suffix if len(printable) > MAX_NAME else printable


def _read(name: str, stream: BinaryIO, size_hint: int | None) -> bytes:
    data = b"" if size_hint is not None and size_hint > MAX_BYTES else stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES or (size_hint is not None and size_hint > MAX_BYTES):
        raise TooLarge(f"“{name}”未上传：文件超过 20 MB。请压缩或分开后再上传。", field="file")
    if not data:
        raise Empty(f"“{name}”未上传：文件是空的。请重新选择文件。", field="file")
    return data


def _path(party: str, digest: str) -> Path:
    """By digest; two parties with the same bytes have two files, each under its own key."""
    owner = sm3.digest(party.encode()).hex()[:16]
    return Path(settings.FILES_DIR) / digest[:2] / f"{digest}.{owner}"


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _flush_directory(path.parent)


def _flush_directory(path: Path) -> None:
    """A rename survives a power cut only when its directory is flushed too."""
    directory = os.open(path, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
