"""A small national platform that speaks HTTP: it takes files, then the manifest, and may refuse rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from tongban.crypto import sm3


@dataclass
class Platform:
    """What it has: by table and identifier the row as it was told last. `broken`: how often it is to fail first."""

    address: str = ""
    rows: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    batches: dict[str, dict[str, bytes]] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    """Numbers of the batches whose rows it took, each once."""
    told: list[tuple[str, str]] = field(default_factory=list)
    """Every request."""
    refuses: set[str] = field(default_factory=set)
    """Identifiers of rows that it does not take."""
    broken: int = 0
    tokens: set[str] = field(default_factory=set)

    def put(self, batch: str, name: str, body: bytes, digest: str) -> int:
        assert sm3.digest(body).hex() == digest
        self.batches.setdefault(batch, {})[name] = body
        return 204

    def take(self, batch: str, manifest: dict[str, Any]) -> dict[str, Any]:
        files = self.batches[batch]
        refused = []
        for each in manifest["files"]:
            lines = [json.loads(line) for line in files[each["name"]].splitlines()]
            assert len(lines) == sum(each["rows"].values())
            for row in lines:
                if row["row_guid"] in self.refuses:
                    refused.append({"table": each["table"], "row_guid": row["row_guid"]} | REASON)
                elif batch not in self.taken:
                    self._take(each["table"], row)
        if batch not in self.taken:
            self.taken.append(batch)
        return {"receipt": f"R-{batch}", "refused": refused}

    def _take(self, table: str, row: dict[str, Any]) -> None:
        key = table, row["row_guid"]
        assert (key in self.rows) == (row["cd_operation"] != "I"), (key, row["cd_operation"])
        if row["cd_operation"] == "D":
            del self.rows[key]
        else:
            self.rows[key] = row


REASON = {"field": "task_code", "code": "E07", "words": "实施编码未备案"}


@contextmanager
def platform() -> Iterator[Platform]:
    known = Platform()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            _, _, batch, name = self.path.split("/")
            self._answer(lambda body: known.put(batch, name, body, self.headers["Content-SM3"]))

        def do_POST(self) -> None:
            batch = self.path.split("/")[2]
            self._answer(lambda body: known.take(batch, json.loads(body)))

        def _answer(self, act: Any) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            known.told.append((self.command, self.path))
            known.tokens.add(self.headers.get("Authorization", ""))
            if known.broken:
                known.broken -= 1
                said, status = b"", 503
            else:
                done = act(body)
                said, status = (b"", done) if isinstance(done, int) else (json.dumps(done).encode(), 200)
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    known.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield known
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
