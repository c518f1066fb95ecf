from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.catalogue import calendars
from tongban.domain.catalogue import Implementation, Jurisdiction
from tongban.domain.clock import Limit, Unit
from tongban.domain.jurisdiction import NotCompetent, UnclearCompetence, around, competent, territory_of
from tongban.domain.regions import UnknownDivision

DIVISIONS = calendars.divisions()
ZONES = {zone.code: zone for zone in calendars.zones()}
BEIJING, TONGZHOU, HEBEI, LANGFANG, GUAN, XIONG = "110000", "110112", "130000", "131000", "131022", "130638"
AIRPORT, XIONGAN = "FTZ-HB-DX", "FTZ-HB-XA"


def body(region: str, territory: str = "", jurisdiction: Jurisdiction = Jurisdiction.REGISTERED_SEAT) -> Implementation:
    return Implementation(
        matter="TB-001",
        region=region,
        body=f"BODY-{territory or region}",
        promised=Limit(1, Unit.WORKING),
        deciding_desk="审批岗",
        jurisdiction=jurisdiction,
        territory=territory,
    )


def ask(place: str, *implementations: Implementation) -> str:
    return competent(implementations, place=place, divisions=DIVISIONS, zones=ZONES).body


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (TONGZHOU, "BODY-110112"),
        ("110105", "BODY-110000"),
        (BEIJING, "BODY-110000"),
        (GUAN, "BODY-131022"),
        ("131024", "BODY-130000"),
        (LANGFANG, "BODY-130000"),
        (AIRPORT, "BODY-FTZ-HB-DX"),
        (XIONGAN, "BODY-130000"),
        ("FTZ-BJ", "BODY-110000"),
    ],
)
def test_the_narrowest_territory_that_contains_the_place_is_competent(place, expected):
    bodies = (body(BEIJING), body(TONGZHOU), body(HEBEI), body(GUAN), body("131003", AIRPORT))

    assert ask(place, *bodies) == expected


def test_a_zone_that_touches_a_division_does_not_take_it_over():
    assert ask(GUAN, body(HEBEI), body("131003", AIRPORT)) == "BODY-130000"


def test_a_place_without_a_body_is_told_where_there_are_bodies():
    with pytest.raises(NotCompetent) as refused:
        ask("120110", body(BEIJING), body(HEBEI))

    assert str(refused.value) == (
        "天津市东丽区没有办理这一事项的机构：它按注册地管辖，可以办理的是北京市、河北省。"
        "注册地不在其中的，请到当地综合窗口咨询。"
    )
    assert refused.value.instead == ()


def test_a_place_told_too_coarsely_is_told_the_bodies_inside_it():
    with pytest.raises(
        NotCompetent, match="按项目所在地管辖，其中河北省廊坊市固安县有办理机构。请把项目所在地写到区县"
    ) as refused:
        ask(LANGFANG, body(GUAN, jurisdiction=Jurisdiction.PROJECT_SITE), body(TONGZHOU))

    assert [each.body for each in refused.value.instead] == ["BODY-131022"]


def test_a_zone_across_provinces_lies_in_no_division():
    assert around(AIRPORT, divisions=DIVISIONS, zones=ZONES) == (AIRPORT,)
    with pytest.raises(NotCompetent):
        ask(AIRPORT, body(BEIJING), body(HEBEI))


def test_many_bodies_are_not_all_named():
    counties = [body(each.code) for each in DIVISIONS.children(BEIJING)]

    with pytest.raises(NotCompetent, match="北京市丰台区、北京市石景山区等地有办理机构"):
        ask(BEIJING, *counties)


def test_nobody_offers_the_matter():
    with pytest.raises(NotCompetent, match="没有机构受理北京市通州区的这一事项"):
        ask(TONGZHOU)


def test_two_bodies_with_the_same_territory_are_refused():
    with pytest.raises(UnclearCompetence, match=r"河北省保定市雄县有 2 个机构（BODY-130638、OTHER）"):
        ask(XIONG, body(XIONG), replace(body(XIONG), body="OTHER"))


def test_what_may_be_handled_anywhere_is_handled_by_the_one_body_there_is():
    assert ask("310000", body(BEIJING, jurisdiction=Jurisdiction.ANYWHERE)) == "BODY-110000"
    with pytest.raises(NotCompetent):
        ask("310000", body(BEIJING))


def test_an_unknown_place_is_refused():
    with pytest.raises(UnknownDivision, match="999999"):
        ask("999999", body(BEIJING))


PLACES = st.sampled_from([*DIVISIONS.rows, *ZONES])


@given(place=PLACES, territories=st.lists(PLACES, unique=True, max_size=12), data=st.data())
def test_whoever_is_competent_holds_the_place_and_nobody_narrower_does(place, territories, data):
    bodies = [body(territory if territory in DIVISIONS else "131003", territory) for territory in territories]
    containing = around(place, divisions=DIVISIONS, zones=ZONES)
    expected = [each for each in containing if each in territories]

    try:
        found = territory_of(competent(bodies, place=place, divisions=DIVISIONS, zones=ZONES))
    except NotCompetent:
        assert expected == []
        return

    assert found == expected[0]
    shuffled = data.draw(st.permutations(bodies))
    assert territory_of(competent(shuffled, place=place, divisions=DIVISIONS, zones=ZONES)) == found
