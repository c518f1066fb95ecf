"""Which certificates do not count although their files hold? The status list (状态列表) of a region, signed.

It names the certificates of a region that were ended or suspended before their term, each with the day and the article.
Whoever holds the list knows the state of every certificate of that region as of its instant, without a network; until
when it may be relied on stands in it. What has run out by itself need not be named.

Source: Administrative Licensing Law, arts. 8, 69, 70 (ends); RFC 8785 (the bytes that are signed). The form of the list
is this project's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongban.crypto import base64url, canonical
from tongban.domain.certificate import Status
from tongban.domain.trust import TrustList, owner_of, read_instant, written
from tongban.domain.verdict import Ended

VERSION = 1
PURPOSE = "status"


class Unreadable(ValueError):
    """There is no status list here, or it is none. `str(error)` says what to do."""


@dataclass(frozen=True, slots=True)
class StatusList:
    """What of a region's certificates does not count, as of `issued_at`; it is to be renewed by `next_at`."""

    region: str
    issued_at: datetime
    next_at: datetime
    ended: Mapping[str, Ended]
    """By the identifier of the certificate."""


def message(one: StatusList) -> bytes:
    """Return the bytes that the region's key for status lists signs."""
    return canonical.encode(plain(one))


def plain(one: StatusList) -> dict[str, Any]:
    return {
        "type": "tongban status list",
        "region": one.region,
        "issued_at": written(one.issued_at),
        "next_at": written(one.next_at),
        "ended": [
            {"identifier": identifier, "status": ended.status.value, "on": ended.on.isoformat(), "by": ended.article}
            for identifier, ended in sorted(one.ended.items())
        ],
    }


def published(signed: Sequence[tuple[StatusList, str, bytes]]) -> dict[str, Any]:
    """Return the file of all lists, each with the name of the key and its signature (DER)."""
    return {
        "version": VERSION,
        "lists": [
            {"list": plain(one), "signature": {"key": key, "value": base64url.encode(value)}}
            for one, key, value in signed
        ],
    }


def parse(file: Any, *, trust: TrustList) -> dict[str, StatusList]:
    """Read the published lists by region; each is signed by a key that its region's trust list names for it.

    Raises Unreadable.
    """
    try:
        if file["version"] != VERSION:
            raise Unreadable(
                f"状态列表的版本是 {file['version']}，本程序只认识版本 {VERSION}。请换用最新的列表或程序。"
            )
        lists = [_status_list(one, trust) for one in file["lists"]]
    except Unreadable:
        raise
    except (KeyError, TypeError, AttributeError, ValueError) as broken:
        raise Unreadable("状态列表缺少必要的内容，或有无法识别的内容。请重新向签发机关索取。") from broken
    by_region = {one.region: one for one in lists}
    if len(by_region) < len(lists):
        raise Unreadable("状态列表中一个地区出现两次，不能使用。请重新向签发机关索取。")
    return by_region


def _status_list(signed: Any, trust: TrustList) -> StatusList:
    said, signature = signed["list"], signed["signature"]
    one = StatusList(
        region=said["region"],
        issued_at=read_instant(said["issued_at"]),
        next_at=read_instant(said["next_at"]),
        ended={
            entry["identifier"]: Ended(Status(entry["status"]), date.fromisoformat(entry["on"]), entry["by"])
            for entry in said["ended"]
        },
    )
    if plain(one) != said:
        raise ValueError("not in its one form")
    key = next(
        (
            key
            for region in trust.lists
            if region.region == one.region
            for key in region.keys
            if (key.key_id, key.owner, key.purpose) == (signature["key"], owner_of(one.region), PURPOSE)
        ),
        None,
    )
    if (
        key is None
        or not key.stands(one.issued_at)
        or not key.verify(message(one), base64url.decode(signature["value"]))
    ):
        raise Unreadable(f"地区 {one.region} 的状态列表不是用该地区的密钥签的，不能使用。请重新向该地区索取。")
    return one
