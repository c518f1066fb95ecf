"""Does the applicant qualify, as the form stands?"""

from __future__ import annotations

from dataclasses import dataclass

from tongban.casework import credits, qualifying, words
from tongban.casework.filling import Filling
from tongban.catalogue import selfcheck
from tongban.registries import taxes


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of the acceptance conditions of one matter."""

    matter: str
    outcome: selfcheck.Outcome
    conditions: list[qualifying.Told]


def judgeable(one: Filling) -> bool:
    return qualifying.judgeable(one.catalogue, [case.matter for case in one.planned.cases])


def conditions(one: Filling) -> list[Judged]:
    """Return what is said of the conditions of every matter, as the form stands."""
    told = []
    for matter in dict.fromkeys(case.matter for case in one.planned.cases):
        found = qualifying.judged(one.catalogue, matter, one.values)
        said = qualifying.told(one.catalogue, found, one.values, recorded=one.recorded)
        told.append(Judged(words.matter(one.catalogue, matter), selfcheck.outcome(found), said))
    return told


def moves(one: Filling) -> list[credits.Moved]:
    """Return the relocations of the holder where its tax record tells anything here."""
    return credits.moves(taxes.standing(number=one.holder.number)) if one.recorded else []
