"""The door for other nodes: who is it, is it meant for us, and what was stored?

Nothing is read before its length is known to be bearable, nothing is believed before the signature is known to be good.
Answers are JSON: a signed receipt, or a problem with a stable code and whether the same may come again.

Source: RFC 9457 (problem details); `docs/exchange.md`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tongban.crypto import canonical, http_signatures
from tongban.crypto.http_signatures import Key, NotSigned, OutsideWindow, Proof, Request, UnknownKey
from tongban.exchange import actions, delivering, peers
from tongban.exchange.actions import NotTaken
from tongban.exchange.delivering import LARGEST_BATCH_BYTES, SENDER
from tongban.exchange.models import Peer
from tongban.keys.actions import NoKey
from tongban.web import clock

PROBLEM = "application/problem+json"
LENGTH = re.compile(r"[0-9]{1,12}")
STATUS = {
    "not_a_message": 400,
    "misdirected": 400,
    "too_early": 409,
    "forked": 409,
    "stopped": 409,
    "not_for_this_key": 409,
}

Known = Callable[[HttpRequest, Peer, Proof, bytes], HttpResponse]


def for_peers(view: Known) -> Callable[[HttpRequest], HttpResponse]:
    """Let in who has signed the request just now; tell everybody else why not."""

    @csrf_exempt
    @wraps(view)
    def run(request: HttpRequest) -> HttpResponse:
        announced = request.headers.get("Content-Length", "0")
        if not LENGTH.fullmatch(announced) or int(announced) > LARGEST_BATCH_BYTES:
            return problem("too_large", f"请求超过 {LARGEST_BATCH_BYTES // 1024 // 1024} MB。请分批发送。", status=413)
        peer = peers.named(request.headers.get(SENDER, ""))
        if peer is None:
            return problem("unknown_node", "本节点不认识您。请双方先用 tongban node trust 互相登记。", status=401)
        signed = Request(request.method or "", _address(request), request.body, dict(request.headers))
        try:
            proof = http_signatures.verify(signed, key_of=_keys(peer), also=[SENDER], now=clock.now())
        except OutsideWindow as wrong:
            return problem("outside_window", str(wrong), status=401, retry=True)
        except UnknownKey as wrong:
            return problem("unknown_key", str(wrong), status=401, retry=True)
        except NotSigned as wrong:
            return problem("not_signed", str(wrong), status=401)
        try:
            return view(request, peer, proof, request.body)
        except NotTaken as not_taken:
            more = {"receipt": not_taken.receipt} if not_taken.receipt else {}
            status = STATUS[not_taken.code]
            return problem(not_taken.code, str(not_taken), status=status, retry=not_taken.retry, **more)
        except (DatabaseError, NoKey, OSError):
            actions.LOG.exception("没有接收%s发来的消息", peer.name)
            words = "对方节点现在不能接收，什么也没有保存。请稍后再送。"
            return problem("not_now", words, status=503, retry=True)

    return run


@require_POST
@for_peers
def messages(request: HttpRequest, peer: Peer, proof: Proof, body: bytes) -> HttpResponse:
    """Store a batch; answer with the signed receipt."""
    try:
        said = canonical.decode(body)
    except canonical.NotCanonical as wrong:
        raise NotTaken("not_a_message", f"未接收：{wrong}", retry=False) from None
    return JsonResponse(actions.take(source=peer, said=said, proof=proof, now=clock.now()).plain)


def _keys(peer: Peer) -> Callable[[str], Key | None]:
    """Look for a key in the peer's list; in a newer list, where it is in none that is known."""

    def key_of(key_id: str) -> Key | None:
        key = peers.signing(peer, key_id, now=clock.now())
        if key is None and delivering.look_again(peer, now=clock.now()):
            key = peers.signing(peer, key_id, now=clock.now())
        return None if key is None else Key(key.algorithm, key.public_key)

    return key_of


def problem(code: str, words: str, *, status: int, retry: bool = False, **more: Any) -> HttpResponse:
    said = {"type": "about:blank", "status": status, "code": code, "detail": words, "retry": retry, **more}
    return JsonResponse(said, status=status, content_type=PROBLEM)


def _address(request: HttpRequest) -> str:
    """Return the address that was asked, under the name by which others know this node."""
    return f"{settings.ADDRESS}{request.get_full_path()}" if settings.ADDRESS else request.build_absolute_uri()
