"""Standards by version, implementations, offers, extended halls, reform modes: told to all, published by stewards.

A version is told as it is stored, byte for byte in its canonical form, so that whoever fetches it can compute the
digest that regions sign. What is only proposed is told too, and says so: it has no span.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Path, Query, Router

from tongban.api import etags, paging
from tongban.api.auth import ACT, actor_of, operation_of
from tongban.api.schemas import standards as schemas
from tongban.api.schemas import written
from tongban.catalogue import actions
from tongban.catalogue.queries import versions
from tongban.catalogue.queries.versions import Headed, Kept, Part
from tongban.domain import catalogue as kernel
from tongban.domain import offers as kernel_offers
from tongban.domain import validity
from tongban.web import clock

router = Router(tags=["标准与清单"])
public = Router(tags=["标准与清单"], auth=None)

LAST_VERSION = 1_000_000


@public.get("standards", response=schemas.Standards, summary="生效的标准")
@etags.listed
def standards(request: HttpRequest, asked: Query[schemas.StandardsAsked]) -> schemas.Standards:
    """Return the standards in force, without their content."""
    part = versions.standards(
        window=paging.window(request, asked),
        today=clock.today(),
        matter_type=asked.matter_type or "",
        sector=asked.sector or "",
        owner=asked.owner,
        batch=asked.batch or "",
    )
    return schemas.Standards(
        standards=[_headed(one) for one in part.rows], **paging.told(request, asked, total=part.total)
    )


@public.get("standards/{matter}", response=schemas.StandardVersions, summary="一项标准的各个版本")
@etags.told
def standard(request: HttpRequest, matter: str) -> schemas.StandardVersions:
    """Return every version, the newest first, and which is in force."""
    found = versions.versions_of(matter)
    spans = tuple(span for one in found for span in one.spans)
    now = validity.in_force(spans, on=clock.today())
    return schemas.StandardVersions(
        matter=matter, in_force=now.version if now else None, versions=[_headed(one) for one in found]
    )


def _headed(one: Headed) -> schemas.StandardListed:
    spans = [
        schemas.Span(batch=s.batch, from_on=s.from_on, last_day=s.until_on and s.until_on - timedelta(days=1))
        for s in one.spans
        if s.from_on != s.until_on
    ]
    return schemas.StandardListed.model_validate(
        {name: getattr(one, name) for name in schemas.StandardListed.model_fields if name != "spans"} | {"spans": spans}
    )


@public.get(
    "standards/{matter}/versions/{version}", response=schemas.StandardVersion, summary="标准的一个版本，永不改变"
)
@etags.immutable
def standard_version(request: HttpRequest, matter: str, version: int = Path(ge=1, le=LAST_VERSION)) -> HttpResponse:
    """Return one version as it is stored; its ETag is its digest."""
    found = versions.standard(matter, version)
    return _json({"matter": matter, **_kept(found, "standard")}, tag=found.digest)


@public.get("implementations", response=schemas.Implementations, summary="实施清单")
@etags.listed
def implementations(request: HttpRequest, asked: Query[schemas.ImplementationsAsked]) -> HttpResponse:
    """Return the newest implementation of each body."""
    part = versions.implementations(
        window=paging.window(request, asked),
        matter=asked.matter or "",
        region=asked.region or "",
        body=asked.body or "",
    )
    return _page(request, asked, part, "implementation")


@public.get("offers", response=schemas.Offers, summary="跨省通办清单")
@etags.with_batches
def offers(request: HttpRequest, asked: Query[schemas.OffersAsked]) -> HttpResponse:
    """Return the offers that stand today."""
    part = versions.offers(
        window=paging.window(request, asked),
        today=clock.today(),
        matter=asked.matter or "",
        province=asked.province or "",
        mode=asked.mode or "",
    )
    return _page(request, asked, part, "offer")


@public.get("extensions", response=schemas.Extensions, summary="延伸服务大厅")
@etags.with_batches
def extensions(request: HttpRequest, asked: Query[schemas.ExtensionsAsked]) -> HttpResponse:
    """Return the halls that serve matters of another region today."""
    part = versions.extensions(
        window=paging.window(request, asked), today=clock.today(), hall=asked.hall or "", region=asked.region or ""
    )
    return _page(request, asked, part, "extension")


@public.get("reforms", response=schemas.Reforms, summary="证照分离改革方式")
@etags.listed
def reforms(request: HttpRequest, asked: Query[schemas.ReformsAsked]) -> HttpResponse:
    """Return the reform mode of each matter and region that counts today."""
    part = versions.reforms(
        window=paging.window(request, asked),
        today=clock.today(),
        matter=asked.matter or "",
        region=asked.region or "",
        mode=asked.mode or "",
    )
    return _page(request, asked, part, "reform")


def _page(request: HttpRequest, asked: paging.Asked, part: Part, one: str) -> HttpResponse:
    page = paging.told(request, asked, total=part.total)
    return _json({f"{one}s": [_kept(row, one) for row in part.rows]} | page)


def _kept(kept: Kept, name: str) -> dict[str, Any]:
    return {"version": kept.version, "digest": kept.digest, "recorded_at": kept.recorded_at, name: kept.body}


def _json(content: dict[str, Any], *, tag: str = "") -> HttpResponse:
    """Answer what is stored as it is: what is told is not looked at again field by field."""
    headers = {"ETag": f'"{tag}"'} if tag else {}
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False}, headers=headers)


# --- Published --------------------------------------------------------------------------------------------------------


@router.post("holdings", response=schemas.Published, summary="发布标准、实施清单、跨省通办清单等", openapi_extra=ACT)
def publish(request: HttpRequest, given: schemas.HoldingsGiven) -> dict[str, Any]:
    """Publish what is new or has changed: all of it or nothing. A joint standard is thereby only proposed."""
    holdings = actions.Holdings(
        standards=_all(given.standards, kernel.Standard, version=1),
        implementations=_all(given.implementations, kernel.Implementation, version=1),
        materials=_all(given.materials, kernel.Material),
        certificate_types=_all(given.certificate_types, kernel.CertificateType),
        elements=_all(given.elements, kernel.DataElement),
        offers=_all(given.offers, kernel_offers.Offer),
        extensions=_all(given.extensions, kernel_offers.Extension),
        reforms=_all(given.reforms, kernel_offers.Reform),
    )
    return actions.publish(
        operation=operation_of(request),
        actor=actor_of(request),
        holdings=holdings,
        now=clock.now(),
        change_of_law=given.change_of_law,
    )


def _all(given: Iterable[written.Written], kind: Any, **more: Any) -> tuple[Any, ...]:
    return tuple(written.of(one, kind, **more) for one in given)


@router.post("observations", response=schemas.Observed, summary="记录各部门自有系统显示的内容", openapi_extra=ACT)
def observe(request: HttpRequest, given: schemas.ObservationsGiven) -> dict[str, Any]:
    """Take down what the own systems of bodies show, for comparison with the standard."""
    seen = tuple(
        actions.Observed(one.matter, one.body, one.region, written.of(one.terms, kernel.Terms))
        for one in given.observations
    )
    return actions.observe(
        operation=operation_of(request),
        actor=actor_of(request),
        observations=actions.Observations(seen),
        now=clock.now(),
    )
