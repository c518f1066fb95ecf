"""Which values of the kernel does a data file stand for?

The files have passed their schemas when they come here, so every function is a plain translation, name by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tongban.domain.catalogue import (
    Bundle,
    Category,
    CertificateType,
    Choice,
    Condition,
    DataElement,
    Delegation,
    ElementKind,
    FormerName,
    Implementation,
    Item,
    Material,
    MatterType,
    Question,
    Regime,
    Requirement,
    Situation,
    Source,
    SourceKind,
    SpecialProcedure,
    Standard,
    SubjectRole,
    Topic,
    When,
)
from tongban.domain.clock import Limit, Start, Unit
from tongban.domain.codes import (
    Channel,
    MaterialForm,
    Necessity,
    ProcedureKind,
    ResultKind,
    ServiceObject,
    SourceChannel,
)
from tongban.domain.identifiers import AuthorityLevel, BasicCode, ImplementationCode
from tongban.domain.regions import province_of

Row = Mapping[str, Any]


def standard(row: Row) -> Standard:
    return Standard(
        matter=row["code"],
        name=row["name"],
        name_en=row["name_en"],
        matter_type=MatterType(row["matter_type"]),
        regime=Regime(row["regime"]),
        version=row["version"],
        basic_code=row["basic_code"]["value"],
        basic_code_source=source(row["basic_code"]),
        legal_basis=tuple(source(each) for each in row["legal_basis"]),
        statutory=limit(row["statutory"]),
        statutory_source=source(row["statutory"]),
        conditions=tuple(condition(each) for each in row["conditions"]),
        requirements=tuple(requirement(each) for each in row["materials"]),
        needs=tuple(row.get("needs", ())),
        yields=row.get("yields", ""),
        elements=tuple(row["elements"]),
        determines=tuple(row.get("determines", ())),
        joint_applicants=tuple(SubjectRole(role) for role in row.get("joint_applicants", ())),
        # A matter that stands with its one implementation is kept by the province of its body alone.
        owner=province_of(row["implementation"]["region"]) if "implementation" in row else "",
    )


def joint_standard(row: Row) -> Standard:
    """Of a matter that regions keep together: what `standard` says, and what only such a standard has."""
    item = row.get("item_of", {})
    return replace(
        standard({"version": 1} | dict(row)),
        item_of=item.get("code", ""),
        item_of_name=item.get("name", ""),
        item_digits=item.get("digits", "01"),
        sector=row["sector"],
        themes=tuple(row["themes"]),
        serves=tuple(ServiceObject(each) for each in row["serves"]),
        questions=tuple(question(each) for each in row.get("questions", ())),
        situations=tuple(situation(each) for each in row.get("situations", ())),
        promised=limit(row["promised"]),
        promised_source=source(row["promised"]),
        result=ResultKind(row["result"]),
        document=row.get("document", ""),
        recognised_in=tuple(row["recognised_in"]),
        special_procedures=tuple(special_procedure(each) for each in row.get("special_procedures", ())),
        quantity_limit=row.get("quantity_limit", ""),
        intermediary=row.get("intermediary", ""),
        former_names=tuple(FormerName(each["region"], each["name"]) for each in row.get("former_names", ())),
    )


def implementation(row: Row) -> Implementation:
    """Raises InvalidIdentifier when body, level and basic code make no implementation code."""
    here = row["implementation"]
    return Implementation(
        matter=row["code"],
        region=here["region"],
        body=here["body"],
        level=here["level"],
        promised=limit(here["promised"]),
        promised_source=source(here["promised"]),
        deciding_desk=here["deciding_desk"],
        opinion_desks=tuple(here.get("opinion_desks", ())),
        opinion_steps=tuple(here.get("opinion_steps", ())),
        implementation_code=str(
            ImplementationCode(here["body"], AuthorityLevel(str(here["level"])), BasicCode(row["basic_code"]["value"]))
        ),
        version=row["version"],
        standard_version=row["version"],
        hall=here["hall"],
        visits=here["visits"],
        channels=tuple(Channel(each) for each in here.get("channels", (Channel.WINDOW,))),
        fee_cents=here["fee"]["cents"],
        fee_source=source(here["fee"]),
    )


def material(row: Row) -> Material:
    return Material(
        code=row["code"],
        name=row["name"],
        name_en=row["name_en"],
        kind=row["kind"],
        issuer=row["issuer"],
        about=SubjectRole(row["about"]),
        retrievable=row["retrievable"],
        source=source(row),
    )


def certificate_type(row: Row) -> CertificateType:
    return CertificateType(
        code=row["code"],
        name=row["name"],
        name_en=row["name_en"],
        type_code=row["type_code"],
        fields=tuple(row["fields"]),
        about=SubjectRole(row["about"]),
        to=SubjectRole(row["to"]),
        valid_months=row.get("valid_months"),
        source=source(row),
    )


def topic(row: Row) -> Topic:
    return Topic(code=row["code"], name=row["name"], name_en=row["name_en"])


def element(row: Row) -> DataElement:
    choices = row.get("choices", ())
    return DataElement(
        code=row["code"],
        name=row["name"],
        name_en=row["name_en"],
        kind=ElementKind(row["kind"]),
        hint=row.get("hint", ""),
        hint_en=row.get("hint_en", ""),
        personal=row.get("personal", False),
        required=row.get("required", True),
        choices=tuple((each["code"], each["text"]) for each in choices),
        choices_en=tuple((each["code"], each["text_en"]) for each in choices),
        unit=row.get("unit", ""),
        topic=row["topic"],
        example=row["example"],
        identifies=SubjectRole(row["identifies"]) if "identifies" in row else None,
        names=SubjectRole(row["names"]) if "names" in row else None,
    )


def bundle(row: Row) -> Bundle:
    return Bundle(
        code=row["code"],
        name=row["name"],
        name_en=row["name_en"],
        version=row["version"],
        categories=tuple(Category(each["name"], each["name_en"]) for each in row["categories"]),
        items=tuple(Item(each["matter"], each["category"], when(each)) for each in row["items"]),
        questions=tuple(question(each) for each in row["questions"]),
    )


def question(row: Row) -> Question:
    return Question(
        code=row["code"],
        text=row["text"],
        text_en=row["text_en"],
        hint=row.get("hint", ""),
        hint_en=row.get("hint_en", ""),
        default=row["default"],
        choices=tuple(Choice(each["code"], each["text"], each["text_en"]) for each in row["choices"]),
        when=when(row),
    )


def delegation(row: Row) -> Delegation:
    names = ("matter", "from_body", "to_body", "kind", "document", "from_on", "in_whose_name", "seal_of", "origin")
    return Delegation(**{name: row[name] for name in names}, source=source(row))


def requirement(row: Row) -> Requirement:
    return Requirement(
        row["material"],
        copies=row.get("copies", 1),
        when=when(row),
        source=source(row),
        form=MaterialForm(row.get("form", MaterialForm.BOTH)),
        necessity=Necessity(row.get("necessity", Necessity.REQUIRED)),
        channel=SourceChannel(row.get("channel", SourceChannel.APPLICANT)),
        commitment=row.get("commitment", False),
    )


def condition(row: Row) -> Condition:
    return Condition(row["text"], source(row), row["text_en"], row.get("expression", ""))


def situation(row: Row) -> Situation:
    return Situation(row["code"], row["name"], when(row), row["name_en"])


def special_procedure(row: Row) -> SpecialProcedure:
    return SpecialProcedure(ProcedureKind(row["kind"]), row["name"], row.get("days"), source(row))


def limit(row: Row) -> Limit:
    return Limit(days=row["days"], unit=Unit(row["unit"]), start=Start(row["start"]))


def source(row: Row) -> Source:
    return Source(SourceKind(row["source"]), row.get("reference", ""))


def when(row: Row) -> When:
    return tuple((question, frozenset(choices)) for question, choices in row.get("when", {}).items())
