"""A holder scans or types the code that a window shows him: what does it name, and how often may he try?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tongban.certificates.wallet import throttle
from tongban.certificates.wallet.forms import CodeForm
from tongban.certificates.wallet.views.doors import UNPROCESSABLE
from tongban.domain.refused import Refused
from tongban.people.actor import Actor
from tongban.web import clock
from tongban.web.address import address_of
from tongban.web.values import Link


@contextmanager
def counted(request: HttpRequest, actor: Actor, *, wrong: type[Refused]) -> Iterator[None]:
    """Count a code that is `wrong`. Raises TooMany before it is looked at, for who typed too many."""
    now = clock.now()
    throttle.demand_few_codes(account=actor.id, now=now)
    try:
        yield
    except wrong:
        throttle.note_wrong(throttle.Kind.CODE, subject=actor.id, address=address_of(request), now=now)
        raise


def page(
    request: HttpRequest, *, find: Callable[[str], object], then: str, template: str, crumbs: Sequence[Link]
) -> HttpResponse:
    """Let a code be typed; one that `find` does not refuse leads on to the page named `then`."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        code = form.cleaned_data["code"].strip()
        try:
            find(code)
        except Refused as refused:
            form.add_error("code", str(refused))
        else:
            return redirect(then, code)
    values = {"form": form, "crumbs": crumbs}
    return render(request, template, values, status=UNPROCESSABLE if form.errors else 200)
