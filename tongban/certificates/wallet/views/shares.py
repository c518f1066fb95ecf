"""The holder chooses what shows to whom; whoever has the link opens it, without signing in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.certificates import pages
from tongban.certificates.wallet import queries, reading, secrets, sharing, storage, throttle, words
from tongban.certificates.wallet.forms import ActForm, Offered, ShareForm
from tongban.certificates.wallet.queries import Made
from tongban.certificates.wallet.views.doors import UNPROCESSABLE, new_operation, of_holders, party_of, trail
from tongban.domain.refused import Refused
from tongban.domain.sharing import MOST_CERTIFICATES, NoSuchShare, ShareState
from tongban.paper import qr
from tongban.people.actor import Actor
from tongban.people.permissions import may
from tongban.web import clock
from tongban.web.address import address_of
from tongban.web.values import Link

PAGE = 20


@of_holders
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Choose what shows of the certificates that the address names: `?c=<identifier>`, several times."""
    holder = party_of(actor).id
    may(actor, "give_out", party=holder)
    wanted = request.GET.getlist("c")[: MOST_CERTIFICATES + 1]
    if not wanted:
        messages.warning(request, _("请先勾选要出示的证照。"))
        return redirect("certificates:wallet")
    offered = queries.offered(holder=holder, identifiers=wanted)
    form = ShareForm(request.POST or None, offered=offered, initial={"operation": new_operation()})
    if request.method == "POST" and form.is_valid():
        try:
            return _made(actor, holder, form)
        except Refused as refused:
            form.refuse(refused)
    values = {"form": form, "crumbs": trail(Link(_("出示证照")))}
    return render(request, "certificates/wallet/share_new.html", values, status=UNPROCESSABLE if form.errors else 200)


def _made(actor: Actor, holder: str, form: ShareForm) -> HttpResponse:
    given = form.cleaned_data
    answer = sharing.share(
        operation=form.id,
        actor=actor,
        holder=holder,
        chosen=form.chosen,
        recipient=given["recipient"],
        purpose=given["purpose"],
        until=form.term,
        uses=given["uses"],
        now=clock.now(),
    )
    return redirect("certificates:share", answer["share"])


@of_holders
@require_safe
def shares(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everything that was shown, the newest first."""
    may(actor, "give_out", party=party_of(actor).id)
    paginator = Paginator(queries.shares(holder=party_of(actor).id), PAGE)
    page, now = paginator.get_page(request.GET.get("page")), clock.now()
    rows = [(one, words.SHARE_STATES[one.share.state(now)]) for one in queries.made(list(page))]
    values = {"rows": rows, "page": page, "crumbs": trail(Link(_("出示记录")))}
    return render(request, "certificates/wallet/shares.html", values)


@of_holders
@require_safe
def share(request: HttpRequest, actor: Actor, share: UUID) -> HttpResponse:
    """One share as its holder sees it: the link to pass on while it stands, who opened it when."""
    may(actor, "give_out", party=party_of(actor).id)
    made, now = queries.share(id=str(share), holder=party_of(actor).id), clock.now()
    state = made.share.state(now)
    address = request.build_absolute_uri(reverse("certificates:shown", args=[secrets.token_of(made.id)]))
    values = {
        "made": made,
        "chosen": _chosen(made),
        "state": words.SHARE_STATES[state],
        "stands": state is ShareState.STANDS,
        "ends": state in (ShareState.STANDS, ShareState.USED_UP),
        "address": address,
        # Drawn by ourselves, from shapes only.
        "qr": mark_safe(qr.svg(address)) if state is ShareState.STANDS else "",
        "operation": new_operation(),
        "crumbs": trail(Link(_("出示记录"), reverse("certificates:shares")), Link(made.recipient)),
    }
    return render(request, "certificates/wallet/share.html", values)


def _chosen(made: Made) -> list[tuple[str, str]]:
    """Return by certificate what shows of it, in words."""
    facts = {one.certificate: set(one.facts) for one in made.share.selections}
    offered: Offered = queries.offered(holder=made.share.holder, identifiers=facts)
    return [
        (pages.name_of(line), _("、").join(words.chosen(certificate, facts[line.identifier])))
        for line, certificate in offered
    ]


@of_holders
@require_POST
def withdraw(request: HttpRequest, actor: Actor, share: UUID) -> HttpResponse:
    form = ActForm(request.POST)
    if form.is_valid():
        sharing.withdraw(operation=form.id, actor=actor, share=str(share), now=clock.now())
    return redirect("certificates:share", share)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def shown(request: HttpRequest, token: str) -> HttpResponse:
    """What was shown, to whoever has the link: first a cover, then, counted, what was chosen.

    Programs that look at a link before people do ask by GET; that counts nothing.
    """
    try:
        return _private(_opened(request, token) if request.method == "POST" else _cover(request, token))
    except NoSuchShare:
        throttle.note_link(address=address_of(request), now=clock.now())
        raise


def _cover(request: HttpRequest, token: str) -> HttpResponse:
    found = storage.read_share(sharing.find(token))
    if found is None or found.state(clock.now()) is not ShareState.STANDS:
        raise NoSuchShare
    return render(request, "certificates/wallet/cover.html", {"share": found, "operation": new_operation()})


def _opened(request: HttpRequest, token: str) -> HttpResponse:
    form = ActForm(request.POST)
    if not form.is_valid():
        return _cover(request, token)
    now = clock.now()
    answer = sharing.open_up(operation=form.id, token=token, now=now)
    opened = reading.opened(**answer, now=now, today=clock.today())
    values: dict[str, Any] = {
        "opened": opened,
        "number": answer["number"],
        "certificates": [words.shown(one) for one in opened.certificates],
        "now": now,
        "host": request.get_host(),
    }
    return render(request, "certificates/wallet/opened.html", values)


def _private(response: HttpResponse) -> HttpResponse:
    """No search engine lists it. No other site learns its address either: that is so on every page."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
