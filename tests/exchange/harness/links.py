"""A link between two nodes: a small TCP proxy that may fail in every way in which a network does.

It reads each request whole, one for each connection as our nodes send them, and passes it on; dice say what happens
to it.
"""

from __future__ import annotations

import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import StrEnum

ANSWER_WITHIN_SECONDS = 10.0
LONGEST_DELAY_SECONDS = 0.4
AMONG_THE_RAREST = 4


class Fault(StrEnum):
    """What may happen to a request on its way."""

    DELAY = "request delayed"
    DUPLICATE = "request duplicated"
    REORDER = "requests reordered"
    TRUNCATE = "request truncated"
    CORRUPT = "request corrupted"
    LOST_ANSWER = "answer lost"
    TRUNCATED_ANSWER = "answer truncated"
    CORRUPT_ANSWER = "answer corrupted"


class Link:
    """The way from one node to another, which listens at the port `to`. Each request draws whether it fares well."""

    def __init__(self, to: int, *, dice: random.Random, seen: Counter[str]) -> None:
        self._to, self._dice, self._seen = to, dice, seen
        self._late: list[bytes] = []
        self._lock = threading.Lock()
        self.share = 0.0
        """How many of the requests something happens to."""
        self.kinds: tuple[Fault, ...] = tuple(Fault)
        self.cut = False
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def heal(self) -> None:
        self.share, self.cut = 0.0, False

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                asking, _ = self._listener.accept()
                threading.Thread(target=self._answer, args=(asking,), daemon=True).start()

    def _answer(self, asking: socket.socket) -> None:
        asking.settimeout(ANSWER_WITHIN_SECONDS)
        with asking, suppress(OSError):
            if self.cut:
                return
            request = whole(asking)
            fault = self._draw() if request.startswith(b"POST") else None
            answer = FAULTS[fault](self, request) if fault else self._pass(request)
            asking.sendall(answer)

    def _draw(self) -> Fault | None:
        with self._lock:
            if self._dice.random() >= self.share:
                return None
            # What has happened least comes first, so that each kind happens soon.
            rarest = sorted(self.kinds, key=lambda kind: (self._seen[kind], kind))[:AMONG_THE_RAREST]
            return self._dice.choice(rarest)

    def _happened(self, fault: Fault) -> None:
        with self._lock:
            self._seen[fault] += 1

    def _pass(self, request: bytes) -> bytes:
        """Ask the node; what came late comes right behind."""
        answer = ask(self._to, request)
        while self._late and answer:
            with suppress(IndexError):
                ask(self._to, self._late.pop())
                self._happened(Fault.REORDER)
        return answer

    # --- what happens to a request: each returns what the sender hears ------------------------------------------------

    def _delay(self, request: bytes) -> bytes:
        time.sleep(self._dice.uniform(0.05, LONGEST_DELAY_SECONDS))
        self._happened(Fault.DELAY)
        return self._pass(request)

    def _duplicate(self, request: bytes) -> bytes:
        first, second = self._pass(request), self._pass(request)
        if first and second:
            self._happened(Fault.DUPLICATE)
        return self._dice.choice((first, second))

    def _reorder(self, request: bytes) -> bytes:
        """Keep the request back, until another has overtaken it."""
        self._late.append(request)
        return b""

    def _truncate(self, request: bytes) -> bytes:
        self._happened(Fault.TRUNCATE)
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._to), ANSWER_WITHIN_SECONDS) as node:
            node.sendall(request[: self._dice.randrange(1, len(request))])
        return b""

    def _corrupt(self, request: bytes) -> bytes:
        self._happened(Fault.CORRUPT)
        return self._pass(spoilt(request, self._dice))

    def _lose_answer(self, request: bytes) -> bytes:
        if self._pass(request):
            self._happened(Fault.LOST_ANSWER)
        return b""

    def _truncate_answer(self, request: bytes) -> bytes:
        answer = self._pass(request)
        if not answer:
            return b""
        self._happened(Fault.TRUNCATED_ANSWER)
        return answer[: self._dice.randrange(1, len(answer))]

    def _corrupt_answer(self, request: bytes) -> bytes:
        answer = self._pass(request)
        if not answer:
            return b""
        self._happened(Fault.CORRUPT_ANSWER)
        return spoilt(answer, self._dice)


FAULTS: Mapping[Fault, Callable[[Link, bytes], bytes]] = {
    Fault.DELAY: Link._delay,
    Fault.DUPLICATE: Link._duplicate,
    Fault.REORDER: Link._reorder,
    Fault.TRUNCATE: Link._truncate,
    Fault.CORRUPT: Link._corrupt,
    Fault.LOST_ANSWER: Link._lose_answer,
    Fault.TRUNCATED_ANSWER: Link._truncate_answer,
    Fault.CORRUPT_ANSWER: Link._corrupt_answer,
}


def spoilt(content: bytes, dice: random.Random) -> bytes:
    """Return the content with one bit of it turned."""
    place, bit = dice.randrange(len(content)), 1 << dice.randrange(8)
    return content[:place] + bytes([content[place] ^ bit]) + content[place + 1 :]


def ask(port: int, request: bytes) -> bytes:
    """Return what the node answers; empty where it does not, or is not there."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_WITHIN_SECONDS) as node:
            node.sendall(request)
            return whole(node)
    except OSError:
        return b""


def whole(of: socket.socket) -> bytes:
    """Read one message of HTTP/1.1 whose length is told; what ends before is given as far as it came."""
    content = bytearray()
    length: int | None = None
    while piece := of.recv(64 * 1024):
        content += piece
        end = content.find(b"\r\n\r\n") if length is None else -1
        if end >= 0:
            length = end + 4 + _length(bytes(content[:end]))
        if length is not None and len(content) >= length:
            break
    return bytes(content)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return int(value)
    return 0
