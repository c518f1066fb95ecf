"""Who used my certificates, and the PIN with which one authorises at a window."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from tongban.catalogue import queries as catalogue
from tongban.certificates.wallet import pin, queries, uses, words
from tongban.certificates.wallet.forms import PinForm
from tongban.certificates.wallet.uses import Place, Use
from tongban.certificates.wallet.views.doors import UNPROCESSABLE, of_holders, party_of, trail
from tongban.domain.refused import Refused
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.models import Account
from tongban.people.pages import in_reader_language
from tongban.web import clock
from tongban.web.address import address_of
from tongban.web.values import Link


@of_holders
@require_safe
def log(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who used my certificates: the newest first; a page begins after the line that the address names."""
    after = Place.parse(request.GET.get("after", ""))
    page = uses.page(holder=party_of(actor).id, after=after)
    values = {
        "rows": _rows(page.uses),
        "next": page.next,
        "later": after is not None,
        "crumbs": trail(Link(_("谁用过我的证照"))),
    }
    return render(request, "certificates/wallet/log.html", values)


def _rows(found: tuple[Use, ...]) -> list[words.UseRow]:
    names = queries.type_names({one for use in found for one in use.certificates})
    matters = catalogue.named({use.matter for use in found if use.matter})
    halls = people.halls(codes={use.hall for use in found if use.hall})
    return words.use_rows(
        found,
        people=people.names_of({id for use in found for id in (use.who, use.asker) if id}),
        certificates={one: in_reader_language(*named) for one, named in names.items()},
        matters={code: in_reader_language(name, english) for code, name, english in matters},
        halls={code: in_reader_language(hall.name, hall.name_en) for code, hall in halls.items()},
    )


@of_holders
@sensitive_post_parameters("password", "pin", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def set_pin(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Set or replace the PIN of one's own account, for whomever one acts."""
    account = request.user
    assert isinstance(account, Account)
    form = PinForm(request.POST or None, by_password=account.has_usable_password())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            pin.set_pin(
                account=account,
                password=given.get("password", ""),
                pin=given["pin"],
                address=address_of(request),
                now=clock.now(),
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("授权密码已设置。"))
            return redirect("certificates:pin")
    values = {"form": form, "set_at": pin.set_at(account), "crumbs": trail(Link(_("授权密码")))}
    return render(request, "certificates/wallet/pin.html", values, status=UNPROCESSABLE if form.errors else 200)
