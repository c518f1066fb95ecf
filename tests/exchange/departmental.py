"""A department's own system, written from `docs/systems.md` alone: a small HTTP server with keys and tables of its own.

It knows nothing of Tongban's code but the algorithms. It can be down, slow or broken, lose what it has, and say things
twice, late, wrongly or as somebody else; tests tell it to.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tongban.crypto import base64url, canonical, http_signatures, profiles, sm3
from tongban.crypto.http_signatures import Key, NotSigned, Request
from tongban.crypto.profiles import Algorithm

Plain = dict[str, Any]
SPKI = {
    Algorithm.ES256: bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200"),
    Algorithm.SM2SM3: bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200"),
}
MOST_ANSWERS = 20
MOST_LISTED = 2


@dataclass
class Pen:
    """A pair of keys of the system."""

    algorithm: Algorithm = Algorithm.ES256

    def __post_init__(self) -> None:
        self.private, self.public = profiles.generate(self.algorithm)

    @property
    def spki(self) -> bytes:
        return SPKI[self.algorithm] + self.public

    @property
    def id(self) -> str:
        return f"k-{sm3.digest(self.public).hex()[:16]}"


@dataclass
class Simulated:
    """`now` is its clock; `node_keys` are the keys of the node, by name; the rest says how it behaves."""

    now: datetime
    name: str = "cfd-msa"
    pen: Pen = field(default_factory=Pen)
    node_keys: Callable[[str], Key | None] = lambda name: None
    cases: dict[str, Plain] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    states: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    files: dict[str, bytearray] = field(default_factory=dict)
    feed: list[Plain] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """What was asked: method and path."""
    broken: list[str] = field(default_factory=list)
    """What goes wrong with the next requests, one after the other; empty: nothing."""
    always: str = ""
    """What goes wrong with every request."""
    refuses: dict[str, tuple[int, str, str, bool]] = field(default_factory=dict)
    """Cases it does not take: status, code, words, whether to try again."""
    slow_seconds: float = 0.0
    loses: set[str] = field(default_factory=set)
    """Cases that are missing from its list."""
    address: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    # --- what its officers do -----------------------------------------------------------------------------------------

    def say(self, case: str, state: str, /, **changes: Any) -> Plain:
        """Give an answer; return it."""
        sequence = max((one["answer"].get("sequence", 0) for one in self.feed), default=0) + 1
        answer = {
            "type": "tongban-system-answer/1",
            "system": self.name,
            "sequence": sequence,
            "case": case,
            "number": self.numbers.get(case, "HS-0"),
            "state": state,
            "at": written(self.now),
            "officer": "王芳",
            "reason": "",
            "determined": {},
            "certificate": None,
            "seen": self.cases.get(case, {}).get("seen", ""),
        } | changes
        self.feed.append(self.signed("answer", answer))
        if case in self.states:
            self.states[case] = (answer["state"], self.now)
        return answer

    def signed(self, member: str, said: Any) -> Plain:
        value = profiles.sign(self.pen.algorithm, self.pen.private, canonical.encode(said))
        return {member: said, "signature": {"key": self.pen.id, "value": base64url.encode(value)}}

    # --- what it answers ----------------------------------------------------------------------------------------------

    def put_case(self, number: str, said: Plain) -> tuple[int, Plain]:
        if number in self.refuses:
            status, code, words, retry = self.refuses[number]
            return status, {"code": code, "detail": words, "retry": retry}
        kept = self.cases.get(number)
        if kept is None or said["revision"] >= kept["revision"]:
            self.cases[number] = said
        self.numbers.setdefault(number, f"HS-{len(self.numbers) + 1}")
        self.states.setdefault(number, ("received", self.now))
        if said["state"] == "ended" and self.states[number][0] not in ("approved", "denied"):
            self.states[number] = ("ended", self.now)
        missing = self.lacks(said)
        return 200, self.signed(
            "acknowledgement",
            {
                "type": "tongban-system-acknowledgement/1",
                "system": self.name,
                "case": number,
                "revision": said["revision"],
                "number": self.numbers[number],
                "missing": [{"digest": digest, "have": have} for digest, have in sorted(missing.items())],
                "at": written(self.now),
            },
        )

    def lacks(self, said: Plain) -> dict[str, int]:
        """Return which files of a case are not whole here, and how far each is."""
        named = [one["file"] for one in said.get("materials", ()) if one["file"]]
        return {one["digest"]: len(self.files.get(one["digest"], b"")) for one in named if not self.whole(one)}

    def whole(self, file: Plain) -> bool:
        data = bytes(self.files.get(file["digest"], b""))
        return len(data) == file["size"] and sm3.digest(data).hex() == file["digest"]

    def put_file(self, digest: str, content_range: str, piece: bytes) -> tuple[int, Plain]:
        match = re.fullmatch(r"bytes ([0-9]+)-([0-9]+)/([0-9]+)", content_range)
        assert match is not None
        start, size = int(match[1]), int(match[3])
        data = self.files.setdefault(digest, bytearray())
        if start <= len(data):
            data[start:] = piece
        if len(data) == size and sm3.digest(bytes(data)).hex() != digest:
            data.clear()
        return 200, {"have": len(data)}

    def list_cases(self, after: str, nonce: str) -> tuple[int, Plain]:
        names = sorted(name for name in self.states if name > after and name not in self.loses)
        page = names[:MOST_LISTED]
        return 200, self.signed(
            "list",
            {
                "type": "tongban-system-list/1",
                "system": self.name,
                "nonce": nonce,
                "cases": [
                    {
                        "case": name,
                        "number": self.numbers.get(name, "HS-0"),
                        "state": self.states[name][0],
                        "at": written(self.states[name][1]),
                    }
                    for name in page
                ],
                "more": len(names) > len(page),
                "at": written(self.now),
            },
        )

    def forget(self) -> None:
        """Lose everything, as after a restore from an empty backup."""
        self.cases.clear()
        self.states.clear()
        self.files.clear()


def written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


class Handler(BaseHTTPRequestHandler):
    system: Simulated
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.serve(b"")

    def do_PUT(self) -> None:
        self.serve(self.rfile.read(int(self.headers["Content-Length"])))

    def serve(self, body: bytes) -> None:
        system = self.system
        with system.lock:
            system.asked.append(f"{self.command} {urlsplit(self.path).path}")
            wrong = system.always or (system.broken.pop(0) if system.broken else "")
            if system.slow_seconds:
                time.sleep(system.slow_seconds)
            if wrong == "cut":
                self.close_connection = True
                return
            if wrong == "garbage":
                self.answer(200, b"<html>500</html>")
                return
            if wrong == "error":
                self.answer(503, b"")
                return
            if wrong == "elsewhere":
                self.answer(302, b"", {"Location": "http://127.0.0.1:1/"})
                return
            if not self.is_signed(body):
                self.say(401, {"code": "not_signed", "detail": "请求没有签名", "retry": False})
                return
            self.route(body, wrong)

    def is_signed(self, body: bytes) -> bool:
        url = f"{self.system.address}{self.path}"
        request = Request(self.command, url, body, dict(self.headers))
        try:
            http_signatures.verify(request, key_of=self.system.node_keys, also=["tongban-node"], now=self.system.now)
        except NotSigned:
            return False
        return True

    def route(self, body: bytes, wrong: str) -> None:
        system, asked = self.system, urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(asked.query, keep_blank_values=True).items()}
        head, tail = asked.path.strip("/").split("/")[0], asked.path.rsplit("/", 1)[-1]
        if (self.command, head) == ("PUT", "cases"):
            status, said = system.put_case(tail, json.loads(body))
            if wrong == "stored":  # it has it, and nobody learns of it
                self.close_connection = True
                return
            self.say(status, said)
        elif (self.command, head) == ("PUT", "files"):
            self.say(*system.put_file(tail, self.headers["Content-Range"], body))
        elif head == "files":
            self.give_file(tail)
        elif head == "answers":
            after = int(query["after"])
            page = [one for one in system.feed if one["answer"].get("sequence", 0) > after][:MOST_ANSWERS]
            self.say(200, {"answers": system.feed[:MOST_ANSWERS] if wrong == "from the beginning" else page})
        else:
            self.say(*system.list_cases(query["after"], query["nonce"]))

    def give_file(self, digest: str) -> None:
        data = bytes(self.system.files.get(digest, b""))
        match = re.fullmatch(r"bytes=([0-9]+)-([0-9]+)", self.headers["Range"])
        assert match is not None
        piece = data[int(match[1]) : int(match[2]) + 1]
        if not piece:
            self.answer(416, b"")
            return
        self.answer(206, piece, {"Content-Type": "application/octet-stream"})

    def say(self, status: int, said: Plain) -> None:
        self.answer(status, json.dumps(said).encode())

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json"} | (headers or {})).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def answering(system: Simulated) -> Iterator[str]:
    """Let it answer at an address of its own."""
    handler = type("Answering", (Handler,), {"system": system})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    system.address = f"http://127.0.0.1:{server.server_address[1]}"
    running = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    running.start()
    try:
        yield system.address
    finally:
        server.shutdown()
        running.join()
        server.server_close()
