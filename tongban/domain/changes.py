"""What does it reach when the applicant changes data after submission?

A change reaches every case whose form asks the data element, and every case whose certificate would say something else.
Before acceptance nothing follows. In review, opinions that were given on the old data are open again, and conclusions
that stood on the old content go back to their desks. A case that is decided is no longer changed by this door: that
takes an application of its own. Neither is whom the application is about: what was looked up for one ship, or signed by
one co-applicant, says nothing of another. A co-applicant answers for the content that he signed: when it becomes
another he is asked to sign anew, and nothing is accepted or approved until he has.

A certificate of an earlier date may stand in the place of one that a case of the same application was to yield and will
not: then nobody waits for that case any more. What stands on a certificate that does not count any more is given anew.

Source: design, invariants 5 and 6; Administrative Licensing Law, art. 31 (who applies answers for what he says).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tongban.domain import consequences, intake
from tongban.domain.acts import NotNow, indexes
from tongban.domain.application import UNDER_REVIEW, Application, Case, CaseState, fold
from tongban.domain.clock import day_of
from tongban.domain.events import Event, FormChanged, MaterialsSupplied, Participant, SupplyCause
from tongban.domain.materials import Supply, SupplySource
from tongban.domain.refused import Refused
from tongban.domain.rules import RegionRules
from tongban.domain.sealed import Sealed
from tongban.domain.workdays import Calendar


class WhomItIsAbout(Refused):
    """A change of the number by which the application knows its ship or a co-applicant."""

    code = "whom_it_is_about"


@dataclass(frozen=True, slots=True)
class Reach:
    """The cases that a change touches; `returning` are those whose conclusions go back, `signed_anew` those whose
    co-applicants are asked again, `decided` forbid it.
    """

    cases: tuple[int, ...]
    reviewed_anew: tuple[int, ...]
    returning: tuple[int, ...]
    signed_anew: tuple[int, ...]
    decided: tuple[int, ...]


def reach(
    application: Application,
    elements: Collection[str],
    *,
    asks: Mapping[int, Collection[str]],
    contents: Mapping[int, str],
) -> Reach:
    """Return what changing these data elements would touch. `asks`: by case, the elements of its form; `contents`: what
    its certificate would say then, as a digest.
    """
    changed = {case.index for case in application.cases if contents[case.index] != case.content}
    touched = [case for case in application.cases if case.index in changed or set(elements) & set(asks[case.index])]
    returning = {
        case.index
        for case in application.cases
        if case.state is CaseState.CONCLUDED and (case in touched or changed.intersection(case.awaits))
    }
    return Reach(
        cases=tuple(case.index for case in touched if not case.ended),
        reviewed_anew=tuple(case.index for case in touched if case.state in UNDER_REVIEW),
        returning=tuple(sorted(returning)),
        signed_anew=tuple(case.index for case in touched if case.index in changed and not case.ended and _signed(case)),
        decided=tuple(case.index for case in touched if case.state is CaseState.DECIDED),
    )


def change(
    application: Application,
    elements: Collection[str],
    *,
    form: Sealed,
    participants: tuple[Participant, ...],
    asks: Mapping[int, Collection[str]],
    contents: Mapping[int, str],
    cause: SupplyCause,
    rules: RegionRules,
    calendar: Calendar,
    by: str,
    at: datetime,
) -> tuple[Event, ...]:
    """Change data elements, with all that follows. Raises NotNow, WhomItIsAbout."""
    if not elements:
        raise NotNow("未更改：没有改动任何填报内容。请改动后再提交。")
    if participants != application.participants:
        raise WhomItIsAbout(
            "未更改：船舶或共同申请人的号码不能更改，已查得的材料和已作的确认都以它为准。请撤回后按正确的号码重新申请。"
        )
    reached = reach(application, elements, asks=asks, contents=contents)
    if reached.decided:
        raise NotNow(f"未更改：第 {indexes(reached.decided)} 个办件已经作出决定，这些内容不能再改。请另行申请变更。")
    if not reached.cases:
        raise NotNow("未更改：这些内容不属于任何还在办理的办件。请刷新页面查看进展。")
    late = [index for index in reached.signed_anew if intake.overdue(application.case(index), day_of(at))]
    if late:
        raise NotNow(
            f"未更改：第 {indexes(late)} 个办件的答复期限已过，自收到之日起即为受理，正在登记。"
            "请过几分钟刷新页面后再更改。"
        )
    new = tuple(
        (case.index, contents[case.index])
        for case in application.cases
        if not case.ended and contents[case.index] != case.content
    )
    changed = FormChanged(form, participants, tuple(sorted(elements)), reached.cases, new, cause, by, at)
    after = fold((changed,), onto=application)
    asked = intake.ask_to_sign(reached.signed_anew, rules=rules, calendar=calendar, at=at)
    return (changed, *asked, *consequences.returned(after, reached.returning, because=reached.cases[0], at=at))


def _signed(case: Case) -> bool:
    """Whether a co-applicant has signed the case as it stands."""
    return any(confirmation.at is not None for confirmation in case.confirmations)


def in_place(application: Application, supplies: Sequence[Supply], *, by: str, at: datetime) -> tuple[Event, ...]:
    """Hand in certificates in the place of those that cases of this application were to yield and will not, and
    materials in the place of certificates that do not count any more.

    Raises NotNow.
    """
    wanted = {code for case in application.cases for code in lost(application, case)}
    given = [supply.material for supply in supplies]
    if not given or not wanted.issuperset(given) or any(one.source not in _SHOWN for one in supplies):
        raise NotNow("未提交：没有办件在等这份证照，或者它仍将由本申请的办件签发。请刷新页面查看进展。")
    return (MaterialsSupplied(tuple(supplies), SupplyCause.CHANGE, by, at),)


_SHOWN = frozenset({SupplySource.UPLOAD, SupplySource.CERTIFICATE})


def lost(application: Application, case: Case) -> tuple[str, ...]:
    """Return what an open case waits for in vain: certificates that will not come, and materials in doubt."""
    if case.ended:
        return ()
    barren = (application.case(index).yields for index in case.awaits if application.case(index).barren)
    return tuple(dict.fromkeys((*barren, *(doubt.material for doubt in case.doubts))))
