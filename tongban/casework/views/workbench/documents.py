"""How do members of staff open a document, print it again, and note that it was fetched at the window?"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.casework import queries
from tongban.casework import reading as sheets
from tongban.casework.documents import delivering, reading
from tongban.casework.forms.documents import SigningForm
from tongban.casework.views.workbench import intake
from tongban.casework.views.workbench.duty import UNPROCESSABLE, on_duty, put_refusal
from tongban.domain.refused import Refused
from tongban.files import answers as files
from tongban.people.actor import Actor
from tongban.people.roles import Role
from tongban.web import clock


@on_duty(Role.CLERK, Role.REVIEWER, Role.SUPERVISOR)
@require_safe
def document(request: HttpRequest, actor: Actor, number: str, place: int) -> HttpResponse:
    """Send a document whose every case the actor may see; it is written to the log of reads."""
    found, cases = queries.seen_by(number, actor=actor)
    one = reading.find(found, place, cases, staff=True)
    sheets.took_a_look(found, actor=actor, what=f"document {one.number}", now=clock.now())
    return files.serve(party=found.holder, digest=one.digest, name=reading.file_name(one))


@on_duty(Role.CLERK, Role.REVIEWER, Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
def print_again(request: HttpRequest, actor: Actor, number: str, place: int) -> HttpResponse:
    """Print a document again, with its mark."""
    found, cases = queries.seen_by(number, actor=actor)
    one = reading.find(found, place, cases, staff=True)
    if request.method != "POST":
        return redirect("casework:taken_in", number=found.number)
    paper = reading.print_again(found, one, actor=actor, now=clock.now())
    return files.attachment(paper, kind=files.Kind.PDF, name=f"{reading.file_name(one)} {_('重印')}")


@on_duty(Role.CLERK)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Note that papers were fetched at the window."""
    found = queries.application(number, actor=actor)
    if request.method != "POST":
        return redirect("casework:taken_in", number=found.number)
    form, status = SigningForm(request.POST), UNPROCESSABLE
    if form.is_valid():
        try:
            delivering.hand_over(
                operation=form.cleaned_data["operation"],
                actor=actor,
                application=found.id,
                documents=form.cleaned_data["documents"],
                now=clock.now(),
            )
        except Refused as refused:
            status = put_refusal(form, refused)
        else:
            messages.success(request, _("已登记领取。送达回证随后出现在文书列表中。"))
            return redirect("casework:taken_in", number=found.number)
    return intake.sheet_page(request, actor, found, asked=form, status=status)
