"""What do pages show of recognition rules: one in words, the list and what it can be narrowed to?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.catalogue import labels, signing, words
from tongban.catalogue.code_tables import Named
from tongban.catalogue.listings import Choice, Facet
from tongban.catalogue.queries.recognition import Rules
from tongban.domain.joint import Effect, Field, RecognitionRule
from tongban.domain.materials import Basis
from tongban.domain.recognition import Reason, Recognition

EFFECTS: dict[Effect, str | Promise] = {
    Effect.EVIDENCE: gettext_lazy("作为材料"),
    Effect.LICENCE: gettext_lazy("直接有效，不另办证"),
    Effect.REPORT: gettext_lazy("报告或备案后有效，不另办证"),
}
FIELDS: dict[Field, str | Promise] = {
    Field.MARKET_ACCESS: gettext_lazy("企业准入准营"),
    Field.PERSONAL: gettext_lazy("个人资质资格"),
    Field.COMPANY: gettext_lazy("企业资质资格"),
    Field.PUBLIC_SECURITY: gettext_lazy("公安事项"),
    Field.OTHER: gettext_lazy("其他"),
}
BASES: dict[Basis, str | Promise] = {
    Basis.DUTY: gettext_lazy("部门不得要求提交；持证人也可以自己上传"),
    Basis.CONSENT: gettext_lazy("经持证人同意后使用"),
}
STANDINGS: dict[Reason, tuple[str | Promise, str]] = {
    Reason.COUNTS: (gettext_lazy("有效"), "good"),
    Reason.RULE_NOT_YET: (gettext_lazy("尚未开始"), "quiet"),
    Reason.RULE_ENDED: (gettext_lazy("已终止"), "bad"),
    Reason.RULE_EXPIRED: (gettext_lazy("已届满"), "bad"),
    Reason.AGREEMENT_OVER: (gettext_lazy("随协议停止"), "bad"),
}
PARAMETERS = ("direction", "effect", "field", "document")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as pages show it."""

    code: str
    href: str
    certificate: str
    field: str
    effect: str
    as_evidence: bool
    direction: str
    materials: tuple[str, ...]
    matters: tuple[tuple[str, str], ...]
    """Name and address of each guide; empty: all matters."""
    permits: str
    basis: str
    scope: str
    subjects: str
    document: str
    article: str
    agreement: str
    agreement_href: str
    from_on: date
    last: date | None
    """The first day on which it no longer counts by its own days."""
    state: str
    tone: str
    recorded: Recognition


def shown(found: Rules, one: Recognition, *, today: date) -> Rule:
    rule = one.rule
    state, tone = STANDINGS[found.standing(one, today=today)]
    agreement = found.agreements.get(rule.agreement)
    return Rule(
        code=rule.code,
        href=reverse("catalogue:recognition_rule", args=[rule.code]),
        certificate=_called(found.certificates, rule.certificate),
        field=str(FIELDS[rule.field]),
        effect=str(EFFECTS[rule.effect]),
        as_evidence=rule.effect is Effect.EVIDENCE,
        direction=direction(rule),
        materials=tuple(_called(found.materials, code) for code in rule.materials),
        matters=tuple((_called(found.matters, code), reverse("catalogue:guide", args=[code])) for code in rule.matters),
        permits=words.told(rule, "permits"),
        basis=str(BASES[rule.basis]) if rule.effect is Effect.EVIDENCE else "",
        scope=signing.scope(rule.scope),
        subjects=signing.subjects(rule.scope),
        document=rule.document,
        article=rule.article,
        agreement=words.told(agreement, "title") if agreement else rule.agreement,
        agreement_href=reverse("catalogue:agreement", args=[rule.agreement]),
        from_on=rule.from_on,
        last=one.last,
        state=str(state),
        tone=tone,
        recorded=one,
    )


@dataclass(frozen=True, slots=True)
class Spared:
    """A certificate of other regions that takes the place of a material: what it is, and its rule."""

    text: str
    href: str


