"""The linked data say what the catalogue says: one service for each standard, whatever its name is made of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF, SKOS, XSD

from tests.catalogue.holdings import CITED, holdings, implementation, standard
from tongban.catalogue.actions import Holdings
from tongban.catalogue.exports.cpsv import cpsv
from tongban.catalogue.exports.turtle import ADMS, CPSV, CV, ELI, TB, iri
from tongban.domain.catalogue import (
    CertificateType,
    Condition,
    Contact,
    FormerName,
    Material,
    Requirement,
    SpecialProcedure,
    SubjectRole,
)
from tongban.domain.clock import Limit, Unit
from tongban.domain.codes import Channel, ProcedureKind

SERVICE = iri("service", "X-1")


def graph(*, in_force: dict[str, int] | None = None, bodies: dict[str, str] | None = None, **given: Any) -> Graph:
    return Graph().parse(data=cpsv(Holdings(**given), in_force=in_force or {}, bodies=bodies or {}), format="turtle")


def names(data: Graph, subject: Any) -> set[tuple[str, str]]:
    return {(str(name), name.language) for name in data.objects(subject, DCTERMS.title | SKOS.prefLabel)}


def one(data: Graph, subject: Any, predicate: URIRef) -> Any:
    (value,) = data.objects(subject, predicate)
    return value


@settings(max_examples=40, deadline=None)
@given(holdings())
def test_there_are_as_many_services_as_standards_with_their_names(given: Holdings) -> None:
    data = Graph().parse(data=cpsv(given, in_force={}, bodies={}), format="turtle")

    services = {
        one(data, service, DCTERMS.identifier): service for service in data.subjects(RDF.type, CPSV.PublicService)
    }
    assert sorted(map(str, services)) == sorted(each.matter for each in given.standards)
    for each in given.standards:
        expected = {(each.name, "zh")} | ({(each.name_en, "en")} if each.name_en else set())
        assert names(data, services[Literal(each.matter)]) == expected


def test_a_service_and_how_a_body_offers_it_are_two_things() -> None:
    data = graph(
        standards=(standard(),),
        implementations=(implementation(), implementation(region="110000")),
        bodies={"11130200MA0TB0011Q": "河北海事局"},
    )

    instances = set(data.subjects(RDF.type, TB.Implementation))
    assert len(instances) == 2
    assert {one(data, instance, TB.implements) for instance in instances} == {SERVICE}
    authorities = set(data.objects(SERVICE, CV.hasCompetentAuthority))
    assert {name for each in authorities for name in names(data, each)} == {
        ("河北海事局", "zh"),
        ("实施主体 11110000MA0TB1022H", "zh"),
    }


def test_a_service_that_nobody_offers_yet_has_who_keeps_it_for_an_authority() -> None:
    data = graph(standards=(standard(), standard("X-2", owner="")))

    assert names(data, one(data, SERVICE, CV.hasCompetentAuthority)) == {("河北省政务服务主管部门", "zh")}
    assert names(data, one(data, iri("service", "X-2"), CV.hasCompetentAuthority)) == {
        ("共同维护标准的各地区政务服务主管部门", "zh")
    }


def test_what_is_asked_is_told_as_requirements_and_evidence() -> None:
    data = graph(
        standards=(
            standard(conditions=(Condition("有住所", CITED, "A domicile"),), requirements=(Requirement("M_A"),)),
        ),
        materials=(Material("M_A", "申请书", "Application"),),
    )

    assert set(data.objects(SERVICE, CV.holdsRequirement)) == {
        told := iri("requirement", "X-1", "condition", "1"),
        material := iri("requirement", "X-1", "material", "1"),
    }
    assert names(data, told) == {("有住所", "zh"), ("A domicile", "en")}
    assert names(data, material) == {("申请书（1 份，纸质/电子化，必要）", "zh"), ("Application (copies: 1)", "en")}
    evidence = one(data, SERVICE, CV.hasInputType)
    assert names(data, evidence) == {("申请书", "zh"), ("Application", "en")}
    assert names(data, one(data, SERVICE, CV.hasLegalResource)) == {("《某法》第一条", "zh")}


def test_a_limit_in_natural_days_is_a_duration_and_one_in_working_days_is_words() -> None:
    natural = graph(standards=(standard(statutory=Limit(7, Unit.NATURAL)),))
    working = graph(standards=(standard(),))

    assert one(natural, SERVICE, CV.processingTime) == Literal("P7D", datatype=XSD.duration)
    assert list(working.objects(SERVICE, CV.processingTime)) == []
    rule = one(working, SERVICE, CPSV.follows)
    assert str(one(working, rule, DCTERMS.description)) == "20 个工作日（自受理之日起）"
    assert (one(working, rule, CPSV.implements), RDF.type, ELI.LegalResource) in working


def test_channels_costs_and_contacts_are_told_of_service_and_instance() -> None:
    contact = Contact("办事大厅一层", "工作日 9:00-17:00", "010-1", "010-2", "https://example.org/办")
    data = graph(
        standards=(standard(),),
        implementations=(implementation(contact=contact, fee_cents=1250, channels=(Channel.WINDOW, Channel.COMPUTER)),),
    )

    (instance,) = data.subjects(TB.implements, SERVICE)
    for about in (SERVICE, instance):
        kinds = {one(data, channel, DCTERMS.type) for channel in data.objects(about, CV.hasChannel)}
        assert {name for kind in kinds for name in names(data, kind)} == {("窗口办理", "zh"), ("电脑端网上办理", "zh")}
        assert one(data, one(data, about, CV.hasCost), CV.hasValue).toPython() == 12.5
        point = one(data, about, CV.contactPoint)
        assert {str(phone) for phone in data.objects(point, CV.telephone)} == {"010-1", "010-2"}
        assert list(data.objects(point, CV.contactPage)) == []


def test_a_service_requires_those_that_yield_what_it_needs() -> None:
    types = (CertificateType("C_A", "证照", about=SubjectRole.HOLDER),)
    data = graph(standards=(standard(needs=("C_A",)), standard("X-2", yields="C_A")), certificate_types=types)

    assert one(data, SERVICE, DCTERMS.requires) == iri("service", "X-2")
    produced = set(data.objects(iri("service", "X-2"), CPSV.produces))
    assert produced == {iri("certificate", "C_A"), iri("document", "X-2")}
    assert names(data, iri("certificate", "C_A")) == {("证照", "zh")}


def test_the_state_tells_whether_the_version_is_in_force() -> None:
    given = {"standards": (standard(version=2), standard("X-2"))}
    data = graph(in_force={"X-1": 1, "X-2": 1}, **given)

    assert names(data, one(data, SERVICE, ADMS.status)) == {("已提出，未施行", "zh")}
    assert names(data, one(data, iri("service", "X-2"), ADMS.status)) == {("施行中", "zh")}


def test_former_names_are_keywords_and_special_procedures_rules() -> None:
    procedure = SpecialProcedure(ProcedureKind.HEARING, "听证", 20)
    former = (FormerName("110000", "旧名"),)
    data = graph(standards=(replace(standard(), special_procedures=(procedure,), former_names=former),))

    texts = {
        str(text) for rule in data.objects(SERVICE, CPSV.follows) for text in data.objects(rule, DCTERMS.description)
    }
    assert texts == {"20 个工作日（自受理之日起）", "听证：听证，所需时间 20 日，不计入办结时限。"}
    assert one(data, SERVICE, DCAT.keyword) == Literal("旧名", lang="zh")
