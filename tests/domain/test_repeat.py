"""The same again: what is known is taken over, what belongs to one voyage or has ended is asked anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.catalogue import files
from tongban.domain import alone, elements, plan, repeat
from tongban.domain.application import Application, fold
from tongban.domain.catalogue import Bundle, SubjectRole
from tongban.domain.events import ApplicationSubmitted, Participant
from tongban.domain.materials import Basis, Supply, SupplySource
from tongban.domain.sealed import Sealed

CATALOGUE, MARITIME, _ = files.read_set("maritime")
CLEARANCE = alone.bundle(CATALOGUE.standards["HS-27"])
THEN = datetime(2026, 3, 2, 1, tzinfo=UTC)
TODAY = date(2026, 3, 30)


def handed_in(bundle: Bundle, *supplies: Supply, answers: dict[str, str] | None = None) -> Application:
    derived = plan.derive(CATALOGUE, bundle, answers or {})
    return fold(
        [
            ApplicationSubmitted(
                application="a",
                number="130209-20260302-000001X",
                region="130209",
                hall="cfd-hall",
                holder="org:x",
                applicant="account:x",
                participants=tuple(Participant(role, f"party:{role}") for role in SubjectRole),
                plan=derived,
                supplies=supplies,
                form=Sealed("org:x", "form"),
                contents=("",) * len(derived.cases),
                at=THEN,
            )
        ]
    )


def supply(code: str, source: SupplySource = SupplySource.UPLOAD) -> Supply:
    about = (CATALOGUE.materials.get(code) or CATALOGUE.certificate_types[code]).about
    return Supply(code, about, source, f"digest of {code}", Basis.GIVEN)


def carried(
    earlier: Application, values: dict[str, str], *, bundle: Bundle = CLEARANCE, today: date = TODAY
) -> repeat.Carried:
    return repeat.carry(earlier, values, catalogue=CATALOGUE, bundle=bundle, known=["holder_name"], today=today)


def examples(bundle: Bundle = CLEARANCE) -> dict[str, str]:
    asked = elements.needed(CATALOGUE, [item.matter for item in bundle.items])
    return {element.code: element.example for element in asked}


def test_the_ship_is_taken_over_and_the_voyage_asked_anew() -> None:
    found = carried(handed_in(CLEARANCE), examples())

    assert set(found.values) == {
        "holder_number",
        "contact_name",
        "contact_phone",
        "ship_name_cn",
        "ship_name_en",
        "imo_number",
        "call_sign",
    }


def test_own_files_are_taken_over_but_not_those_about_the_voyage() -> None:
    earlier = handed_in(
        CLEARANCE, supply("M_AUTH"), supply("M_GENDEC"), supply("M_CREW", SupplySource.REGISTRY), supply("M_SURVEY")
    )

    assert [one.material for one in carried(earlier, {}).uploads] == ["M_AUTH"]


def test_a_value_that_is_not_right_any_more_is_left_out() -> None:
    assert carried(handed_in(CLEARANCE), {"imo_number": "9074720", "call_sign": "BTBY1"}).values == {
        "call_sign": "BTBY1"
    }


@pytest.mark.parametrize(
    ("until", "taken"),
    [("2026-03-30", True), ("2026-03-29", False), ("2026-03-02", False), ("2026-03-01", True), ("2015-06-18", True)],
)
def test_a_term_that_ended_since_is_asked_anew(until: str, taken: bool) -> None:
    found = carried(handed_in(MARITIME), {"policy_until": until}, bundle=MARITIME)

    assert ("policy_until" in found.values) is taken


@pytest.mark.parametrize(
    ("today", "taken"), [(date(2027, 3, 2), True), (date(2031, 3, 2), True), (date(2031, 3, 3), False)]
)
def test_a_file_for_a_certificate_is_taken_over_while_it_may_be_in_force(today: date, taken: bool) -> None:
    bundle = alone.bundle(CATALOGUE.standards["HS-16"])

    found = carried(handed_in(bundle, supply("C_NAT")), {}, bundle=bundle, today=today)

    assert [one.material for one in found.uploads] == (["C_NAT"] if taken else [])


def test_answers_that_are_not_offered_any_more_take_their_default() -> None:
    earlier = replace(handed_in(MARITIME), answers=(("gone", "x"), ("origin", "no such choice")))
    question = next(one for one in MARITIME.questions if one.code == "origin")

    assert carried(earlier, {}, bundle=MARITIME).answers["origin"] == question.default


def test_the_people_of_a_roster_are_asked_anew() -> None:
    bundle = alone.bundle(CATALOGUE.standards["HS-18"])
    own = replace(supply("M_CREWAPP"), subject="person:a")

    found = carried(handed_in(bundle, supply("M_AUTH"), own), examples(bundle), bundle=bundle)

    assert [one.material for one in found.uploads] == ["M_AUTH"]
    assert set(found.values) == {"holder_number", "contact_name", "contact_phone"}


TEXTS = st.dictionaries(st.sampled_from([*CATALOGUE.elements, "unknown"]), st.text(max_size=30))


@given(TEXTS)
def test_only_what_is_asked_and_right_is_ever_taken_over(values: dict[str, str]) -> None:
    found = carried(handed_in(CLEARANCE), values).values

    asked = {element.code for element in elements.needed(CATALOGUE, ["HS-27"])}
    assert found.keys() <= asked - elements.about(CATALOGUE, SubjectRole.VOYAGE) - {"holder_name"}
    assert all(elements.check(CATALOGUE.elements[code], text, today=TODAY) == text for code, text in found.items())
