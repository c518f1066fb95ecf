"""How does a request come through the JSON door, and how does every "no" leave it?

django-ninja reads and writes the bodies; around it each address is wrapped, so that whatever leaves it is JSON: an
answer, or a problem. Bodies are strict JSON: no doubled names, no NaN, nothing a database could not keep.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, RawPostDataException, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.urls import URLPattern, converters, path, register_converter
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import HttpError
from ninja.parser import Parser
from ninja.renderers import JSONRenderer

from tongban.api import (
    alone,
    applications,
    auth,
    batches,
    certificates,
    credit,
    documents,
    drafts,
    ends,
    intake,
    judging,
    matters,
    prereviews,
    problems,
    procedures,
    promises,
    recognition,
    standards,
    wallet,
)
from tongban.api.openapi import Door
from tongban.api.problems import BadRequest, LengthMissing, MediaTypeNotSupported, NoSuchAddress
from tongban.domain.refused import Refused

View = Callable[..., HttpResponse]


class StrictParser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise MediaTypeNotSupported("未办理：请求内容应为 application/json。请改正 Content-Type。")
        content = json.loads(request.body, object_pairs_hook=_object, parse_constant=_no_constant)
        _demand_keepable(content)
        return content


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _demand_keepable(content: Any) -> None:
    """Refuse what no database keeps: NUL, and halves of characters."""
    match content:
        case str():
            content.encode()
            if "\0" in content:
                raise ValueError("NUL")
        case dict():
            for name, value in content.items():
                _demand_keepable(name)
                _demand_keepable(value)
        case list():
            for value in content:
                _demand_keepable(value)


class ReadableRenderer(JSONRenderer):
    json_dumps_params = {"ensure_ascii": False}  # noqa: RUF012 - as the library declares it


api = Door(
    title="Tongban 通办",
    version="1",
    description="页面上能办的事，程序都能办。说明见 docs/api.md。",
    docs_url=None,
    urls_namespace="api",
    auth=[auth.Token(), auth.Session()],
    parser=StrictParser(),
    renderer=ReadableRenderer(),
)
# `applications/drafts` is an address of its own and must be asked before `applications/{number}`.
api.add_router("", matters.router)
api.add_router("applications/drafts", drafts.router)
api.add_router("", prereviews.router)
api.add_router("", applications.router)
api.add_router("", promises.router)
api.add_router("", credit.public)
api.add_router("", credit.router)
api.add_router("", procedures.router)
api.add_router("", intake.router)
api.add_router("", alone.router)
api.add_router("", documents.router)
api.add_router("", certificates.router)
api.add_router("", ends.public)
api.add_router("", ends.router)
api.add_router("", wallet.router)
api.add_router("", judging.public)
api.add_router("", judging.router)
api.add_router("", batches.public)
api.add_router("", batches.router)
api.add_router("", recognition.public)
api.add_router("", recognition.router)
api.add_router("", standards.public)
api.add_router("", standards.router)


def _refuse(request: HttpRequest, exception: Any) -> HttpResponse:
    return problems.answer(problems.of_exception(request, _meant(exception)))


def _meant(exception: Exception) -> Exception:
    """Say in our own words what the frameworks refuse."""
    match exception:
        case Http404():
            return NoSuchAddress("没有找到：接口没有这个地址。请对照接口说明核对。")
        case HttpError() if isinstance(exception.__cause__, Refused):
            return exception.__cause__
        case RawPostDataException():
            return MediaTypeNotSupported("未办理：请求内容应为 application/json。请改正 Content-Type。")
        case HttpError() | MultiPartParserError() | UnreadablePostError():
            return BadRequest("未办理：请求内容无法读取，不是完整、规范的内容。请核对后重发。")
    return exception


api.add_exception_handler(Exception, _refuse)
# The library has handlers of its own for these, which would come first.
api.add_exception_handler(Http404, _refuse)
api.add_exception_handler(HttpError, _refuse)
api.add_exception_handler(problems.ValidationError, _refuse)


def _guarded(view: View) -> View:
    """Let nothing but JSON leave, and nothing be remembered on the way."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            _demand_readable(request)
            response = view(request, *args, **kwargs)
        except Exception as exception:  # whatever it is, a program gets a problem and the log gets the trace
            response = _refuse(request, exception)
        if problems.is_method_refusal(response):
            response = problems.method_not_supported(response)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return guarded


def _demand_readable(request: HttpRequest) -> None:
    if "Transfer-Encoding" in request.headers:
        raise LengthMissing("未办理：请求内容没有写明长度。请用 Content-Length 一次发送，不要分块。")
    asked = [text for name, values in request.GET.lists() for text in (name, *values)]
    if "\0" in "".join((request.path, *asked)):
        raise BadRequest("未办理：地址中含有不能使用的字符。请核对后重发。")


class PathConverter(converters.PathConverter):
    """Whatever stands there, line breaks too, which Django's own leaves to the pages."""

    regex = "(?s:.+)"


register_converter(PathConverter, "anything")


@csrf_exempt  # nothing is done there; else a program would be answered with a page
def _nothing(request: HttpRequest, rest: str) -> HttpResponse:
    raise Http404


def addresses() -> list[URLPattern]:
    """Return every address of the door, and one that answers for all others below it."""
    found: list[URLPattern] = [*api.urls[0], path("<anything:rest>", _nothing, name="nothing")]
    for pattern in found:
        pattern.callback = _guarded(pattern.callback)
    return found


def description() -> str:
    """Return the OpenAPI description as it lies beside the code."""
    return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1) + "\n"
