"""In which size does this reader want the text? A cookie remembers it, without an account and without script.

Source: State Council General Office, 国办发〔2020〕45号: large text on government sites for the elderly.
"""

from __future__ import annotations

from enum import StrEnum

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

COOKIE = "tongban_text_size"
A_YEAR_SECONDS = 365 * 24 * 3600


class TextSize(StrEnum):
    NORMAL = "normal"
    LARGE = "large"


def text_size(request: HttpRequest) -> TextSize:
    return TextSize.LARGE if request.COOKIES.get(COOKIE) == TextSize.LARGE else TextSize.NORMAL


@require_POST
def choose_text_size(request: HttpRequest) -> HttpResponseRedirect:
    wanted = TextSize.LARGE if request.POST.get("size") == TextSize.LARGE else TextSize.NORMAL
    answer = HttpResponseRedirect(next_page(request))
    answer.set_cookie(COOKIE, wanted, max_age=A_YEAR_SECONDS, samesite="Lax", httponly=True, secure=request.is_secure())
    return answer


def next_page(request: HttpRequest) -> str:
    """Return where the form says to go on, if that is on this site; else the first page."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else "/"
