"""Matters, bundles and the plan that follows from answers: open to everybody, like the pages."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Query, Router

from tongban.api.schemas import matters as schemas
from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue
from tongban.catalogue.queries import Guide, Listed
from tongban.domain import catalogue as kernel
from tongban.domain import elements, plan
from tongban.domain.catalogue import MatterType
from tongban.domain.plan import Plan
from tongban.web import clock

router = Router(tags=["目录与计划"], auth=None)


@router.get("matters", response=schemas.Matters, summary="事项清单")
def matters(
    request: HttpRequest, q: str = Query("", max_length=100), matter_type: MatterType | None = None
) -> schemas.Matters:
    """Return the matters in force; `q` searches names."""
    found = catalogue.listed(today=clock.today(), matching=q, matter_type=matter_type.value if matter_type else "")
    return schemas.Matters(matters=[_listed(one) for one in found])


def _listed(one: Listed) -> schemas.MatterListed:
    return schemas.MatterListed(
        code=one.code,
        name=one.name,
        name_en=one.name_en,
        matter_type=one.matter_type,
        version=one.standard.version,
        region=one.implementation.region,
        body=one.implementation.body,
        promised=schemas.Limit.model_validate(one.implementation.promised),
        statutory=schemas.Limit.model_validate(one.standard.statutory),
    )


@router.get("matters/{code}", response=schemas.Matter, summary="办事指南")
def matter(request: HttpRequest, code: str) -> schemas.Matter:
    """Return the guide of one matter."""
    guide = catalogue.guide(code, today=clock.today())
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
        hall=offer.hall,
        visits=offer.visits,
        fee_cents=offer.fee_cents,
        conditions=[schemas.Condition.model_validate(one) for one in standard.conditions],
        materials=_materials(guide),
        needs=[schemas.CertificateType.model_validate(one) for one in guide.needs],
        yields=None if guide.yields is None else schemas.CertificateType.model_validate(guide.yields),
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
