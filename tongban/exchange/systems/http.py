"""The reference adapter: JSON over HTTP, each request signed by the node (RFC 9421), as `docs/systems.md` has it.

All connections go out from the node, so that a department opens one door to one address and none the other way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from http.client import HTTPException
from time import monotonic
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, build_opener
from urllib.request import Request as Asked

from django.conf import settings

from tongban.crypto import canonical, http_signatures
from tongban.crypto.http_signatures import Request
from tongban.exchange import peers
from tongban.exchange.systems.adapters import NotReached, TurnedAway
from tongban.exchange.systems.models import System
from tongban.keys import actions as keys
from tongban.keys.purposes import Purpose
from tongban.web import clock

WINDOW = timedelta(minutes=5)
"""How long a signed request counts."""
ANSWER_WITHIN_SECONDS = 30.0
LARGEST_ANSWER_BYTES = 4 * 1024 * 1024
READ_AT_ONCE = 64 * 1024
SENDER = "tongban-node"
CODE = re.compile(r"[a-z_]{1,60}")
MOST_WORDS = 300


class HttpSystem:
    """A system that answers at an address."""

    def __init__(self, system: System) -> None:
        self.address = system.address

    def tell(self, case: str, description: Mapping[str, Any]) -> Any:
        return self._ask("PUT", f"/cases/{case}", canonical.encode(dict(description)))

    def hand_over(self, digest: str, *, start: int, size: int, piece: bytes) -> int:
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Range": f"bytes {start}-{start + len(piece) - 1}/{size}",
        }
        said = self._ask("PUT", f"/files/{digest}", piece, headers)
        have = said.get("have")
        if type(have) is not int or not 0 <= have <= size:
            raise NotReached("对方没有说明已收到多少字节，稍后再送。")
        return have

    def answers(self, *, after: int) -> list[Any]:
        said = self._ask("GET", f"/answers?{urlencode({'after': after})}")
        found = said.get("answers")
        if not isinstance(found, list):
            raise NotReached("对方的答复不是列表。请核对对方地址。")
        return found

    def fetch(self, digest: str, *, start: int, length: int) -> bytes:
        headers = {"Range": f"bytes={start}-{start + length - 1}"}
        status, body = self._exchange("GET", f"/files/{digest}", b"", headers)
        if status == 416:
            return b""
        if status != 206:
            raise NotReached(f"对方没有按范围给出文件（{status}），稍后再取。")
        return body[:length]

    def cases(self, *, after: str, nonce: str) -> Any:
        return self._ask("GET", f"/cases?{urlencode({'after': after, 'nonce': nonce})}")

    def _ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Any:
        status, said = self._exchange(method, path, body, headers or {"Content-Type": "application/json"})
        if status not in (200, 201):
            raise NotReached(f"对方回答 {status}。请核对对方地址。")
        return _object(status, said)

    def _exchange(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        now = clock.now()
        request = Request(method, self.address + path, body, {SENDER: settings.NODE, **headers})
        pen = keys.pen(owner=peers.owner(settings.NODE), purpose=Purpose.EXCHANGE, now=now)
        http_signatures.sign(request, key=pen.key_id, pen=pen.sign, also=[SENDER], now=now, until=now + WINDOW)
        data = request.body if method == "PUT" else None
        asked = Asked(request.url, data=data, headers=request.headers, method=method)
        if not asked.full_url.startswith(("http://", "https://")):
            raise NotReached(f"地址 {asked.full_url} 不是 http 或 https。请用 tongban system add 更正。")
        try:
            with build_opener(_NoRedirects).open(asked, timeout=ANSWER_WITHIN_SECONDS) as answer:
                return answer.status, _limited(answer)
        except HTTPError as refused:
            with refused:
                return _refused(refused)
        except (OSError, HTTPException, ValueError) as failed:
            raise NotReached(f"没有连上 {self.address}：{failed}") from failed


class _NoRedirects(HTTPRedirectHandler):
    """People said where a system is: nobody who answers there sends this node elsewhere, inside its own walls."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _refused(refused: HTTPError) -> tuple[int, bytes]:
    """Return what can still be understood. Raises TurnedAway where the system says in the agreed form what is wrong."""
    try:
        body = _limited(refused)
    except (OSError, HTTPException) as failed:
        raise NotReached(f"对方回答 {refused.code}，没有答完。") from failed
    if refused.code == 416:
        return refused.code, body
    try:
        said = _object(refused.code, body)
    except NotReached:
        said = {}
    code, words = said.get("code"), said.get("detail")
    if isinstance(code, str) and CODE.fullmatch(code) and isinstance(words, str):
        raise TurnedAway(code, f"{code}：{words[:MOST_WORDS]}", retry=said.get("retry") is True)
    raise NotReached(f"对方回答 {refused.code}。请核对对方地址，或联系对方运维人员。")


def _limited(answer: Any) -> bytes:
    """Read an answer, no more of it and no longer than is bearable."""
    body, until = bytearray(), monotonic() + ANSWER_WITHIN_SECONDS
    while piece := answer.read1(READ_AT_ONCE):
        body += piece
        if len(body) > LARGEST_ANSWER_BYTES:
            raise NotReached(f"对方的回答超过 {LARGEST_ANSWER_BYTES // 1024 // 1024} MB，没有采用。")
        if monotonic() > until:
            raise NotReached(f"对方在 {ANSWER_WITHIN_SECONDS:.0f} 秒内没有答完。")
    return bytes(body)


def _object(status: int, body: bytes) -> Any:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise NotReached(f"对方回答 {status}，内容不是 JSON。请核对对方地址。") from None
    if not isinstance(said, dict):
        raise NotReached(f"对方回答 {status}，内容不是对象。请核对对方地址。")
    return said
