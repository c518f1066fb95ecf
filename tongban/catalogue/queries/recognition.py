"""Which recognition rules are there, do they hold, and what do they name?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from tongban.catalogue import joint, models
from tongban.catalogue.code_tables import Named
from tongban.catalogue.queries.missing import NotInCatalogue
from tongban.domain import recognition
from tongban.domain.agreements import Agreement
from tongban.domain.recognition import Reason, Recognition
from tongban.domain.regions import lies_in


@dataclass(frozen=True, slots=True)
class Rules:
    """Recorded rules, the agreements they rest on, and what the types, materials and matters they name are called."""

    recorded: tuple[Recognition, ...]
    agreements: Mapping[str, Agreement]
    certificates: Mapping[str, Named]
    materials: Mapping[str, Named]
    matters: Mapping[str, Named]

    def standing(self, one: Recognition, *, today: date) -> Reason:
        return recognition.standing(one, self.agreements.get(one.rule.agreement), today=today)


def rules(*, certificates: Collection[str] | None = None) -> Rules:
    """Return recognition rules by code; those for these certificate types when they are named. Five statements."""
    recorded = tuple(joint.read_recognitions(certificates=certificates))
    return _described(recorded, joint.read_agreements({one.rule.agreement for one in recorded}))


def rule(code: str) -> Rules:
    """Return one rule. Raises NotInCatalogue."""
    found = joint.read_recognition(code)
    if found is None:
        raise NotInCatalogue(f"没有编号为“{code}”的互认规则。请从互认规则清单中查找。")
    return _described((found,), joint.read_agreements([found.rule.agreement]))


def resting_on(agreement: str) -> int:
    """Return how many rules that nobody has ended rest on an agreement. One statement."""
    return models.RecognitionRule.objects.filter(agreement=agreement, body__ended_on=None).count()


def around(*, materials: Collection[str], yields: str, matter: str, region: str, today: date) -> tuple[Rules, Rules]:
    """Return the rules that hold today and concern a matter as one region offers it; six statements at most.

    First those by which certificates take the place of its materials there, then those by which its result counts
    elsewhere.
    """
    recorded = joint.read_recognitions()
    agreements = joint.read_agreements({one.rule.agreement for one in recorded})
    holding = [
        one
        for one in recorded
        if recognition.standing(one, agreements.get(one.rule.agreement), today=today) is Reason.COUNTS
    ]
    here = tuple(
        one
        for one in holding
        if lies_in(region, one.rule.counts_in)
        and not set(materials).isdisjoint(one.rule.materials)
        and (not one.rule.matters or matter in one.rule.matters)
    )
    there = tuple(
        one
        for one in holding
        if yields and one.rule.certificate == yields and any(lies_in(region, each) for each in one.rule.issued_in)
    )
    named = _described((*here, *there), agreements) if here or there else _described((), {})
    return replace(named, recorded=here), replace(named, recorded=there)


def certificate_types() -> dict[str, Named]:
    """Return all certificate types by code, in the order of their names. One statement."""
    return {row.code: _named(row) for row in models.CertificateType.objects.order_by("name", "code")}


def type_code(certificate: str) -> str:
    """Return the code of the standard (证照类型代码) for a type of this catalogue; empty: it is none."""
    bodies = models.CertificateType.objects.filter(code=certificate).values_list("body", flat=True)
    return str(next((body["type_code"] for body in bodies), ""))


def _described(recorded: tuple[Recognition, ...], agreements: Mapping[str, Agreement]) -> Rules:
    rules = [one.rule for one in recorded]
    return Rules(
        recorded,
        agreements,
        _names(models.CertificateType, {rule.certificate for rule in rules}),
        _names(models.Material, {code for rule in rules for code in rule.materials}),
        {
            row.code: Named(row.code, row.name, row.name_en)
            for row in models.Matter.objects.filter(code__in={code for rule in rules for code in rule.matters})
        },
    )


def _names(model: type[models.CertificateType] | type[models.Material], codes: Collection[str]) -> dict[str, Named]:
    return {row.code: _named(row) for row in model._default_manager.filter(code__in=codes)} if codes else {}


def _named(row: models.CertificateType | models.Material) -> Named:
    return Named(row.code, row.name, row.body["name_en"])
