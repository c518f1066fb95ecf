"""Applications that are handed in in one region and decided in another, while everything goes wrong.

At each node a company of its region applies: for one matter that a region offers, or for a bundle of which each region
decides a case. Clerk and reviewer of each node take in, have corrected and decide what has come; the applicant answers,
urges, rates, and thinks better of it now and then. All is done by the real actions upon the world `crossed`; what is
done, to which application and by whom is drawn.
"""

from __future__ import annotations

import io
import random
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from tests.worlds import TRANSPORT
from tongban.casework import actions, adapters, drafts, form, storage
from tongban.casework.actions import File, Wrong, forwarding, intake
from tongban.casework.actions.beats import catalogue_of
from tongban.casework.documents import delivering
from tongban.casework.models import Application as Row
from tongban.casework.models import Draft
from tongban.domain.application import Application, Case, CaseState
from tongban.domain.elements import needed
from tongban.domain.events import Channel, DemandKind, Outcome, Verdict
from tongban.domain.intake import untold
from tongban.files import actions as files
from tongban.people.actor import Actor
from tongban.project import travelling, walk
from tongban.project.walk import one_page_pdf, who
from tongban.web import clock

WORLD = "crossed"
MATTERS, BUNDLE = ("TB-010", "TB-075"), "composed"
PROOFS = {"PROOF2", "PROOF3"}
"""Of the bundle, for which a promise may stand."""
LATER = {"PLAIN"}
"""Of the bundle, what may follow; two regions need it."""
BUNDLE_SHARE, HAND_IN_SHARE, PROMISE_SHARE = 0.2, 0.5, 0.5
LOOKED_AT = 10
"""So many applications people look at before they do something else."""


@dataclass(frozen=True)
class People:
    """Who applies at a node, and for whom; who takes in there, and who decides."""

    agent: str
    company: str
    clerk: str
    reviewer: str


PEOPLE = {
    "beijing": People("liangyu", "org:91110108MA0TB40479", clerk="shilei", reviewer="caoying"),
    "tianjin": People("dengyue", travelling.HOLDER, clerk="mengjia", reviewer="hening"),
    "hebei": People("linxiao", walk.HOLDER, clerk="baixue", reviewer="tianye"),
}


def act(dice: random.Random, most: int) -> None:
    """Do one thing that somebody at this node does; at most so many are handed in here. Raises Refused."""
    if Draft.objects.exclude(submitted_at=None).count() < most and dice.random() < HAND_IN_SHARE:
        _hand_in(dice)
        return
    known = list(Row.objects.order_by("id").values_list("id", flat=True))
    for one in dice.sample(known, min(len(known), LOOKED_AT)):
        if _go_on(dice, read(one)):
            return


def _hand_in(dice: random.Random) -> None:
    now, today, actor = clock.now(), clock.today(), _applicant()
    if dice.random() < BUNDLE_SHARE:
        draft = drafts.start(actor=actor, bundle=BUNDLE, now=now)
    else:
        body, _ = dice.choice(list(TRANSPORT.values()))
        draft = drafts.start_alone(actor=actor, matter=dice.choice(MATTERS), by=body, now=now)
    catalogue, _ = drafts.of_bundle(draft)
    planned = drafts.derive(draft)
    asked = needed(catalogue, [case.matter for case in planned.cases])
    drafts.fill(draft, {one.code: one.example for one in asked}, today=today, now=now)
    asked_for = {ask.material for ask in planned.asks}
    promised = _promise(dice, draft, asked_for)
    for material in asked_for - promised:
        content = one_page_pdf(material)
        drafts.upload(draft, material, name="a.pdf", stream=io.BytesIO(content), size=len(content), now=now)
    actions.submit(operation=_operation(), actor=actor, draft=draft.id, now=now)


def _promise(dice: random.Random, draft: Draft, materials: set[str]) -> set[str]:
    """Promise in the place of a proof, or for later, now and then; return for which materials."""
    chosen = {one for one in sorted(materials & (PROOFS | LATER)) if dice.random() < PROMISE_SHARE}
    for material in chosen:
        promise = drafts.commit if material in PROOFS else drafts.defer
        promise(draft, material, now=clock.now())
    return chosen


