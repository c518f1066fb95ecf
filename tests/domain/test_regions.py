import doctest

import pytest

from tongban.catalogue import calendars
from tongban.domain import regions
from tongban.domain.regions import Division, Divisions, FunctionalZone, InvalidDivisions, Level, UnknownDivision

CAOFEIDIAN, TANGSHAN, HEBEI = "130209", "130200", "130000"
TONGZHOU, BEIJING = "110112", "110000"


def test_the_example_in_the_module_runs():
    assert doctest.testmod(regions).failed == 0


@pytest.mark.parametrize(
    ("code", "name", "full_name", "ancestors", "province"),
    [
        (CAOFEIDIAN, "曹妃甸区", "河北省唐山市曹妃甸区", (TANGSHAN, HEBEI), HEBEI),
        (TONGZHOU, "通州区", "北京市通州区", (BEIJING,), BEIJING),
        ("120116", "滨海新区", "天津市滨海新区", ("120000",), "120000"),
        ("130502", "襄都区", "河北省邢台市襄都区", ("130500", HEBEI), HEBEI),
        (HEBEI, "河北省", "河北省", (), HEBEI),
        ("710000", "台湾省", "台湾省", (), "710000"),
    ],
)
def test_a_code_names_a_division_and_what_it_lies_in(code, name, full_name, ancestors, province):
    table = calendars.divisions()

    assert table.name(code) == name
    assert table.full_name(code) == full_name
    assert table.ancestors(code) == ancestors
    assert table.province(code).code == province


@pytest.mark.parametrize(
    ("code", "ancestor", "expected"),
    [
        (CAOFEIDIAN, HEBEI, True),
        (CAOFEIDIAN, TANGSHAN, True),
        (CAOFEIDIAN, CAOFEIDIAN, True),
        (HEBEI, CAOFEIDIAN, False),
        (CAOFEIDIAN, BEIJING, False),
        (TONGZHOU, BEIJING, True),
    ],
)
def test_a_division_lies_within_itself_and_what_is_above_it(code, ancestor, expected):
    assert calendars.divisions().within(code, ancestor) is expected


@pytest.mark.parametrize("question", ["name", "ancestors", "province", "children"])
def test_an_unknown_code_is_refused_with_a_sentence(question):
    with pytest.raises(UnknownDivision, match="没有代码为“999999”的行政区划"):
        getattr(calendars.divisions(), question)("999999")


def test_neither_side_of_within_may_be_unknown():
    with pytest.raises(UnknownDivision):
        calendars.divisions().within(CAOFEIDIAN, "999999")
    with pytest.raises(UnknownDivision):
        calendars.divisions().within("110100", BEIJING)


def test_the_table_has_34_provinces_and_the_divisions_of_the_three_regions():
    table = calendars.divisions()

    counts = {
        (province, level): sum(
            1 for row in table.rows.values() if row.level is level and table.province(row.code).code == province
        )
        for province in (BEIJING, "120000", HEBEI)
        for level in (Level.CITY, Level.COUNTY)
    }

    assert {row.code[:2] for row in table.rows.values() if row.level is Level.PROVINCE} == regions.PROVINCE_PREFIXES
    assert len(regions.PROVINCE_PREFIXES) == 34
    assert counts == {
        (BEIJING, Level.CITY): 0,
        (BEIJING, Level.COUNTY): 16,
        ("120000", Level.CITY): 0,
        ("120000", Level.COUNTY): 16,
        (HEBEI, Level.CITY): 11,
        (HEBEI, Level.COUNTY): 167,
    }


def test_children_come_in_the_order_of_their_codes():
    assert [row.code for row in calendars.divisions().children(HEBEI)] == [f"13{city:02d}00" for city in range(1, 12)]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([Division("130000", "河北省", Level.PROVINCE)] * 2, "130000 出现了两次"),
        ([Division("13000", "河北省", Level.PROVINCE)], "应为六位数字"),
        ([Division("13００00", "河北省", Level.PROVINCE)], "应为六位数字"),
        ([Division("130209", "曹妃甸区", Level.COUNTY, "130200")], "上级“130200”不在表中"),
        ([Division("130000", "河北省", Level.PROVINCE, "130000")], "不应再有上级"),
        (
            [
                Division("130000", "河北省", Level.PROVINCE),
                Division("130200", "唐山市", Level.CITY, "130300"),
                Division("130300", "秦皇岛市", Level.CITY, "130200"),
            ],
            "级别不比它高",
        ),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(rows, sentence):
    with pytest.raises(InvalidDivisions, match=sentence):
        Divisions.of(rows)


def test_a_functional_zone_may_cross_provinces():
    zones = {zone.code: zone for zone in calendars.zones()}

    crossing = [code for code, zone in zones.items() if zone.crosses_provinces]

    assert crossing == ["FTZ-HB-DX"]
    assert zones["FTZ-HB-DX"].provinces == (BEIJING, HEBEI)
    assert zones["FTZ-HB-CFD"].provinces == (HEBEI,)


@pytest.mark.parametrize(
    ("zone", "code", "expected"),
    [
        ("FTZ-HB-CFD", CAOFEIDIAN, True),
        ("FTZ-HB-CFD", TANGSHAN, True),
        ("FTZ-HB-CFD", "130202", False),
        ("FTZ-HB-DX", "110115", True),
        ("FTZ-HB-DX", TONGZHOU, False),
    ],
)
def test_a_zone_touches_its_divisions_and_what_these_lie_in(zone, code, expected):
    zones = {each.code: each for each in calendars.zones()}

    assert zones[zone].touches(code, table=calendars.divisions()) is expected


def test_a_zone_that_touches_a_city_may_lie_in_any_of_its_counties():
    table = calendars.divisions()
    zone = FunctionalZone.of(code="Z", name="唐山某功能区", divisions=[TANGSHAN], table=table)

    assert zone.touches(CAOFEIDIAN, table=table) is True
    assert zone.touches("130102", table=table) is False
