"""What does a reader see when something fails? What happened, in a sentence, and what to do next."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, (RequestDataTooBig, TooManyFilesSent)):
        return too_large(request)
    return _page(
        request,
        status=400,
        title=_("请求无法识别"),
        sentence=_("系统没有看懂这次请求，未作任何处理。请返回上一页重新操作。"),
    )


def too_large(request: HttpRequest) -> HttpResponse:
    return _page(
        request,
        status=413,
        title=_("提交的内容太大"),
        sentence=_("本次提交超过了系统允许的大小，未保存任何内容。请压缩文件或分几次上传。"),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        status=403,
        title=_("您不能打开此页"),
        sentence=_("当前身份没有查看或办理此项内容的权限。请换用有权限的账号登录，或联系受理部门。"),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        request,
        status=403,
        title=_("表单已失效"),
        sentence=_("页面打开时间过长或浏览器没有保存本站的 Cookie，本次提交未生效。请刷新页面后重新提交。"),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        status=404,
        title=_("没有找到这个页面"),
        sentence=_("地址可能写错了，或者内容已经移走。请核对地址，或从首页重新进入。"),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer from a page that asks nothing of the database, which may be what failed."""
    return HttpResponse(render_to_string("web/broken.html"), status=500)


def _page(request: HttpRequest, *, status: int, title: str, sentence: str) -> HttpResponse:
    return render(request, "web/error.html", {"status": status, "title": title, "sentence": sentence}, status=status)
