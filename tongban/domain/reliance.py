"""What does it mean for an application when a certificate that it relied on does not count any more?

A certificate in the place of a material may be suspended, end, or run out; one that a case waited for may end after it
came. As long as a case is open the material counts as not given: it is not accepted and not approved upon it, and a
conclusion to approve that still waits goes back to its desk. The applicant gives something else, or the deciding desk
looks at it and writes down why it stands by the case. What is decided stays decided: the desk is told, and considers.
Once the certificate is in force again nothing is in doubt. Conditions are judged at the decision: a term that ends
before it is an end, one that ends after it is none.

Source: design, chapter 2 (the corridor) and invariant 15; Administrative Licensing Law, arts. 38, 69 (conditions are
met when it is decided; what was decided is undone only by procedure).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tongban.domain.acts import NotNow, ReasonMissing
from tongban.domain.application import Application, Case, CaseState, fold
from tongban.domain.events import (
    CertificateFateTold,
    ConclusionReturned,
    DoubtSettled,
    Event,
    Fate,
    Outcome,
    ReturnCause,
)
from tongban.domain.materials import SupplySource
from tongban.domain.refused import Refused
from tongban.domain.sealed import Sealed


class EvidenceDoubted(Refused):
    """An approval upon a certificate that does not count any more."""

    code = "evidence_doubted"


BECAME = {
    Fate.SUSPENDED: "暂停",
    Fate.WITHDRAWN: "撤回",
    Fate.REVOKED: "吊销",
    Fate.ANNULLED: "撤销",
    Fate.CANCELLED: "注销",
    Fate.EXPIRED: "有效期届满",
}
EXPIRY_ARTICLE = "行政许可法第七十条第一项"
"""What is over and not renewed is struck off."""


@dataclass(frozen=True, slots=True)
class Became:
    """What has become of a certificate: since when and by which article."""

    certificate: str
    fate: Fate
    article: str
    on: date


def tell(
    application: Application, became: Became, *, uses: Mapping[int, Collection[str]], at: datetime
) -> tuple[Event, ...]:
    """Tell every case that relied on the certificate; nothing where all know it already, or none is concerned.

    `uses`: by case the materials and certificates that it goes by; cases that are left out are not told.
    """
    told = tuple(
        CertificateFateTold(became.certificate, material, became.fate, became.article, became.on, cases, at)
        for material, cases in _concerned(application, became, uses).items()
    )
    after = fold(told, onto=application)
    return (*told, *_returned(after, {index for event in told for index in event.cases}, at))


def _concerned(
    application: Application, became: Became, uses: Mapping[int, Collection[str]]
) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for case in application.cases:
        if case.index not in uses or not case.here or (case.ended and not case.approved):
            continue
        for material in relied_on(application, case, uses[case.index]).get(became.certificate, ()):
            if _news(case, became, material):
                found.setdefault(material, []).append(case.index)
    return {material: tuple(cases) for material, cases in found.items()}


def _news(case: Case, became: Became, material: str) -> bool:
    known = [
        one for one in case.proceedings.doubts if (one.certificate, one.material) == (became.certificate, material)
    ]
    if became.fate is Fate.IN_FORCE:
        return bool(known)
    return all(one.fate is not became.fate for one in known)


def relied_on(application: Application, case: Case, uses: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return by certificate in the place of which materials a case goes by it; `uses` as in `tell`.

    A certificate that a sister case yielded counts once that case was approved upon it, or waits for it; not where
    something else stands in its place.
    """
    found: dict[str, tuple[str, ...]] = {}
    for supply in application.supplies:
        own = supply.subject in ("", case.subject) and supply.material in uses
        if own and supply.source is SupplySource.CERTIFICATE:
            found[supply.reference] = (*found.get(supply.reference, ()), supply.material)
    for index in case.awaits:
        awaited = application.case(index)
        if awaited.certificate and application.standing(awaited.yields, case) <= {awaited.certificate}:
            found[awaited.certificate] = (awaited.yields,)
    return found


def _returned(application: Application, cases: Collection[int], at: datetime) -> tuple[Event, ...]:
    return tuple(
        ConclusionReturned(case.index, case.index, ReturnCause.EVIDENCE_DOUBTED, at)
        for case in application.cases
        if case.index in cases
        and case.doubts
        and case.state is CaseState.CONCLUDED
        and case.conclusion is not None
        and case.conclusion.outcome is Outcome.APPROVED
    )


def settle(
    application: Application,
    index: int,
    *,
    certificate: str,
    lapsed: Iterable[Became] = (),
    uses: Mapping[int, Collection[str]],
    finding: Sealed | None,
    by: str,
    at: datetime,
) -> tuple[Event, ...]:
    """The deciding desk stands by the case in spite of a certificate's fate, and says why.

    `lapsed`: what the case relies on and does not count today; that is told by this act. Raises NotNow, ReasonMissing.
    """
    told = tuple(
        event
        for became in lapsed
        if became.certificate == certificate
        for event in tell(application, became, uses={index: uses.get(index, ())}, at=at)
    )
    case = fold(told, onto=application).case(index)
    if certificate not in {one.certificate for one in case.doubts}:
        raise NotNow(f"未记录：第 {index} 个办件没有这份有变化的证照，或者已经核实。请刷新页面查看。")
    if finding is None:
        raise ReasonMissing("未记录：必须写明核实的情况和理由。请填写后再提交。", field="finding")
    return (*told, DoubtSettled(index, certificate, finding, by, at))


def untold(case: Case, lapsed: Iterable[Became]) -> tuple[Became, ...]:
    """Return those certificates that do not count of which the case was not told, and by which no desk stands."""
    doubted = {one.certificate for one in case.doubts}
    settled = {(one.certificate, one.fate) for one in case.proceedings.doubts if not one.open}
    return tuple(one for one in lapsed if one.certificate not in doubted and (one.certificate, one.fate) not in settled)


def demand_sound(case: Case, lapsed: Iterable[Became] = ()) -> None:
    """Refuse to approve upon a certificate that does not count any more, unless the desk stands by it.

    Raises EvidenceDoubted.
    """
    unsound = [(one.certificate, one.fate, one.since, one.article) for one in case.doubts]
    unsound += [(one.certificate, one.fate, one.on, one.article) for one in untold(case, lapsed)]
    if unsound:
        named = "；".join(
            f"{certificate} 已于 {on.isoformat()} {BECAME[fate]}" + (f"（{article}）" if article else "")
            for certificate, fate, on, article in unsound
        )
        raise EvidenceDoubted(
            f"未签署：第 {case.index} 个办件所依据的证照 {named}，不能再作为依据。"
            "请申请人重新提交这份材料，或由本岗位核实后写明予以采信的理由。"
        )
