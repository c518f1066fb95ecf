"""Compared and judged on the spot: terms with the standard, values with conditions, a place with who is competent.

Whoever compares terms shows who he is, since a comparison is work; nothing of what he sends is kept. The findings over
all that is published are for stewards.
"""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Query, Router

from tongban.api import etags, paging
from tongban.api.auth import actor_of
from tongban.api.schemas import judging as schemas
from tongban.api.schemas import written
from tongban.catalogue import conformance as comparing
from tongban.catalogue import selfcheck
from tongban.catalogue.conformance import Found
from tongban.catalogue.queries import competence
from tongban.domain import catalogue as kernel
from tongban.domain import conditions, conformance, jurisdiction
from tongban.people.permissions import may
from tongban.web import clock

router = Router(tags=["比对与自检"])
public = Router(tags=["比对与自检"], auth=None)


@router.post("conformance", response=schemas.Conformance, summary="把一份内容与生效的标准比对")
def check_conformance(request: HttpRequest, given: schemas.TermsGiven) -> schemas.Conformance:
    """Compare terms with the standard in force, field by field. Nothing is stored."""
    stated = written.of(given.terms, kernel.Terms)
    standard, findings = comparing.against(given.matter, stated, today=clock.today())
    return schemas.Conformance(
        matter=standard.matter,
        standard_version=standard.version,
        conforms=conformance.conforms(findings),
        marks=conformance.marks(findings),
        findings=[schemas.Finding.model_validate(one) for one in findings],
    )


@router.get("findings", response=schemas.Findings, summary="实施清单和自有系统与标准的差异")
@etags.told_to_one
def findings(request: HttpRequest, asked: Query[schemas.FindingsAsked]) -> schemas.Findings:
    """Return every finding over what is published and observed, by matter, region and body; for stewards."""
    may(actor_of(request), "propose_standard")
    window = paging.window(request, asked)
    found = [
        one
        for one in comparing.findings(
            matters=[asked.matter] if asked.matter else None,
            regions=[asked.region] if asked.region else None,
            today=clock.today(),
        )
        if asked.kind in (None, one.kind)
        and asked.weight in (None, one.finding.weight)
        and asked.aspect in (None, one.finding.aspect)
    ]
    part = found[window.skip : window.skip + window.size]
    return schemas.Findings(findings=[_found(one) for one in part], **paging.told(request, asked, total=len(found)))


def _found(one: Found) -> schemas.FindingFound:
    return schemas.FindingFound(
        matter=one.matter,
        matter_name=one.matter_name,
        standard_version=one.standard_version,
        region=one.region,
        body=one.body,
        kind=one.kind,
        departure=one.departure,
        **schemas.Finding.model_validate(one.finding).model_dump(),
    )


@public.post("conditions/check", response=schemas.Eligible, summary="条件自检：按填写的值判断受理条件")
def check_conditions(request: HttpRequest, given: schemas.ValuesGiven) -> schemas.Eligible:
    """Judge each acceptance condition by the values: true, false or unknown, with the reason. Nothing is stored."""
    check = selfcheck.of(given.matter, today=clock.today())
    judged = conditions.evaluate(check.conditions, given.values, check.elements)
    return schemas.Eligible(
        matter=given.matter,
        standard_version=check.standard.version,
        verdict=conditions.verdict(judged),
        conditions=[
            schemas.ConditionJudged(
                text=one.condition.text,
                verdict=one.verdict,
                reason=one.reason,
                article=one.article,
                because=list(one.because),
                missing=list(one.missing),
            )
            for one in judged
        ],
        next=list(conditions.next_questions(check.conditions, given.values, check.elements)),
    )


@public.get("competent-body", response=schemas.CompetentBody, summary="某地由谁办理")
@etags.told
def competent_body(request: HttpRequest, asked: Query[schemas.PlaceAsked]) -> schemas.CompetentBody:
    """Return the body with the narrowest territory that contains the place."""
    found = competence.competent(asked.matter, place=asked.place, today=clock.today())
    return schemas.CompetentBody(
        matter=found.matter,
        region=found.region,
        body=found.body,
        territory=jurisdiction.territory_of(found),
        jurisdiction=found.jurisdiction,
        hall=found.hall,
        implementation_code=found.implementation_code,
    )
