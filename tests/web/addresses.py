"""Addresses of the shell in demo mode, and views that refuse and fail."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from tongban.domain.refused import Refused
from tongban.web import views
from tongban.web.urls import urlpatterns as shell


class NotYours(Refused):
    status = 403


def refuse(request: HttpRequest) -> HttpResponse:
    raise Refused("船名“<冀海运>”已被占用。请另取一个船名。")


def refuse_a_stranger(request: HttpRequest) -> HttpResponse:
    raise NotYours("这不是您的办件。请换用申请人的账号登录。")


def forbid(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def miss(request: HttpRequest) -> HttpResponse:
    raise Http404


def send_too_much(request: HttpRequest) -> HttpResponse:
    raise RequestDataTooBig


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault")


def post_only(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


urlpatterns = [
    *shell,
    path("styleguide/", views.styleguide, name="styleguide"),
    path("styleguide/staff/", views.styleguide_staff, name="styleguide_staff"),
    path("refuse/", refuse),
    path("refuse-stranger/", refuse_a_stranger),
    path("forbid/", forbid),
    path("miss/", miss),
    path("too-much/", send_too_much),
    path("fail/", fail),
    path("form/", post_only),
]
handler400 = "tongban.web.errors.bad_request"
handler403 = "tongban.web.errors.forbidden"
handler404 = "tongban.web.errors.not_found"
handler500 = "tongban.web.errors.server_error"
