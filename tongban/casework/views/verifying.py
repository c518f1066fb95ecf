"""How does anybody verify a document, without signing in: by its number and code, by its QR code, or by the file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from tongban.casework import throttle, words
from tongban.casework.documents import verifying
from tongban.casework.documents.verifying import Copy, Genuine
from tongban.casework.forms.verifying import FileForm, NumberForm
from tongban.casework.views.workbench.duty import UNPROCESSABLE
from tongban.certificates.uploads import CappedUpload
from tongban.domain.refused import Refused
from tongban.keys import actions as keys
from tongban.web import clock
from tongban.web.address import address_of
from tongban.web.forms import Form


class PaperUpload(CappedUpload):
    largest = verifying.LARGEST_BYTES


@csrf_exempt
def verify(request: HttpRequest) -> HttpResponse:
    """Verify a document. The form's token is checked below, after the upload is told its limit."""
    request.upload_handlers = [PaperUpload(request)]
    return _verify(request)


@csrf_protect
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def _verify(request: HttpRequest) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    by_file = FileForm(posted, request.FILES) if posted is not None and posted.get("by") == "file" else None
    asked = posted if by_file is None else None
    # The QR code leads here by GET with both.
    scanned = request.GET if request.method != "POST" and {"number", "code"} <= request.GET.keys() else None
    by_number = NumberForm(asked if asked is not None else scanned)
    used: Form = by_file or by_number
    values: dict[str, Any] = {}
    status = 200
    if used.is_bound and used.is_valid():
        try:
            found = _by_file(by_file, request) if by_file else _by_number(by_number, request)
            values = {"result": _result(found), "facts": _facts(found)}
        except Refused as refused:
            used.add_error(None, str(refused))
            status = getattr(refused, "status", UNPROCESSABLE)
    elif used.errors:
        status = UNPROCESSABLE
    values |= {"file_form": by_file or FileForm(), "number_form": by_number, "limit": verifying.LARGEST_BYTES}
    return render(request, "casework/verify_document.html", values, status=status)


def _by_number(form: NumberForm, request: HttpRequest) -> Genuine | None:
    number, code = form.cleaned_data["number"], form.cleaned_data["code"]
    counted = _counted(f"document:{verifying.plain(number)}")
    throttle.note(number=counted, address=address_of(request), now=clock.now())
    found = verifying.by_number(number, code)
    if found is not None:
        throttle.forget(number=counted, address=address_of(request))
    return found


def _by_file(form: FileForm, request: HttpRequest) -> Genuine | None:
    """A file guesses nothing; what is counted is how much one address has this node do."""
    throttle.note(
        number=_counted(f"file:{address_of(request)}:{clock.now()}"), address=address_of(request), now=clock.now()
    )
    return verifying.by_file(form.cleaned_data["file"].read())


def _counted(text: str) -> str:
    return keys.blind(text)[:50]


def _result(found: Genuine | None) -> dict[str, str]:
    """Return the verdict: a tone, a title and a sentence."""
    if found is None:
        return {
            "tone": "error",
            "title": _("没有核验通过"),
            "sentence": _(
                "本平台没有制发过这样的文书，或者文号与核验码不符、文件被改动过。"
                "请核对后再试；仍不通过的，请向文书上的机关核实，不要采用。"
            ),
        }
    if found.signed is False:
        return {
            "tone": "error",
            "title": _("没有核验通过"),
            "sentence": _("文书登记在案，但制发机关的签名核对不上。请向文书上的机关核实，不要采用。"),
        }
    told = {
        Copy.NUMBER: _("本平台制发过这份文书。文号和核验码只证明有这份文书；要核对纸上每一个字，请核验文件。"),
        Copy.ORIGINAL: _("这个文件就是制发的文书，一个字也没有改动。"),
        Copy.REPRINT: _("这个文件是文书的重印件，内容与制发的文书相同。"),
    }
    return {"tone": "success", "title": _("核验通过"), "sentence": told[found.copy]}


def _facts(found: Genuine | None) -> dict[str, Any] | None:
    if found is None:
        return None
    signature = {
        True: _("已核对制发机关的签名"),
        False: _("签名核对不上"),
        None: _("当事人已依法删除个人信息，内容不能再核对"),
    }
    return {"found": found, "kind": words.document_kind(found.kind, found.title), "signature": signature[found.signed]}
