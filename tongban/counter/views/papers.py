"""What was taken in at this hall's windows: how far it is, its papers, and handing them over."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.casework import following, form, numbers, queries, reading
from tongban.casework import words as spoken
from tongban.casework.documents import delivering
from tongban.casework.documents import reading as documents
from tongban.casework.documents.reading import Documents
from tongban.casework.forms.documents import SigningForm
from tongban.catalogue import calendars, labels
from tongban.catalogue import queries as catalogue
from tongban.certificates import queries as certificates
from tongban.certificates.wallet.views.doors import halls_of, of_clerks
from tongban.counter import words
from tongban.domain.application import Application
from tongban.domain.refused import Refused
from tongban.files import answers as files
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.pages import in_reader_language
from tongban.web import clock
from tongban.web.values import Answer, Link

PAGE = 20
UNPROCESSABLE = 422


@of_clerks
@require_safe
def taken_in(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everything that was taken in at a hall, the newest first: where it went and how far it is."""
    codes = halls_of(actor)
    hall = wanted if (wanted := request.GET.get("hall", "")) in codes else codes[0]
    number = max(int(page), 1) if (page := request.GET.get("page", "")).isdecimal() and len(page) < 6 else 1
    total, found = queries.taken_in(hall, start=(number - 1) * PAGE, size=PAGE)
    halls = people.halls(codes={*codes, *(one.hall for one in found)})
    called = {code: in_reader_language(one.name, one.name_en) for code, one in halls.items()}
    names = people.names_of({one.listed.holder for one in found} | {one.by for one in found})
    rows = [
        {
            "line": following.listed(one.listed),
            "holder": reading.party(one.listed.holder, names.get(one.listed.holder, "")),
            "clerk": names.get(one.by, ""),
            "mode": words.mode(one.mode),
            "tone": words.tone(one.mode),
            "to": called.get(one.hall, one.hall) if one.hall != hall else "",
            "place": labels.place(one.region),
        }
        for one in found
    ]
    values = {
        "halls": [(code, called[code]) for code in codes if code in called],
        "hall": hall,
        "rows": rows,
        "page": Paginator(range(total), PAGE).get_page(number),
        "crumbs": [Link(_("窗口收件"), reverse("counter:window") + f"?hall={hall}"), Link(_("我收的件"))],
    }
    return render(request, "counter/taken_in.html", values)


@of_clerks
@require_safe
def application(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One application as the hall that took it in follows it for its applicant."""
    found = queries.at_window(number, actor=actor)
    reading.took_a_look(found, actor=actor, what="at the window", now=clock.now())
    return _page(request, found)


@of_clerks
@require_safe
def document(request: HttpRequest, actor: Actor, number: str, place: int) -> HttpResponse:
    """Send a document to be printed for the applicant; it is written to the log of reads."""
    found = queries.at_window(number, actor=actor)
    one = documents.find(found, place, found.cases, staff=False)
    reading.took_a_look(found, actor=actor, what=f"document {one.number}", now=clock.now())
    return files.serve(party=found.holder, digest=one.digest, name=documents.file_name(one))


@of_clerks
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Note that the applicant fetched papers here."""
    found = queries.at_window(number, actor=actor)
    if request.method != "POST":
        return redirect("counter:application", found.number)
    signing = SigningForm(request.POST)
    if signing.is_valid():
        try:
            delivering.hand_over(
                operation=signing.cleaned_data["operation"],
                actor=actor,
                application=found.id,
                documents=signing.cleaned_data["documents"],
                now=clock.now(),
            )
        except Refused as refused:
            signing.add_error(None, str(refused))
        else:
            messages.success(request, _("已登记领取。送达回证随后出现在文书列表中。"))
            return redirect("counter:application", found.number)
    return _page(request, found, failed=signing)


def windowed(found: Application, listed: Documents) -> Documents:
    """Return the documents of an application with the addresses under which the window opens them."""
    places = [place for place, _one in documents.of(found, found.cases, staff=False)]
    lines = tuple(
        replace(line, href=reverse("counter:document", args=[found.number, place]), again_href="")
        for place, line in zip(places, listed.lines, strict=True)
    )
    return replace(listed, lines=lines)


def _page(request: HttpRequest, found: Application, *, failed: SigningForm | None = None) -> HttpResponse:
    kinds, bundle = catalogue.catalogue_of(found.bundle, found.bundle_version)
    calendar, today, intake = calendars.load(), clock.today(), found.intake
    assert intake is not None  # it was taken in at a window
    bodies = {f"org:{case.body}" for case in found.cases}
    names = people.names_of(bodies | {found.holder, intake.by} | following.joint(found))
    names |= reading.called(found, form.unseal(found.form), in_clear=False)
    papers = windowed(found, documents.listed(found, found.cases, staff=False))
    issued = {one.identifier: one for one in certificates.of_stream(stream=queries.stream_of(found.id))}
    hall = people.hall(code=found.hall)
    to = in_reader_language(hall.name, hall.name_en) if hall else found.hall
    facts = [
        Answer(_("申请人"), names.get(found.holder, "")),
        Answer(_("收件人员"), names.get(intake.by, "")),
        Answer(_("办理模式"), words.mode(intake.mode)),
        Answer(_("转交"), to) if found.from_elsewhere else Answer(_("受理大厅"), to),
    ]
    values = {
        "application": found,
        "name": spoken.bundle(bundle),
        "query_code": numbers.query_code(found.number),
        "facts": facts,
        "counts": str(labels.RECEIPTS[intake.receipt_counts]) if found.from_elsewhere else "",
        "cases": [
            (line, names.get(f"org:{case.body}", case.body), case.received_on)
            for line, case in zip(
                following.cases(found, found.cases, kinds, names, issued, calendar=calendar, today=today),
                found.cases,
                strict=True,
            )
        ],
        "documents": papers,
        "signing": SigningForm.blank(papers.to_sign_for, now=clock.now()) if papers.to_sign_for else None,
        "failed": failed,
        "crumbs": [
            Link(_("窗口收件"), reverse("counter:window") + f"?hall={intake.hall}"),
            Link(_("我收的件"), reverse("counter:taken_in") + f"?hall={intake.hall}"),
            Link(found.number),
        ],
    }
    return render(request, "counter/application.html", values, status=UNPROCESSABLE if failed else 200)
