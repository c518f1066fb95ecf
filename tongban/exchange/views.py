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
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from tongban.crypto import canonical, http_signatures
from tongban.crypto.http_signatures import Key, NotSigned, OutsideWindow, Proof, Request, UnknownKey
from tongban.domain.reconciliation import NONCE
from tongban.exchange import actions, attachments, delivering, fetching, peers, reconciling, spool
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
    "not_a_question": 400,
    "too_early": 409,
    "forked": 409,
    "stopped": 409,
    "not_for_this_key": 409,
    "trust_too_old": 409,
    "not_offered": 404,
    "erased": 410,
    "not_in_range": 416,
    "not_now": 503,
}
RANGE = re.compile(r"bytes=(?:([0-9]{1,12})-([0-9]{0,12})|-([0-9]{1,12}))")

Known = Callable[..., HttpResponseBase]
"""Called with the request, the peer, the proof of its signature, the body, and what stands in the address."""


def for_peers(view: Known) -> Callable[..., HttpResponseBase]:
    """Let in who has signed the request just now; tell everybody else why not."""

    @csrf_exempt
    @wraps(view)
    def run(request: HttpRequest, **named: str) -> HttpResponseBase:
        announced = request.headers.get("Content-Length", "0")
        if not LENGTH.fullmatch(announced) or int(announced) > LARGEST_BATCH_BYTES:
            return problem("too_large", f"请求超过 {LARGEST_BATCH_BYTES // 1024 // 1024} MB。请分批发送。", status=413)
        peer = peers.named(request.headers.get(SENDER, ""))
        if peer is None:
            return problem("unknown_node", "本节点不认识您。请双方先用 tongban node trust 互相登记。", status=401)
        # Read here: a batch may be larger than a form.
        body = request.read(int(announced))
        signed = Request(request.method or "", _address(request), body, dict(request.headers))
        try:
            proof = http_signatures.verify(signed, key_of=_keys(peer), also=[SENDER], now=clock.now())
        except OutsideWindow as wrong:
            return problem("outside_window", str(wrong), status=401, retry=True)
        except UnknownKey as wrong:
            return problem("unknown_key", str(wrong), status=401, retry=True)
        except NotSigned as wrong:
            return problem("not_signed", str(wrong), status=401)
        try:
            return view(request, peer, proof, body, **named)
        except NotTaken as not_taken:
            if not_taken.code == "trust_too_old":
                delivering.look_again(peer, now=clock.now())
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


@require_GET
@for_peers
def files(request: HttpRequest, peer: Peer, proof: Proof, body: bytes, digest: str) -> HttpResponseBase:
    """Give a file that was offered to the peer, sealed for it: the part that is asked for, a piece at most."""
    ready = attachments.ready(to=peer, digest=digest, now=clock.now())
    headers = {"ETag": f'"{ready.name}"', "Accept-Ranges": "bytes", fetching.KEY: ready.key}
    asked = request.headers.get("Range", "")
    if not asked.startswith("bytes="):
        # A range of another unit is as none (RFC 9110, 14.2).
        attachments.given(to=peer, digest=digest, now=clock.now())
        whole = spool.path(spool.LEAVING, ready.name).open("rb")
        return FileResponse(whole, content_type="application/octet-stream", headers=headers)
    try:
        start, end = _part(asked, ready.length)
    except NotTaken as outside:
        answer = problem(outside.code, str(outside), status=STATUS[outside.code])
        answer.headers["Content-Range"] = f"bytes */{ready.length}"
        return answer
    piece = spool.read(spool.LEAVING, ready.name, start=start, most=end - start)
    if end == ready.length:
        attachments.given(to=peer, digest=digest, now=clock.now())
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{ready.length}"
    return HttpResponse(piece, status=206, content_type="application/octet-stream", headers=headers)


@require_GET
@for_peers
def standing(request: HttpRequest, peer: Peer, proof: Proof, body: bytes) -> HttpResponse:
    """Say how this node stands with the peer, signed, for this one question."""
    nonce = request.GET.get("for", "")
    if not NONCE.fullmatch(nonce):
        raise NotTaken("not_a_question", "询问没有带上 for=（32 位十六进制数字），不能回答。", retry=False)
    return JsonResponse(reconciling.signed(peer=peer, nonce=nonce, now=clock.now()))


def _part(asked: str, length: int) -> tuple[int, int]:
    """Return where the part begins and ends (behind its last byte). Raises NotTaken."""
    said = RANGE.fullmatch(asked)
    first, last, suffix = said.groups() if said else ("", "", "")
    if suffix:
        start, end = max(length - int(suffix), 0), length
    elif first:
        start, end = int(first), min(int(last) + 1, length) if last else length
    else:
        start, end = length, length
    if start >= end:
        raise NotTaken("not_in_range", f"附件封装后有 {length} 字节，没有“{asked:.60}”这一部分。", retry=False)
    return start, min(end, start + fetching.PIECE_BYTES)


def _keys(peer: Peer) -> Callable[[str], Key | None]:
    """Look for a key in the peer's list; in a newer list, where it is in none that is known."""

    def key_of(key_id: str) -> Key | None:
        key = peers.signing(peer, key_id, now=clock.now())
        if key is None and delivering.look_again(peer, now=clock.now()):
            key = peers.signing(peer, key_id, now=clock.now())
        return None if key is None else Key(key.algorithm, key.public_key)

    return key_of


def problem(code: str, words: str, *, status: int, retry: bool = False, **more: Any) -> JsonResponse:
    said = {"type": "about:blank", "status": status, "code": code, "detail": words, "retry": retry, **more}
    return JsonResponse(said, status=status, content_type=PROBLEM)


def _address(request: HttpRequest) -> str:
    """Return the address that was asked, under the name by which others know this node."""
    return f"{settings.ADDRESS}{request.get_full_path()}" if settings.ADDRESS else request.build_absolute_uri()
