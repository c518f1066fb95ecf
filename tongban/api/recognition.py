"""Recognition rules: told to everybody, recorded and ended by the region in which a certificate counts."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from tongban.api import etags
from tongban.api.auth import ACT, actor_of, operation_of
from tongban.api.schemas import recognition as schemas
from tongban.catalogue import actions
from tongban.catalogue.queries import NotInCatalogue
from tongban.catalogue.queries import recognition as queries
from tongban.catalogue.queries.recognition import Rules
from tongban.certificates import counting
from tongban.domain.joint import Effect, RecognitionRule, Scope
from tongban.domain.materials import Basis
from tongban.domain.recognition import Recognition
from tongban.domain.regions import lies_in
from tongban.web import clock

router = Router(tags=["互认"])
public = Router(tags=["互认"], auth=None)


class Asked(Schema):
    certificate: str = ""
    issued_in: str = ""
    counts_in: str = ""
    effect: Effect | None = None


class AskedOf(Schema):
    to: str
    number: str = ""
    certificate: str = ""
    issued_in: str = ""


@router.get("recognition", response=schemas.Rules, summary="互认规则", auth=None)
@etags.told
def rules(request: HttpRequest, asked: Query[Asked]) -> schemas.Rules:
    """Return the rules by code, whether they hold today or not; narrowed by what is asked."""
    found = queries.rules(certificates=[asked.certificate] if asked.certificate else None)
    return schemas.Rules(rules=[_told(found, one) for one in found.recorded if _asked(one, asked)])


@public.get("recognition/counts", response=schemas.Counted, summary="我的证照在这里算数吗")
def counts(request: HttpRequest, asked: Query[AskedOf]) -> schemas.Counted:
    """Answer for one certificate (`number`), which is verified, or for a type issued in a region."""
    now = clock.now()
    if asked.number:
        return _answered(counting.of_number(asked.number, here=asked.to, now=now))
    kind = queries.certificate_types().get(asked.certificate)
    if kind is None:
        raise NotInCatalogue(f"没有代码为“{asked.certificate}”的证照类型。请写明证照编号，或目录中的证照类型代码。")
    return _answered(counting.of_type(kind, issued_in=asked.issued_in, here=asked.to, now=now))


@public.get("recognition/{code}", response=schemas.Rule, summary="一条互认规则")
@etags.told
def rule(request: HttpRequest, code: str) -> schemas.Rule:
    found = queries.rule(code)
    return _told(found, found.recorded[0])


@router.post("recognition", response={201: schemas.Acted}, summary="签署并记录一条互认规则", openapi_extra=ACT)
def record(request: HttpRequest, given: schemas.Recorded) -> Status[schemas.Acted]:
    """Sign a rule in the name of the bureau of the region in which it counts."""
    said = given.model_dump(exclude={"zones", "subjects", "issued_in", "materials", "matters", "basis"})
    rule = RecognitionRule(
        **said,
        issued_in=tuple(given.issued_in),
        scope=Scope(zones=tuple(given.zones), subjects=tuple(given.subjects)),
        materials=tuple(given.materials),
        matters=tuple(given.matters),
        basis=Basis(given.basis),
    )
    answer = actions.record_recognition(
        operation=operation_of(request), actor=actor_of(request), rule=rule, now=clock.now()
    )
    return Status(201, schemas.Acted(recognition=answer["recognition"]))


@router.post("recognition/{code}/end", response=schemas.Acted, summary="终止一条互认规则", openapi_extra=ACT)
def end(request: HttpRequest, code: str, given: schemas.Ended) -> schemas.Acted:
    answer = actions.end_recognition(
        operation=operation_of(request),
        actor=actor_of(request),
        code=code,
        ended_on=given.ended_on,
        reason=given.reason,
        now=clock.now(),
    )
    return schemas.Acted(recognition=answer["recognition"])


def _asked(one: Recognition, asked: Asked) -> bool:
    rule = one.rule
    issued = not asked.issued_in or any(lies_in(asked.issued_in, each) for each in rule.issued_in)
    here = not asked.counts_in or lies_in(asked.counts_in, rule.counts_in)
    return issued and here and asked.effect in (None, rule.effect)


def _told(found: Rules, one: Recognition) -> schemas.Rule:
    rule = one.rule
    return schemas.Rule(
        code=rule.code,
        field=rule.field,
        certificate=rule.certificate,
        certificate_name=found.certificates[rule.certificate].name if rule.certificate in found.certificates else "",
        effect=rule.effect,
        issued_in=list(rule.issued_in),
        counts_in=rule.counts_in,
        divisions=list(rule.scope.divisions),
        zones=list(rule.scope.zones),
        subjects=list(rule.scope.subjects),
        materials=list(rule.materials),
        matters=list(rule.matters),
        basis=rule.basis if rule.materials else "",
        permits=rule.permits,
        permits_en=rule.permits_en,
        agreement=rule.agreement,
        document=rule.document,
        article=rule.article,
        from_on=rule.from_on,
        last_on=one.last,
        standing=found.standing(one, today=clock.today()),
        digest=one.signature.digest,
        key=one.signature.key,
        signature=one.signature.value,
    )


def _answered(answered: counting.Answered) -> schemas.Counted:
    judgement = answered.judgement
    return schemas.Counted(
        certificate=answered.certificate.code,
        issued_in=answered.issued_in,
        to=answered.here,
        counts=answered.counts,
        reason=judgement.reason,
        message=judgement.message,
        message_en=judgement.message_en,
        rule=judgement.rule.code if judgement.rule else "",
        evidence=[_told(answered.rules, one.recorded) for one in answered.evidence],
        effect=[_told(answered.rules, one.recorded) for one in answered.effect],
    )
