"""What may a new application take over from an earlier one?

Whoever asks for the same again (再次申报) is not asked for what he has said already: a ship that calls at the port anew
is the same ship. What belongs to one voyage is asked anew: the data elements of the topic on which a voyage is
identified, and every material about it. So are the people of a roster, and a day that was still to come then and has
passed since, for it spoke of a term that is over. Values must still be right today. Of the materials only the
applicant's own uploads are taken over: registries and wallets are asked again. A file in the place of a certificate
whose term must have ended since is left behind.

Source: State Council provisions on online government services, art. 7; Administrative Licensing Law, art. 31 (the
applicant answers for what he hands in, hence he confirms it); mission row B9; design, invariants 4 and 15.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from tongban.domain import elements, plan, roster
from tongban.domain.application import Application
from tongban.domain.catalogue import Bundle, Catalogue, ElementKind, SubjectRole, applies
from tongban.domain.certificate import valid_until
from tongban.domain.clock import day_of
from tongban.domain.materials import Supply, SupplySource
from tongban.domain.plan import Plan


@dataclass(frozen=True, slots=True)
class Carried:
    """What the new draft begins with."""

    answers: Mapping[str, str]
    matters: tuple[str, ...]
    """Those of one stage, where the earlier application was one; empty: all that the answers choose."""
    values: Mapping[str, str]
    uploads: tuple[Supply, ...]


def carry(
    earlier: Application,
    values: Mapping[str, str],
    *,
    catalogue: Catalogue,
    bundle: Bundle,
    known: Iterable[str] = (),
    today: date,
) -> Carried:
    """Return what is taken over into a bundle as it is today. `known`: elements that nobody is asked for."""
    answers = _answers(dict(earlier.answers), bundle)
    whole = [case.matter for case in plan.derive(catalogue, bundle, answers).cases]
    asked_then = {case.matter for case in earlier.cases}
    matters = tuple(matter for matter in whole if matter in asked_then) if set(whole) - asked_then else ()
    planned = plan.derive(catalogue, bundle, answers, only=matters)
    return Carried(
        answers,
        matters,
        _values(earlier, values, catalogue, planned, frozenset(known), today),
        tuple(_uploads(earlier, catalogue, planned, today)),
    )


def given_anew(catalogue: Catalogue, matters: Iterable[str]) -> frozenset[str]:
    """Return the data elements that are asked anew every time."""
    people = {element.code for element in roster.asked_of_each(catalogue, matters)}
    return elements.about(catalogue, SubjectRole.VOYAGE) | people


def _answers(given: Mapping[str, str], bundle: Bundle) -> dict[str, str]:
    """Return the answers to questions that still arise and choices that are still offered."""
    kept: dict[str, str] = {}
    for question in bundle.questions:
        if applies(question.when, kept):
            offered = [choice.code for choice in question.choices]
            answer = given.get(question.code, question.default)
            kept[question.code] = answer if answer in offered else question.default
    return kept


def _values(
    earlier: Application,
    values: Mapping[str, str],
    catalogue: Catalogue,
    planned: Plan,
    known: frozenset[str],
    today: date,
) -> dict[str, str]:
    matters = [case.matter for case in planned.cases]
    anew = given_anew(catalogue, matters) | known
    kept: dict[str, str] = {}
    for element in elements.needed(catalogue, matters):
        text = values.get(element.code, "")
        if element.code in anew or not text or (element.kind is ElementKind.DAY and _over(text, earlier, today)):
            continue
        try:
            kept[element.code] = elements.check(element, text, today=today)
        except elements.InvalidElement:
            continue
    return kept


def _over(day: str, earlier: Application, today: date) -> bool:
    """Whether a day was still to come when the earlier application was handed in, and has passed since."""
    return day_of(earlier.submitted_at).isoformat() <= day < today.isoformat()


def _uploads(earlier: Application, catalogue: Catalogue, planned: Plan, today: date) -> Iterable[Supply]:
    asked = {ask.material for ask in planned.asks if ask.about is not SubjectRole.VOYAGE}
    needed = {code for case in planned.cases for code in case.needs}
    for supply in earlier.supplies:
        if supply.source is not SupplySource.UPLOAD or supply.subject:
            continue
        if supply.material in asked or (supply.material in needed and not _ended(supply, earlier, catalogue, today)):
            yield supply


def _ended(supply: Supply, earlier: Application, catalogue: Catalogue, today: date) -> bool:
    """Whether a certificate of that kind, issued at the latest on the day it was handed in, has ended since."""
    months = catalogue.certificate_types[supply.material].valid_months
    until = valid_until(issued_on=day_of(earlier.submitted_at), months=months)
    return until is not None and until <= today
