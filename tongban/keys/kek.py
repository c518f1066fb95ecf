"""Where does the key-encryption key (KEK) of a node lie, and who can read it?

In `node.kek.json` of the keys folder, readable by its owner alone; sealed under a passphrase where the node has one.
The first process that needs it makes it: written whole beside its place, then linked to its name, which only one
process can do; the others read what the first has made. Whoever loses this file loses all that is sealed; whoever
copies it together with the database can read all.

Source: GB/T 39786-2021 (keys are stored protected, with access control); RFC 7914 (scrypt).
"""

from __future__ import annotations

import json
import os
import secrets
import stat
from pathlib import Path

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from tongban.crypto import base64url, sm4

NAME = "node.kek.json"
KEY_BYTES = 32
_PURPOSE = b"tongban kek 1"


class Locked(RuntimeError):
    """The key file cannot be opened. `str(error)` tells the operator why and what to do."""


def open_or_create(directory: Path, passphrase_file: str = "") -> bytes:
    """Return the 32 bytes; an empty `passphrase_file` means that the file is not sealed. Raises Locked."""
    passphrase = _passphrase(passphrase_file)
    place = directory / NAME
    if not place.exists():
        _create(place, _closed(secrets.token_bytes(KEY_BYTES), passphrase))
    return _opened(place, passphrase)


def protect(directory: Path, passphrase_file: str) -> None:
    """Seal a key file that lies open. Raises Locked where there is none, or it is sealed already."""
    place = directory / NAME
    if not place.exists():
        raise Locked(f"{place} 不存在，没有可以加口令的密钥。请检查 TONGBAN_KEYS_DIR。")
    written = _write_beside(place, _closed(_opened(place, b""), _passphrase(passphrase_file)))
    written.replace(place)
    _settle(directory)


def _passphrase(passphrase_file: str) -> bytes:
    if not passphrase_file:
        return b""
    try:
        passphrase = Path(passphrase_file).read_bytes().rstrip(b"\r\n")
    except OSError as missing:
        raise Locked(f"读不到口令文件 {passphrase_file}。请检查 TONGBAN_KEY_PASSPHRASE_FILE 和文件权限。") from missing
    if not passphrase:
        raise Locked(f"口令文件 {passphrase_file} 是空的。请写入口令，或去掉 TONGBAN_KEY_PASSPHRASE_FILE。")
    return passphrase


def _create(place: Path, content: dict[str, object]) -> None:
    """Give the file its name, unless another process was first."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = _write_beside(place, content)
    try:
        place.hardlink_to(written)
    except FileExistsError:
        # The other process's key is the key of this node; ours was never used.
        return
    finally:
        written.unlink()
    _settle(place.parent)


def _write_beside(place: Path, content: dict[str, object]) -> Path:
    written = place.with_name(f".{place.name}.{secrets.token_hex(8)}")
    with open(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return written


def _settle(directory: Path) -> None:
    """Make the new name survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _closed(key: bytes, passphrase: bytes) -> dict[str, object]:
    if not passphrase:
        return {"version": 1, "key": base64url.encode(key)}
    salt = secrets.token_bytes(16)
    sealed = sm4.seal(key=_stretched(passphrase, salt), plaintext=key, associated=_PURPOSE)
    return {"version": 1, "kdf": "scrypt", "salt": base64url.encode(salt), "sealed": base64url.encode(sealed)}


def _opened(place: Path, passphrase: bytes) -> bytes:
    _demand_privacy(place)
    try:
        content = json.loads(place.read_bytes())
        if "sealed" in content:
            return _unsealed(content, passphrase)
        key = base64url.decode(content["key"])
    except (ValueError, KeyError, TypeError) as broken:
        raise Locked(f"密钥文件 {place} 已损坏，无法读取。请从备份恢复该文件。") from broken
    if len(key) != KEY_BYTES:
        raise Locked(f"密钥文件 {place} 已损坏，长度不对。请从备份恢复该文件。")
    if passphrase:
        raise Locked(
            f"密钥文件 {place} 没有口令保护，却设置了 TONGBAN_KEY_PASSPHRASE_FILE。"
            "请运行 tongban keys protect 为它加上口令，或去掉该设置。"
        )
    return key


def _unsealed(content: dict[str, str], passphrase: bytes) -> bytes:
    if not passphrase:
        raise Locked("密钥文件有口令保护。请设置 TONGBAN_KEY_PASSPHRASE_FILE，写明口令文件的位置。")
    salt, sealed = base64url.decode(content["salt"]), base64url.decode(content["sealed"])
    try:
        return sm4.unseal(key=_stretched(passphrase, salt), sealed=sealed, associated=_PURPOSE)
    except sm4.Forged as wrong:
        raise Locked("口令不对，或密钥文件被改动，无法打开。请核对口令文件，或从备份恢复密钥文件。") from wrong


def _demand_privacy(place: Path) -> None:
    if stat.S_IMODE(place.stat().st_mode) & 0o077:
        raise Locked(f"密钥文件 {place} 可被他人读取，不能使用。请运行 chmod 600 {place}，并检查是否已泄露。")


def _stretched(passphrase: bytes, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=sm4.KEY_BYTES, n=2**15, r=8, p=1).derive(passphrase)
