"""What a company takes along to another province, and that nothing of it is lost or stands twice."""

import doctest
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.domain import relocation
from tongban.domain.relocation import (
    NOTHING,
    AlreadyRated,
    Level,
    NotAnAmount,
    NotMovable,
    OpenKind,
    OpenMatter,
    Rating,
    TaxRecord,
    Yuan,
    demand_movable,
    move,
    rate,
    standing,
    told,
)

REGIONS = ("110000", "120000", "130000")
BEIJING, TIANJIN, HEBEI = REGIONS
ACTS = ("move", "rate", "block")
KINDS = {
    "REVIEW": OpenKind("REVIEW", "纳税信用复评", "Review of the rating", blocks=False),
    "ARREARS": OpenKind("ARREARS", "欠缴税款", "Tax arrears", blocks=True),
}
REVIEW = OpenMatter("BJ-1", "REVIEW", date(2026, 2, 1), BEIJING)
ARREARS = OpenMatter("BJ-2", "ARREARS", date(2026, 2, 1), BEIJING)
OLD = TaxRecord(
    region=BEIJING,
    registered_on=date(2018, 3, 15),
    ratings=(Rating(2024, Level.B, BEIJING, "one"), Rating(2025, Level.A, BEIJING, "two")),
    open=(REVIEW,),
    retained=Yuan.of("860000.50"),
)
DAY = date(2026, 3, 2)


def moved(record=OLD, there=None, reached=TIANJIN, kinds=KINDS):
    return move(record, there, reached=reached, confirmation="confirmed", kinds=kinds, on=DAY)


def test_the_examples_of_the_module_hold():
    assert doctest.testmod(relocation).failed == 0


def test_rating_history_open_matters_and_retained_tax_go_along():
    left, reached = moved()

    assert (reached.level, reached.ratings, reached.open, reached.retained) == (
        Level.A,
        OLD.ratings,
        (REVIEW,),
        OLD.retained,
    )
    assert (left.open, left.retained, left.ratings) == ((), NOTHING, OLD.ratings)
    assert (left.stands, reached.stands) == (False, True)
    assert left.moves == reached.moves
    assert reached.moves[-1].confirmation == "confirmed"


def test_who_moved_is_no_new_enterprise_and_who_was_never_rated_is_one_wherever_it_goes():
    _, reached = moved()
    _, young = moved(TaxRecord(BEIJING, date(2026, 1, 5)))

    assert told(reached, kinds=KINDS, today=DAY) | {"credit_history": ""} == {
        "credit_level": "A",
        "credit_year": "2025",
        "new_taxpayer": "no",
        "registered_on": "2018-03-15",
        "taxpayer_years": "7",
        "retained_tax": "860000.50",
        "open_tax_matters": "1",
        "blocking_tax_matters": "0",
        "credit_history": "",
    }
    assert (young.level, young.new_enterprise) == (Level.M, True)


def test_what_is_open_blocks_or_goes_along_by_its_kind():
    demand_movable(OLD, KINDS)

    with pytest.raises(NotMovable, match=r"还有 1 项须先办结的涉税事项：欠缴税款（BJ-2）。请向主管税务机关办结"):
        moved(replace(OLD, open=(REVIEW, ARREARS)))


def test_a_kind_that_nobody_has_published_blocks():
    with pytest.raises(NotMovable, match="REVIEW（BJ-1）"):
        moved(kinds={})


def test_nobody_moves_from_where_he_is_not_nor_to_where_he_is():
    left, reached = moved()

    for record, there, to in ((left, reached, TIANJIN), (reached, left, TIANJIN), (reached, OLD, BEIJING)):
        with pytest.raises(NotMovable):
            moved(record, there, to)


def test_a_rating_is_added_where_the_company_is_and_never_changed():
    left, reached = moved()
    new = Rating(2026, Level.B, TIANJIN)

    assert rate(reached, new).ratings == (*OLD.ratings, new)
    with pytest.raises(NotMovable):
        rate(left, new)
    with pytest.raises(AlreadyRated):
        rate(reached, Rating(2025, Level.D, TIANJIN))


@pytest.mark.parametrize("text", ["-1", "0.001", "NaN", "Infinity", "much", ""])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(NotAnAmount):
        Yuan.of(text)


@pytest.mark.parametrize(("today", "years"), [(date(2026, 3, 14), 7), (date(2026, 3, 15), 8), (date(2018, 1, 1), 0)])
def test_years_are_whole_years_since_the_first_registration(today, years):
    assert OLD.years(today) == years


amounts = st.integers(0, 10**15).map(Yuan)
levels = st.sampled_from(Level)


@st.composite
def companies(draw):
    years = sorted(draw(st.sets(st.integers(2000, 2025), max_size=8)))
    return TaxRecord(
        region=BEIJING,
        registered_on=draw(st.dates(date(1980, 1, 1), date(2026, 1, 1))),
        ratings=tuple(Rating(year, draw(levels), BEIJING, f"rated {year}") for year in years),
        open=tuple(replace(REVIEW, number=f"open {number}") for number in range(draw(st.integers(0, 4)))),
        retained=draw(amounts),
    )


@given(
    company=companies(),
    steps=st.lists(
        st.tuples(st.sampled_from(REGIONS), st.sampled_from(["move", "rate", "block"]), levels), max_size=20
    ),
)
def test_over_any_relocations_nothing_is_lost_doubled_or_changed(company, steps):
    records = {BEIJING: company}
    year = 2026
    for region, what, level in steps:
        here = standing(records.values())
        assert here is not None
        history, before = {one: record.ratings for one, record in records.items()}, dict(records)
        try:
            match what:
                case "move":
                    left, reached = move(
                        here, records.get(region), reached=region, confirmation=f"{year}", kinds=KINDS, on=DAY
                    )
                    records |= {left.region: left, reached.region: reached}
                case "rate":
                    records[here.region] = rate(here, Rating(year, level, here.region))
                    year += 1
                case "block":
                    move(
                        replace(here, open=(*here.open, ARREARS)),
                        records.get(region),
                        reached=region,
                        confirmation="",
                        kinds=KINDS,
                        on=DAY,
                    )
                    raise AssertionError("moved with arrears")
        except NotMovable:
            assert records == before

        # Retained tax and open matters stand once; every history only grows; one record stands.
        assert sum(record.retained.fen for record in records.values()) == company.retained.fen
        assert sorted(one.number for record in records.values() for one in record.open) == sorted(
            one.number for one in company.open
        )
        assert all(records[one].ratings[: len(ratings)] == ratings for one, ratings in history.items())
        assert [record.stands for record in records.values()].count(True) == 1
        now = standing(records.values())
        assert now is not None and now.registered_on == company.registered_on
        assert set(now.ratings) >= set(company.ratings)
        assert not now.new_enterprise or company.new_enterprise
