"""What may an applicant promise in a draft, and what does he sign by it?

Which materials may follow later, which proofs a commitment may replace and which matters it may take to the spot: the
lists are the catalogue's, the exclusions the region's. What a registry or an upload supplies needs no promise. The
words of a promise are told before it is signed, and their digest is signed with it.

Source: rules of regions on deferral and commitment (`rules`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tongban.casework import rules
from tongban.casework.models import Draft
from tongban.crypto import sm3
from tongban.domain import materials
from tongban.domain.catalogue import Catalogue, Regime, SubjectRole
from tongban.domain.materials import Basis, Supply, SupplySource
from tongban.domain.plan import Plan, PlannedCase
from tongban.domain.rules import RegionRules

DEFERRAL_TEXT = (
    "本人（单位）已知悉下列材料须在受理后规定的期限内补交；逾期不补交的，按本地区规定视为撤回申请或者撤销受理。"
    "本人（单位）承诺按期补交，补交的材料真实、有效。"
)
COMMITMENT_TEXT = (
    "本人（单位）已知悉该事项的条件、标准和要求，承诺已经符合条件，所承诺的内容真实，愿意接受核查。"
    "承诺不实或者没有履行的，将被责令限期整改；逾期不整改的，撤销决定，记入信用记录，修复之前不再适用告知承诺。"
)
DEFERRAL_TEXT_EN = (
    "I (we) know that the materials below must follow within the term told upon acceptance; if they do not, the "
    "application counts as withdrawn or its acceptance is revoked, by the rule of the region. I (we) promise to hand "
    "them in in time, and that they will be true and valid."
)
COMMITMENT_TEXT_EN = (
    "I (we) know the conditions, standards and requirements of this matter, declare that they are met and that what is "
    "committed to is true, and accept that it will be verified. If it is untrue or not kept, correction within a term "
    "is ordered; if nothing is corrected, the decision is revoked and entered in the credit record, and no commitment "
    "is taken until that is repaired."
)


def digest(text: str) -> str:
    """Return the digest of the words that were signed."""
    return sm3.digest(text.encode()).hex()


@dataclass(frozen=True, slots=True)
class Later:
    """A material that is to follow, and the cases that ask for it."""

    material: str
    about: SubjectRole
    cases: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Committed:
    """What one case rests on: the proofs that a commitment replaces, and whether it is decided on the spot by it."""

    case: int
    matter: str
    materials: tuple[str, ...]
    on_the_spot: bool


@dataclass(frozen=True, slots=True)
class Promised:
    """All that a draft promises, as far as nothing supplies it."""

    later: tuple[Later, ...] = ()
    committed: tuple[Committed, ...] = ()
    supplies: tuple[Supply, ...] = ()

    @property
    def deferred(self) -> frozenset[str]:
        return frozenset(one.material for one in self.later)


def deferrable(planned: Plan, catalogue: Catalogue) -> frozenset[str]:
    return materials.deferrable(catalogue, [case.matter for case in planned.cases], dict(planned.answers))


def committable(planned: Plan, catalogue: Catalogue) -> frozenset[str]:
    matters = [case.matter for case in planned.cases]
    kept_out = [matter for matter in matters if rules_of(planned, catalogue).excluded(matter)]
    return materials.committable(catalogue, matters, dict(planned.answers), excluded=kept_out)


def by_choice(planned: Plan, catalogue: Catalogue) -> frozenset[str]:
    """Return the matters for which the applicant may choose to be decided on the spot upon his commitment."""
    laid_down = rules_of(planned, catalogue)
    return frozenset(
        case.matter
        for case in planned.cases
        if case.regime is Regime.COMMITMENT and laid_down.excluded(case.matter) is None
    )


def rules_of(planned: Plan, catalogue: Catalogue) -> RegionRules:
    """Return the rules of the region that will have the application: that of its first matter's body."""
    return rules.of_region(catalogue.implementations[planned.cases[0].matter].region)


def of_draft(draft: Draft, planned: Plan, catalogue: Catalogue, *, supplied: Collection[str]) -> Promised:
    """Return what the draft promises now; choices that its answers, its uploads or sharing have overtaken are none."""
    # What each person on a roster gives is his own: the holder promises nothing for it.
    asks = [ask for ask in planned.asks if ask.material not in supplied and not ask.subject]
    may_follow, may_replace = deferrable(planned, catalogue), committable(planned, catalogue)
    later = [ask for ask in asks if ask.material in draft.deferred and ask.material in may_follow]
    replaced = [ask for ask in asks if ask.material in draft.committed and ask.material in may_replace]
    return Promised(
        later=tuple(
            Later(ask.material, ask.about, tuple(case.index for case in planned.cases if case.matter in ask.matters))
            for ask in later
        ),
        committed=_committed(planned.cases, replaced, set(draft.by_commitment) & by_choice(planned, catalogue)),
        supplies=tuple(
            Supply(ask.material, ask.about, SupplySource.COMMITMENT, digest(COMMITMENT_TEXT), Basis.COMMITMENT)
            for ask in replaced
        ),
    )


def _committed(
    cases: Sequence[PlannedCase], replaced: Sequence[materials.Ask], on_the_spot: Collection[str]
) -> tuple[Committed, ...]:
    proofs = {case.index: tuple(ask.material for ask in replaced if case.matter in ask.matters) for case in cases}
    return tuple(
        Committed(case.index, case.matter, proofs[case.index], case.matter in on_the_spot)
        for case in cases
        if proofs[case.index] or case.matter in on_the_spot
    )