def _go_on(dice: random.Random, application: Application) -> bool:
    """Do the first thing that can be done with an application and that somebody wants to do now, if there is any."""
    own = Draft.objects.filter(pk=application.id).exists()
    for deed in DEEDS:
        cases = [case for case in application.cases if deed.on(application, case)]
        if cases and (own or not deed.by_applicant) and dice.random() < deed.share:
            deed.do(dice, application, cases)
            return True
    return False


# --- what applicants do -----------------------------------------------------------------------------------------------


def _answer(dice: random.Random, application: Application, cases: Sequence[Case]) -> None:
    content = one_page_pdf(f"better {dice.random()}")
    demands = [application.demand(number) for case in cases for number in application.open_demands(case.index)]
    files = {
        demand.target: File("b.pdf", io.BytesIO(content), len(content))
        for demand in demands
        if demand.kind is DemandKind.MATERIAL
    }
    actions.answer_correction(**_on(application), actor=_applicant(), files=files, values={}, explanations={})


def _send_again(dice: random.Random, application: Application, cases: Sequence[Case]) -> None:
    forwarding.send_again(**_on(application), actor=_applicant())


def _recall(dice: random.Random, application: Application, cases: Sequence[Case]) -> None:
    forwarding.recall(**_on(application), actor=_applicant(), cases=(dice.choice(cases).index,))


def _withdraw(dice: random.Random, application: Application, cases: Sequence[Case]) -> None:
    actions.withdraw(**_on(application), actor=_applicant(), cases=(dice.choice(cases).index,), reason="不办了。")


def _urge(dice: random.Random, application: Application, cases: Sequence[Case]) -> None:
    actions.urge(**_on(application), actor=_applicant(), case=dice.choice(cases).index)


def _sign_for(dice: random.Random, application: Application, cases: Sequence[Case]) -> None:
    delivering.sign_for(**_on(application), actor=_applicant(), documents=_papers(application))


def _rate(dice: random.Random, application: Application, cases: Sequence[Case]) -> None:
    rated: dict[str, Any] = {"level": dice.randint(1, 5), "channel": Channel.ONLINE, "words": "等了很久。"}
    actions.rate(**_on(application), actor=_applicant(), case=dice.choice(cases).index, **rated)


def _state(dice: random.Random, application: Application, cases: Sequence[Case]) -> None:
    actions.make_statement(**_on(application), actor=_applicant(), case=dice.choice(cases).index, text="情况属实。")


def _change(dice: random.Random, application: Application, cases: Sequence[Case]) -> None:
    filled, catalogue = form.unseal(application.form), catalogue_of(application)
    code = dice.choice(form.changeable(catalogue, cases))
    values = {code: f"{filled.values.get(code, '')}{dice.randint(1, 9)}"}
    actions.change(**_on(application), actor=_applicant(), values=values)


def _supply(dice: random.Random, application: Application, cases: Sequence[Case]) -> None:
    given = {one.material: _kept(application, "later", dice) for one in application.deferrals if one.open}
    actions.supply(**_on(application), actor=_applicant(), uploads=given)


def _take_back(dice: random.Random, application: Application, cases: Sequence[Case]) -> None:
    case = dice.choice(cases)
    assert case.proceedings.commitment is not None  # see `_promised`
    given = {code: _kept(application, "proof", dice) for code in case.proceedings.commitment.materials}
    actions.take_back(**_on(application), actor=_applicant(), case=case.index, uploads=given)


def _kept(application: Application, words: str, dice: random.Random) -> str:
    """Keep a file of the applicant's that nobody has yet; return its digest."""
    content = one_page_pdf(f"{words} {dice.random()}")
    about = {"party": application.holder, "name": "c.pdf", "size_hint": len(content), "now": clock.now()}
    return files.store(stream=io.BytesIO(content), **about).digest


# --- what clerks and reviewers do -------------------------------------------------------------------------------------


def _hand_back(dice: random.Random, application: Application, cases: Sequence[Case]) -> None:
    chosen = tuple(case.index for case in cases)
    forwarding.hand_back(**_on(application), actor=_clerk(), cases=chosen, reason="请先办理变更登记。")


def _ask_correction(dice: random.Random, application: Application, cases: Sequence[Case]) -> None:
    case = dice.choice(cases).index
    material = dice.choice(sorted(intake.targets(catalogue_of(application), application)[case].materials))
    demands = (Wrong(case, DemandKind.MATERIAL, material, "看不清，请重新提交。"),)
    actions.ask_correction(**_on(application), actor=_clerk(), demands=demands)


