"""Does what is published hold together? No standard or implementation contradicts itself (`domain/consistency`), and a
known body publishes where it is.

Pages and data files say so earlier, with the field; whatever comes another way is stopped here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from tongban.catalogue import code_tables, storage
from tongban.catalogue.storage import Observed
from tongban.domain import consistency
from tongban.domain.catalogue import Implementation, Standard
from tongban.domain.refused import Refused
from tongban.domain.regions import province_of
from tongban.people import queries as people


class BodyElsewhere(Refused):
    """A body named with a region in which it is not."""

    code = "body_elsewhere"


def demand_coherent(standards: Iterable[Standard], implementations: Collection[Implementation], *, today: date) -> None:
    """Refuse what contradicts itself, an implementation beside the standard that it follows. Raises Contradicts."""
    given = {each.matter: each for each in standards}
    themes_for = code_tables.served_by_theme()
    for standard in given.values():
        consistency.demand(consistency.check(standard=standard, themes_for=themes_for))
    matters = {each.matter for each in implementations}
    followed = given | storage.newest_standards(matters - given.keys())
    followed |= {m: each for m, each in storage.standards_in_force(matters, today=today).items() if not each.owner}
    for each in implementations:
        consistency.demand(consistency.check(standard=followed[each.matter], implementation=each))


def demand_at_home(said: Collection[Implementation] | Collection[Observed]) -> None:
    """Refuse a known body that is named with a region of another province. Raises BodyElsewhere."""
    known = people.departments(usccs={each.body for each in said})
    for each in said:
        if each.body in known and province_of(known[each.body].region) != province_of(each.region):
            raise BodyElsewhere(
                f"未发布：{known[each.body].name}（{each.body}）不在行政区划 {each.region}。"
                "请核对实施主体代码和行政区划。",
                field=f"{each.matter}/{each.body}",
            )
