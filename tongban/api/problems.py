"""What does the JSON door say when it says no? A problem: one sentence for a clerk, a stable code, never a trace.

Every refusal of the rooms comes out as it is, with its own code and status (409 unless its class says otherwise).
What goes wrong before a room is asked (no token, no such address, a body that cannot be read) has a refusal here.

Source: RFC 9457 (problem details for HTTP APIs); RFC 9110, sections 11.6, 15.5 (status codes, WWW-Authenticate).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from ninja.errors import ValidationError

from tongban.catalogue.actions import DepartsFromStandard
from tongban.catalogue.conformance import Compared
from tongban.domain.conformance import Finding
from tongban.domain.elements import FormIncomplete
from tongban.domain.materials import MaterialMissing
from tongban.domain.refused import Refused
from tongban.domain.roster import BadLines, Fault

MEDIA_TYPE = "application/problem+json"
CONFLICT = 409
TITLES = {
    400: "请求无法识别",
    401: "没有登录",
    403: "不允许",
    404: "没有找到",
    405: "不支持的方法",
    409: "未办理",
    410: "已不存在",
    411: "没有写明长度",
    413: "内容太大",
    415: "不支持的格式",
    422: "内容有误",
    429: "过于频繁",
    500: "系统出错",
    502: "对方系统出错",
    503: "暂时不能办理",
}

Errors = list[dict[str, str]]
"""What is wrong with which field: {"field", "code", "detail"}."""

_log = logging.getLogger("tongban.api")


class BadRequest(Refused):
    """A body, a header or an address that cannot be read."""

    code = "bad_request"
    status = 400


class KeyMissing(Refused):
    """An act without a usable Idempotency-Key."""

    code = "idempotency_key_missing"
    status = 400


class NotSignedIn(Refused):
    code = "not_signed_in"
    status = 401


class CsrfFailed(Refused):
    """A change by session cookie without the token that shows it comes from our own page."""

    code = "csrf_failed"
    status = 403


class NoSuchAddress(Refused):
    code = "no_such_address"
    status = 404


class MethodNotSupported(Refused):
    code = "method_not_supported"
    status = 405


class LengthMissing(Refused):
    """A body sent in chunks: how long it is must be known before it is read."""

    code = "length_missing"
    status = 411


class ContentTooLarge(Refused):
    code = "content_too_large"
    status = 413


class MediaTypeNotSupported(Refused):
    code = "media_type_not_supported"
    status = 415


class Invalid(Refused):
    """Fields that do not have the form they should have; `errors` lists every one of them."""

    code = "invalid"
    status = 422

    def __init__(self, errors: Errors) -> None:
        super().__init__(
            f"未办理：提交的内容有 {len(errors)} 处不符合要求。请按 errors 中的说明改正。", field=errors[0]["field"]
        )
        self.errors = errors


class Broken(Refused):
    """Something in the system failed; what it was stands in its log."""

    code = "server_error"
    status = 500


def answer(refused: Refused) -> HttpResponse:
    """Return the refusal as a problem."""
    status = getattr(refused, "status", CONFLICT)
    content: dict[str, Any] = {
        "type": f"urn:tongban:problem:{refused.code}",
        "title": TITLES[status],
        "status": status,
        "detail": str(refused),
        "code": refused.code,
        "field": refused.field,
    }
    if errors := _errors(refused):
        content["errors"] = errors
    response = HttpResponse(json.dumps(content, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="tongban"'
    return response


def of_exception(request: HttpRequest, exception: BaseException) -> Refused:
    """Return the refusal for anything that left a view; what was not foreseen is logged and told as `server_error`."""
    match exception:
        case Refused():
            return exception
        case ValidationError():
            return Invalid([_invalid(error) for error in exception.errors])
        case RequestDataTooBig() | TooManyFieldsSent() | TooManyFilesSent():
            return ContentTooLarge("未办理：提交的内容超过系统允许的大小。请缩小或分几次提交。")
    _log.error("%s %s failed", request.method, request.path, exc_info=exception)
    return Broken("系统出错，本次请求没有完成。请稍后用同一个 Idempotency-Key 重试；仍不成功的，请联系系统管理员。")


def method_not_supported(allowed: HttpResponse) -> HttpResponse:
    response = answer(
        MethodNotSupported(f"未办理：这个地址不支持该方法，只支持 {allowed.headers['Allow']}。请对照接口说明核对。")
    )
    response.headers["Allow"] = allowed.headers["Allow"]
    return response


def is_method_refusal(response: HttpResponse) -> bool:
    return isinstance(response, HttpResponseNotAllowed)


def of_fields(wrong: Mapping[str, Refused]) -> Invalid:
    """Return one refusal for several fields, each with its own sentence."""
    return Invalid([{"field": field, "code": one.code, "detail": str(one)} for field, one in wrong.items()])


def of_unknown(fields: Iterable[str]) -> Invalid:
    """Return the refusal of names that the address does not know."""
    detail = _SENTENCES["extra_forbidden"]
    return Invalid([{"field": field, "code": "extra_forbidden", "detail": detail} for field in fields])


def of_missing(fields: Iterable[str]) -> Invalid:
    """Return the refusal of a body without fields that just this request needs."""
    return Invalid(_missing(fields))


def _errors(refused: Refused) -> Errors:
    match refused:
        case Invalid():
            return refused.errors
        case FormIncomplete():
            return _missing(element.code for element in refused.missing)
        case MaterialMissing():
            return _missing(refused.materials)
        case BadLines():
            return [_wrong_line(fault) for fault in refused.faults]
        case DepartsFromStandard():
            return [_departing(one, finding) for one in refused.departing for finding in one.findings]
    return []


def _departing(compared: Compared, finding: Finding) -> dict[str, str]:
    field = f"{compared.standard.matter}/{compared.body}/{finding.path}"
    return {"field": field, "code": finding.weight.value, "detail": finding.sentence}


def _wrong_line(fault: Fault) -> dict[str, str]:
    return {"field": f"{fault.row}/{fault.element}".rstrip("/"), "code": "bad_line", "detail": fault.reason}


def _missing(fields: Iterable[str]) -> Errors:
    return [{"field": code, "code": "missing", "detail": _SENTENCES["missing"]} for code in fields]


_SENTENCES = {
    "missing": "缺少这一项，请补上。",
    "extra_forbidden": "没有这一项，请去掉，或核对名称。",
    "string_type": "应为文字。",
    "string_too_long": "文字太长，请缩短。",
    "string_too_short": "文字太短，请补全。",
    "enum": "不在可选的值之中，请对照接口说明核对。",
    "int_parsing": "应为整数。",
    "dict_type": "应为对象。",
    "model_type": "应为对象。",
    "model_attributes_type": "应为对象。",
    "string_pattern_mismatch": "写法不符合规定，请对照接口说明核对。",
    "date_from_datetime_parsing": "应为日期，形如 2026-03-02。",
    "too_long": "条数太多，请分几次提交。",
    "too_short": "条数太少，请补全。",
    "greater_than_equal": "太小了，请对照接口说明核对。",
    "less_than_equal": "太大了，请对照接口说明核对。",
}


def _invalid(error: Mapping[str, Any]) -> dict[str, str]:
    """Turn one finding of the schema into a field and a sentence; the argument's own name is no part of the field."""
    where = error["loc"][2:] if error["loc"][0] == "body" else error["loc"][1:]
    sentence = _SENTENCES.get(error["type"], "不符合要求，请对照接口说明核对。")
    return {"field": ".".join(map(str, where)), "code": error["type"], "detail": sentence}
