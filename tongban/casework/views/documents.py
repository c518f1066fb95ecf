"""How does an applicant open his documents, and sign for them?"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tongban.casework import queries
from tongban.casework.documents import delivering, reading
from tongban.casework.forms.documents import SigningForm
from tongban.casework.views import progress
from tongban.casework.views.workbench.duty import UNPROCESSABLE, put_refusal
from tongban.domain.refused import Refused
from tongban.files import answers as files
from tongban.people import acting
from tongban.web import clock


@login_required
@never_cache
@require_safe
def document(request: HttpRequest, number: str, place: int) -> HttpResponse:
    """Send one document of one's own application, as an attachment."""
    actor = acting.current(request)
    found = queries.own_application(number, actor=actor)
    one = reading.find(found, place, queries.covered(found, actor=actor), staff=False)
    return files.serve(party=found.holder, digest=one.digest, name=reading.file_name(one))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_for(request: HttpRequest, number: str) -> HttpResponse:
    """Sign for documents of one's own application."""
    actor = acting.current(request)
    found = queries.own_application(number, actor=actor)
    if request.method != "POST":
        return redirect("casework:application", found.number)
    form, status = SigningForm(request.POST), UNPROCESSABLE
    if form.is_valid():
        try:
            delivering.sign_for(
                operation=form.cleaned_data["operation"],
                actor=actor,
                application=found.id,
                documents=form.cleaned_data["documents"],
                now=clock.now(),
            )
        except Refused as refused:
            status = put_refusal(form, refused)
        else:
            messages.success(request, _("已签收。送达回证随后出现在文书列表中。"))
            return redirect("casework:application", found.number)
    return progress.application_page(request, actor, found, signing=form, status=status)
