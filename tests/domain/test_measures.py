"""Figures over lives whose numbers are counted by hand here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.applications import CALENDAR, NINE, RULES, accept, conclude, finish, submitted
from tests.domain.strategies import Spec, acyclic
from tongban.domain import intake, plan, review
from tongban.domain.application import fold
from tongban.domain.clock import Unit
from tongban.domain.events import CertificateIssued, Outcome
from tongban.domain.materials import SupplySource
from tongban.domain.measures import MEASURES, MeasureUnit, Part, Period, add_up, of_application, summarise

APPROVED, DENIED = Outcome.APPROVED, Outcome.DENIED
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
SPECS = (
    Spec("a", days=3, materials=("id", "drawing"), category="甲"),
    Spec("b", days=5, needs=("a",), materials=("id", "contract"), category="甲"),
    Spec("c", days=4, materials=("id",), category="乙"),
)
APPLICANT = "account:applicant"


def journal(event, *acts, actor=APPLICANT):
    """The entries of a submission and of acts, each so many days after it."""
    received = intake.receive(fold((event,)), rules=RULES, calendar=CALENDAR, at=event.at)
    entries = [(event.at, actor, each) for each in (event, *received)]
    for days, act in acts:
        at = event.at + timedelta(days=days)
        application = fold(event for _, _, event in entries)
        entries += [(at, "first", happened) for happened in act(application, at)]
    return entries


def accepting(application, at):
    return accept(application, at=at)


def concluding(index, outcome=APPROVED, **contents):
    def act(application, at):
        fixed = {int(case[1:]): content for case, content in contents.items()}
        return conclude(application, index, outcome, contents=fixed, at=at)

    return act


def issuing(index):
    return lambda application, at: (CertificateIssued(index, f"certificate {index}", "digest", at),)


def closing(application, at):
    return review.close(application, at=at)


def measured(entries):
    return of_application(entries=entries, calendar=CALENDAR)


def whole_life():
    """Accepted on Monday 2 March; c is late by its promise, b is signed twice, all is decided on Wednesday 18 March."""
    return journal(
        submitted(SPECS, by_registry=["id"]),
        (0, accepting),
        (1, concluding(2)),
        (2, concluding(1, c1="another name")),
        (2, issuing(1)),
        (3, concluding(2)),
        (3, issuing(2)),
        (16, concluding(3, DENIED)),
        (16, closing),
    )


def test_one_application_is_measured_as_counted_by_hand():
    assert measured(whole_life()) == {
        "matters": Part(3),
        "categories": Part(2),
        "certificates_issued": Part(2),
        "materials_one_by_one": Part(5),
        "materials_asked_without_sharing": Part(3),
        "materials_asked_with_sharing": Part(2),
        "materials_from_registry": Part(1),
        "materials_from_certificate": Part(0),
        "repeats_saved": Part(2),
        "serial_working_days": Part(12),
        "parallel_working_days": Part(5),
        "certificate_chain_days": Part(8),
        "working_days_taken": Part(12),
        "first_attempt": Part(2, 3),
        "within_promise": Part(2, 3),
        "within_limit": Part(3, 3),
        "online": Part(1),
        "materials_saved": Part(3, 5),
        "time_saved": Part(0, 12),
        "limit_shortened": Part(48, 60),
    }


def test_an_application_still_open_says_nothing_of_its_time():
    parts = measured(whole_life()[:-2])

    assert "working_days_taken" not in parts
    assert "time_saved" not in parts
    assert parts["first_attempt"] == Part(1, 2)


def test_natural_days_are_in_no_sum_of_working_days():
    specs = (replace(SPECS[0], unit=Unit.NATURAL), SPECS[2])
    parts = measured(journal(submitted(specs), (0, accepting), (0, concluding(1)), (1, concluding(2)), (1, closing)))

    assert {"serial_working_days", "parallel_working_days", "certificate_chain_days", "time_saved"}.isdisjoint(parts)
    assert parts["working_days_taken"] == Part(1)
    assert parts["limit_shortened"] == Part(16, 20)


def test_days_are_those_of_beijing_and_rest_days_do_not_count():
    # Friday 16:30 in London is Saturday half past midnight in Beijing.
    friday = NINE.replace(day=6, hour=16, minute=30)
    parts = measured(
        journal(submitted(SPECS[:1], at=friday), (0, accepting), (2, concluding(1)), (2, closing)),
    )

    assert parts["working_days_taken"] == Part(1)


def test_what_a_clerk_hands_in_is_not_online():
    assert measured(journal(submitted(SPECS), actor="account:clerk"))["online"] == Part(0)


def test_a_certificate_held_saves_a_material_and_what_no_matter_asked_is_not_counted():
    event = submitted(SPECS)
    held = replace(event.supplies[0], source=SupplySource.CERTIFICATE)
    beside = replace(event.supplies[0], material="C-other")

    parts = measured(journal(replace(event, supplies=(held, *event.supplies[1:], beside))))

    assert (parts["materials_from_certificate"], parts["materials_asked_with_sharing"]) == (Part(1), Part(2))


def test_a_summary_is_a_share_over_all_cases_and_a_mean_over_all_applications():
    quick = journal(submitted(SPECS[2:]), (0, accepting), (1, concluding(1)), (1, closing))
    waiting = journal(submitted(SPECS[2:]))
    in_april = journal(submitted(SPECS, at=NINE + timedelta(days=30)))

    summary = summarise(applications=[whole_life(), quick, waiting, in_april], period=MARCH, calendar=CALENDAR)

    assert (summary.applications, summary.period) == (3, MARCH)
    assert [figure.measure for figure in summary.figures] == list(MEASURES)
    figures = {f.measure.code: (f.number, f.denominator, f.value) for f in summary.figures}
    assert figures["matters"] == (5, 3, 5)
    assert figures["first_attempt"] == (3, 4, Fraction(3, 4))
    assert figures["working_days_taken"] == (13, 2, Fraction(13, 2))
    assert figures["time_saved"] == (3, 16, Fraction(3, 16))
    assert figures["online"] == (3, 3, 1)
    assert summary.figure("matters").number == 5


def test_nothing_measured_has_no_share():
    summary = add_up(parts=(), period=MARCH)

    assert summary.applications == 0
    assert {figure.value for figure in summary.figures if figure.measure.unit is MeasureUnit.COUNT} == {0}
    assert {figure.value for figure in summary.figures if figure.measure.unit is not MeasureUnit.COUNT} == {None}


@pytest.mark.parametrize(
    ("day", "inside"), [(date(2026, 2, 28), False), (date(2026, 3, 1), True), (date(2026, 4, 1), False)]
)
def test_a_period_leaves_out_the_day_it_ends_before(day, inside):
    assert (day in MARCH) is inside


def test_every_measure_is_defined_once_in_both_languages_and_the_same_life_feeds_them_all():
    assert len({measure.code for measure in MEASURES}) == len(MEASURES)
    assert set(measured(whole_life())) == {measure.code for measure in MEASURES}
    for measure in MEASURES:
        texts = (measure.name, measure.name_en, measure.definition, measure.definition_en)
        assert all(texts) and (bool(measure.over), bool(measure.over_en)) == (True, True)


@given(acyclic(most=5), st.frozensets(st.sampled_from("abcdef")))
def test_what_happened_agrees_with_the_plan_when_everything_went_by_it(specs, shared):
    event = submitted(specs, by_registry=shared)
    received = intake.receive(fold((event,)), rules=RULES, calendar=CALENDAR, at=event.at)
    done = finish(fold((event, *received)))
    parts = measured([(event.at, APPLICANT, each) for each in (event, *received, *done)])
    figures = event.plan.figures

    assert plan.figures(cases=event.plan.cases, asks=event.plan.asks) == figures
    assert parts["materials_asked_with_sharing"].number == figures.materials_asked_with_sharing
    assert parts["first_attempt"] == parts["within_promise"] == Part(len(specs), len(specs))
    assert parts["working_days_taken"] == Part(0)
    assert parts["time_saved"] == Part(figures.serial_working_days, figures.serial_working_days)
