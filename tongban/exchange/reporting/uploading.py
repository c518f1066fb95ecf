"""How does a dispatch reach the national platform, and what does the platform say to it?

Whoever runs a node names in `TONGBAN_REPORTER` what makes the uploader of its platform; the one here speaks HTTP:

    PUT  <address>/batches/<number>/<file>     each file, with its digest (SM3)
    POST <address>/batches/<number>            the manifest, when all files are there

The answer 200 to the last is `{"receipt": "…", "refused": [{"table", "row_guid", "field", "code", "words"}, …]}`. The
same dispatch may come again, after a failure in the middle: the platform knows it by its number. Without an uploader
the folder lies there to be fetched, and the answer is entered by hand (`tongban report answer`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.utils.module_loading import import_string

from tongban.exchange.reporting.folder import MANIFEST

ANSWER_WITHIN_SECONDS = 60.0
LARGEST_ANSWER_BYTES = 64 * 1024 * 1024
LONGEST_WORDS = 500
NEAR = {("http", host) for host in ("127.0.0.1", "::1", "localhost")}
_MEMBERS = {"table", "row_guid", "field", "code", "words"}


class NotUploaded(Exception):
    """An attempt that failed; the dispatch waits for the next."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row that the platform did not take; `field` empty: the row as a whole."""

    table: str
    guid: str
    field: str
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Answer:
    receipt: str
    refused: tuple[Refusal, ...] = ()


class Uploader(Protocol):
    """Brings a dispatch to the platform, as often as it is asked to."""

    def upload(self, folder: Path, manifest: Mapping[str, Any]) -> Answer:
        """Return what the platform says. Raises NotUploaded."""
        ...


def configured() -> bool:
    """Whether dispatches are sent by this node itself."""
    return bool(settings.REPORTER or settings.REPORT_URL)


def uploader() -> Uploader | None:
    """Return this node's uploader; None: folders are fetched by hand."""
    if settings.REPORTER:
        made: Uploader = import_string(settings.REPORTER)()
        return made
    return Http(settings.REPORT_URL, _token()) if settings.REPORT_URL else None


def _token() -> str:
    return Path(settings.REPORT_TOKEN_FILE).read_text(encoding="utf-8").strip() if settings.REPORT_TOKEN_FILE else ""


@dataclass(frozen=True, slots=True)
class Http:
    """The reference uploader."""

    address: str
    token: str = ""

    def upload(self, folder: Path, manifest: Mapping[str, Any]) -> Answer:
        batch = f"{self.address.rstrip('/')}/batches/{manifest['cd_batch']}"
        for file in manifest["files"]:
            content = (folder / file["name"]).read_bytes()
            self._send("PUT", f"{batch}/{file['name']}", content, {"Content-SM3": file["sm3"]})
        return read_answer(self._send("POST", batch, (folder / MANIFEST).read_bytes(), {}))

    def _send(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        # Rows about people, and the token, go in clear to nobody but a program on this machine.
        asked_of = urlsplit(url)
        if asked_of.scheme != "https" and (asked_of.scheme, asked_of.hostname) not in NEAR:
            raise NotUploaded(f"国家平台地址 {url} 应以 https:// 开头：其中有个人信息。请更正 TONGBAN_REPORT_URL。")
        asked = Request(url, data=body, headers=dict(headers), method=method)
        asked.add_header("Content-Type", "application/json" if method == "POST" else "application/jsonl")
        if self.token:
            asked.add_header("Authorization", f"Bearer {self.token}")
        try:
            with build_opener(_NoRedirects).open(asked, timeout=ANSWER_WITHIN_SECONDS) as answer:
                said: bytes = answer.read(LARGEST_ANSWER_BYTES + 1)
        except HTTPError as refused:
            refused.close()
            raise NotUploaded(f"国家平台对 {method} {url} 回答 {refused.code}，稍后再送。") from None
        except (OSError, HTTPException, ValueError) as failed:
            raise NotUploaded(f"没有连上国家平台 {url}：{failed}。稍后再送。") from failed
        if len(said) > LARGEST_ANSWER_BYTES:
            raise NotUploaded(f"国家平台的回答超过 {LARGEST_ANSWER_BYTES // 1024 // 1024} MB，没有采用。")
        return said


class _NoRedirects(HTTPRedirectHandler):
    """Rows about people go where people said, and nowhere else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def read_answer(body: bytes) -> Answer:
    """Read what the platform says. Raises NotUploaded where it is no answer."""
    try:
        said = json.loads(body)
        receipt, refused = said["receipt"], said["refused"]
        if said.keys() != {"receipt", "refused"} or not isinstance(receipt, str) or not isinstance(refused, list):
            raise ValueError("receipt, refused")
        return Answer(receipt[:200], tuple(_refusal(one) for one in refused))
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise NotUploaded(f"国家平台的回答不合约定（{wrong}），没有采用。请核对接口版本。") from None


def _refusal(said: Mapping[str, Any]) -> Refusal:
    if said.keys() != _MEMBERS or not all(isinstance(value, str) for value in said.values()):
        raise ValueError("refused")
    return Refusal(said["table"], said["row_guid"], said["field"], said["code"], said["words"][:LONGEST_WORDS])
