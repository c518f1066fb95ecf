"""What does a text file say that somebody made by hand or with a spreadsheet? For commands that answer many at once."""

from __future__ import annotations

from pathlib import Path

from tongban.domain.refused import Refused

LARGEST_FILE = 20_000_000
"""Bytes: half a million rows."""


class Unreadable(Refused):
    """A file that is not there, may not be read, or is no text."""

    code = "unreadable"


def read(path: Path) -> str:
    """Return the text of a file, in UTF-8 or as Chinese spreadsheets save it (GB 18030). Raises Unreadable."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise Unreadable(f"无法读取文件 {shown(path)}（{error.strerror}）：请核对文件名和读取权限。") from error
    if len(data) > LARGEST_FILE:
        raise Unreadable(f"文件 {shown(path)} 超过 {LARGEST_FILE // 1_000_000} MB：请分成几个文件。")
    try:
        text = _decoded(data)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise Unreadable(f"文件 {shown(path)} 不是文本：请另存为 UTF-8 编码的文本文件。")
    if not text.strip():
        raise Unreadable(f"文件 {shown(path)} 是空的：请核对文件。")
    return text


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def shown(path: Path) -> str:
    """Return the file's name for a sentence, which a name in another encoding must not break."""
    return "".join(each for each in path.name if each.isprintable())
