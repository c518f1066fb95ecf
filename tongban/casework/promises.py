"""How do promises read on a page: what is to follow and until when, and what became of a commitment?"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tongban.casework import words
from tongban.domain.application import Application, Case, CaseState
from tongban.domain.catalogue import Catalogue
from tongban.domain.events import CommitmentKind
from tongban.domain.proceedings import Commitment
from tongban.web.values import Answer


@dataclass(frozen=True, slots=True)
class ToFollow:
    """A material that is still to come; `due_on` None until a case is accepted with it."""

    material: str
    name: str
    due_on: date | None
    sent: bool
    """It is on its way to the node that has the cases."""


def waiting(
    application: Application, catalogue: Catalogue, *, cases: Iterable[Case], sent: Collection[str]
) -> list[ToFollow]:
    """Return what those of these cases that are open still wait for, the first due first; `sent`: materials that are
    on their way to another node.
    """
    open_cases = {case.index for case in cases if not case.ended}
    found = [
        ToFollow(each.material, words.material(catalogue, each.material), each.due_on, each.material in sent)
        for each in application.deferrals
        if each.open and open_cases.intersection(each.cases)
    ]
    return sorted(found, key=lambda one: one.due_on or date.max)


def proofs(case: Case, catalogue: Catalogue) -> dict[str, str]:
    """Return by code what the proofs are called that the commitment stands for."""
    commitment = case.proceedings.commitment
    return {code: words.material(catalogue, code) for code in (commitment.materials if commitment else ())}


@dataclass(frozen=True, slots=True)
class Made:
    """A case that rests on a commitment: for the list on the application's page."""

    index: int
    matter: str
    state: str
    tone: str


def made(cases: Iterable[Case], catalogue: Catalogue) -> list[Made]:
    return [
        Made(case.index, words.matter(catalogue, case.matter), *standing(case, commitment))
        for case in cases
        if (commitment := case.proceedings.commitment) is not None
    ]


def standing(case: Case, commitment: Commitment) -> tuple[str, str]:
    """Return in a word or two where a commitment stands, and its tone."""
    if case.revoked:
        return _("批准已撤销"), "bad"
    if commitment.mended_at is not None:
        return _("已整改"), "good"
    if commitment.noticed_at is not None:
        return _("拟撤销"), "bad"
    if commitment.mend_by_on is not None:
        return _("责令整改"), "attention"
    if commitment.kept is not None:
        return (_("核查属实"), "good") if commitment.kept else (_("核查不实"), "bad")
    if commitment.chosen is False:
        return _("没有抽中核查"), "quiet"
    return (_("待核查"), "active") if commitment.verify_by_on else (_("已承诺"), "active")


@dataclass(frozen=True, slots=True)
class Told:
    """One commitment as its applicant and the desk read it."""

    words: str
    state: str
    tone: str
    facts: list[Answer]
    may_take_back: bool
    may_state: bool
    may_ask_repair: bool = False


def told(application: Application, case: Case, catalogue: Catalogue) -> Told:
    """Return what there is to say of a case's commitment; where none stands (any more), nothing but that."""
    commitment = case.proceedings.commitment
    if commitment is None:
        return Told("", _("没有承诺"), "quiet", [], may_take_back=False, may_state=False)
    state, tone = standing(case, commitment)
    undecided = not case.ended and case.state is not CaseState.CONCLUDED and commitment.kept is None
    return Told(
        words=words.commitment(),
        state=state,
        tone=tone,
        facts=_facts(case, commitment, catalogue),
        may_take_back=undecided,
        may_state=commitment.noticed_at is not None and commitment.broken,
        may_ask_repair=bool(commitment.credit_entry) and commitment.repaired_at is None,
    )


def _facts(case: Case, commitment: Commitment, catalogue: Catalogue) -> list[Answer]:
    stands_for = list(proofs(case, catalogue).values())
    if commitment.kind is CommitmentKind.LICENCE:
        stands_for.insert(0, _("以告知承诺方式当场决定"))
    facts = [Answer(_("承诺代替"), stands_for)]
    for label, day in (
        (_("核查不晚于"), commitment.verify_by_on),
        (_("整改期限"), commitment.mend_by_on),
        (_("陈述申辩期限"), commitment.statement_due_on),
    ):
        if day is not None:
            facts.append(Answer(label, date_format(day)))
    if commitment.credit_entry:
        facts.append(Answer(_("失信记录"), _("已修复") if commitment.repaired_at else _("未修复，不能再作承诺")))
    return facts
