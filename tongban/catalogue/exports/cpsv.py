"""Write the catalogue as linked data: CPSV-AP 3.2 in Turtle.

CPSV-AP describes a public service once. So do we: each standard is one `cpsv:PublicService`, however many bodies offer
it. How one body offers it is an instance of a class of our own (`tb:Implementation`), linked to the service it
implements, because the profile has no word for it (SEMICeu/CPSV-AP#137). Every concept that is linked is typed in the
file, as the shapes of the profile demand. Working days are no `xsd:duration`: only limits in natural days are told as
one, the others in words.

Source: CPSV-AP 3.2.0 (SEMICeu), shapes and vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from rdflib import Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, ORG, RDF, SKOS, TIME, XSD

from tongban.catalogue import calendars, code_tables
from tongban.catalogue.actions import Holdings
from tongban.catalogue.exports import words
from tongban.catalogue.exports.turtle import ADMS, CPSV, CV, ELI, TB, Part, iri, prefixes
from tongban.domain.catalogue import (
    CertificateType,
    Condition,
    Implementation,
    Material,
    MatterType,
    Requirement,
    Source,
    SourceKind,
    SpecialProcedure,
    Standard,
)
from tongban.domain.clock import Limit, Start, Unit
from tongban.domain.codes import Coded

LANGUAGE = URIRef("http://publications.europa.eu/resource/authority/language/ZHO")
YUAN = URIRef("http://publications.europa.eu/resource/authority/currency/CNY")
WEB_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+")
AT_ONCE = 500
"""Shared things in one part of the file."""

STATES = {"in_force": "施行中", "proposed": "已提出，未施行"}

Describe = Callable[[Part], None]


def cpsv(holdings: Holdings, *, in_force: Mapping[str, int], bodies: Mapping[str, str]) -> bytes:
    """Return the file. `in_force` tells the version in force by matter, `bodies` the names of bodies by code."""
    return "".join(_File(holdings, in_force, bodies).parts()).encode()


class _File:
    """What is said once although many services name it is gathered while they are written, and comes at the end."""

    def __init__(self, holdings: Holdings, in_force: Mapping[str, int], bodies: Mapping[str, str]) -> None:
        self.standards = holdings.standards
        self.in_force = in_force
        self.bodies = bodies
        self.materials = {each.code: each for each in holdings.materials}
        self.results = {each.code: each for each in holdings.certificate_types}
        self.offered: dict[str, list[Implementation]] = {}
        for implementation in holdings.implementations:
            self.offered.setdefault(implementation.matter, []).append(implementation)
        self.yielding: dict[str, list[str]] = {}
        for standard in holdings.standards:
            self.yielding.setdefault(standard.yields, []).append(standard.matter)
        self.shared: dict[URIRef, Describe] = {}

    def parts(self) -> Iterator[str]:
        yield prefixes()
        for standard in self.standards:
            part = Part()
            self._service(part, standard)
            yield part.turtle()
        shared = iter(list(self.shared.values()))
        while some := list(islice(shared, AT_ONCE)):
            part = Part()
            for describe in some:
                describe(part)
            yield part.turtle()

    # --- The service --------------------------------------------------------------------------------------------------

    def _service(self, part: Part, standard: Standard) -> None:
        service = part.thing(iri("service", standard.matter), CPSV.PublicService, standard.matter)
        part.say(service, DCTERMS.title, standard.name, standard.name_en)
        part.say(service, DCTERMS.description, _described(standard))
        part.put(service, DCTERMS.language, self._language())
        part.put(service, TB.version, Literal(standard.version))
        state = "in_force" if self.in_force.get(standard.matter) == standard.version else "proposed"
        part.put(service, ADMS.status, self._concept("state", state, STATES[state]))
        part.put(service, DCTERMS.type, self._type(standard.matter_type))
        for former in standard.former_names:
            part.say(service, DCAT.keyword, former.name)
        part.put(service, DCTERMS.audience, *(self._coded("audience", each) for each in standard.serves))
        self._classified(part, service, standard)
        self._asked(part, service, standard)
        self._ruled(part, service, standard)
        self._yielded(part, service, standard)
        self._offered(part, service, standard)

    def _classified(self, part: Part, service: URIRef, standard: Standard) -> None:
        if standard.sector:
            named = code_tables.sectors().get(standard.sector)
            part.put(service, CV.sector, self._named("sector", standard.sector, named))
        for theme in standard.themes:
            part.put(service, CV.thematicArea, self._named("theme", theme, code_tables.themes().get(theme)))
        part.put(service, DCTERMS.spatial, *(self._place(region) for region in standard.recognised_in))
        needed = (matter for certificate in standard.needs for matter in self.yielding.get(certificate, ()))
        part.put(service, DCTERMS.requires, *(iri("service", matter) for matter in needed))

    def _asked(self, part: Part, service: URIRef, standard: Standard) -> None:
        """Conditions and materials asked for: both are requirements; a material is a type of evidence besides."""
        for number, condition in enumerate(standard.conditions, start=1):
            self._condition(part, service, standard, number, condition)
        for number, requirement in enumerate(standard.requirements, start=1):
            self._requirement(part, service, standard, number, requirement)

    def _condition(self, part: Part, service: URIRef, standard: Standard, number: int, condition: Condition) -> None:
        codes = (standard.matter, "condition", str(number))
        node = part.thing(iri("requirement", *codes), CV.Requirement, "/".join(codes))
        part.say(node, DCTERMS.title, condition.text, condition.text_en)
        part.put(node, DCTERMS.type, self._concept("requirement", "condition", "受理条件"))
        part.put(service, CV.holdsRequirement, node)
        self._cited(part, service, condition.source)

    def _requirement(
        self, part: Part, service: URIRef, standard: Standard, number: int, requirement: Requirement
    ) -> None:
        codes = (standard.matter, "material", str(number))
        material = self.materials.get(requirement.material)
        name = material.name if material else requirement.material
        node = part.thing(iri("requirement", *codes), CV.Requirement, "/".join(codes))
        form, need = requirement.form.label, requirement.necessity.label
        english = f"{material.name_en} (copies: {requirement.copies})" if material and material.name_en else ""
        part.say(node, DCTERMS.title, f"{name}（{requirement.copies} 份，{form}，{need}）", english)
        part.put(node, DCTERMS.type, self._concept("requirement", "material", "申请材料"))
        evidence = self._evidence(requirement.material, material)
        part.put(node, TB.evidenceType, evidence)
        part.put(service, CV.holdsRequirement, node)
        part.put(service, CV.hasInputType, evidence)
        self._cited(part, service, requirement.source)

    def _ruled(self, part: Part, service: URIRef, standard: Standard) -> None:
        for source in standard.legal_basis:
            self._cited(part, service, source)
        limits = [("statutory", "法定办结时限", standard.statutory, standard.statutory_source)]
        if standard.promised:
            limits.append(("promised", "共同承诺办结时限", standard.promised, standard.promised_source))
        for code, title, limit, source in limits:
            self._rule(part, service, (standard.matter, code), title, _limit(limit), source)
        for number, procedure in enumerate(standard.special_procedures, start=1):
            codes = (standard.matter, "procedure", str(number))
            self._rule(part, service, codes, procedure.name, _procedure(procedure), procedure.source)
        promised = standard.promised or standard.statutory
        if promised.unit is Unit.NATURAL:
            part.put(service, CV.processingTime, Literal(f"P{promised.days}D", datatype=XSD.duration))

    def _rule(self, part: Part, service: URIRef, codes: Sequence[str], title: str, text: str, source: Source) -> None:
        rule = part.thing(iri("rule", *codes), CPSV.Rule, "/".join(codes))
        part.say(rule, DCTERMS.title, title)
        part.say(rule, DCTERMS.description, text)
        part.put(rule, DCTERMS.language, self._language())
        if source.kind is SourceKind.CITED and source.reference:
            part.put(rule, CPSV.implements, self._law(source.reference))
        part.put(service, CPSV.follows, rule)

    def _yielded(self, part: Part, service: URIRef, standard: Standard) -> None:
        kind = self._coded("result", standard.result)
        if standard.yields:
            part.put(service, CPSV.produces, self._result(standard.yields, self.results.get(standard.yields), kind))
        if standard.document:
            output = part.thing(iri("document", standard.matter), CV.Output, f"{standard.matter}/document")
            part.say(output, DCTERMS.title, standard.document)
            part.put(output, DCTERMS.type, kind)
            part.put(service, CPSV.produces, output)

    def _cited(self, part: Part, service: URIRef, source: Source) -> None:
        if source.kind is SourceKind.CITED and source.reference:
            part.put(service, CV.hasLegalResource, self._law(source.reference))

    # --- Who offers it, and how ---------------------------------------------------------------------------------------

    def _offered(self, part: Part, service: URIRef, standard: Standard) -> None:
        offered = self.offered.get(standard.matter, ())
        for implementation in offered:
            self._implementation(part, service, implementation)
        if not offered:
            part.put(service, CV.hasCompetentAuthority, self._keeper(standard.owner))

    def _implementation(self, part: Part, service: URIRef, one: Implementation) -> None:
        codes = (one.matter, one.body)
        node = part.thing(iri("implementation", *codes), TB.Implementation, one.implementation_code or "/".join(codes))
        body = self._body(one.body, one.region)
        part.put(node, TB.implements, service)
        part.put(node, DCTERMS.spatial, self._place(one.region))
        part.put(node, TB.version, Literal(one.version))
        part.put(node, TB.visits, Literal(one.visits))
        part.say(node, DCTERMS.description, f"承诺办结时限：{_limit(one.promised)}")
        for about in (service, node):
            part.put(about, CV.hasCompetentAuthority, body)
        for channel in one.channels:
            self._channel(part, (service, node), one, channel, body)
        self._cost(part, (service, node), one, body)
        self._contact(part, (service, node), one)

    def _channel(self, part: Part, about: Iterable[URIRef], one: Implementation, kind: Coded, body: URIRef) -> None:
        codes = (one.matter, one.body, kind.value)
        channel = part.thing(iri("channel", *codes), CV.Channel, "/".join(codes))
        part.put(channel, DCTERMS.type, self._coded("channel", kind))
        part.put(channel, CV.ownedBy, body)
        if kind.value == "window":
            part.say(channel, DCTERMS.description, one.contact.address)
            self._hours(part, channel, codes, one.contact.hours)
        for each in about:
            part.put(each, CV.hasChannel, channel)

    def _hours(self, part: Part, about: URIRef, codes: Sequence[str], hours: str) -> None:
        if hours:
            opening = iri("hours", *codes)
            part.put(opening, RDF.type, TIME.TemporalEntity)
            part.say(opening, DCTERMS.description, hours)
            part.put(about, CV.openingHours, opening)

    def _cost(self, part: Part, about: Iterable[URIRef], one: Implementation, body: URIRef) -> None:
        codes = (one.matter, one.body)
        cost = part.thing(iri("cost", *codes), CV.Cost, "/".join((*codes, "cost")))
        part.put(cost, CV.hasValue, Literal(one.fee_cents / 100, datatype=XSD.double))
        part.put(cost, CV.currency, self._share(YUAN, lambda p: _concept(p, YUAN, "CNY", "人民币元", "yuan")))
        part.put(cost, CV.isDefinedBy, body)
        part.say(cost, DCTERMS.description, one.fee_source.reference or "不收费" * (not one.fee_cents))
        for each in about:
            part.put(each, CV.hasCost, cost)

    def _contact(self, part: Part, about: Iterable[URIRef], one: Implementation) -> None:
        codes, contact = (one.matter, one.body), one.contact
        phones = [phone for phone in (contact.consulting_phone, contact.complaint_phone) if phone]
        if not phones and not WEB_ADDRESS.fullmatch(contact.online_address):
            return
        point = iri("contact", *codes)
        part.put(point, RDF.type, CV.ContactPoint)
        for phone in phones:
            part.put(point, CV.telephone, Literal(phone))
        self._hours(part, point, codes, contact.hours)
        if WEB_ADDRESS.fullmatch(contact.online_address):
            page = URIRef(contact.online_address)
            part.put(page, RDF.type, FOAF.Document)
            part.put(point, CV.contactPage, page)
        for each in about:
            part.put(each, CV.contactPoint, point)

    # --- What many share ----------------------------------------------------------------------------------------------

    def _share(self, node: URIRef, describe: Describe) -> URIRef:
        self.shared.setdefault(node, describe)
        return node

    def _language(self) -> URIRef:
        return self._share(LANGUAGE, lambda part: part.put(LANGUAGE, RDF.type, DCTERMS.LinguisticSystem))

    def _concept(self, scheme: str, code: str, name: str, name_en: str = "") -> URIRef:
        node = iri("concept", scheme, code)
        return self._share(node, lambda part: _concept(part, node, code, name, name_en))

    def _coded(self, scheme: str, member: Coded) -> URIRef:
        return self._concept(scheme, member.value, member.label)

    def _type(self, kind: MatterType) -> URIRef:
        return self._concept("type", kind.value, words.of(MatterType)[kind.value])

    def _named(self, scheme: str, code: str, named: code_tables.Named | None) -> URIRef:
        return self._concept(scheme, code, named.name if named else code, named.name_en if named else "")

    def _law(self, reference: str) -> URIRef:
        node = iri("law", reference)

        def describe(part: Part) -> None:
            part.put(node, RDF.type, ELI.LegalResource)
            part.say(node, DCTERMS.title, reference)

        return self._share(node, describe)

    def _place(self, region: str) -> URIRef:
        node = iri("place", region)

        def describe(part: Part) -> None:
            part.thing(node, DCTERMS.Location, region)
            part.say(node, SKOS.prefLabel, _region(region))

        return self._share(node, describe)

    def _body(self, code: str, region: str) -> URIRef:
        return self._organisation(iri("body", code), code, self.bodies.get(code, f"实施主体 {code}"), region)

    def _keeper(self, owner: str) -> URIRef:
        """A service that nobody offers yet has whoever keeps its standard for a competent authority."""
        name = f"{_region(owner)}政务服务主管部门" if owner else "共同维护标准的各地区政务服务主管部门"
        return self._organisation(iri("keeper", owner), owner or "joint", name, owner or "000000")

    def _organisation(self, node: URIRef, code: str, name: str, region: str) -> URIRef:
        place = self._place(region)

        def describe(part: Part) -> None:
            part.thing(node, CV.PublicOrganisation, code)
            part.put(node, RDF.type, ORG.Organization)
            part.say(node, SKOS.prefLabel, name)
            part.put(node, DCTERMS.spatial, place)

        return self._share(node, describe)

    def _evidence(self, code: str, material: Material | None) -> URIRef:
        node = iri("material", code)

        def describe(part: Part) -> None:
            part.thing(node, CV.EvidenceType, code)
            part.say(node, DCTERMS.title, material.name if material else code, material.name_en if material else "")
            part.put(node, CV.evidenceTypeClassification, evidence)

        evidence = self._concept("evidence", "material", "申请材料")
        return self._share(node, describe)

    def _result(self, code: str, result: CertificateType | None, kind: URIRef) -> URIRef:
        node = iri("certificate", code)

        def describe(part: Part) -> None:
            part.thing(node, CV.Output, code)
            part.say(node, DCTERMS.title, result.name if result else code, result.name_en if result else "")
            part.put(node, DCTERMS.type, kind)

        return self._share(node, describe)


def _concept(part: Part, node: URIRef, code: str, name: str, name_en: str = "") -> None:
    part.put(node, RDF.type, SKOS.Concept)
    part.put(node, SKOS.notation, Literal(code))
    part.say(node, SKOS.prefLabel, name, name_en)


def _region(code: str) -> str:
    if code == "000000":
        return "全国"
    table = calendars.divisions()
    return table.full_name(code) if code in table else f"行政区划 {code}"


def _described(standard: Standard) -> str:
    kind = words.of(MatterType)[standard.matter_type.value]
    promised = f"共同承诺办结时限：{_limit(standard.promised)}。" if standard.promised else ""
    return f"{standard.name}（{kind}）。法定办结时限：{_limit(standard.statutory)}。{promised}"


def _limit(limit: Limit) -> str:
    start = words.of(Start)[limit.start.value]
    return f"{limit.days} 个{words.of(Unit)[limit.unit.value]}（{start}）"


def _procedure(procedure: SpecialProcedure) -> str:
    days = f"，所需时间 {procedure.days} 日" if procedure.days is not None else ""
    return f"{procedure.kind.label}：{procedure.name}{days}，不计入办结时限。"