def spares(found: Rules) -> dict[str, tuple[Spared, ...]]:
    """Return by material the certificates of other regions that take its place."""
    spared: dict[str, list[Spared]] = {}
    for one in found.recorded:
        told = _("%(from)s签发的《%(certificate)s》") % {
            "from": _places(one.rule.issued_in),
            "certificate": _called(found.certificates, one.rule.certificate),
        }
        for material in one.rule.materials:
            href = reverse("catalogue:recognition_rule", args=[one.rule.code])
            spared.setdefault(material, []).append(Spared(told, href))
    return {material: tuple(those) for material, those in spared.items()}


def direction(rule: RecognitionRule) -> str:
    """Say where it is issued and where it counts: “天津、河北 → 北京”."""
    return f"{_places(rule.issued_in)} → {labels.place(rule.counts_in)}"


def places(recorded: Iterable[Recognition], divisions: Iterable[str]) -> dict[str, str]:
    """Return what these divisions, and those that rules name, are called in the reader's language."""
    named = {each for one in recorded for each in (*one.rule.issued_in, one.rule.counts_in)}
    return {each: labels.place(each) for each in named.union(divisions)}


@dataclass(frozen=True, slots=True)
class Group:
    """The rules of one list or document, under one agreement."""

    document: str
    agreement: str
    agreement_href: str
    rules: tuple[Rule, ...]


def by_document(rules: Iterable[Rule]) -> list[Group]:
    grouped: dict[tuple[str, str, str], list[Rule]] = {}
    for rule in rules:
        grouped.setdefault((rule.document, rule.agreement, rule.agreement_href), []).append(rule)
    return [Group(*about, tuple(those)) for about, those in grouped.items()]


def narrowed(found: Rules, given: QueryDict) -> list[Recognition]:
    """Return the rules that the address chooses."""
    return [one for one in found.recorded if all(_matches(one.rule, name, given.get(name, "")) for name in PARAMETERS)]


def facets(found: Rules, given: QueryDict) -> list[Facet]:
    """Return what the list can be narrowed to; each count is told beside what else is chosen."""
    return [facet for name in PARAMETERS if (facet := _facet(found, name, given)).choices]


def _facet(found: Rules, name: str, given: QueryDict) -> Facet:
    others = [other for other in PARAMETERS if other != name]
    left = [one.rule for one in found.recorded if all(_matches(one.rule, o, given.get(o, "")) for o in others)]
    counted = Counter(value for rule in left for value in _values(rule, name))
    chosen = given.get(name, "")
    titles: dict[str, str | Promise] = {
        "direction": _("方向"),
        "effect": _("效力"),
        "field": _("类别"),
        "document": _("清单"),
    }
    choices = tuple(
        Choice(_told(name, value), counted[value], _address(given, name, value), value == chosen)
        for value in sorted(counted)
    )
    return Facet(name, str(titles[name]), choices)


def _matches(rule: RecognitionRule, name: str, value: str) -> bool:
    return not value or value in _values(rule, name)


def _values(rule: RecognitionRule, name: str) -> Sequence[str]:
    match name:
        case "direction":
            return [f"{issued}-{rule.counts_in}" for issued in rule.issued_in]
        case "effect":
            return [rule.effect.value]
        case "field":
            return [rule.field.value]
    return [rule.document]


def _told(name: str, value: str) -> str:
    match name:
        case "direction":
            issued, _sign, here = value.partition("-")
            return f"{labels.place(issued)} → {labels.place(here)}"
        case "effect":
            return str(EFFECTS[Effect(value)])
        case "field":
            return str(FIELDS[Field(value)])
    return value


def _address(given: QueryDict, name: str, value: str) -> str:
    """Return the address with this chosen; what is chosen already is taken back."""
    value = "" if given.get(name) == value else value
    kept = {each: given[each] for each in PARAMETERS if given.get(each) and each != name}
    return "?" + urlencode(kept | ({name: value} if value else {}))


def _called(names: Mapping[str, Named], code: str) -> str:
    return words.told(names[code], "name") if code in names else code


def _places(divisions: Iterable[str]) -> str:
    return _("、").join(labels.place(each) for each in divisions)
