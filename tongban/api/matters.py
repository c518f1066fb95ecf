"""Matters, bundles and the plan that follows from answers: open to everybody, like the pages."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Query, Router

from tongban.api import etags, paging
from tongban.api.schemas import matters as schemas
from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue
from tongban.catalogue.entries import EVERYWHERE
from tongban.catalogue.queries import Guide, Row
from tongban.domain import catalogue as kernel
from tongban.domain import elements, instant, plan
from tongban.domain.plan import Plan
from tongban.people.permissions import covers
from tongban.web import clock

router = Router(tags=["目录与计划"], auth=None)


@router.get("matters", response=schemas.Matters, summary="事项清单")
@etags.told
def matters(request: HttpRequest, asked: Query[schemas.MattersAsked]) -> schemas.Matters:
    """Return the matters in force, those that match best first, counted exactly."""
    window = paging.window(request, asked)
    wanted = catalogue.Wanted(
        text=asked.q,
        province=asked.province or "",
        sector=asked.sector or "",
        theme=asked.theme or "",
        matter_type=asked.matter_type,
        listing=asked.list,
        mode=asked.mode,
    )
    hits = catalogue.find(wanted, today=clock.today(), start=window.skip, size=window.size)
    return schemas.Matters(
        exact=hits.exact,
        matters=[_found(one, wanted.province) for one in hits.rows],
        **paging.told(request, asked, total=hits.total),
    )


def _found(row: Row, province: str) -> schemas.MatterFound:
    standard = row.standard
    offered = next((each for each in row.implementations if covers(province, each.region)), row.implementations[0])
    return schemas.MatterFound(
        code=row.code,
        name=standard.name,
        name_en=standard.name_en,
        matter_type=standard.matter_type,
        sector=standard.sector,
        version=standard.version,
        region=offered.region,
        body=offered.body,
        promised=schemas.Limit.model_validate(offered.promised),
        statutory=schemas.Limit.model_validate(standard.statutory),
        provinces=list(row.provinces),
        lists=list(row.listings),
    )


@router.get("lists", response=schemas.Listings, summary="网上办、即办、容缺等清单各有多少事项")
@etags.told
def listings(request: HttpRequest) -> schemas.Listings:
    """Return each list with its counts; `GET /matters?list=` tells what stands on it."""
    return schemas.Listings(
        lists=[
            schemas.Listing(
                list=kind,
                matters=counted.get(EVERYWHERE, 0),
                provinces={province: count for province, count in counted.items() if province != EVERYWHERE},
            )
            for kind, counted in catalogue.list_counts().items()
        ]
    )


@router.get("matters/{code}", response=schemas.Matter, summary="办事指南")
@etags.told
def matter(request: HttpRequest, code: str, body: str = Query("", max_length=18)) -> schemas.Matter:
    """Return the guide of one matter, as the named body offers it, else the first."""
    guide = catalogue.guide(code, today=clock.today(), by=body)
    standard, offer = guide.standard, guide.implementation
    return schemas.Matter(
        code=standard.matter,
        name=standard.name,
        name_en=standard.name_en,
        matter_type=standard.matter_type,
        version=standard.version,
        region=offer.region,
        body=offer.body,
        promised=schemas.Limit.model_validate(offer.promised),
        statutory=schemas.Limit.model_validate(standard.statutory),
        regime=standard.regime,
        basic_code=standard.basic_code,
        implementation_code=offer.implementation_code,
        deciding_desk=offer.deciding_desk,
        opinion_desks=list(offer.opinion_desks),
        opinion_steps=list(offer.opinion_steps),
        hall=offer.hall,
        visits=offer.visits,
        fee_cents=offer.fee_cents,
        sector=standard.sector,
        themes=list(standard.themes),
        channels=list(offer.channels),
        devices=list(offer.devices),
        jurisdiction=offer.jurisdiction,
        document=standard.document,
        recognised_in=list(standard.recognised_in),
        offered_by=[schemas.OfferedBy.model_validate(one) for one in guide.implementations],
        handed_in=[schemas.HandedIn.model_validate(one) for one in guide.offers],
        conditions=[schemas.Condition.model_validate(one) for one in standard.conditions],
        materials=_materials(guide),
        needs=[schemas.CertificateType.model_validate(one) for one in guide.needs],
        yields=None if guide.yields is None else schemas.CertificateType.model_validate(guide.yields),
        questions=[_question(question) for question in standard.questions],
        elements=list(standard.elements),
        on_the_spot=instant.certified(standard),
        legal_basis=[schemas.Source.model_validate(one) for one in standard.legal_basis],
    )


def _materials(guide: Guide) -> list[schemas.MaterialAsked]:
    return [
        schemas.MaterialAsked(
            code=one.code,
            name=one.name,
            name_en=one.name_en,
            about=one.about,
            retrievable=one.retrievable,
            copies=asked.copies,
            form=asked.form,
            necessity=asked.necessity,
            channel=asked.channel,
            commitment=asked.commitment,
            when=schemas.conditions(asked.when),
            source=schemas.Source.model_validate(asked.source),
        )
        for asked in guide.standard.requirements
        for one in (guide.materials[asked.material],)
    ]


@router.get("bundles/{code}", response=schemas.Bundle, summary="集成办理：事项、问题与数据元")
def bundle(request: HttpRequest, code: str) -> schemas.Bundle:
    """Return what a bundle may contain, what it asks to choose, and every data element it may need."""
    known, found = catalogue.catalogue_of(code)
    return schemas.Bundle(
        code=found.code,
        version=found.version,
        name=found.name,
        name_en=found.name_en,
        categories=[category.name for category in found.categories],
        items=[
            schemas.Item(
                matter=item.matter,
                name=known.standards[item.matter].name,
                category=item.category,
                when=schemas.conditions(item.when),
            )
            for item in found.items
        ],
        questions=[_question(question) for question in found.questions],
        elements=[
            schemas.Element.model_validate(element)
            for element in elements.needed(known, [item.matter for item in found.items])
        ],
    )


def _question(question: kernel.Question) -> schemas.Question:
    return schemas.Question(
        code=question.code,
        text=question.text,
        text_en=question.text_en,
        choices=[schemas.Choice.model_validate(choice) for choice in question.choices],
        default=question.default,
        when=schemas.conditions(question.when),
    )


@router.post("bundles/{code}/plan", response=schemas.Plan, summary="由回答推出办理计划")
def derive_plan(request: HttpRequest, code: str, given: schemas.Answers) -> schemas.Plan:
    """Derive the plan from answers, proved as if everything were accepted today. Nothing is stored."""
    known, found = catalogue.catalogue_of(code)
    return planned(plan.derive(known, found, given.answers, calendar=calendars.load(), start=clock.today()), known)


def planned(derived: Plan, known: kernel.Catalogue) -> schemas.Plan:
    return schemas.Plan(
        bundle=derived.bundle,
        bundle_version=derived.bundle_version,
        answers=dict(derived.answers),
        cases=[
            schemas.PlannedCase(
                index=case.index,
                matter=case.matter,
                name=known.standards[case.matter].name,
                category=case.category,
                body=case.body,
                deciding_desk=case.deciding_desk,
                opinion_desks=list(case.opinion_desks),
                opinion_steps=list(case.steps),
                awaits=list(case.awaits),
                needs=list(case.needs),
                yields=case.yields,
                promised=schemas.Limit.model_validate(case.promised),
                statutory=schemas.Limit.model_validate(case.statutory),
                joint_applicants=list(case.joint_applicants),
            )
            for case in derived.cases
        ],
        asks=[
            schemas.Ask(
                material=ask.material,
                name=known.materials[ask.material].name,
                about=ask.about,
                matters=list(ask.matters),
                retrievable=ask.retrievable,
            )
            for ask in derived.asks
        ],
        critical_path=list(derived.critical_path),
        figures=schemas.Figures.model_validate(derived.figures),
        late=[
            schemas.Late(
                matter=late.matter,
                awaited=late.awaited,
                last_day=date.fromordinal(late.own),
                awaited_on=date.fromordinal(late.comes),
            )
            for late in derived.late
        ],
        stages=[list(stage) for stage in derived.stages],
        feasible=derived.feasible,
    )
