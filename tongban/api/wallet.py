"""What a holder shows of his certificates by a link, and who used them."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from ninja import Query, Router
from ninja.responses import Status
from pydantic import Field

from tongban.api import paging, problems
from tongban.api.auth import ACT, actor_of, operation_of
from tongban.api.schemas import Given
from tongban.api.schemas import wallet as schemas
from tongban.certificates.wallet import queries, secrets, sharing, uses
from tongban.certificates.wallet.queries import Made
from tongban.certificates.wallet.uses import Place, Use
from tongban.domain import showing
from tongban.domain.materials import Basis
from tongban.domain.sharing import ShareState
from tongban.people.actor import Actor, Party
from tongban.people.permissions import NotAllowed, may
from tongban.web import clock

router = Router(tags=["证照夹"])


class After(Given):
    after: str = Field("", max_length=400, description="从哪一条之后起，取自上一页的 next")


@router.get("certificates/{identifier}/facts", response=schemas.FactsOffered, summary="这张证照可以出示哪几栏")
def facts(request: HttpRequest, identifier: str) -> schemas.FactsOffered:
    """Return what a holder may show of one of his certificates; what it says stands in the file."""
    ((_line, content),) = queries.offered(holder=_party(actor_of(request)).id, identifiers=[identifier])
    return schemas.FactsOffered(facts=[schemas.FactOffered.model_validate(one) for one in showing.facts(content)])


@router.post("shares", response={201: schemas.ShareMade}, summary="出示证照", openapi_extra=ACT)
def share(request: HttpRequest, given: schemas.ShareGiven) -> Status[schemas.ShareMade]:
    """Show chosen facts to a named recipient; whoever has the link opens it without signing in."""
    actor = actor_of(request)
    answer = sharing.share(
        operation=operation_of(request),
        actor=actor,
        holder=_party(actor).id,
        chosen={one.certificate: one.facts for one in given.selections},
        recipient=given.recipient,
        purpose=given.purpose,
        until=given.until,
        uses=given.uses,
        now=clock.now(),
    )
    return Status(201, schemas.ShareMade(share=answer["share"], address=_address(request, answer["share"])))


@router.get("shares", response=schemas.SharesTold, summary="出示记录")
def shares(request: HttpRequest, asked: Query[paging.Asked]) -> schemas.SharesTold:
    """Return what the party one acts for has shown, the newest first."""
    window = paging.window(request, asked)
    rows = queries.shares(holder=_who_shows(actor_of(request)))
    found = queries.made(list(rows[window.skip : window.skip + window.size]))
    return schemas.SharesTold(
        **paging.told(request, asked, total=rows.count()), shares=[_told(request, one) for one in found]
    )


@router.get("shares/{id}", response=schemas.ShareTold, summary="一次出示")
def one_share(request: HttpRequest, id: str) -> schemas.ShareTold:
    return _told(request, queries.share(id=id, holder=_who_shows(actor_of(request))))


@router.post("shares/{id}/withdrawal", response={201: schemas.ShareEnded}, summary="收回出示", openapi_extra=ACT)
def withdraw_share(request: HttpRequest, id: str) -> Status[schemas.ShareEnded]:
    """End a share at once: what is open shows no more either."""
    answer = sharing.withdraw(operation=operation_of(request), actor=actor_of(request), share=id, now=clock.now())
    return Status(201, schemas.ShareEnded(**answer))


@router.get("certificate-uses", response=schemas.UsesTold, summary="谁用过我的证照")
def log(request: HttpRequest, asked: Query[After]) -> schemas.UsesTold:
    """Return who used the certificates of the party one acts for, the newest first."""
    if unknown := sorted(request.GET.keys() - After.model_fields.keys()):
        raise problems.of_unknown(unknown)
    page = uses.page(holder=_party(actor_of(request)).id, after=Place.parse(asked.after))
    following = f"{reverse('api:log')}?{urlencode({'after': page.next})}" if page.next else None
    return schemas.UsesTold(uses=[_use(one) for one in page.uses], next=following)


def _use(one: Use) -> schemas.UseTold:
    return schemas.UseTold(
        at=one.at,
        kind=one.kind,
        who=one.who,
        certificates=list(one.certificates),
        recipient=one.recipient,
        purpose=one.purpose,
        hall=one.hall,
        matter=one.matter,
        application=one.application,
        basis=Basis(one.basis) if one.basis else None,
    )


def _party(actor: Actor) -> Party:
    if actor.party is None:
        raise NotAllowed("不能查看：您的账户没有关联申请人身份，没有自己的证照。请持证人用自己的账户办理。")
    return actor.party


def _who_shows(actor: Actor) -> str:
    """Return for whom the actor shows certificates. Raises NotAllowed: whoever reads a link can pass it on."""
    holder = _party(actor).id
    may(actor, "give_out", party=holder)
    return holder


def _told(request: HttpRequest, made: Made) -> schemas.ShareTold:
    found, now = made.share, clock.now()
    state = found.state(now)
    return schemas.ShareTold(
        id=made.id,
        recipient=made.recipient,
        purpose=made.purpose,
        selections=list(found.selections),
        at=found.at,
        until=found.until,
        uses=found.uses,
        openings=list(found.openings),
        state=state,
        address=_address(request, made.id) if state is ShareState.STANDS else "",
    )


def _address(request: HttpRequest, share: str) -> str:
    return request.build_absolute_uri(reverse("certificates:shown", args=[secrets.token_of(share)]))
