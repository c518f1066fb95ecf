"""Which body is competent for a place?

A matter may be offered by many bodies: departments of a province, counties, the office of a functional zone. The place
that counts is named by the rule of the matter (管辖依据): registered seat, project site, household, insured place, tax
seat, housing fund centre, port of registry. Competent is the body with the narrowest territory that contains it. A
functional zone is narrower than every division, but contains only places that are said to lie in it: it touches
divisions, and none lies in it whole.

A place in no territory is refused, and the refusal says where there are bodies: an authority that is not competent
tells the applicant at once who is. Two bodies with equally narrow territories are a mistake of the
catalogue; choosing one by chance would make one of two decisions void.

Source: Administrative Licensing Law, art. 32 (1) no. 2; GB/T 39554.2 (行使层级, 权限划分).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tongban.domain.catalogue import Implementation, Jurisdiction
from tongban.domain.refused import Refused
from tongban.domain.regions import Divisions, FunctionalZone

RULES: Mapping[Jurisdiction, str] = {
    Jurisdiction.REGISTERED_SEAT: "注册地",
    Jurisdiction.PROJECT_SITE: "项目所在地",
    Jurisdiction.HOUSEHOLD: "户籍地",
    Jurisdiction.INSURED_PLACE: "参保地",
    Jurisdiction.TAX_SEAT: "主管税务机关所在地",
    Jurisdiction.FUND_CENTRE: "住房公积金缴存地",
    Jurisdiction.PORT_OF_REGISTRY: "船籍港所在地",
    Jurisdiction.ANYWHERE: "任何地方",
}

SHOWN = 5

Zones = Mapping[str, FunctionalZone]
"""Functional zones by code."""


class NotCompetent(Refused):
    """No body of those asked is competent for the place; `instead` are those inside it."""

    code = "not_competent"

    def __init__(self, sentence: str, *, instead: tuple[Implementation, ...] = ()) -> None:
        super().__init__(sentence, field="place")
        self.instead = instead


class UnclearCompetence(Refused):
    """Two bodies claim the same place."""

    code = "unclear_competence"


def competent(
    implementations: Iterable[Implementation], *, place: str, divisions: Divisions, zones: Zones
) -> Implementation:
    """Return the implementation of the body that is competent for a division or functional zone.

    Where a matter may be handled anywhere (不限地域), a body near the place comes first, else one that stands alone.
    Raises NotCompetent, UnclearCompetence, UnknownDivision.
    """
    offered = tuple(implementations)
    above = around(place, divisions=divisions, zones=zones)
    for territory in above:
        found = [each for each in offered if territory_of(each) == territory]
        if len(found) > 1:
            raise UnclearCompetence(_unclear(found, territory, divisions, zones), field="place")
        if found:
            return found[0]
    if len(offered) == 1 and offered[0].jurisdiction is Jurisdiction.ANYWHERE:
        return offered[0]
    raise NotCompetent(_nobody(offered, place, above, divisions, zones), instead=_nearest(offered, above, divisions))


def territory_of(implementation: Implementation) -> str:
    """Return the division or functional zone within which the body is competent."""
    return implementation.territory or implementation.region


def around(place: str, *, divisions: Divisions, zones: Zones) -> tuple[str, ...]:
    """Return every territory that contains a place, the narrowest first; around a zone only what holds it whole.

    Raises UnknownDivision.
    """
    if place not in zones:
        return (place, *divisions.ancestors(place))
    touched = [(each, *divisions.ancestors(each)) for each in zones[place].divisions]
    return (place, *(each for each in touched[0] if all(each in others for others in touched)))


def name(territory: str, *, divisions: Divisions, zones: Zones) -> str:
    """Return the name of a division, with what it lies in, or of a functional zone. Raises UnknownDivision."""
    return zones[territory].name if territory in zones else divisions.full_name(territory)


def _nearest(
    offered: Sequence[Implementation], above: Sequence[str], divisions: Divisions
) -> tuple[Implementation, ...]:
    """Return the bodies within the smallest division around the place that has any: the place was told too coarsely."""
    for territory in above:
        if territory in divisions:
            inside = tuple(each for each in offered if _lies_in(territory_of(each), territory, divisions))
            if inside:
                return inside
    return ()


def _lies_in(territory: str, division: str, divisions: Divisions) -> bool:
    return territory in divisions and divisions.within(territory, division)


def _nobody(
    offered: Sequence[Implementation], place: str, above: Sequence[str], divisions: Divisions, zones: Zones
) -> str:
    here = name(place, divisions=divisions, zones=zones)
    if not offered:
        return f"没有机构受理{here}的这一事项：请到当地综合窗口咨询。"
    rule = RULES[offered[0].jurisdiction]
    inside = _nearest(offered, above, divisions)
    names = _named(inside or offered, divisions, zones)
    if inside:
        return f"{here}范围太大，不能确定由谁办理：这一事项按{rule}管辖，其中{names}有办理机构。请把{rule}写到区县。"
    return (
        f"{here}没有办理这一事项的机构：它按{rule}管辖，可以办理的是{names}。{rule}不在其中的，请到当地综合窗口咨询。"
    )


def _named(offered: Sequence[Implementation], divisions: Divisions, zones: Zones) -> str:
    shown = [name(territory_of(each), divisions=divisions, zones=zones) for each in offered[:SHOWN]]
    return "、".join(shown) + ("等地" if len(offered) > SHOWN else "")


def _unclear(found: Sequence[Implementation], territory: str, divisions: Divisions, zones: Zones) -> str:
    bodies = "、".join(each.body for each in found)
    where = name(territory, divisions=divisions, zones=zones)
    return f"无法确定由谁办理：{where}有 {len(found)} 个机构（{bodies}）。请联系事项管理员划清管辖范围。"
