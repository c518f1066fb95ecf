"""The pages of certificates: one's wallet, one certificate as a sheet of paper, and verification by anybody."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from tongban.catalogue.queries import recognition as rules
from tongban.certificates import (
    counting,
    directory,
    editions,
    installed,
    pages,
    permissions,
    queries,
    reading,
    statuses,
    verifying,
)
from tongban.certificates.forms import CodeForm, CountsByNumberForm, CountsForm, FileForm, NumberForm
from tongban.certificates.uploads import CappedUpload
from tongban.domain import certificate as kernel
from tongban.domain import compact
from tongban.domain.clock import day_of
from tongban.keys import trust
from tongban.keys.actions import Erased
from tongban.keys.publishing import Given
from tongban.paper import qr
from tongban.people import acting
from tongban.web import clock
from tongban.web.middleware import permissions_policy
from tongban.web.values import Link

UNPROCESSABLE = 422


@login_required
@never_cache
@require_GET
def wallet(request: HttpRequest) -> HttpResponse:
    actor = acting.current(request)
    held = queries.wallet(party=actor.party.id, today=clock.today()) if actor.party else ()
    return render(request, "certificates/wallet.html", {"rows": pages.wallet_rows(held, clock.today())})


@login_required
@never_cache
@require_GET
def certificate(request: HttpRequest, identifier: str) -> HttpResponse:
    """Show one certificate as its holder keeps it."""
    actor, now, today = acting.current(request), clock.now(), clock.today()
    line, document = reading.open_for(actor, identifier=identifier, now=now)
    own = permissions.is_holders(actor, holder=line.holder)
    content = kernel.open_up(document)[0]
    text = editions.code_of(line, document, now=now) if line.counts(today) else ""
    address = request.build_absolute_uri(pages.verification_path(line))
    values = {
        "line": line,
        "certificate": content,
        "name": pages.name_of(line),
        "number_label": pages.number_label(content),
        "number": content.masked_number,
        "follows": pages.follows(content),
        "newer": queries.after(identifier=identifier),
        "own": own and line.counts(today),
        "noted": own and line.noted,
        "result": pages.result(queries.verify(document, now=now, today=today)),
        "seal_code": pages.seal_code(line.digest),
        "address": address,
        # Drawn by ourselves, from shapes only.
        "qr": mark_safe(qr.svg(address)),
        "file_name": kernel.file_name(identifier),
        "offline_qr": mark_safe(qr.svg(text)) if text else "",
        "forms": editions.came_with(line) if line.counts(today) else (),
        "crumbs": [Link(_("我的证照"), reverse("certificates:wallet")), Link(pages.name_of(line))],
    }
    return render(request, "certificates/certificate.html", values)


@login_required
@never_cache
@require_GET
def download(request: HttpRequest, identifier: str) -> HttpResponse:
    """Give the holder the file, byte for byte as it was signed."""
    _, document = reading.open_for(acting.current(request), identifier=identifier, now=clock.now())
    return HttpResponse(
        document,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{kernel.file_name(identifier)}"'},
    )


@login_required
@never_cache
@require_GET
def entry(request: HttpRequest, identifier: str) -> JsonResponse:
    """Give the holder the entry by which directories of certificates know this one."""
    line, document = reading.open_for(acting.current(request), identifier=identifier, now=clock.now())
    said = directory.entry(line, kernel.open_up(document)[0], today=clock.today())
    return JsonResponse(
        said,
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": f'attachment; filename="{identifier}.entry.json"'},
    )


@login_required
@never_cache
@require_GET
def edition(request: HttpRequest, identifier: str, form: str) -> HttpResponse:
    """Give the holder the certificate as OFD or PDF, made and signed now."""
    if form not in editions.FORMS:
        raise Http404
    content_type, _make = editions.FORMS[form]
    now = clock.now()
    line, document = reading.open_for(acting.current(request), identifier=identifier, now=now)
    return HttpResponse(
        editions.give(form, line=line, document=document, now=now),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{identifier}.{form}"'},
    )


@csrf_exempt
def verify(request: HttpRequest) -> HttpResponse:
    """Verify a file or look up a number. The form's token is checked below, after the upload is told its limit."""
    request.upload_handlers = [CappedUpload(request)]
    return _verify(request)


@csrf_protect
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def _verify(request: HttpRequest) -> HttpResponse:
    asked_code = "code" in request.POST
    file_form = FileForm(request.POST, request.FILES) if request.method == "POST" and not asked_code else FileForm()
    code_form = CodeForm(request.POST) if asked_code else CodeForm()
    number_form = NumberForm(request.GET if "number" in request.GET else None)
    if number_form.is_valid():
        return redirect("certificates:state", number_form.cleaned_data["number"])
    values: dict[str, Any] = {"file_form": file_form, "code_form": code_form, "number_form": number_form}
    values["limit"] = verifying.LARGEST_BYTES
    shown = _shown(file_form, code_form)
    if shown is not None:
        verdict = queries.verify(shown, now=clock.now(), today=clock.today())
        values |= {"result": pages.result(verdict), "certificate": verdict.certificate, "summary": verdict.summary}
        if verdict.certificate:
            values["number_label"] = pages.number_label(verdict.certificate)
            values["number"] = verdict.certificate.masked_number
            values["follows"] = pages.follows(verdict.certificate)
            values["name"] = pages.name_of(verdict.certificate)
    refused = file_form.errors or code_form.errors or number_form.errors
    return _with_camera(render(request, "certificates/verify.html", values, status=UNPROCESSABLE if refused else 200))