def _accept(dice: random.Random, application: Application, cases: Sequence[Case]) -> None:
    actions.accept(**_on(application), actor=_clerk())


def _decide(dice: random.Random, application: Application, cases: Sequence[Case]) -> None:
    case = dice.choice(cases)
    one = {**_on(application), "actor": who(PEOPLE[settings.NODE].reviewer, today=clock.today()), "case": case.index}
    for desk in case.missing_opinions:
        actions.give_opinion(**one | {"operation": _operation()}, desk=desk, verdict=Verdict.AGREE, reason="")
    outcome = dice.choices([Outcome.APPROVED, Outcome.DENIED], [9, 1])[0]
    reason = "" if outcome is Outcome.APPROVED else "不符合条件。"
    actions.conclude(**one, desk=case.deciding_desk, outcome=outcome, reason=reason, determined={})


# --- who wants to do what, and when it can be done --------------------------------------------------------------------


@dataclass(frozen=True)
class Deed:
    """Something that is done with cases of an application; `share`: how often somebody wants to who can."""

    do: Callable[[random.Random, Application, Sequence[Case]], None]
    share: float
    on: Callable[[Application, Case], bool]
    by_applicant: bool = False


def _is_ours(application: Application, case: Case) -> bool:
    """Whether this node decides a case, and has it."""
    return case.here and adapters.ours(catalogue_of(application).implementations[case.matter].region)


def _waits_here(application: Application, case: Case) -> bool:
    return case.state is CaseState.SUBMITTED and _is_ours(application, case)


def _came_back(application: Application, case: Case) -> bool:
    return case.here and not case.ended and not _is_ours(application, case)


def _may_be_corrected(application: Application, case: Case) -> bool:
    return _waits_here(application, case) and case in untold(application)


def _went_off(application: Application, case: Case) -> bool:
    return not case.here and case.state is CaseState.SUBMITTED


def _papers(application: Application) -> list[str]:
    """Return the numbers of the papers that are to be signed for."""
    return [one.number for one in application.documents if one.kind.signed_for and one.delivered_at is None]


def _is_to_follow(application: Application, case: Case) -> bool:
    return not case.ended and any(one.open and case.index in one.cases for one in application.deferrals)


def _promised(application: Application, case: Case) -> bool:
    return case.proceedings.commitment is not None and not case.ended


DEEDS = (
    Deed(_answer, 0.6, lambda application, case: case.state is CaseState.CORRECTING, by_applicant=True),
    Deed(_send_again, 0.8, _came_back, by_applicant=True),
    Deed(_sign_for, 0.1, lambda application, case: bool(_papers(application)), by_applicant=True),
    Deed(_rate, 0.2, lambda application, case: case.ended, by_applicant=True),
    Deed(_recall, 0.1, _went_off, by_applicant=True),
    Deed(_urge, 0.05, lambda application, case: not case.ended, by_applicant=True),
    Deed(_state, 0.05, lambda application, case: case.may_state, by_applicant=True),
    Deed(_change, 0.05, lambda application, case: not case.ended, by_applicant=True),
    Deed(_supply, 0.3, _is_to_follow, by_applicant=True),
    Deed(_take_back, 0.1, _promised, by_applicant=True),
    Deed(_withdraw, 0.02, lambda application, case: not case.ended, by_applicant=True),
    Deed(_hand_back, 0.1, lambda application, case: _waits_here(application, case) and case.holding is not None),
    Deed(_ask_correction, 0.2, _may_be_corrected),
    Deed(_accept, 1.0, _waits_here),
    Deed(_decide, 1.0, lambda application, case: case.state is CaseState.ACCEPTED and _is_ours(application, case)),
)


# --- words for all of them --------------------------------------------------------------------------------------------


def read(application: str) -> Application:
    found = storage.read(application)
    assert found is not None
    return found


def _on(application: Application) -> dict[str, Any]:
    return {"operation": _operation(), "application": application.id, "now": clock.now()}


def _operation() -> str:
    return f"harness/{uuid.uuid4()}"


def _applicant() -> Actor:
    people = PEOPLE[settings.NODE]
    return who(people.agent, acting_for=people.company, today=clock.today())


def _clerk() -> Actor:
    return who(PEOPLE[settings.NODE].clerk, today=clock.today())
