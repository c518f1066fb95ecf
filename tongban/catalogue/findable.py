"""By which words is a matter found? By its names, and by what else its guide speaks of: materials, result, category."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tongban.catalogue.search import Findable
from tongban.domain.catalogue import Standard

NO_CATEGORIES: Mapping[str, str] = {}


def findables(
    standards: Iterable[Standard],
    *,
    materials: Mapping[str, str],
    results: Mapping[str, str],
    categories: Mapping[str, str] = NO_CATEGORIES,
) -> list[Findable]:
    """`materials` and `results` (certificate types) give names by code, `categories` those of a bundle by matter."""
    return [
        Findable(
            code=standard.matter,
            name=" ".join(
                [
                    standard.name,
                    standard.name_en,
                    standard.item_of_name,
                    *(former.name for former in standard.former_names),
                    standard.matter,
                ]
            ),
            other=" ".join(
                [
                    categories.get(standard.matter, ""),
                    *(materials.get(each.material, "") for each in standard.requirements),
                    results.get(standard.yields, ""),
                    standard.document,
                ]
            ),
        )
        for standard in standards
    ]