def _shown(file_form: FileForm, code_form: CodeForm) -> bytes | None:
    if code_form.is_valid():
        text: str = code_form.cleaned_data["code"]
        # Whatever else was scanned is no code of ours; it is not taken for a file either.
        return (text if text.startswith(compact.PREFIX) else compact.PREFIX).encode()
    if file_form.is_valid():
        content: bytes = file_form.cleaned_data["file"].read()
        return content
    return None


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """Lead to the page that verifies without the network, in the reader's language."""
    return redirect("certificates:offline_page", get_language() or installed.LANGUAGES[0])


@require_GET
def offline_page(request: HttpRequest, language: str) -> HttpResponse:
    """The page that a device keeps; it knows nobody, and judges in the browser."""
    with _in(language):
        return _with_camera(render(request, installed.TEMPLATE, installed.page(now=clock.now())))


@require_GET
def offline_worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the page on a device."""
    script = installed.worker(now=clock.now())
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@require_GET
def offline_manifest(request: HttpRequest, language: str) -> HttpResponse:
    """What a device asks that puts the page among its programs."""
    with _in(language):
        return JsonResponse(installed.manifest(), content_type="application/manifest+json")


def _in(language: str) -> override:
    if language not in installed.LANGUAGES:
        raise Http404
    return override(language)


def _with_camera(page: HttpResponse) -> HttpResponse:
    page.headers["Permissions-Policy"] = permissions_policy("camera")
    return page


@never_cache
@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """Does my licence count here? Asked by type and region, or by the number of a certificate."""
    now, types, given = clock.now(), rules.certificate_types(), request.GET
    named = {key: given[key] for key in ("type", "to") if key in given}
    number_form = CountsByNumberForm(given if "number" in given else None, initial=named, auto_id="id_number_%s")
    type_form = CountsForm(given if {"type", "issued_in"} <= given.keys() else None, initial=named, types=types)
    answered: counting.Answered | None = None
    if number_form.is_valid():
        try:
            chosen = number_form.cleaned_data
            answered = counting.of_number(chosen["number"], here=chosen["to"], now=now)
        except queries.NoSuchCertificate as unknown:
            number_form.add_error("number", str(unknown))
    elif type_form.is_valid():
        chosen = type_form.cleaned_data
        answered = counting.of_type(types[chosen["type"]], issued_in=chosen["issued_in"], here=chosen["to"], now=now)
    reader = acting.reader(request)
    held = queries.wallet(party=reader.party.id, today=clock.today()) if reader and reader.party else ()
    values = {
        "crumbs": [Link(_("首页"), "/"), Link(_("我的证照在这里算数吗？"))],
        "type_form": type_form,
        "number_form": number_form,
        "result": pages.counted(answered) if answered else None,
        "held": [(pages.name_of(one), one.issuer_name, one.identifier) for one in held if one.counts(day_of(now))],
        "to": named.get("to", number_form.fields["to"].initial),
    }
    status = UNPROCESSABLE if number_form.errors or type_form.errors else 200
    return render(request, "certificates/counts.html", values, status=status)


@never_cache
@require_GET
def state(request: HttpRequest, identifier: str) -> HttpResponse:
    """Tell anybody who knows the number in which state the certificate is, and whose it is, masked."""
    now, today = clock.now(), clock.today()
    line = queries.find(identifier=identifier)
    shown = request.GET.get("d", "")
    values: dict[str, Any] = {
        "line": line,
        "name": pages.name_of(line),
        "state": pages.state(line, today),
        "code": pages.seal_code(line.digest),
        "crumbs": [Link(_("证照核验"), reverse("certificates:verify")), Link(_("证照状态"))],
        "replaced": queries.after(identifier=identifier) is not None,
        "paper": shown,
        "paper_agrees": shown == line.digest[: pages.SHOWN_DIGITS],
    }
    try:
        document = queries.read(identifier=identifier)
    except Erased:
        return render(request, "certificates/state.html", values | {"erased": True})
    content = kernel.open_up(document)[0]
    values["result"] = pages.result(queries.verify(document, now=now, today=today))
    values["holder"] = content.masked_name
    return render(request, "certificates/state.html", values)


@require_GET
def trust_list(request: HttpRequest) -> HttpResponse:
    """Publish whose keys this node trusts, for whoever verifies without the network later."""
    return _given(request, trust.given(now=clock.now()))


@require_GET
def status_lists(request: HttpRequest) -> HttpResponse:
    """Publish which certificates do not count, for whoever verifies without the network later."""
    return _given(request, statuses.given(now=clock.now()))


def _given(request: HttpRequest, given: Given) -> HttpResponse:
    """Answer 304 to whoever has these bytes already. Anybody may keep them, and asks before using them again."""
    tag = quote_etag(given.tag)
    whole = HttpResponse(
        given.body, content_type="application/json", headers={"ETag": tag, "Cache-Control": "public, no-cache"}
    )
    answer: HttpResponse = get_conditional_response(request, etag=tag, response=whole)
    return answer
